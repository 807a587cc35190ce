"""A correct OGC API Features service in memory: Parts 1 and 2, two collections, real behaviour of parameters."""

from typing import Any
from urllib.parse import unquote, urlsplit

from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example/ogcapi"
GEOJSON = "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CONFORMS_TO = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
]


def link(path: str, rel: str, media_type: str = "application/json") -> dict[str, str]:
    return {"href": BASE + path, "rel": rel, "type": media_type, "title": rel}


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/")


def handle(request: Request) -> Reply | None:
    path = unquote(urlsplit(request.url).path.removeprefix("/ogcapi")).rstrip("/")
    if request.method not in ("GET", "HEAD"):
        return Reply(405, {"allow": "GET, HEAD"})
    if path == "/robots.txt":
        return None
    reply = _resource(path, query(request))
    cors = {"access-control-allow-origin": "*", "access-control-expose-headers": "Content-Crs, Link"}
    return Reply(reply.status, {**reply.headers, **cors}, reply.body) if reply else None


def _resource(path: str, params: dict[str, str]) -> Reply | None:
    match path.split("/")[1:]:
        case []:
            return Reply.json(landing())
        case ["conformance"]:
            return Reply.json({"conformsTo": CONFORMS_TO})
    return None


def landing() -> dict[str, Any]:
    return {
        "title": "Service d'exemple",
        "description": "Un service correct",
        "links": [
            link("/", "self"),
            link("/api", "service-desc", OPENAPI),
            link("/conformance", "conformance"),
            link("/collections", "data"),
        ],
    }
