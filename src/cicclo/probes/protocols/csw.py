"""Catalogue services: CSW 2.0.2 (and 3.0): capabilities, then a first stretch of the records, in full."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.probes.documents import local, success, xml_of
from cicclo.probes.errors import BadDocument, Missing, Unusable
from cicclo.probes.iso.record import Record, roots
from cicclo.probes.iso.xml import parser
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols._csw_requests import CSW, GMD, MDB, PAGE, kvp
from cicclo.probes.protocols._record import name_of
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
MOST_PAGES = 5
MOST_PAGES_OF_ALL = 500


@dataclass(slots=True)
class Operation:
    """What the capabilities say of one operation: addresses by method, values of parameters and constraints."""

    name: str
    get: list[str] = field(default_factory=list)
    post: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Results:
    """The attributes of csw:SearchResults, and how many records it holds. -1 is absent or not a number."""

    matched: int
    returned: int
    next: int
    children: list[etree._Element]


@dataclass(slots=True)
class Csw(Service):
    """`base` is the address without CSW parameters; `schema` the output schema records are read in.

    `pages` are the addresses of the pages read, with their start; the last one may be one that failed.
    """

    base: str = ""
    root: etree._Element | None = None
    versions: frozenset[str] = frozenset()
    operations: dict[str, Operation] = field(default_factory=dict)
    schema: str = GMD
    matched: int = 0
    pages: list[tuple[int, str]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)

    def values(self, parameter: str, *operations: str) -> list[str]:
        """Values announced for a parameter by the first of the operations that announces some."""
        for name in operations or ("GetRecords", "GetRecordById"):
            operation = self.operations.get(name)
            if operation and operation.values.get(parameter.lower()):
                return operation.values[parameter.lower()]
        return []

    def any_record(self) -> Record:
        """The first record with an identifier; raise Missing when there is none."""
        for record in self.records:
            if record.identifier:
                return record
        raise Missing("aucune fiche ISO lue dans le catalogue", "no ISO record was read from the catalogue")


async def read(endpoint: Endpoint, ask: Ask) -> Csw:
    csw = Csw(endpoint, base=base_of(endpoint.url))
    url = with_params(csw.base, {"service": "CSW", "version": "2.0.2", "request": "GetCapabilities"})
    root = await ask.xml(url)
    if local(root) != "Capabilities":
        raise BadDocument(
            await ask.get(url),
            Text(
                f"« {local(root)} » au lieu des capacités CSW", f"“{local(root)}” instead of CSW capabilities"
            ),
            code="not-capabilities",
        )
    csw.root, csw.version = root, root.get("version", "")
    csw.title = next(((e.text or "").strip() for e in root.iterfind("{*}ServiceIdentification/{*}Title")), "")
    csw.operations = {o.name: o for o in map(_operation, root.iter("{*}Operation"))}
    csw.versions = frozenset({csw.version, *(v.text or "" for v in root.iter("{*}ServiceTypeVersion"))})
    csw.claims = frozenset(f"csw/{version}" for version in csw.versions if version)
    announced = csw.values("outputSchema")
    csw.schema = next((schema for schema in (GMD, *MDB) if schema in announced), GMD)
    await _read_records(csw, ask)
    csw.members = {"record": csw.records}
    return csw


def base_of(url: str) -> str:
    """An address without the parameters that CSW gives a meaning to; vendor ones stay."""
    names = ("service", "version", "request", "acceptversions", "sections", "typenames", "resulttype", "elementsetname",
             "outputschema", "outputformat", "startposition", "maxrecords", "id", "namespace")  # fmt: skip
    return with_params(url, dict.fromkeys(names))


def _operation(element: etree._Element) -> Operation:
    operation = Operation(element.get("name", ""))
    for method, urls in (("Get", operation.get), ("Post", operation.post)):
        urls += [e.get(XLINK_HREF, "") for e in element.iter("{*}" + method) if e.get(XLINK_HREF)]
    for parameter in element.iter("{*}Parameter", "{*}Constraint"):
        values = [(v.text or "").strip() for v in parameter.iter("{*}Value")]
        operation.values.setdefault(parameter.get("name", "").lower(), []).extend(values)
    return operation


def page_url(csw: Csw, start: int, size: int = PAGE, element_set: str = "full") -> str:
    return with_params(
        csw.base,
        kvp(outputSchema=csw.schema, startPosition=start, maxRecords=size, elementSetName=element_set),
    )


async def _read_records(csw: Csw, ask: Ask) -> None:
    """Page in full; a page that fails is kept as the last one, for the check of paging to name it."""
    most = MOST_PAGES if ask.options.sample else MOST_PAGES_OF_ALL
    start = 1
    while len(csw.pages) < most:
        url = page_url(csw, start)
        csw.pages.append((start, url))
        try:
            results = results_of(xml_of(success(await ask.get(url)), parser()))
        except Unusable:
            return
        csw.matched = max(csw.matched, results.matched)
        csw.records += [Record(root, url) for child in results.children for root in roots(child)]
        if not results.children or start + len(results.children) > csw.matched:
            return
        start += len(results.children)


def results_of(document: etree._Element) -> Results:
    """SearchResults of a GetRecords answer; a document without any has none."""
    found = next(document.iter("{*}SearchResults"), None)
    if found is None:
        return Results(-1, -1, -1, [])
    names = ("numberOfRecordsMatched", "numberOfRecordsReturned", "nextRecord")
    matched, returned, after = (_number(found.get(name, "")) for name in names)
    return Results(matched, returned, after, [e for e in found if isinstance(e.tag, str)])


def _number(text: str) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else -1


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """CSW capabilities, or a GetRecords answer."""
    if not answer.ok or b"/cat/csw" not in answer.body[:8192]:
        return ()
    root = xml_of(answer)
    if local(root) not in ("Capabilities", "GetRecordsResponse") or "/cat/csw" not in str(root.tag):
        return ()
    title = next(((e.text or "").strip() for e in root.iterfind("{*}ServiceIdentification/{*}Title")), "")
    return (Endpoint("csw", base_of(answer.url), "address", title, root.get("version", "")),)


def guesses(url: str) -> Sequence[str]:
    """Where platforms put their catalogue."""
    tail = "?service=CSW&version=2.0.2&request=GetCapabilities"
    return [urljoin(url, path) + tail for path in ("geonetwork/srv/fre/csw", "geonetwork/srv/eng/csw", "csw")]


PROTOCOLS.add(
    Protocol(
        "csw",
        Text("Catalogue CSW", "CSW catalogue"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=name_of,
        entry="csw/capabilities/readable",
    )
)
__all__ = ["CSW", "GMD", "MDB", "Csw", "Operation", "Results", "page_url", "results_of"]
