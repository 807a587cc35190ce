"""Items of the example: selection, paging, coordinate reference systems, representations."""

import re
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from pyproj import Transformer
from shapely import transform
from shapely.geometry import box, mapping, shape

from cicclo.ogc.crs import from_crs84
from cicclo.ogc.crs import read as read_crs
from cicclo.probes.examples._ogcapi_data import CRS, CRS84, Collection, Feature
from cicclo.probes.examples._ogcapi_filter import FilterError, predicate
from cicclo.probes.examples._ogcapi_openapi import DEFAULT, MAXIMUM, PARAMETERS
from cicclo.probes.examples.site import Reply

GEOJSON, JSONFG, CSV, HTML = "application/geo+json", "application/vnd.ogc.fg+json", "text/csv", "text/html"
TYPES = {"json": GEOJSON, "jsonfg": JSONFG, "csv": CSV, "html": HTML}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?")
Test = Callable[[Feature], bool]


class ParameterError(ValueError):
    """A parameter that must be answered by 400."""


def items(collection: Collection, params: dict[str, str], media_type: str, base: str) -> Reply:
    """One page of a collection; raise ParameterError."""
    _refuse_unknown(params, {*PARAMETERS, *collection.properties})
    limit, offset = min(_integer(params, "limit", DEFAULT, 1), MAXIMUM), _integer(params, "offset", 0, 0)
    crs = _crs(params, "crs")
    tests = [*_selections(collection, params)]
    matched = [feature for feature in collection.features if all(test(feature) for test in tests)]
    chosen = [project(feature, crs) for feature in matched[offset : offset + limit]]
    url = f"{base}/collections/{collection.id}/items"
    links = _links(
        url,
        params,
        media_type=media_type,
        limit=limit,
        offset=offset,
        matched=len(matched),
        parent=f"{base}/collections/{collection.id}",
    )
    headers = {
        "content-crs": f"<{crs}>",
        "link": ", ".join(f'<{link["href"]}>; rel="{link["rel"]}"' for link in links),
    }
    return _represent(chosen, len(matched), links, media_type, headers)


def item(
    collection: Collection, name: str, params: dict[str, str], media_type: str, base: str
) -> Reply | None:
    """One feature, or None; raise ParameterError."""
    _refuse_unknown(params, {"crs", "f"})
    crs = _crs(params, "crs")
    found = next((feature for feature in collection.features if feature["id"] == name), None)
    if found is None:
        return None
    url = f"{base}/collections/{collection.id}/items/{quote(name)}"
    links = [
        _link(url, "self", media_type),
        *(
            _link(f"{url}?f={f}", "alternate", other)
            for f, other in TYPES.items()
            if other not in (media_type, CSV)
        ),
        _link(f"{base}/collections/{collection.id}", "collection", "application/json"),
    ]
    if media_type == HTML:
        return Reply.text(f"<!doctype html><html lang=fr><title>{name}</title><h1>{name}</h1></html>", HTML)
    return Reply.json({**project(found, crs), "links": links}, media_type, content_crs=f"<{crs}>")


def project(feature: Feature, crs: str) -> Feature:
    transformer = from_crs84(crs)
    if crs == CRS84 or feature["geometry"] is None or transformer is None:
        return dict(feature)
    return {
        **feature,
        "geometry": mapping(transform(shape(feature["geometry"]), transformer.transform, interleaved=False)),
    }


def _represent(
    features: list[Feature],
    matched: int,
    links: list[dict[str, str]],
    media_type: str,
    headers: dict[str, str],
) -> Reply:
    if media_type in (CSV, HTML):
        rows = "\n".join(f"{feature['id']},{feature['properties']['name']}" for feature in features)
        body = (
            f"id,name\n{rows}\n"
            if media_type == CSV
            else f"<!doctype html><html lang=fr><title>Objets</title><pre>{rows}</pre></html>"
        )
        return Reply(200, {"content-type": f"{media_type}; charset=utf-8", **headers}, body.encode())
    document: dict[str, Any] = {
        "type": "FeatureCollection",
        "numberMatched": matched,
        "numberReturned": len(features),
        "timeStamp": "2026-11-01T00:00:00Z",
        "links": links,
        "features": features,
    }
    if media_type == JSONFG:
        document["conformsTo"] = ["http://www.opengis.net/spec/json-fg-1/1.0/conf/core"]
    reply = Reply.json(document, media_type)
    return Reply(200, {**reply.headers, **headers}, reply.body)


