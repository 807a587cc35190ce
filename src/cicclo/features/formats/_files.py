"""Formats that GDAL writes: into a temporary file, which is sent and removed."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyogrio.raw
import shapely

from cicclo.features import batches as roles
from cicclo.features.coordinates import prepared
from cicclo.features.encoding import digits
from cicclo.features.formats._columns import columns, has_geometry, headings, id_type
from cicclo.features.model import GEOMETRY, GeometryKind
from cicclo.features.ports import About
from cicclo.ogc import crs as crss

PIECE = 1 << 20
_TYPES = {
    GeometryKind.POINT: "Point",
    GeometryKind.MULTIPOINT: "MultiPoint",
    GeometryKind.LINESTRING: "LineString",
    GeometryKind.MULTILINESTRING: "MultiLineString",
    GeometryKind.POLYGON: "Polygon",
    GeometryKind.MULTIPOLYGON: "MultiPolygon",
    GeometryKind.COLLECTION: "GeometryCollection",
}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is removed with what is in it, even when the client leaves."""
    with TemporaryDirectory(prefix="cicclo-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def schema(about: About) -> pa.Schema:
    """Of the table that is written, whether there are features or not."""
    shown, names = headings(about, *((GEOMETRY,) if has_geometry(about) else ()))
    types = [id_type(about), *(roles.ARROW[each.kind] for each in shown)]
    types += [pa.binary()] if has_geometry(about) else []
    return pa.schema(list(zip(names, types, strict=True)))


def shapes_of(about: About, batch: pa.RecordBatch) -> np.ndarray:
    """Geometries in traditional order; None for empty ones, which not every format tells from broken ones."""
    return prepared(roles.shapes(batch), digits=digits(about.collection, about.view.crs))


def tables(about: About, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches as `schema` promises them."""
    wanted = schema(about)
    for batch in batches:
        found = columns(about, batch)
        if has_geometry(about):
            wkb = shapely.to_wkb(shapes_of(about, batch), flavor="iso")
            found.append(pa.array(wkb, pa.binary()))
        yield pa.record_batch(found, schema=wanted)


def save(
    path: Path,
    about: About,
    ready: Iterable[pa.RecordBatch],
    *,
    driver: str,
    options: Mapping[str, str],
) -> None:
    """Have GDAL write what `tables` gives."""
    wanted = schema(about)
    with_geometry = has_geometry(about)
    watched = _Watched(ready)
    with watched.own_fault():
        pyogrio.raw.write_arrow(
            pa.RecordBatchReader.from_batches(wanted, watched),
            path,
            driver=driver,
            layer=about.collection.id,
            geometry_name=wanted.names[-1] if with_geometry else None,
            geometry_type=_type(about) if with_geometry else None,
            crs=gdal_crs(about.view.crs) if with_geometry else None,
            layer_options=dict(options),
        )


class _Watched:
    """Batches whose fault is raised as it is, not as GDAL words it."""

    def __init__(self, batches: Iterable[pa.RecordBatch]) -> None:
        self._batches = batches
        self._fault: BaseException | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._batches
        except BaseException as fault:
            self._fault = fault
            raise

    @contextmanager
    def own_fault(self) -> Iterator[None]:
        try:
            yield
        except Exception:
            if self._fault is not None:
                raise self._fault from None
            raise


def _type(about: About) -> str:
    name = _TYPES.get(about.collection.geometry, "Unknown")
    return f"{name} Z" if about.collection.has_z and name != "Unknown" else name


def gdal_crs(crs: str) -> str:
    """Both files hold longitude first whatever the CRS says; EPSG:4326 is what their readers know."""
    code = crss.code(crs)
    return "EPSG:4326" if code.startswith("OGC:CRS84") else code
