"""WMS 1.1.1 and 1.3.0: capabilities, layers with what they inherit, and GetMap in each version."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.ogc import crs
from cicclo.probes.documents import local
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols._ows import Box, Identification, Operation, Root, children, find, href, text
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer

VERSIONS = ("1.1.1", "1.3.0")
ROOTS = ("WMS_Capabilities", "WMT_MS_Capabilities")
SIDE = 256  # pixels


@dataclass(slots=True)
class Layer:
    """One layer as announced, with what it inherits from its parents (OGC 06-042, table 7)."""

    name: str
    title: str = ""
    abstract: str = ""
    crs: tuple[str, ...] = ()
    bbox: Box | None = None
    queryable: bool = False
    styles: tuple[str, ...] = ()
    legends: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    time: str = ""
    time_default: str = ""
    is_leaf: bool = True

    def offers(self, code: str) -> bool:
        return any(crs.code(identifier) == code for identifier in self.crs)


@dataclass(slots=True)
class Wms(Service):
    """A capabilities document, read once. `version` is the one the service answered."""

    about: Identification = field(default_factory=Identification)
    operations: dict[str, Operation] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    formats: tuple[str, ...] = ()
    info_formats: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return self.endpoint.url

    def image_format(self, wanted: str = "image/png") -> str:
        """The wanted format if it is announced, else the first image format."""
        images = [name for name in self.formats if name.startswith("image/")]
        return wanted if wanted in images or not images else images[0]

    def map(self, layer: Layer, code: str, box: Box, *, version: str = "", **more: Any) -> dict[str, Any]:
        """Parameters of GetMap. `box` is west, south, east, north: axes are put in the order of the version."""
        version = version or self.version
        new = version.startswith("1.3")
        axes = (box[1], box[0], box[3], box[2]) if new and crs.northing_first(code) else box
        return {
            "SERVICE": "WMS",
            "VERSION": version,
            "REQUEST": "GetMap",
            "LAYERS": layer.name,
            "STYLES": "",
            "CRS" if new else "SRS": code,
            "BBOX": ",".join(f"{value:.10g}" for value in axes),
            "WIDTH": SIDE,
            "HEIGHT": SIDE,
            "FORMAT": self.image_format(),
            **more,
        }


def capabilities_url(url: str, version: str = "") -> str:
    return with_params(url, {"SERVICE": "WMS", "REQUEST": "GetCapabilities", "VERSION": version or None})


async def read(endpoint: Endpoint, ask: Ask) -> Wms:
    return parse(endpoint, await _ows.document(ask, capabilities_url(endpoint.url), {}, *ROOTS))


def parse(endpoint: Endpoint, root: Root) -> Wms:
    """Read a capabilities document of either version."""
    wms = Wms(endpoint, version=root.get("version", "") or "1.3.0")
    wms.about = _identification(root)
    wms.title = wms.about.title
    wms.operations, formats = _operations(root, endpoint.url)
    wms.formats, wms.info_formats = formats.get("GetMap", ()), formats.get("GetFeatureInfo", ())
    wms.layers = [
        layer for top in children(find(root, "Capability"), "Layer") for layer in _layers(top, Layer(""))
    ]
    wms.claims = frozenset({f"wms/version/{wms.version}", *(f"wms/{name}" for name in wms.operations)})
    named = [layer for layer in wms.layers if layer.name]
    wms.members = {"layer": [layer for layer in named if layer.is_leaf] or named}
    return wms


def _identification(root: Root) -> Identification:
    service = find(root, "Service")
    words = tuple(word for word in map(text, children(find(service, "KeywordList"), "Keyword")) if word)
    return Identification(
        text(service, "Title"),
        text(service, "Abstract"),
        words,
        text(service, "Fees"),
        text(service, "AccessConstraints"),
    )


def _operations(root: Root, base: str) -> tuple[dict[str, Operation], dict[str, tuple[str, ...]]]:
    found, formats = {}, {}
    requests = find(root, "Capability", "Request")
    for element in [] if requests is None else requests.iterchildren(etree.Element):
        name = local(element)
        http = find(element, "DCPType", "HTTP")
        get, post = (href(find(http, method, "OnlineResource")) for method in ("Get", "Post"))
        found[name] = Operation(name, _ows.absolute(get, base), _ows.absolute(post, base))
        formats[name] = tuple(text(child) for child in children(element, "Format"))
    return found, formats


def _layers(element: Root, parent: Layer) -> Iterator[Layer]:
    """A layer and those inside it, each with what it inherits."""
    inside = children(element, "Layer")
    layer = _layer(element, parent)
    layer.is_leaf = not inside
    yield layer
    for child in inside:
        yield from _layers(child, layer)


def _layer(element: Root, parent: Layer) -> Layer:
    own = [name for tag in ("CRS", "SRS") for e in children(element, tag) for name in text(e).split()]
    styles = children(element, "Style")
    legends = [
        href(find(legend, "OnlineResource")) for style in styles for legend in children(style, "LegendURL")
    ]
    time = next((e for e in children(element, "Dimension") if e.get("name", "").lower() == "time"), None)
    extent = next((e for e in children(element, "Extent") if e.get("name", "").lower() == "time"), time)
    return Layer(
        text(element, "Name"),
        text(element, "Title"),
        text(element, "Abstract"),
        tuple(dict.fromkeys((*own, *parent.crs))),
        _box(element) or parent.bbox,
        (element.get("queryable") or str(int(parent.queryable))) in ("1", "true"),
        (*(text(style, "Name") for style in styles), *parent.styles),
        (*(legend for legend in legends if legend), *parent.legends),
        tuple(
            filter(None, (href(find(link, "OnlineResource")) for link in children(element, "MetadataURL")))
        ),
        text(extent) if extent is not None else parent.time,
        extent.get("default", "") if extent is not None else parent.time_default,
    )


def _box(element: Root) -> Box | None:
    new = find(element, "EX_GeographicBoundingBox")
    if new is not None:
        sides = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
        return _ows.box(text(new, side) for side in sides)
    old = find(element, "LatLonBoundingBox")
    return None if old is None else _ows.box(old.get(name) for name in ("minx", "miny", "maxx", "maxy"))


def projected(box: Box, code: str) -> Box | None:
    """A geographic box in another system, easting first; None when it falls outside."""
    transformer = crs.from_crs84(code)
    if transformer is None:
        return None
    west, south, east, north = transformer.transform_bounds(*box, densify_pts=5)
    found = (south, west, north, east) if crs.northing_first(code) else (west, south, east, north)
    return (
        found
        if all(abs(value) < float("inf") for value in found) and found[0] < found[2] and found[1] < found[3]
        else None
    )


def middle(box: Box) -> Box:
    """A square around the centre, of the smaller side, never empty nor near the poles: all systems can draw it."""
    longitude, latitude = _ows.centre(box)
    half = min(max(min(box[2] - box[0], box[3] - box[1]) / 2, 0.005), 40.0)
    latitude = min(max(latitude, half - 85), 85 - half)
    return longitude - half, latitude - half, longitude + half, latitude + half


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A capabilities document, or the exception report of a request that was not GetCapabilities."""
    root = _ows.capabilities_root(answer, *ROOTS)
    if root is not None:
        return (
            Endpoint(
                "wms",
                _ows.base_of(answer.url),
                "address",
                text(root, "Service", "Title"),
                root.get("version", ""),
            ),
        )
    report = _ows.exception_of(answer)
    if report is None or _ows.requested(answer.url, "request").endswith("capabilities"):
        return ()
    asked = _ows.requested(answer.url, "service")
    if asked == "wms" or (not asked and re.search(r"(?i)wms", report.text)):
        return (Endpoint("wms", _ows.base_of(answer.url), "address"),)
    return ()


def guesses(url: str) -> Sequence[str]:
    """The address itself, then where servers put their WMS."""
    return _ows.capabilities_addresses(
        url, "WMS", ("/geoserver/ows", "/geoserver/wms", "/cgi-bin/mapserv", "/wms")
    )


PROTOCOLS.add(
    Protocol(
        "wms",
        Text("WMS", "WMS"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda layer: layer.name,
        entry="wms/capabilities/readable",
    )
)
