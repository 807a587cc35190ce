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
    fault = _fault(params, version)
    if fault:
        return Reply.xml(documents.exception(*fault), status=400)
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
        ("outputformat", ("application/xml",)),
        ("resulttype", ("hits", "results")),
    ):
        if params.get(name, known[0]) not in known:
            return "InvalidParameterValue", name, params[name]
    return None


def _capabilities(_params: dict[str, str], version: str) -> Reply:
    return Reply.xml(documents.capabilities(version))


def _records(params: dict[str, str], version: str) -> Reply:
    numbers = [
        n for n in range(1, COUNT + 1) if params.get("words", "").lower() in documents.title(n).lower()
    ]
    start, size = int(params.get("startposition", 1)), int(params.get("maxrecords", 10))
    hits = params.get("resulttype", "hits" if version == "2.0.2" else "results") == "hits"
    taken = [] if hits else numbers[start - 1 : start - 1 + size]
    after = start + len(taken)
    following = 0 if after > len(numbers) else after
    schema, element_set = params.get("outputschema", CSW), params.get("elementsetname", "summary")
    inner = "".join(documents.record(n, schema, element_set) for n in taken)
    space = CSW3 if version == "3.0.0" else CSW
    return Reply.xml(
        f'<csw:GetRecordsResponse xmlns:csw="{space}" version="{version}"><csw:SearchStatus timestamp="2026-11-01T00:00:00Z"/>'
        f'<csw:SearchResults numberOfRecordsMatched="{len(numbers)}" numberOfRecordsReturned="{len(taken)}" '
        f'nextRecord="{following}" elementSet="{element_set}" recordSchema="{schema}">{inner}</csw:SearchResults>'
        "</csw:GetRecordsResponse>"
    )


def _record_by_id(params: dict[str, str], _version: str) -> Reply:
    number = params.get("id", "").rpartition("-")[2]
    known = number.isdigit() and 1 <= int(number) <= COUNT
    schema, element_set = params.get("outputschema", CSW), params.get("elementsetname", "summary")
    inner = documents.record(int(number), schema, element_set) if known else ""
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
