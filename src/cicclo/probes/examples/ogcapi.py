"""A correct OGC API Features service in memory: Parts 1, 2, 3 and 5, INSPIRE links, real behaviour of parameters."""

from typing import Any
from urllib.parse import unquote, urlsplit

from cicclo.probes.examples._ogcapi_data import COLLECTIONS, CRS, CRS84, Collection
from cicclo.probes.examples._ogcapi_items import CSV, GEOJSON, HTML, JSONFG, ParameterError, item, items
from cicclo.probes.examples._ogcapi_openapi import document
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example/ogcapi"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
SCHEMA = "application/schema+json"
REL = "http://www.opengis.net/def/rel/ogc/1.0/"
_SPEC = "http://www.opengis.net/spec/"
CONFORMS_TO = [
    *(
        f"{_SPEC}ogcapi-common-1/1.0/conf/{name}"
        for name in ("core", "landing-page", "json", "html", "oas30")
    ),
    f"{_SPEC}ogcapi-common-2/1.0/conf/collections",
    *(f"{_SPEC}ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")),
    f"{_SPEC}ogcapi-features-2/1.0/conf/crs",
    *(
        f"{_SPEC}ogcapi-features-3/1.0/conf/{name}"
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        f"{_SPEC}cql2/1.0/conf/{name}"
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "basic-spatial-functions",
            "case-insensitive-comparison",
            "advanced-comparison-operators",
        )
    ),
    f"{_SPEC}ogcapi-common-3/1.0/conf/schemas",
    f"{_SPEC}json-fg-1/1.0/conf/core",
    *(
        f"http://inspire.ec.europa.eu/id/spec/oapif-download/1.0/req/{name}"
        for name in ("pre-defined", "multilinguality", "geojson", "bulk-download", "inspire-crs")
    ),
]
METADATA = b"""<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>exemple</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>"""
_BY_FORMAT = {"json": "application/json", "html": HTML, "csv": CSV, "jsonfg": JSONFG}


def link(path: str, rel: str, media_type: str = "application/json", **more: str) -> dict[str, str]:
    return {"href": BASE + path, "rel": rel, "type": media_type, "title": rel, **more}


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/")


def handle(request: Request) -> Reply | None:
    path = unquote(urlsplit(request.url).path.removeprefix("/ogcapi")).rstrip("/")
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        return Reply(405, {"allow": "GET, HEAD"})
    if path == "/robots.txt":
        return None
    try:
        reply = _resource(path, query(request), request)
    except ParameterError as error:
        reply = Reply.json({"code": "InvalidParameterValue", "description": str(error)}, status=400)
    reply = reply or Reply.json({"code": "NotFound", "description": path}, status=404)
    language = "en" if request.header("accept-language").startswith("en") else "fr"
    cors = {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "Content-Crs, Link",
        "content-language": language,
    }
    return Reply(reply.status, {**reply.headers, **cors}, reply.body)


def _resource(path: str, params: dict[str, str], request: Request) -> Reply | None:
    match path.split("/")[1:]:
        case ["collections", name, "items"] if name in COLLECTIONS:
            return items(
                COLLECTIONS[name], params, _chosen(request, params, [GEOJSON, JSONFG, CSV, HTML]), BASE
            )
        case ["collections", name, "items", feature] if name in COLLECTIONS:
            return item(
                COLLECTIONS[name], feature, params, _chosen(request, params, [GEOJSON, JSONFG, HTML]), BASE
            )
        case ["collections", name, "queryables"] if name in COLLECTIONS:
            return Reply.json(_schema(COLLECTIONS[name], "queryables"), SCHEMA)
        case ["collections", name, "schema"] if name in COLLECTIONS:
            return Reply.json(_schema(COLLECTIONS[name], "schema"), SCHEMA)
        case ["api"]:
            return Reply.json(document(BASE), OPENAPI)
        case ["metadata.xml"]:
            return Reply.xml(METADATA)
        case ["licence"]:
            return Reply.text("Licence Ouverte 2.0")
        case ["all.gpkg"]:
            return Reply(
                200, {"content-type": "application/geopackage+sqlite3", "content-length": "4096"}, bytes(4096)
            )
    found = _document(path)
    if found is None:
        return None
    if _chosen(request, params, ["application/json", HTML]) == HTML:
        return Reply.text(
            f"<!doctype html><html lang=fr><title>{path}</title><h1>Service d'exemple</h1></html>", HTML
        )
    return Reply.json(found)


def _document(path: str) -> dict[str, Any] | None:
    match path.split("/")[1:]:
        case []:
            return landing()
        case ["conformance"]:
            return {
                "conformsTo": CONFORMS_TO,
                "links": [link("/conformance", "self"), link("/conformance?f=html", "alternate", HTML)],
            }
        case ["collections"]:
            return collections()
        case ["collections", name] if name in COLLECTIONS:
            return collection(COLLECTIONS[name])
    return None


def _chosen(request: Request, params: dict[str, str], offered: list[str]) -> str:
    """The representation asked for by `f`, else the first of Accept that is offered, else the first offered."""
    if "f" in params:
        wanted = _BY_FORMAT.get(params["f"], "")
        return wanted if wanted in offered else offered[0]
    for part in request.header("accept").split(","):
        if part.split(";")[0].strip() in offered:
            return part.split(";")[0].strip()
    return offered[0]


def landing() -> dict[str, Any]:
    return {
        "title": "Service d'exemple",
        "description": "Un service correct",
        "links": [
            link("/", "self"),
            link("/api", "service-desc", OPENAPI),
            link("/conformance", "conformance"),
            link("/collections", "data"),
            link("/?f=html", "alternate", HTML),
        ],
    }


def collections() -> dict[str, Any]:
    return {
        "links": [
            link("/collections", "self"),
            link("/collections?f=html", "alternate", HTML),
            link("/metadata.xml", "describedby", "application/xml"),
            link("/licence", "license", "text/plain"),
            link("/all.gpkg", "enclosure", "application/geopackage+sqlite3", hreflang="fr"),
        ],
        "crs": list(CRS),
        "collections": [collection(one) for one in COLLECTIONS.values()],
    }


def collection(one: Collection) -> dict[str, Any]:
    path = f"/collections/{one.id}"
    extent: dict[str, Any] = {"spatial": {"bbox": [list(one.bbox)], "crs": CRS84}}
    if one.interval:
        extent["temporal"] = {"interval": [list(one.interval)]}
    return {
        "id": one.id,
        "title": one.title,
        "description": one.title,
        "itemType": "feature",
        "extent": extent,
        "crs": ["#/crs"] if one.interval is None else list(CRS),
        "storageCrs": CRS84,
        "links": [
            link(path, "self"),
            link(f"{path}?f=html", "alternate", HTML),
            link(f"{path}/items", "items", GEOJSON),
            link(f"{path}/items?f=jsonfg", "items", JSONFG),
            link(f"{path}/items?f=csv", "items", CSV),
            link(f"{path}/items?f=html", "items", HTML),
            link(f"{path}/queryables", REL + "queryables", SCHEMA),
            link(f"{path}/schema", REL + "schema", SCHEMA),
        ],
    }


def _schema(one: Collection, kind: str) -> dict[str, Any]:
    fid = {"id": {"type": "string", "x-ogc-role": "id"}} if kind == "schema" else {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}/collections/{one.id}/{kind}",
        "type": "object",
        "title": one.title,
        "properties": {
            **fid,
            "geometry": {"format": one.geometry, "x-ogc-role": "primary-geometry"},
            **one.properties,
        },
        "additionalProperties": False,
    }
