"""What WFS, WMS and WMTS share: addresses, operations, identification, exception reports.

Element names are compared without their namespace, which changes from one version to the next.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.probes.documents import is_ows_exception, local, success, xml_of
from cicclo.probes.errors import BadDocument, Unusable
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer

# Parameters of one request; anything else in an address (`map=`, a key) belongs to the address of the service.
_OF_A_REQUEST = frozenset(
    re.findall(
        r"\w+",
        "service request version wmtver acceptversions acceptformats sections updatesequence typename typenames layers layer "
        "styles style format outputformat crs srs srsname bbox width height count maxfeatures startindex resulttype "
        "namespaces namespace transparent bgcolor exceptions tilematrixset tilematrix tilerow tilecol query_layers info_format "
        "feature_count i j x y propertyname filter cql_filter featureid resourceid sld_version",
    )
)

Box = tuple[float, float, float, float]
Root: TypeAlias = etree._Element  # noqa: SLF001 - the only public name lxml gives it


@dataclass(slots=True)
class Operation:
    """An operation announced: addresses, and values of parameters and constraints by name in lower case."""

    name: str
    get: str = ""
    post: str = ""
    parameters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Identification:
    """What the service says of itself."""

    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    fees: str = ""
    access_constraints: str = ""
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """An exception report: its first code and text."""

    code: str
    text: str


def children(element: Root | None, name: str) -> list[Root]:
    """Children of that name, whatever their namespace."""
    return [] if element is None else [child for child in element if local(child) == name]


def find(element: Root | None, *path: str) -> Root | None:
    """The first descendant along a path of names."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def text(element: Root | None, *path: str) -> str:
    """Text of the element at a path, spaces folded; empty when there is none."""
    found = find(element, *path)
    return (
        " ".join("".join(str(part) for part in found.itertext(etree.Element)).split())
        if found is not None
        else ""
    )


def descendants(element: Root, *names: str) -> Iterator[Root]:
    """Every descendant with one of those names, in document order."""
    return (found for found in element.iter(etree.Element) if local(found) in names)


def href(element: Root | None) -> str:
    """Value of xlink:href (or onlineResource of WFS 1.0), with or without its namespace."""
    if element is None:
        return ""
    for name, value in element.attrib.items():
        if etree.QName(name).localname in ("href", "onlineResource"):
            return str(value).strip()
    return ""


def number(raw: str | None) -> float | None:
    """A finite number, or None for anything else."""
    try:
        value = float((raw or "").strip())
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def integer(raw: str | None) -> int | None:
    """A whole number written with digits, or None."""
    written = (raw or "").strip()
    return int(written) if re.fullmatch(r"\d{1,18}", written) else None


def box(values: Iterable[str | None]) -> Box | None:
    """Four numbers as a box, or None."""
    read = [value for value in map(number, values) if value is not None]
    return (read[0], read[1], read[2], read[3]) if len(read) == 4 else None


def wgs84_box(element: Root) -> Box | None:
    """The ows:WGS84BoundingBox of a type or layer: west, south, east, north."""
    corners = (
        text(element, "WGS84BoundingBox", "LowerCorner"),
        text(element, "WGS84BoundingBox", "UpperCorner"),
    )
    return box(" ".join(corners).split())


def box_fault(found: Box | None) -> Text | None:
    """What is wrong with a box in degrees, if anything."""
    if found is None:
        return Text("emprise géographique absente ou illisible", "no readable geographic bounding box")
    west, south, east, north = found
    written = f"{west:g} {south:g} {east:g} {north:g}"
    if not (
        -180.001 <= west <= 180.001
        and -180.001 <= east <= 180.001
        and -90.001 <= south <= 90.001
        and -90.001 <= north <= 90.001
    ):
        return Text(f"emprise hors de ±180°, ±90° : {written}", f"box outside ±180°, ±90°: {written}")
    if south > north or west > east:
        return Text(f"emprise à l'envers : {written}", f"box upside down: {written}")
    return None


def centre(found: Box) -> tuple[float, float]:
    return (found[0] + found[2]) / 2, (found[1] + found[3]) / 2


def identification(root: Root) -> Identification:
    """Read ows:ServiceIdentification (WFS 1.1 and later, WMTS)."""
    about = find(root, "ServiceIdentification")
    return Identification(
        text(about, "Title"),
        text(about, "Abstract"),
        tuple(
            word
            for group in children(about, "Keywords")
            for word in map(text, children(group, "Keyword"))
            if word
        ),
        text(about, "Fees"),
        text(about, "AccessConstraints"),
        tuple(version for version in map(text, children(about, "ServiceTypeVersion")) if version),
    )


def operations(root: Root, base: str) -> dict[str, Operation]:
    """Read ows:OperationsMetadata; the constraints of the service are those of the operation with an empty name."""
    metadata = find(root, "OperationsMetadata")
    found = {"": Operation("", constraints=_constraints(metadata), parameters=_parameters(metadata))}
    for element in children(metadata, "Operation"):
        http = find(element, "DCP", "HTTP")
        name = element.get("name", "")
        found[name] = Operation(
            name,
            _address(find(http, "Get"), base),
            _address(find(http, "Post"), base),
            _parameters(element),
            _constraints(element),
        )
    return found


def _address(element: Root | None, base: str) -> str:
    return absolute(href(element), base)


