"""A service with correct manners: https, redirects, caches, compression, languages, CORS."""

import gzip
import hashlib
import json
from urllib.parse import urlsplit, urlunsplit

from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

# the checks of HTTP bind every protocol; this example is read as one of them
PROTOCOL = "ogcapi"
BASE = "https://good.example"
TITLES = {"fr": "Données de la région", "en": "Data of the region"}
MANNERS = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "access-control-allow-origin": "*",
    "cache-control": "public, max-age=60",
    "server": "nginx",
}


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/")


def handle(request: Request) -> Reply:
    parts = urlsplit(request.url)
    if parts.scheme == "http":
        return Reply(301, {"location": urlunsplit(("https", *parts[1:])), "content-length": "0"})
    if request.method == "OPTIONS":
        allowed = {
            "access-control-allow-methods": "GET, HEAD, OPTIONS",
            "access-control-allow-headers": "Content-Type, Range",
        }
        return Reply(204, {**MANNERS, **allowed})
    if parts.path == "/robots.txt":
        return Reply.text("User-agent: *\nDisallow: /admin/\n")
    if parts.path == "/conformance":
        return _document({"conformsTo": []}, request)
    if parts.path != "/":
        return Reply(
            404,
            {**MANNERS, "content-type": "application/problem+json"},
            b'{"title": "Not found", "status": 404}',
        )
    return _document(landing("en" if request.header("accept-language").startswith("en") else "fr"), request)


def landing(language: str) -> dict[str, object]:
    links = [{"href": f"{BASE}/conformance", "rel": "conformance"}, {"href": f"{BASE}/", "rel": "self"}]
    return {
        "title": TITLES[language],
        "description": "Réponses correctes. " * 120,
        "language": language,
        "links": links,
    }


def _document(document: dict[str, object], request: Request) -> Reply:
    plain = json.dumps(document, ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(plain).hexdigest()[:16]}"'
    headers = {**MANNERS, "etag": etag, "vary": "Accept-Encoding, Accept-Language"}
    if request.header("if-none-match") == etag:
        return Reply(304, headers)
    headers |= {
        "content-type": "application/json; charset=utf-8",
        "content-language": str(document.get("language", "fr")),
    }
    if len(plain) < 1000:
        return Reply(200, {**headers, "content-length": str(len(plain))}, plain)
    return Reply(200, {**headers, "content-encoding": "gzip"}, gzip.compress(plain, mtime=0))
