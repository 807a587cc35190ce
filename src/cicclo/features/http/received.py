"""Bodies of changes: GeoJSON features and merge patches, checked against the schema of their collection."""

import asyncio
import json
import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
import numpy as np
import shapely

from cicclo.features.http.parameters import LONGITUDE_FIRST, known_crs
from cicclo.features.model import Collection, GeometryKind, Kind, Property
from cicclo.features.resources import Ask, Json
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss

FEATURE_TYPES = ("application/geo+json", "application/json", "application/vnd.ogc.fg+json")
PATCH_TYPES = ("application/merge-patch+json",)
NAMES = {
    "Point": GeometryKind.POINT,
    "MultiPoint": GeometryKind.MULTIPOINT,
    "LineString": GeometryKind.LINESTRING,
    "MultiLineString": GeometryKind.MULTILINESTRING,
    "Polygon": GeometryKind.POLYGON,
    "MultiPolygon": GeometryKind.MULTIPOLYGON,
    "GeometryCollection": GeometryKind.COLLECTION,
}


class UnknownMediaType(BadInput):
    slug = "unsupported-media-type"
    title = Text("Type de contenu non admis", "Unsupported media type")
    status = 415


async def _json(ask: Ask, types: tuple[str, ...]) -> Json:
    media_type = ask.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type not in types:
        raise UnknownMediaType(
            Text(f"« {media_type} » n'est pas admis", f"“{media_type}” is not accepted"),
            at="Content-Type",
            remedy=Text(", ".join(types), ", ".join(types)),
        )
    body = await ask.body()
    try:
        read = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _wrong("body", Text(f"JSON illisible ({error})", f"unreadable JSON ({error})")) from error
    if not isinstance(read, dict):
        raise _wrong("body", Text("un objet JSON est attendu", "a JSON object is expected"))
    return read


async def feature(ask: Ask) -> Json:
    """A whole feature, checked; in a thread, since a geometry may be large."""
    return await asyncio.to_thread(_whole, ask, await _json(ask, FEATURE_TYPES))


def _whole(ask: Ask, read: Json) -> Json:
    collection = ask.collection
    if read.get("type") != "Feature":
        raise _wrong("type", Text("« Feature » est attendu", "“Feature” is expected"))
    given = read.get("properties") or {}
    if not isinstance(given, dict):
        raise _wrong("properties", Text("un objet est attendu", "an object is expected"))
    made: Json = {
        "type": "Feature",
        "geometry": _geometry(ask, read.get("geometry")),
        "properties": _properties(collection, given),
    }
    for each in collection.properties:
        if each.required and given.get(each.name) is None:
            raise _wrong(f"properties.{each.name}", Text("propriété obligatoire", "required property"))
    if read.get("id") is not None:
        made["id"] = _id(read["id"])
    return made


async def patch(ask: Ask) -> Json:
    return await asyncio.to_thread(_partial, ask, await _json(ask, PATCH_TYPES))


def _partial(ask: Ask, read: Json) -> Json:
    made: Json = {}
    if unknown := sorted(read.keys() - {"type", "id", "geometry", "properties", "links"}):
        raise _wrong(
            unknown[0], Text("membre inconnu d'un objet GeoJSON", "unknown member of a GeoJSON feature")
        )
    if read.get("id") is not None and _id(read["id"]) != ask.path["feature"]:
        raise _wrong("id", Text("l'identifiant ne change pas", "the identifier does not change"))
    if "geometry" in read:
        made["geometry"] = _geometry(ask, read["geometry"])
    if "properties" in read:
        given = read["properties"]
        if not isinstance(given, dict):
            raise _wrong("properties", Text("un objet est attendu", "an object is expected"))
        made["properties"] = _properties(ask.collection, given)
        _keep_required(ask.collection, given)
    return made


def _keep_required(collection: Collection, given: Mapping[str, Any]) -> None:
    for each in collection.properties:
        if each.required and each.name in given and given[each.name] is None:
            raise _wrong(f"properties.{each.name}", Text("propriété obligatoire", "required property"))


