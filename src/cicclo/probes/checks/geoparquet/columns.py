"""How each geometry column is described (GeoParquet 1.1.0, Column metadata)."""

import math
from collections.abc import Iterator
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError

from cicclo.probes.check import check
from cicclo.probes.checks.geoparquet.metadata import described
from cicclo.probes.errors import Missing
from cicclo.probes.examples.geoparquet import changed, column
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.geoparquet import GeoParquet
from cicclo.probes.session import Ask

NATIVE = ("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")
TYPES = {
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "GeometryCollection",
}
GEOMETRY_TYPES = TYPES | {f"{name} Z" for name in TYPES}


def _columns(file: GeoParquet) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, about in described(file).columns.items():
        yield f"/columns/{name}", about


@check(
    "geoparquet/columns/encoding",
    on="geoparquet",
    breaks=lambda _site: column(lambda c: c.update(encoding="WKT")),
)
async def encoding(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        if about.get("encoding") not in ("WKB", *NATIVE):
            seen = repr(about.get("encoding"))[:60]
            return failed(f"encodage {seen}", f"encoding {seen}", at=f"{at}/encoding")
    return passed()


@check("geoparquet/columns/binary", on="geoparquet", breaks=lambda _site: changed(lambda geo: geo["columns"].update(nom={"encoding": "WKB", "geometry_types": []})))  # fmt: skip
async def binary(file: GeoParquet, ask: Ask) -> Verdict:
    """A column in WKB is of binary type, at the root of the schema."""
    from pyarrow import types  # noqa: PLC0415 - slow to import, and only some audits need it

    for name, about in described(file).columns.items():
        if about.get("encoding") != "WKB" or name not in file.schema.names:
            continue
        kind = file.schema.field(name).type
        if not (
            types.is_binary(kind)
            or types.is_large_binary(kind)
            or str(kind).startswith(("extension", "binary_view"))
        ):
            return failed(f"colonne WKB de type {kind}", f"WKB column of type {kind}", at=f"/columns/{name}")
    return passed()


@check(
    "geoparquet/columns/geometry-types",
    on="geoparquet",
    breaks=lambda _site: column(lambda c: c.update(geometry_types=["POLYGON"])),
)
async def geometry_types(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        types = about.get("geometry_types")
        if not isinstance(types, list) or not all(isinstance(t, str) and t in GEOMETRY_TYPES for t in types):
            seen = repr(types)[:100]
            return failed(f"types de géométrie {seen}", f"geometry types {seen}", at=f"{at}/geometry_types")
        if len(set(types)) != len(types):
            return failed(
                f"types répétés : {types}",
                f"repeated types: {types}",
                at=f"{at}/geometry_types",
                code="repeated",
            )
    return passed()


def crs_of(about: dict[str, Any]) -> CRS:
    """The reference system of a column: OGC:CRS84 when absent; raises CRSError."""
    if "crs" not in about:
        return CRS("OGC:CRS84")
    if not isinstance(about["crs"], dict):
        raise CRSError(repr(about["crs"])[:80])
    return CRS.from_json_dict(about["crs"])


@check(
    "geoparquet/columns/crs",
    on="geoparquet",
    breaks=lambda _site: column(lambda c: c.update(crs="EPSG:4326")),
)
async def crs(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        try:
            if not ("crs" in about and about["crs"] is None):
                crs_of(about)
        except (CRSError, ValueError, TypeError) as error:
            seen = str(error)[:120]
            return failed(
                f"« crs » n'est pas du PROJJSON : {seen}", f"“crs” is not PROJJSON: {seen}", at=f"{at}/crs"
            )
    return passed()


@check(
    "geoparquet/columns/crs-known", on="geoparquet", breaks=lambda _site: column(lambda c: c.update(crs=None))
)
async def crs_known(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        try:
            known = (
                about.get("crs", {}) is not None and crs_of(about).to_authority(min_confidence=20) is not None
            )
        except (CRSError, ValueError, TypeError):
            raise Missing("« crs » illisible", "unreadable “crs”") from None
        if not known:
            return failed(
                "système de coordonnées sans code", "reference system without a code", at=f"{at}/crs"
            )
    return passed()


@check("geoparquet/columns/bbox", on="geoparquet", breaks=lambda _site: column(lambda c: c.pop("bbox")))
async def bbox(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        if "bbox" not in about:
            return failed("pas d'emprise", "no bbox", at=f"{at}/bbox")
    return passed()


@check("geoparquet/columns/bbox-valid", on="geoparquet", breaks=lambda _site: column(lambda c: c.update(bbox=[700000, 6900000, 800000, 7100000])))  # fmt: skip
async def bbox_valid(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        if "bbox" not in about:
            raise Missing("pas d'emprise", "no bbox")
        problem = _bbox_problem(about)
        if problem:
            seen = repr(about["bbox"])[:120]
            return failed(f"emprise {seen} : {problem[0]}", f"bbox {seen}: {problem[1]}", at=f"{at}/bbox")
    return passed()


def _bbox_problem(about: dict[str, Any]) -> tuple[str, str] | None:
    box = about["bbox"]
    if not isinstance(box, list) or len(box) not in (4, 6) or not all(_finite(v) for v in box):
        return "4 ou 6 nombres attendus", "4 or 6 numbers expected"
    half = len(box) // 2
    if box[1] > box[half + 1]:
        return "minimum et maximum inversés", "minimum and maximum swapped"
    geographic = "crs" not in about or (
        isinstance(about["crs"], dict) and "Geographic" in str(about["crs"].get("type"))
    )
    if geographic and max(abs(box[0]), abs(box[half]), abs(box[1]), abs(box[half + 1])) > 360:
        return "hors des degrés d'un système géographique", "outside the degrees of a geographic system"
    return None


def _finite(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


@check(
    "geoparquet/columns/edges",
    on="geoparquet",
    breaks=lambda _site: column(lambda c: c.update(edges="geodesic")),
)
async def edges(file: GeoParquet, ask: Ask) -> Verdict:
    for at, about in _columns(file):
        if about.get("edges", "planar") not in ("planar", "spherical"):
            return failed(f"edges : {about['edges']!r}", f"edges: {about['edges']!r}", at=f"{at}/edges")
        if about.get("orientation", "counterclockwise") != "counterclockwise":
            seen = repr(about["orientation"])
            return failed(f"orientation : {seen}", f"orientation: {seen}", at=f"{at}/orientation")
    return passed()