def _link(href: str, rel: str, media_type: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type, "title": rel}


def _links(
    url: str,
    params: dict[str, str],
    *,
    media_type: str,
    limit: int,
    offset: int,
    matched: int,
    parent: str,
) -> list[dict[str, str]]:
    f = next(name for name, other in TYPES.items() if other == media_type)

    def at(**changes: Any) -> str:
        return f"{url}?{urlencode({**params, **changes})}"

    links = [_link(at(f=f), "self", media_type)]
    links += [_link(at(f=name), "alternate", other) for name, other in TYPES.items() if other != media_type]
    links.append(_link(parent, "collection", "application/json"))
    if offset + limit < matched:
        links.append(_link(at(f=f, limit=limit, offset=offset + limit), "next", media_type))
    if offset:
        links.append(_link(at(f=f, limit=limit, offset=max(0, offset - limit)), "prev", media_type))
    return links


def _refuse_unknown(params: dict[str, str], known: set[str]) -> None:
    unknown = set(params) - known
    if unknown:
        raise ParameterError(f"unknown parameter {min(unknown)}")


def _integer(params: dict[str, str], name: str, default: int, least: int) -> int:
    raw = params.get(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) < least:
        raise ParameterError(f"{name}={raw}")
    return int(raw)


def _crs(params: dict[str, str], name: str) -> str:
    asked = params.get(name, CRS84)
    if asked not in CRS:
        raise ParameterError(f"{name}={asked}")
    return asked


def _selections(collection: Collection, params: dict[str, str]) -> list[Test]:
    tests: list[Test] = []
    bbox_crs = _crs(params, "bbox-crs")
    if "bbox" in params:
        tests.append(_in_box(_numbers(params["bbox"]), bbox_crs))
    if "datetime" in params:
        tests.append(_in_time(params["datetime"], collection.time))
    if "filter" in params:
        tests.append(_filter(collection, params))
    tests += [_equals(name, params[name]) for name in collection.properties if name in params]
    return tests


def _filter(collection: Collection, params: dict[str, str]) -> Test:
    language = params.get("filter-lang", "cql2-text")
    if language not in ("cql2-text", "cql2-json"):
        raise ParameterError(language)
    try:
        return predicate(
            params["filter"], language, {*collection.properties, "geometry"}, _crs(params, "filter-crs")
        )
    except FilterError as error:
        raise ParameterError(str(error)) from error


def _equals(name: str, value: str) -> Test:
    return lambda feature: str(feature["properties"].get(name)) == value


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise ParameterError(text) from error
    if len(numbers) not in (4, 6) or numbers[len(numbers) // 2 + 1] < numbers[1]:
        raise ParameterError(text)
    return numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]]


def _in_box(numbers: Sequence[float], crs: str) -> Test:
    west, south, east, north = numbers
    if crs != CRS84:
        west, south, east, north = Transformer.from_crs(read_crs(crs), "OGC:CRS84").transform_bounds(
            west, south, east, north
        )
    boxes = (
        [box(west, south, east, north)]
        if west <= east
        else [box(west, south, 180, north), box(-180, south, east, north)]
    )
    return lambda feature: (
        feature["geometry"] is None or any(one.intersects(shape(feature["geometry"])) for one in boxes)
    )


def _in_time(text: str, name: str) -> Test:
    start, _, end = text.partition("/")
    end = end if "/" in text else start
    for bound in (start, end):
        if bound not in ("", "..") and not _INSTANT.fullmatch(bound):
            raise ParameterError(text)
    low, high = (
        ("" if start in ("", "..") else start),
        ("9999" if end in ("", "..") else end + "~" * (len(end) == 10)),
    )
    return lambda feature: not name or low <= feature["properties"][name] <= high
