"""The query string of items and of one item → what the store is asked: read once, kept while it is asked again."""

from collections.abc import Mapping
from functools import reduce

from cicclo.features.http import parameters as values
from cicclo.features.model import Box, Collection, GeometryKind, Interval, Kind, Property, Query, View
from cicclo.features.service import Limits
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Call, Expression
from cicclo.ogc.crs import CRS84

COMMON = ("f", "lang")
PAGING = ("limit", "offset", "cursor")
VIEW = ("crs", "properties")
SELECTION = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs")
RESERVED = frozenset((*COMMON, *PAGING, *VIEW, *SELECTION, "sortby"))
MOST_OFFSET = 2**40


def offered_queryables(collection: Collection) -> list[Property]:
    """Queryables that are parameters too; a name that the standards already use cannot be."""
    return [
        each
        for each in collection.properties
        if each.queryable and each.kind is not Kind.JSON and each.name not in RESERVED
    ]


def refuse_unknown(given: Mapping[str, str], known: frozenset[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        names = ", ".join(sorted(known))
        raise BadInput(
            Text("paramètre inconnu", "unknown parameter"),
            at=", ".join(unknown),
            remedy=Text(f"paramètres admis : {names}", f"accepted parameters: {names}"),
        )


def view(given: Mapping[str, str], collection: Collection) -> View:
    """How features are shown: `crs`, `properties`."""
    crs = values.known_crs("crs", given["crs"], collection) if "crs" in given else CRS84
    crs = CRS84 if crs in values.LONGITUDE_FIRST else crs
    if "properties" not in given:
        return View(crs=crs)
    chosen, geometry = values.properties(given["properties"], collection)
    return View(crs=crs, properties=chosen, geometry=geometry)


def content_crs(given: Mapping[str, str], collection: Collection) -> str:
    """The CRS that the answer names (OGC 18-058r1, 6.3): with heights, the default is CRS84h."""
    return given.get("crs", collection.crs[0])


def query(given: Mapping[str, str], collection: Collection, limits: Limits) -> Query:
    """Raise BadInput (400) for the first parameter that is unknown or wrong."""
    queryables = offered_queryables(collection)
    refuse_unknown(given, RESERVED | {each.name for each in queryables})
    if "cursor" in given and "offset" in given:
        raise BadInput(
            Text("cursor et offset s'excluent", "cursor and offset exclude each other"), at="offset"
        )
    box, area = _box(given, collection)
    return Query(
        limit=values.whole("limit", given["limit"], 1, limits.page) if "limit" in given else limits.default,
        box=box,
        area=area,
        interval=_interval(given, collection),
        filter=_filter(given, collection, queryables),
        sort=values.sort(given["sortby"], collection) if "sortby" in given else (),
        after=given.get("cursor", ""),
        offset=values.whole("offset", given["offset"], 0, MOST_OFFSET) if "offset" in given else 0,
        view=view(given, collection),
    )


def _box(given: Mapping[str, str], collection: Collection) -> tuple[Box | None, bytes | None]:
    if "bbox" not in given:
        if "bbox-crs" in given:
            values.known_crs("bbox-crs", given["bbox-crs"], collection)
        return None, None
    crs = values.known_crs("bbox-crs", given.get("bbox-crs", CRS84), collection)
    box, area = values.box(given["bbox"], crs)
    # features without geometry match every box (OGC 17-069r4, 7.15.3)
    return (None, None) if collection.geometry is GeometryKind.NONE else (box, area)


def _interval(given: Mapping[str, str], collection: Collection) -> Interval | None:
    interval = values.interval(given["datetime"]) if "datetime" in given else None
    return interval if collection.instants else None  # without time: match every interval (7.15.4)


def _filter(
    given: Mapping[str, str], collection: Collection, queryables: list[Property]
) -> Expression | None:
    wanted = [values.equals(each, given[each.name]) for each in queryables if each.name in given]
    if (written := values.expression(given, collection)) is not None:
        wanted.append(written)
    return reduce(lambda left, right: Call("and", (left, right)), wanted) if wanted else None
