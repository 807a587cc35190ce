"""Which geographic files a path holds.

Their kind is read in their first bytes and GDAL's guess must agree: a virtual data set or a pipeline renamed
`.geojson` could otherwise make GDAL fetch addresses.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from cicclo.kernel.text import Text
from cicclo.validation.archives import unpacked
from cicclo.validation.errors import SourceUnreadable

HEAD = 1 << 16
DRIVERS = {
    "geopackage": "GPKG",
    "shapefile": "ESRI Shapefile",
    "flatgeobuf": "FlatGeobuf",
    "geojson": "GeoJSON",
    "gml": "GML",
    "geoparquet": "",
}
SUFFIXES = (".gpkg", ".shp", ".fgb", ".geojson", ".json", ".gml", ".parquet", ".geoparquet", ".dbf")
_GEOJSON = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|(Multi)?(Point|LineString|Polygon))"'
)
_GML = re.compile(rb"opengis\.net/(gml|wfs|citygml)|FeatureCollection")
_OTHER_ROOTS = {"OGRWFSDataSource", "OGRVRTDataSource", "WFS_Capabilities", "GDAL_WMS", "GDAL_WMTS", "OGRWFS"}


@contextmanager
def files(path: Path) -> Iterator[list[Path]]:
    """Give the geographic files of a path: itself, or those of the zip."""
    if not path.is_file():
        raise unreadable(Text("Ce n'est pas un fichier.", "This is not a file."), path)
    with path.open("rb") as source:
        zipped = source.read(4) == b"PK\x03\x04"
    if not zipped:
        yield [path]
        return
    with unpacked(path) as folder:
        found = sorted(file for file in folder.rglob("*") if file.is_file() and _wanted(file))
        if not found:
            raise unreadable(
                Text(
                    "L'archive ne contient aucun fichier géographique.",
                    "The archive holds no geographic file.",
                ),
                path,
            )
        yield found


def _wanted(file: Path) -> bool:
    """Return whether a file of a zip is a layer by itself (a .dbf is one only without its .shp)."""
    if file.name.startswith((".", "__MACOSX")) or "__MACOSX" in file.parts:
        return False
    suffix = file.suffix.lower()
    return suffix in SUFFIXES and not (suffix == ".dbf" and beside(file, ".shp"))


def beside(file: Path, suffix: str) -> Path | None:
    """Return the part of a shapefile that has this suffix, whatever its case."""
    found = (
        part for part in file.parent.iterdir() if part.stem == file.stem and part.suffix.lower() == suffix
    )
    return next(found, None)


def kind_of(path: Path) -> str:
    """Return the key of DRIVERS that the first bytes show; raise SourceUnreadable when none."""
    with path.open("rb") as source:
        head = source.read(HEAD)
    if not head:
        raise unreadable(Text("Le fichier est vide.", "The file is empty."), path)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith(b"SQLite format 3\0"):
        return "geopackage"
    if head.startswith(b"fgb\x03fgb"):
        return "flatgeobuf"
    if head.startswith(b"PAR1"):
        return "geoparquet"
    if head.startswith(b"\x00\x00\x27\x0a") or path.suffix.lower() == ".dbf":
        return "shapefile"
    if text.startswith(b"{") and _GEOJSON.search(head) and b"gdal_streamed_alg" not in head:
        return "geojson"
    if text.startswith(b"<") and _is_gml(head, path):
        return "gml"
    raise unreadable(
        Text(
            "Le contenu n'est ni GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet ni GML.",
            "The content is not GeoJSON, GeoPackage, Shapefile, FlatGeobuf, GeoParquet or GML.",
        ),
        path,
    )


def _is_gml(head: bytes, path: Path) -> bool:
    """Return whether XML is GML, well formed to its end: GDAL would give what comes before a cut as if it were all."""
    roots: list[str] = []
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, _: roots.append(name) if not roots else None
    parser.StartDoctypeDeclHandler = lambda *_: _no_doctype(path)
    try:
        with path.open("rb") as source:
            parser.ParseFile(source)
    except expat.ExpatError as error:
        if not roots or not _GML.search(head):
            return False
        raise unreadable(
            Text(
                f"Ligne {error.lineno} : le XML n'est pas bien formé, ou il est coupé.",
                f"Line {error.lineno}: the XML is not well formed, or is cut.",
            ),
            path,
            kind="source-error",
        ) from error
    return roots[0].rpartition("}")[2] not in _OTHER_ROOTS and bool(_GML.search(head))


def _no_doctype(path: Path) -> None:
    """Refuse a document type declaration: it can only name entities."""
    raise unreadable(
        Text(
            "Le GML déclare un type de document (DOCTYPE) : refusé.",
            "The GML declares a document type (DOCTYPE): refused.",
        ),
        path,
    )


def unreadable(message: Text, path: Path | str, *, kind: str = "format-error") -> SourceUnreadable:
    return SourceUnreadable(
        message,
        kind=kind,
        at=Path(path).name,
        remedy=Text(
            "Exporter de nouveau le fichier depuis le logiciel d'origine.",
            "Export the file again from the software it comes from.",
        ),
    )
