"""Changing features (OGC 20-002r1): who may, what is a feature, and which revision is meant."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import msgspec
import numpy as np
import shapely

from cicclo.features.errors import Changed
from cicclo.features.guard import limited
from cicclo.features.model import Collection, GeometryKind, Kind, Property
from cicclo.features.parameters import LONGITUDE_FIRST, known_crs
from cicclo.features.ports import EditableStore
from cicclo.features.ready import no_feature
from cicclo.features.resources import Ask, Content, Json
from cicclo.features.service import Writer
from cicclo.kernel.errors import BadInput, NotAllowed
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss
from cicclo.web.problems import SignInNeeded

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


class RevisionNeeded(BadInput):
    slug = "revision-needed"
    title = Text("If-Match manque", "If-Match is missing")
    status = 428


def writer(ask: Ask) -> Writer:
    """Return who asks; raise SignInNeeded (401) for nobody we know, NotAllowed (403) for another collection's writer."""
    found = _known(ask.headers.get("authorization", ""), ask.service.writers)
    if found is None:
        raise SignInNeeded(
            Text("modifier demande un jeton ou un mot de passe", "editing needs a token or a password"),
            at="Authorization",
            remedy=Text("le demander à l'exploitant", "ask the operator for one"),
        )
    if found.collections and ask.path["collection"] not in found.collections:
        raise NotAllowed(
            Text(
                "cette collection n'est pas ouverte à ce compte",
                "this collection is not open to this account",
            ),
            at="Authorization",
        )
    return found


def _known(header: str, writers: tuple[Writer, ...]) -> Writer | None:
    scheme, _, value = header.partition(" ")
    name, secret = "", value.strip()
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
    elif scheme.lower() != "bearer":
        return None
    digest = hashlib.sha256(secret.encode()).hexdigest()
    found = None
    for each in writers:  # all of them, so that time tells nothing
        if hmac.compare_digest(each.digest.lower(), digest) and name in ("", each.name):
            found = each
    return found


def revision_of(header: str, current: str) -> str:
    """The revision that If-Match names, the current one if it is among several; weak tags never match."""
    if header.strip() == "*":
        return current
    named = [unquote(each.rpartition(".")[0]) for each in re.findall(r'(?<!W/)"([^"]*)"', header)]
    return current if current in named else (named[0] if named else "")


async def _revision(ask: Ask, store: EditableStore) -> str:
    """What to hand to the store as `if_match`; the store compares it once more, within its transaction."""
    header = ask.headers.get("if-match", "")
    async with limited(ask.service.limits.seconds):
        current = await store.revision(ask.path["feature"])
    if current is None:
        raise no_feature(ask.path["feature"])
    if not header:
        raise RevisionNeeded(
            Text("dire quelle révision est visée", "say which revision is meant"),
            at="If-Match",
            remedy=Text("l'ETag reçu avec l'objet", "the ETag received with the feature"),
        )
    named = revision_of(header, current)
    if named != current:
        raise Changed(
            Text("l'objet a changé depuis", "the feature has changed since"),
            at="If-Match",
            remedy=Text("le relire, puis recommencer", "read it again, then retry"),
        )
    return named


async def create(ask: Ask) -> Content:
    """POST on items → 201 and Location."""
    store = _editable(ask)
    feature = await _feature(ask)
    async with limited(ask.service.limits.seconds):
        name = await store.create(feature)
    where = ask.href("collections", ask.path["collection"], "items", name)
    return Content(b"", "", 201, (("Location", where), NO_STORE))


async def replace(ask: Ask) -> Content:
    """PUT on an item."""
    store = _editable(ask)
    named = await _revision(ask, store)
    feature = await _feature(ask)
    async with limited(ask.service.limits.seconds):
        done = await store.replace(ask.path["feature"], {**feature, "id": ask.path["feature"]}, named)
    return _done(ask, done=done)


async def update(ask: Ask) -> Content:
    """PATCH on an item (RFC 7396): what is left out stays."""
    store = _editable(ask)
    named = await _revision(ask, store)
    patch = await _patch(ask)
    async with limited(ask.service.limits.seconds):
        done = await store.update(ask.path["feature"], patch, named)
    return _done(ask, done=done)


async def delete(ask: Ask) -> Content:
    store = _editable(ask)
    named = await _revision(ask, store)
    async with limited(ask.service.limits.seconds):
        done = await store.delete(ask.path["feature"], named)
    return _done(ask, done=done)


NO_STORE = ("Cache-Control", "no-store")


def _done(ask: Ask, *, done: bool) -> Content:
    if not done:
        raise no_feature(ask.path["feature"])
    return Content(b"", "", 204, (NO_STORE,))


def _editable(ask: Ask) -> EditableStore:
    """The store, once the caller is known to be allowed: nothing of the request is read before."""
    writer(ask)
    store = ask.store
    assert isinstance(store, EditableStore)  # the route is only there for those
    return store


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


async def _feature(ask: Ask) -> Json:
    """A whole feature, checked; in a thread, since a geometry may be large."""
    return await asyncio.to_thread(_whole, ask, await _json(ask, FEATURE_TYPES))


def _whole(ask: Ask, read: Json) -> Json:
    collection = ask.collection
    if read.get("type") != "Feature":
        raise _wrong("type", Text("« Feature » est attendu", "“Feature” is expected"))
    given = read.get("properties") or {}
    if not isinstance(given, dict):
        raise _wrong("properties", Text("un objet est attendu", "an object is expected"))
    feature: Json = {
        "type": "Feature",
        "geometry": _geometry(ask, read.get("geometry")),
        "properties": _properties(collection, given),
    }
    for each in collection.properties:
        if each.required and given.get(each.name) is None:
            raise _wrong(f"properties.{each.name}", Text("propriété obligatoire", "required property"))
    if read.get("id") is not None:
        feature["id"] = _id(read["id"])
    return feature


async def _patch(ask: Ask) -> Json:
    return await asyncio.to_thread(_partial, ask, await _json(ask, PATCH_TYPES))


def _partial(ask: Ask, read: Json) -> Json:
    patch: Json = {}
    if unknown := sorted(read.keys() - {"type", "id", "geometry", "properties", "links"}):
        raise _wrong(
            unknown[0], Text("membre inconnu d'un objet GeoJSON", "unknown member of a GeoJSON feature")
        )
    if read.get("id") is not None and _id(read["id"]) != ask.path["feature"]:
        raise _wrong("id", Text("l'identifiant ne change pas", "the identifier does not change"))
    if "geometry" in read:
        patch["geometry"] = _geometry(ask, read["geometry"])
    if "properties" in read:
        given = read["properties"]
        if not isinstance(given, dict):
            raise _wrong("properties", Text("un objet est attendu", "an object is expected"))
        patch["properties"] = _properties(ask.collection, given)
        _keep_required(ask.collection, given)
    return patch


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