def absolute(written: str, base: str) -> str:
    """A complete address, or what is written when it is no address."""
    try:
        return urljoin(base, written) if written else ""
    except ValueError:
        return written


def _parameters(element: Root | None) -> dict[str, tuple[str, ...]]:
    return {
        p.get("name", "").lower(): tuple(text(v) for v in descendants(p, "Value"))
        for p in children(element, "Parameter")
    }


def _constraints(element: Root | None) -> dict[str, str]:
    found = {}
    for constraint in children(element, "Constraint"):
        values = [text(value) for value in descendants(constraint, "DefaultValue", "Value")]
        found[constraint.get("name", "").lower()] = values[0] if values else ""
    return found


def base_of(url: str) -> str:
    """The address of a service: the URL without the parameters of a request, but with those such as `map=`."""
    parts = urlsplit(url)
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _OF_A_REQUEST
    ]
    return urlunsplit(
        (parts.scheme, parts.netloc, parts.path, urlencode(kept, quote_via=quote, safe=":/,"), "")
    )


def requested(url: str, name: str) -> str:
    """Value of a query parameter whatever the case of its name, in lower case."""
    return next((value.lower() for key, value in parse_qsl(urlsplit(url).query) if key.lower() == name), "")


def capabilities_addresses(url: str, service: str, paths: Iterable[str]) -> list[str]:
    """Where a service may be, given an address: the address itself, then usual paths of its host."""
    params = {"SERVICE": service, "REQUEST": "GetCapabilities"}
    here = base_of(url)
    return [with_params(address, params) for address in (here, *(urljoin(here, path) for path in paths))]


def below(url: str, paths: Iterable[str]) -> list[str]:
    """Usual paths of the host of an address."""
    return [urljoin(url, path) for path in paths]


def capabilities_root(answer: Answer, *names: str) -> Root | None:
    """The root of a capabilities document when it has one of those names, without parsing anything else."""
    start = answer.body[:65536].replace(b"\0", b"")  # UTF-16 as ASCII; a DTD may come before the root
    if not answer.ok or b"<" not in start[:64] or not any(name.encode() in start for name in names):
        return None
    root = xml_of(answer)
    return root if local(root) in names else None


def exception_of(answer: Answer) -> Report | None:
    """The exception report of an answer, whatever its status; None when it is something else."""
    if answer.failure is not None or b"Exception" not in answer.body[:8192].replace(b"\0", b""):
        return None
    try:
        root = xml_of(answer)
    except Unusable:  # broken XML is not a report
        return None
    return report_of(root)


def report_of(root: Root) -> Report | None:
    if not is_ows_exception(root):
        return None
    for element in descendants(root, "Exception", "ServiceException"):
        code = element.get("exceptionCode") or element.get("code") or ""
        return Report(code, text(element)[:300])
    return Report("", text(root)[:300])


async def document(ask: Ask, url: str, params: Mapping[str, Any], *names: str) -> Root:
    """GET an XML document whose root has one of those names; an exception report is quoted in the error."""
    answer = await ask.get(url, params)
    report = exception_of(answer)
    if report:
        message = Text(
            f"rapport d'exception au lieu de {names[0]} (HTTP {answer.status}) : {report.code} {report.text}",
            f"exception report instead of {names[0]} (HTTP {answer.status}): {report.code} {report.text}",
        )
        raise BadDocument(answer, message, code="exception-report")
    root = await ask.xml(url, params)
    if local(root) not in names:
        message = Text(
            f"racine « {local(root)} » au lieu de « {names[0]} »",
            f"root “{local(root)}” instead of “{names[0]}”",
        )
        raise BadDocument(answer, message, code="unexpected-root")
    return root


def address_fault(service: str, announced: str) -> Text | None:
    """What is wrong with an address a service announces for itself, seen from outside."""
    try:
        seen, said = urlsplit(service), urlsplit(announced)
        seen_port, said_port = seen.port, said.port
    except ValueError:
        return Text(f"adresse illisible : {announced}", f"unreadable address: {announced}")
    if (said.scheme, said.netloc) == (seen.scheme, seen.netloc):
        return None
    if said.scheme not in ("http", "https") or not said.hostname:
        return Text(f"adresse incomplète : « {announced} »", f"incomplete address: “{announced}”")
    if is_internal(said.hostname):
        return Text(f"adresse interne annoncée : {announced}", f"internal address announced: {announced}")
    if seen.scheme == "https" and said.scheme == "http":
        return Text(
            f"adresse http derrière un service https : {announced}",
            f"http address behind an https service: {announced}",
        )
    if said.hostname == seen.hostname and said_port != seen_port and said_port not in (None, 80, 443):
        return Text(f"port interne annoncé : {announced}", f"internal port announced: {announced}")
    return None


def is_internal(host: str) -> bool:
    """Tell whether a host name only means something inside: no dot, a private suffix, a private address."""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(
            (".local", ".localdomain", ".internal", ".lan", ".svc", ".intranet")
        )


def succeeded(answer: Answer) -> Answer:
    """The answer when it is a success and no exception report; raise otherwise."""
    report = exception_of(answer)
    if report:
        message = Text(
            f"rapport d'exception (HTTP {answer.status}) : {report.text}",
            f"exception report (HTTP {answer.status}): {report.text}",
        )
        raise BadDocument(answer, message, code="exception-report")
    return success(answer)
