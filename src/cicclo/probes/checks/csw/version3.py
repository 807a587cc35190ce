"""CSW 3.0 asked in its own words: capabilities, GetRecords and GetRecordById by KVP (OGC 12-176r7)."""

from collections.abc import AsyncIterator
from typing import Any

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import exception_text, results_in
from cicclo.probes.documents import is_ows_exception, local, success, usable, xml_of
from cicclo.probes.errors import BadDocument, Missing
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._csw_requests import CSW3, by_id3, kvp3
from cicclo.probes.protocols.csw import Csw, Results
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
OWS2 = "http://www.opengis.net/ows/2.0"
_RECORDS3 = "*version=3.0.0&request=GetRecords&*"
_BY_ID3 = "*version=3.0.0&request=GetRecordById*"


def speaks3(csw: Csw) -> None:
    if "3.0.0" not in csw.versions:
        raise Missing("CSW 3.0 non annoncé", "CSW 3.0 not announced")


async def records3(csw: Csw, ask: Ask, **said: Any) -> Results:
    """GetRecords 3.0 by KVP."""
    return results_in(await ask.get(csw.base, kvp3(**said)))


def in_space(element: etree._Element, names: tuple[str, ...]) -> bool:
    return element.tag in {f"{{{CSW3}}}{name}" for name in names}


@check(
    "csw/v3/capabilities",
    on="csw",
    breaks=lambda site: site.edit_text(
        "*acceptversions=3.0.0*", CSW3, "http://www.opengis.net/cat/csw/2.0.2"
    ),
)
async def capabilities(csw: Csw, ask: Ask) -> Verdict:
    """The name space and OWS 2.0 are what a client of 3.0 reads by."""
    speaks3(csw)
    root = await ask.xml(
        csw.base, {"service": "CSW", "acceptversions": "3.0.0", "request": "GetCapabilities"}
    )
    if is_ows_exception(root):
        text = exception_text(root)
        return failed(text.fr, text.en, code="exception-report")
    if not in_space(root, ("Capabilities",)) or root.get("version") != "3.0.0":
        said = f"{root.tag} {root.get('version', '')}"
        return failed(f"capacités « {said} »", f"capabilities “{said}”", at="/", code="not-3.0-capabilities")
    operations = {o.get("name") for o in root.iter(f"{{{OWS2}}}Operation")}
    missing = [name for name in ("GetCapabilities", "GetRecords", "GetRecordById") if name not in operations]
    if missing:
        names = ", ".join(missing)
        return failed(
            f"opérations absentes (OWS 2.0) : {names}",
            f"missing operations (OWS 2.0): {names}",
            at="OperationsMetadata",
            code="missing-operation",
        )
    return passed()


