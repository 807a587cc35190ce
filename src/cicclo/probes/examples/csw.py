"""A correct catalogue in memory: CSW 2.0.2 by GET and POST, and enough of 3.0, over 25 records."""

from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from cicclo.probes.examples import _csw_documents as documents
from cicclo.probes.examples._csw_documents import COUNT, CSW, CSW3, SCHEMAS
from cicclo.probes.examples.iso19139 import linked
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

CORS = {"access-control-allow-origin": "*"}


def site() -> Site:
    """The correct catalogue."""
    return Site("https://good.example", handle, "/csw")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path != "/csw":
        return linked(path, query(request))
    params = _posted(request.body) if request.method == "POST" else query(request)
    params |= {"words": _cql_words(params["constraint"])} if params.get("constraint") else {}
    reply = _answer(params)
    return Reply(reply.status, {**reply.headers, **CORS}, reply.body)


def _answer(params: dict[str, str]) -> Reply:
    if params.get("mode") == "opensearch":
        return Reply.xml(documents.opensearch(), "application/opensearchdescription+xml")
    version = params.get("version") or params.get("acceptversions") or "2.0.2"
    params = {
        name: value for name, value in params.items() if value
    }  # a client of OpenSearch leaves some empty
    fault = _fault(params, version)
    if fault:
        return Reply.xml(documents.exception(*fault), status=404 if fault[0] == "NotFound" else 400)
    answers = {"getcapabilities": _capabilities, "getrecords": _records, "getrecordbyid": _record_by_id}
    return answers[params["request"].lower()](params, version)


def _fault(params: dict[str, str], version: str) -> tuple[str, str, str] | None:
    request = params.get("request", "").lower()
    if request not in ("getcapabilities", "getrecords", "getrecordbyid"):
        return "OperationNotSupported", "request", f"opération inconnue : {request}"
    if version not in ("2.0.2", "3.0.0"):
        return "VersionNegotiationFailed", "version", version
    for name, known in (
        ("outputschema", (*SCHEMAS, CSW3)),
        ("outputformat", ("application/xml", *(("application/atom+xml",) if version == "3.0.0" else ()))),
        ("resulttype", ("hits", "results")),
        ("typenames", ("csw:Record", "Record", "gmd:MD_Metadata")),
    ):
        if params.get(name, known[0]) not in known:
            return "InvalidParameterValue", name, params[name]
    if version == "3.0.0" and request == "getrecordbyid" and not _number(params.get("id", "")):
        return "NotFound", "id", params.get("id", "")
    return None


def _number(identifier: str) -> int:
    """The number in an identifier of ours, 0 for any other."""
    number = identifier.rpartition("-")[2]
    return int(number) if number.isdigit() and 1 <= int(number) <= COUNT else 0


def _capabilities(_params: dict[str, str], version: str) -> Reply:
    return Reply.xml(documents.capabilities(version))


def _records(params: dict[str, str], version: str) -> Reply:
    words = params.get("q", params.get("words", "")).lower()
    only = (
        {_number(name) for name in params["recordids"].split(",")}
        if "recordids" in params
        else range(COUNT + 1)
    )
    numbers = [n for n in range(1, COUNT + 1) if words in documents.title(n).lower() and n in only]
    start, size = int(params.get("startposition", 1)), int(params.get("maxrecords", 10))
    hits = params.get("resulttype", "hits" if version == "2.0.2" else "results") == "hits"
    taken = [] if hits else numbers[start - 1 : start - 1 + size]
    after = start + len(taken)
    following = 0 if after > len(numbers) else after
    space = CSW3 if version == "3.0.0" else CSW
    if params.get("outputformat") == "application/atom+xml":
        return Reply.xml(documents.feed(taken), "application/atom+xml")
    schema, element_set = params.get("outputschema", space), params.get("elementsetname", "summary")
    inner = "".join(documents.record(n, schema, element_set) for n in taken)
    return Reply.xml(
        f'<csw:GetRecordsResponse xmlns:csw="{space}" version="{version}"><csw:SearchStatus timestamp="2026-11-01T00:00:00Z"/>'
        f'<csw:SearchResults numberOfRecordsMatched="{len(numbers)}" numberOfRecordsReturned="{len(taken)}" '
        f'nextRecord="{following}" elementSet="{element_set}" recordSchema="{schema}">{inner}</csw:SearchResults>'
        "</csw:GetRecordsResponse>"
    )


def _record_by_id(params: dict[str, str], version: str) -> Reply:
    number = _number(params.get("id", ""))
    space = CSW3 if version == "3.0.0" else CSW
    schema, element_set = params.get("outputschema", space), params.get("elementsetname", "summary")
    inner = documents.record(number, schema, element_set) if number else ""
    if version == "3.0.0":
        return Reply.xml(inner)
    return Reply.xml(f'<csw:GetRecordByIdResponse xmlns:csw="{CSW}">{inner}</csw:GetRecordByIdResponse>')


def _cql_words(constraint: str) -> str:
    """The words between the percent signs of `AnyText LIKE '%words%'`."""
    return constraint.partition("'")[2].rpartition("'")[0].strip("%")


def _posted(body: bytes) -> dict[str, str]:
    """Parameters of a GetRecords by POST, under the names they have by GET."""
    root: Any = etree.fromstring(body)
    params = {name.lower(): value for name, value in root.attrib.items()}
    params["request"] = etree.QName(root).localname
    for name in root.iter("{*}ElementSetName"):
        params["elementsetname"] = name.text or ""
    for like in root.iter("{*}PropertyIsLike"):  # equality is asked on types, which all records have
        for literal in like.iter("{*}Literal"):
            params["words"] = (literal.text or "").strip("%")
    return params
