"""The `geo` document of the footer (GeoParquet 1.1.0, File metadata)."""

from cicclo.probes.check import check
from cicclo.probes.documents import usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples.geoparquet import changed
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.geoparquet import GeoParquet
from cicclo.probes.session import Ask

REQUIRED = {"version": str, "primary_column": str, "columns": dict}


def described(file: GeoParquet) -> GeoParquet:
    """Return the file; raise Missing when it describes no geometry column."""
    if not file.columns:
        raise Missing("aucune colonne de géométrie décrite", "no geometry column is described")
    return file


@check("geoparquet/metadata/geo", on="geoparquet", breaks=lambda _site: changed(keep=False))
async def geo(file: GeoParquet, ask: Ask) -> Verdict:
    if file.geo:
        return passed()
    names = ", ".join(sorted(key.decode("utf-8", "replace") for key in file.footer.metadata or {})) or "—"
    return failed(f"pas de document « geo » ; clés : {names}", f"no “geo” document; keys: {names}", at="geo")


@check(
    "geoparquet/metadata/required",
    on="geoparquet",
    breaks=lambda _site: changed(lambda geo: geo.pop("primary_column")),
)
async def required(file: GeoParquet, ask: Ask) -> Verdict:
    if not file.geo:
        raise Missing("pas de document « geo »", "no “geo” document")
    for name, kind in REQUIRED.items():
        if not isinstance(file.geo.get(name), kind) or not file.geo[name]:
            seen = repr(file.geo.get(name))[:80]
            return failed(f"« {name} » manque ou n'est pas un {kind.__name__} : {seen}", f"“{name}” is missing or not a {kind.__name__}: {seen}", at=f"/{name}")  # fmt: skip
    return passed()


@check(
    "geoparquet/metadata/version",
    on="geoparquet",
    breaks=lambda _site: changed(lambda geo: geo.update(version="0.4.0")),
)
async def version(file: GeoParquet, ask: Ask) -> Verdict:
    described(file)
    if file.version.startswith("1."):
        return passed()
    return failed(
        f"version {file.version or 'absente'}", f"version {file.version or 'absent'}", at="/version"
    )


@check(
    "geoparquet/metadata/primary",
    on="geoparquet",
    breaks=lambda _site: changed(lambda geo: geo.update(primary_column="geom")),
)
async def primary(file: GeoParquet, ask: Ask) -> Verdict:
    name = str(described(file).geo.get("primary_column"))
    if name in file.columns and name in file.schema.names:
        return passed()
    columns = ", ".join(file.columns)
    return failed(f"« {name} » n'est pas une des colonnes décrites ({columns})", f"“{name}” is not one of the described columns ({columns})", at="/primary_column")  # fmt: skip


@check(
    "geoparquet/metadata/columns-exist",
    on="geoparquet",
    breaks=lambda _site: changed(lambda geo: geo["columns"].update(centroid=geo["columns"]["geometry"])),
)
async def columns_exist(file: GeoParquet, ask: Ask) -> Verdict:
    for name in described(file).columns:
        if name not in file.schema.names:
            return failed(
                f"la colonne « {name} » n'est pas dans le fichier",
                f"column “{name}” is not in the file",
                at=f"/columns/{name}",
            )
    return passed()


@check("geoparquet/layout/compressed", on="geoparquet", breaks=lambda _site: changed(compression="none"))
async def compressed(file: GeoParquet, ask: Ask) -> Verdict:
    if not file.footer.num_row_groups:
        raise Missing("fichier vide", "empty file")
    group = file.footer.row_group(0)
    raw = [
        group.column(i).path_in_schema
        for i in range(group.num_columns)
        if group.column(i).compression == "UNCOMPRESSED"
    ]
    if not raw:
        return passed()
    names = ", ".join(raw[:5])
    return failed(f"colonnes non compressées : {names}", f"columns not compressed: {names}", at=raw[0])


@check(
    "geoparquet/file/media-type",
    on="geoparquet",
    breaks=lambda site: site.header("*", "content-type", "text/plain"),
)
async def media_type(file: GeoParquet, ask: Ask) -> Verdict:
    seen = usable(await ask.get(file.url, range="bytes=0-16383")).media_type
    if "parquet" in seen:
        return passed()
    return failed(
        f"Content-Type : {seen or 'absent'}", f"Content-Type: {seen or 'absent'}", at="Content-Type"
    )
