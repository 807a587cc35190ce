"""WFS 1.0, 1.1 and 2.0: capabilities, feature types, and how to ask for features in each version."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.text import Text
from cicclo.probes.documents import local
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols._ows import Box, Identification, Operation, Root, children, find, href, text
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer

VERSIONS = ("2.0.0", "1.1.0", "1.0.0")


@dataclass(slots=True)
class FeatureType:
    """One feature type as announced; `crs` starts with the default one."""

    name: str
    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    crs: tuple[str, ...] = ()
    bbox: Box | None = None
    metadata: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()


@dataclass(slots=True)
class Wfs(Service):
    """A capabilities document, read once. `version` is the one the service answered, used in all requests."""

    about: Identification = field(default_factory=Identification)
    operations: dict[str, Operation] = field(default_factory=dict)
    types: list[FeatureType] = field(default_factory=list)
    formats: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    count_default: int | None = None

    @property
    def url(self) -> str:
        return self.endpoint.url

    @property
    def is_2(self) -> bool:
        return self.version.startswith("2.")

    @property
    def json_format(self) -> str:
        """The format to ask GeoJSON with, as announced; empty when there is none."""
        ranked = sorted((f for f in self.formats if _is_json(f)), key=lambda f: "geo" not in f.lower())
        return ranked[0] if ranked else ""

    def ask(self, request: str, **more: Any) -> dict[str, Any]:
        """Parameters of a request in the version of the service."""
        return {"SERVICE": "WFS", "VERSION": self.version, "REQUEST": request, **more}

    def features(self, name: str, *, count: int | None = None, **more: Any) -> dict[str, Any]:
        """Parameters of GetFeature: the names of the type and of the count differ between versions."""
        names = {"TYPENAMES" if self.is_2 else "TYPENAME": name}
        limit = {} if count is None else {"COUNT" if self.is_2 else "MAXFEATURES": count}
        return self.ask("GetFeature", **names, **limit, **more)


def capabilities_url(url: str, version: str = "") -> str:
    """Both names of the version are sent: VERSION is what clients send, ACCEPTVERSIONS what OWS Common says."""
    versions = {"VERSION": version, "ACCEPTVERSIONS": version} if version else {}
    return with_params(url, {"SERVICE": "WFS", "REQUEST": "GetCapabilities", **versions})


async def read(endpoint: Endpoint, ask: Ask) -> Wfs:
    root = await _ows.document(ask, capabilities_url(endpoint.url), {}, "WFS_Capabilities")
    return parse(endpoint, root)


def parse(endpoint: Endpoint, root: Root) -> Wfs:
    """Read a capabilities document of any version."""
    version = root.get("version", "") or VERSIONS[0]
    old = version.startswith("1.0")
    wfs = Wfs(endpoint, version=version)
    wfs.about = _identification_1_0(root) if old else _ows.identification(root)
    wfs.operations = _operations_1_0(root) if old else _ows.operations(root, endpoint.url)
    wfs.types = [_feature_type(element) for element in children(find(root, "FeatureTypeList"), "FeatureType")]
    wfs.formats = wfs.operations.get("GetFeature", Operation("")).parameters.get("outputformat", ())
    wfs.versions = _versions(wfs)
    wfs.title = wfs.about.title
    wfs.count_default = _ows.integer(
        _constraint(wfs, "countdefault") or _constraint(wfs, "defaultmaxfeatures")
    )
    wfs.claims = _claims(wfs)
    wfs.members = {"type": [feature_type for feature_type in wfs.types if feature_type.name]}
    return wfs


def _versions(wfs: Wfs) -> tuple[str, ...]:
    accepted = wfs.operations.get("GetCapabilities", Operation("")).parameters.get("acceptversions", ())
    known = {version for version in (*wfs.about.versions, *accepted, wfs.version) if version in VERSIONS}
    return tuple(sorted(known)) or (wfs.version,)


def _constraint(wfs: Wfs, name: str) -> str:
    for operation in (wfs.operations.get("GetFeature"), wfs.operations.get("")):
        if operation and operation.constraints.get(name):
            return operation.constraints[name]
    return ""


def _claims(wfs: Wfs) -> frozenset[str]:
    service = wfs.operations.get("", Operation("")).constraints
    found = {f"wfs/{_cased(name)}" for name, value in service.items() if value.upper() == "TRUE"}
    found |= {f"wfs/version/{version}" for version in wfs.versions}
    found |= {f"wfs/{name}" for name in wfs.operations if name}
    found |= {"wfs/post"} if wfs.operations.get("GetFeature", Operation("")).post else set()
    return frozenset(found | ({"wfs/json"} if wfs.json_format else set()))


def _cased(name: str) -> str:
    """Constraints are kept in lower case; the one that others look for is written as in the standard."""
    return {"implementsresultpaging": "ImplementsResultPaging"}.get(name, name)


def _feature_type(element: Root) -> FeatureType:
    crs = [
        text(e)
        for name in ("DefaultCRS", "DefaultSRS", "SRS", "OtherCRS", "OtherSRS")
        for e in children(element, name)
    ]
    words = [
        text(e) for group in children(element, "Keywords") for e in children(group, "Keyword") or [group]
    ]
    links = [href(e) or text(e) for e in children(element, "MetadataURL")]
    return FeatureType(
        text(element, "Name"),
        text(element, "Title"),
        text(element, "Abstract"),
        tuple(word for word in words if word),
        tuple(identifier for identifier in crs if identifier),
        _ows.wgs84_box(element) or _box_1_0(element),
        tuple(link for link in links if link),
        tuple(text(e) for e in children(find(element, "OutputFormats"), "Format")),
    )


def _box_1_0(element: Root) -> Box | None:
    found = find(element, "LatLongBoundingBox")
    return None if found is None else _ows.box(found.get(name) for name in ("minx", "miny", "maxx", "maxy"))


def _identification_1_0(root: Root) -> Identification:
    service = find(root, "Service")
    words = tuple(word.strip() for word in re.split(r"[,;]", text(service, "Keywords")) if word.strip())
    return Identification(
        text(service, "Title"),
        text(service, "Abstract"),
        words,
        text(service, "Fees"),
        text(service, "AccessConstraints"),
    )


def _operations_1_0(root: Root) -> dict[str, Operation]:
    found = {"": Operation("")}
    requests = find(root, "Capability", "Request")
    for element in [] if requests is None else requests:
        name = local(element)
        if not name:
            continue
        addresses: dict[str, str] = {}
        for method in _ows.descendants(element, "Get", "Post"):
            addresses.setdefault(local(method), href(method))
        formats = tuple(
            local(child) for group in children(element, "ResultFormat") for child in group if local(child)
        )
        found[name] = Operation(
            name, addresses.get("Get", ""), addresses.get("Post", ""), {"outputformat": formats}
        )
    return found


def _is_json(output_format: str) -> bool:
    name = output_format.lower()
    return "json" in name and "jsonp" not in name and "javascript" not in name


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A capabilities document, or the exception report of a request that was not GetCapabilities."""
    root = _ows.capabilities_root(answer, "WFS_Capabilities")
    if root is not None:
        title = text(root, "ServiceIdentification", "Title") or text(root, "Service", "Title")
        return (Endpoint("wfs", _ows.base_of(answer.url), "address", title, root.get("version", "")),)
    report = _ows.exception_of(answer)
    if report is None or _ows.requested(answer.url, "request") == "getcapabilities":
        return ()
    asked = _ows.requested(answer.url, "service")
    if asked == "wfs" or (not asked and re.search(r"(?i)wfs", report.text)):
        return (Endpoint("wfs", _ows.base_of(answer.url), "address"),)
    return ()


def guesses(url: str) -> Sequence[str]:
    """The address itself, then where servers put their WFS."""
    return _ows.capabilities_addresses(
        url, "WFS", ("/geoserver/ows", "/geoserver/wfs", "/cgi-bin/mapserv", "/wfs")
    )


PROTOCOLS.add(
    Protocol(
        "wfs",
        Text("WFS", "WFS"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda feature_type: feature_type.name,
        entry="wfs/capabilities/readable",
    )
)