@check(
    "csw/v3/getrecords",
    on="csw",
    breaks=lambda site: site.edit_text(_RECORDS3, "csw:SummaryRecord", "csw:Record"),
)
async def getrecords(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """The view asked for, in the default schema; and as many records as 2.0.2 tells."""
    speaks3(csw)
    results = await records3(csw, ask, maxRecords=2)
    strangers = [child for child in results.children if not in_space(child, ("SummaryRecord",))]
    if results.matched > 0 and not results.children:
        fr, en = f"{results.matched} fiches, aucune rendue", f"{results.matched} records, none given"
        yield failed(fr, en, code="no-record", facet="summary")
    elif strangers:
        tag = strangers[0].tag
        yield failed(
            f"« {tag} » au lieu de csw30:SummaryRecord",
            f"“{tag}” instead of csw30:SummaryRecord",
            at="SearchResults",
            code="other-record-type",
            facet="summary",
        )
    else:
        yield passed(facet="summary")
    if "2.0.2" not in csw.versions or csw.matched < 0:
        yield inapplicable("2.0.2 non annoncé", "2.0.2 not announced", facet="same-number")
    elif results.matched != csw.matched:
        fr = f"{csw.matched} fiches en 2.0.2, {results.matched} en 3.0.0"
        en = f"{csw.matched} records in 2.0.2, {results.matched} in 3.0.0"
        yield failed(fr, en, at="@numberOfRecordsMatched", code="versions-differ", facet="same-number")
    else:
        yield passed(f"{csw.matched} fiches", f"{csw.matched} records", facet="same-number")


@check(
    "csw/v3/paging",
    on="csw",
    breaks=lambda site: site.edit_text(
        "*version=3.0.0*startPosition=2&*", 'nextRecord="3"', 'nextRecord="2"'
    ),
)
async def paging(csw: Csw, ask: Ask) -> Verdict:
    speaks3(csw)
    first = await records3(csw, ask, maxRecords=2)
    if first.matched < 2 or len(first.children) < 2:
        return inapplicable("moins de deux fiches", "fewer than two records")
    second = await records3(csw, ask, startPosition=2, maxRecords=1)
    expected = 3 if second.matched > 2 else 0
    if second.returned != 1 or len(second.children) != 1 or second.next != expected:
        said = f"numberOfRecordsReturned={second.returned} nextRecord={second.next}"
        return failed(
            f"{said}, attendu 1 et {expected}",
            f"{said}, expected 1 and {expected}",
            at="SearchResults",
            code="wrong-slice",
        )
    if identifiers(second.children[0]) != identifiers(first.children[1]):
        return failed(
            "startPosition=2 ne donne pas la deuxième fiche",
            "startPosition=2 does not give the second record",
            code="start-position-ignored",
        )
    return passed()


def identifiers(record: etree._Element) -> list[str]:
    return [(e.text or "").strip() for e in record.iter(IDENTIFIER)]


async def _one(csw: Csw, ask: Ask) -> str:
    """The identifier of a record, as CSW 3.0 itself gives it."""
    results = await records3(csw, ask, maxRecords=2)
    found = [name for child in results.children for name in identifiers(child) if name]
    if not found:
        raise Missing("aucune fiche avec dc:identifier", "no record with dc:identifier")
    return found[0]


@check(
    "csw/v3/record-ids",
    on="csw",
    breaks=lambda site: site.edit_text("*version=3.0.0*recordIds=*", 'Matched="1"', 'Matched="25"'),
)
async def record_ids(csw: Csw, ask: Ask) -> Verdict:
    speaks3(csw)
    wanted = await _one(csw, ask)
    results = await records3(csw, ask, recordIds=wanted, maxRecords=2)
    if results.matched == 1 and results.children and wanted in identifiers(results.children[0]):
        return passed()
    return failed(
        f"recordIds={wanted} : {results.matched} fiches",
        f"recordIds={wanted}: {results.matched} records",
        at="recordIds",
        code="record-ids-ignored",
    )


@check(
    "csw/v3/getrecordbyid",
    on="csw",
    breaks=lambda site: site.edit_text(_BY_ID3, "csw:SummaryRecord", "csw:GetRecordByIdResponse"),
)
async def getrecordbyid(csw: Csw, ask: Ask) -> Verdict:
    """In 3.0 the answer is the record, without the wrapper of 2.0.2: harvesters written for one trip on the other."""
    speaks3(csw)
    wanted = await _one(csw, ask)
    answer = success(await ask.get(csw.base, by_id3(wanted)))
    root = xml_of(answer)
    if is_ows_exception(root):
        raise BadDocument(answer, exception_text(root), code="exception-report")
    if not in_space(root, ("SummaryRecord",)):
        code = "wrapped" if local(root) == "GetRecordByIdResponse" else "other-record-type"
        return failed(
            f"« {local(root)} » au lieu de csw30:SummaryRecord",
            f"“{local(root)}” instead of csw30:SummaryRecord",
            at="/",
            code=code,
        )
    if wanted not in identifiers(root):
        said = ", ".join(identifiers(root))
        return failed(f"fiche « {said} »", f"record “{said}”", at="dc:identifier", code="other-record")
    return passed()


@check("csw/v3/not-found", on="csw", breaks=lambda site: site.status("*version=3.0.0*id=urn:none*", 200))
async def not_found(csw: Csw, ask: Ask) -> Verdict:
    speaks3(csw)
    answer = usable(await ask.get(csw.base, by_id3("urn:none:cicclo")))
    if answer.status == 404:
        return passed()
    return failed(
        f"HTTP {answer.status} pour une fiche inconnue",
        f"HTTP {answer.status} for an unknown record",
        at="id",
        code="not-404",
    )


@check("csw/v3/unknown-type", on="csw", breaks=lambda site: site.status("*typeNames=UnknownType*", 200))
async def unknown_type(csw: Csw, ask: Ask) -> Verdict:
    speaks3(csw)
    answer = usable(await ask.get(csw.base, kvp3(typeNames="UnknownType", maxRecords=1)))
    return refused(answer, "InvalidParameterValue", "typeNames")


def refused(answer: Answer, code: str, at: str) -> Verdict:
    """HTTP 400 with an exception report of this code (OGC 06-121r9)."""
    root = xml_of(answer)
    found = next(root.iter("{*}Exception"), None)
    said = "" if found is None else found.get("exceptionCode", "")
    if answer.status == 400 and said == code:
        return passed()
    fr = f"HTTP {answer.status}, exception « {said} » : 400 et {code} attendus"
    en = f"HTTP {answer.status}, exception “{said}”: 400 and {code} expected"
    return failed(fr, en, at=at, code="not-refused" if answer.ok else "wrong-refusal")
