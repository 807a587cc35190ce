"""Steps shared by the checks of a catalogue."""

from typing import Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.probes.documents import is_ows_exception, local, success, xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.protocols._csw_requests import by_id, kvp
from cicclo.probes.protocols.csw import Csw, Results, results_of
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer, Request

CSW_PATH = "/csw*"
XML_BODY = {"content-type": "application/xml"}


def answers_as(site: Site, pattern: str, **said: Any) -> Site:
    """Damage: the requests of a pattern are answered like another GetRecords."""
    other = Request.of("GET", with_params(site.url, kvp(**said)))

    def answer(_request: Request) -> Reply:
        return site.answer(other)

    return site.reply(pattern, answer)


def is_post(request: Request) -> bool:
    return request.method == "POST"


def results_in(answer: Answer) -> Results:
    """Search results of an answer; raise BadDocument for an exception report or anything else."""
    document = xml_of(success(answer))
    if is_ows_exception(document):
        raise BadDocument(answer, exception_text(document), code="exception-report")
    if local(document) != "GetRecordsResponse":
        name = local(document)
        code = "post-answered-by-capabilities" if name == "Capabilities" else "not-a-getrecords-response"
        raise BadDocument(
            answer,
            Text(f"« {name} » au lieu de GetRecordsResponse", f"“{name}” instead of GetRecordsResponse"),
            code=code,
        )
    return results_of(document)


def exception_text(document: etree._Element) -> Text:
    said = " ".join(" ".join(document.itertext()).split())[:300]
    return Text(f"rapport d'exception : {said}", f"exception report: {said}")


async def records(csw: Csw, ask: Ask, **said: Any) -> Results:
    """GetRecords by GET."""
    return results_in(await ask.get(csw.base, kvp(**said)))


async def record_by_id(
    csw: Csw, ask: Ask, schema: str, element_set: str | None = "full", **said: Any
) -> etree._Element:
    """The one record of a GetRecordById answer, whatever its wrapper; raise BadDocument when there is none."""
    answer = await ask.get(csw.base, by_id(csw.any_record().identifier, schema, element_set, **said))
    document = xml_of(success(answer))
    if is_ows_exception(document):
        raise BadDocument(answer, exception_text(document), code="exception-report")
    if local(document) != "GetRecordByIdResponse":
        return document
    inner = next(document.iterchildren("*"), None)
    if inner is None:
        raise BadDocument(answer, Text("réponse sans fiche", "answer without a record"), code="empty-answer")
    return inner


def size(element: etree._Element) -> int:
    """How much a record says: its elements that hold text, and its codes."""
    return sum(1 for e in element.iter("*") if (e.text and e.text.strip()) or e.attrib)
