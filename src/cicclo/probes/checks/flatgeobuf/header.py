"""The header: what the file holds, and where (FlatGeobuf 3, header.fbs)."""

import math

from cicclo.probes.check import check
from cicclo.probes.documents import usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples import flatgeobuf as example
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.flatgeobuf import FlatGeobuf
from cicclo.probes.session import Ask

GEOMETRY_TYPES = 17
GEOGRAPHIC = frozenset({4326, 4258, 4171, 4979})


@check(
    "flatgeobuf/header/features-count",
    on="flatgeobuf",
    breaks=lambda _site: example.without(example.FEATURES),
)
async def features_count(file: FlatGeobuf, ask: Ask) -> Verdict:
    if file.features:
        return passed()
    return failed("nombre d'objets non dit (0)", "number of features not told (0)", at="features_count")


@check("flatgeobuf/header/crs", on="flatgeobuf", breaks=lambda _site: example.without(example.CRS))
async def crs(file: FlatGeobuf, ask: Ask) -> Verdict:
    if file.has_crs and (file.crs_code > 0 or file.crs_wkt):
        return passed()
    return failed("système de coordonnées non dit", "reference system not told", at="crs")


@check("flatgeobuf/header/envelope", on="flatgeobuf", breaks=lambda _site: example.without(example.ENVELOPE))
async def envelope(file: FlatGeobuf, ask: Ask) -> Verdict:
    if len(file.envelope) >= 4:
        return passed()
    return failed("emprise non dite", "envelope not told", at="envelope")


@check(
    "flatgeobuf/header/envelope-valid",
    on="flatgeobuf",
    breaks=lambda _site: example.overwritten(example.vector_start(example.ENVELOPE), "<d", 700000.0),
)
async def envelope_valid(file: FlatGeobuf, ask: Ask) -> Verdict:
    if len(file.envelope) < 4:
        raise Missing("emprise non dite", "envelope not told")
    half = len(file.envelope) // 2
    west, south, east, north = (
        file.envelope[0],
        file.envelope[1],
        file.envelope[half],
        file.envelope[half + 1],
    )
    seen = f"[{west:g}, {south:g}, {east:g}, {north:g}]"
    if not all(math.isfinite(v) for v in file.envelope) or west > east or south > north:
        return failed(f"emprise inversée : {seen}", f"envelope turned over: {seen}", at="envelope")
    if file.crs_code in GEOGRAPHIC and (
        abs(west) > 360 or abs(east) > 360 or abs(south) > 90.001 or abs(north) > 90.001
    ):
        return failed(
            f"emprise hors des degrés : {seen}",
            f"envelope outside degrees: {seen}",
            at="envelope",
            code="units",
        )
    return passed()


@check(
    "flatgeobuf/header/geometry-type",
    on="flatgeobuf",
    breaks=lambda _site: example.scalar(example.GEOMETRY_TYPE, "B", 99),
)
async def geometry_type(file: FlatGeobuf, ask: Ask) -> Verdict:
    if 0 <= file.geometry_type <= GEOMETRY_TYPES:
        return passed()
    return failed(
        f"type de géométrie {file.geometry_type}", f"geometry type {file.geometry_type}", at="geometry_type"
    )


@check("flatgeobuf/header/columns", on="flatgeobuf", breaks=lambda _site: example.without(example.COLUMNS))
async def columns(file: FlatGeobuf, ask: Ask) -> Verdict:
    names = file.columns
    if not names:
        return failed("aucun attribut décrit", "no attribute is described", at="columns")
    repeated = [name for name in names if names.count(name) > 1 or not name]
    if repeated:
        return failed(f"attribut sans nom ou répété : « {repeated[0]} »", f"unnamed or repeated attribute: “{repeated[0]}”", at="columns", code="repeated")  # fmt: skip
    return passed()


@check(
    "flatgeobuf/file/media-type",
    on="flatgeobuf",
    breaks=lambda site: site.header("*", "content-type", "text/plain"),
)
async def media_type(file: FlatGeobuf, ask: Ask) -> Verdict:
    seen = usable(await ask.get(file.url, range="bytes=0-16383")).media_type
    if "flatgeobuf" in seen or seen == "application/octet-stream":
        return passed()
    return failed(
        f"Content-Type : {seen or 'absent'}", f"Content-Type: {seen or 'absent'}", at="Content-Type"
    )