def _id(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "" or "\0" in str(value):
        raise _wrong("id", Text("un texte ou un entier est attendu", "a string or an integer is expected"))
    return str(value)


def _properties(collection: Collection, given: Mapping[str, Any]) -> Json:
    for name, value in given.items():
        known = collection.property(name)
        if known is None:
            names = ", ".join(each.name for each in collection.properties)
            raise _wrong(
                f"properties.{name}",
                Text("propriété inconnue", "unknown property"),
                Text(f"propriétés : {names}", f"properties: {names}"),
            )
        if value is not None and not _fits(known, value):
            raise _wrong(
                f"properties.{name}",
                Text("cette valeur ne convient pas", "this value does not fit"),
                Text(f"attendu : {known.kind}", f"expected: {known.kind}"),
            )
    return dict(given)


def _fits(known: Property, value: Any) -> bool:
    if known.values and str(value) not in known.values:
        return False
    match known.kind:
        case Kind.STRING:
            return isinstance(value, str) and "\0" not in value
        case Kind.INTEGER:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and -(2**63) <= value < 2**63
        case Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.DATE:
            return isinstance(value, str) and len(value) == 10 and _reads(date, value)
        case Kind.INSTANT:
            return isinstance(value, str) and len(value) > 10 and _reads(datetime, value)
        case Kind.JSON:
            return isinstance(value, dict | list)


def _reads(kind: type[date], value: str) -> bool:
    try:
        kind.fromisoformat(value)
    except ValueError:
        return False
    return True


def _geometry(ask: Ask, given: Any) -> Json | None:
    """A GeoJSON geometry in CRS84, whatever the CRS it came in (Content-Crs)."""
    if given is None:
        return None
    collection = ask.collection
    read = _shape(given)
    kind = NAMES.get(given.get("type", ""), GeometryKind.ANY)
    if collection.geometry not in (kind, GeometryKind.ANY):
        expected = collection.geometry.value or "null"
        raise _wrong(
            "geometry.type",
            Text(f"« {given.get('type')} » ne convient pas", f"“{given.get('type')}” does not fit"),
            Text(f"attendu : {expected}", f"expected: {expected}"),
        )
    crs = known_crs("Content-Crs", ask.headers.get("content-crs", "").strip(" <>") or crss.CRS84, collection)
    if crs not in LONGITUDE_FIRST:
        read = _to_crs84(read, crs)
    bounds = read.bounds
    if not all(math.isfinite(bound) for bound in bounds) or bounds[1] < -90 or bounds[3] > 90:
        raise _wrong("geometry.coordinates", Text("hors du monde", "off the globe"))
    shown: Json = json.loads(shapely.to_geojson(read))
    return shown


def _shape(given: Any) -> Any:
    try:
        read = shapely.from_geojson(msgspec.json.encode(given).decode())
    except (shapely.GEOSException, TypeError, ValueError) as error:
        raise _wrong(
            "geometry", Text(f"géométrie illisible ({error})", f"unreadable geometry ({error})")
        ) from error
    if read is None or read.is_empty:
        raise _wrong("geometry", Text("géométrie vide", "empty geometry"), Text("écrire null", "write null"))
    if not read.is_valid:
        reason = shapely.is_valid_reason(read)
        raise _wrong("geometry", Text(f"géométrie non valide ({reason})", f"invalid geometry ({reason})"))
    return read


def _to_crs84(read: Any, crs: str) -> Any:
    from cicclo.features.reprojection import reproject  # noqa: PLC0415 - rarely needed

    if crss.northing_first(crs):
        read = shapely.transform(read, lambda points: points[:, ::-1])
    return reproject(np.array([read], dtype=object), crs, crss.CRS84)[0]


def _wrong(at: str, message: Text, remedy: Text = NOTHING) -> BadInput:
    return BadInput(message, at=at, remedy=remedy)
