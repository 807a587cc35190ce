"""Which service a link of a record leads to: CNIG writes URIs, GeoNetwork writes `OGC:WMS-1.3.0-http-get-map`."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from cicclo.probes.iso.parts import Link

_URI = re.compile(r"(?i)opengis\.net/def/(?:serviceType|interface)/ogc/(\w+)")
_LABEL = re.compile(
    r"(?i)^ogc:(wms-c|wms|wfs-g|wfs|wmts|wcs|csw|wps|sos|tms|owc|ows-c|wmc|3dtiles|sensorthings)"
)
_LONG = re.compile(
    r"(?i)web (map tile|map|feature|coverage) service|catalogue? service|ogc api|\b(wms|wfs|wmts|csw)\b"
)
_LONG_NAMES = {"map tile": "wmts", "map": "wms", "feature": "wfs", "coverage": "wcs"}
KNOWN_OTHERS = re.compile(
    r"(?i)^(www:|file:|db:|ftp|esri|doi|ogc|https?$|https?://|http\b|ssh|arcgis|atom|rfc|mailto|download|link|copyfile|network|"
    r"urn:|geojson|text/|application/|image/)|rfc[ -]?5023|atom|georss|stac|tile"
)


def kind_by_protocol(link: Link) -> str:
    """`wms`, `wfs`, `wmts`, `ogcapi`… from what the protocol element says, else empty."""
    return _kind(link.protocol.href) or _kind(link.protocol.text)


@lru_cache(maxsize=1024)
def _kind(said: str) -> str:
    if match := _URI.search(said):
        return match[1].lower()
    if match := _LABEL.match(said):
        return {"wms-c": "wms", "wfs-g": "wfs"}.get(match[1].lower(), match[1].lower())
    if match := _LONG.search(said):
        word = match[0].lower()
        return (
            "ogcapi"
            if "ogc api" in word
            else (match[2] or _LONG_NAMES.get((match[1] or "").lower(), "csw")).lower()
        )
    return ""


def kind_by_url(url: str) -> str:
    """`wms`, `wfs`… when the query of an address names the service, else empty."""
    for name, value in query(url):
        if name == "service" and value.lower() in ("wms", "wfs", "wmts", "wcs", "csw"):
            return value.lower()
    return ""


@lru_cache(maxsize=4096)
def query(url: str) -> list[tuple[str, str]]:
    try:
        return [
            (name.lower(), value) for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ]
    except ValueError:
        return []


@lru_cache(maxsize=4096)
def host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


@lru_cache(maxsize=4096)
def is_private_host(name: str) -> bool:
    """Tell whether nobody outside can reach a host: localhost, private addresses, names without a domain."""
    try:
        address = ip_address(name.strip("[]"))
    except ValueError:
        return (
            name == "localhost"
            or "." not in name
            or name.endswith((".local", ".localhost", ".lan", ".internal", ".intra", ".localdomain"))
        )
    return not address.is_global
