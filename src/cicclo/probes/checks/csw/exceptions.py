"""What a catalogue answers to requests it must refuse."""

from cicclo.probes.check import check
from cicclo.probes.documents import is_ows_exception, local, usable, xml_of
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols._csw_requests import by_id, kvp
from cicclo.probes.protocols.csw import Csw
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer


def _report(answer: Answer, codes: tuple[str, ...]) -> Verdict:
    """Pass on an OWS exception report with one of the codes."""
    document = xml_of(usable(answer))
    if not is_ows_exception(document):
        name = local(document)
        return failed(
            f"« {name} » au lieu d'un rapport d'exception",
            f"“{name}” instead of an exception report",
            at=answer.url,
            code="no-exception",
        )
    found = next(document.iter("{*}Exception"), None)
    said = "" if found is None else found.get("exceptionCode", "")
    if said in codes:
        return passed(code=said)
    fr = f"code d'exception « {said} », attendu {' ou '.join(codes)}"
    return failed(
        fr,
        f"exception code “{said}”, expected {' or '.join(codes)}",
        at="@exceptionCode",
        code="wrong-exception-code",
    )


@check(
    "csw/exceptions/unknown-request",
    on="csw",
    breaks=lambda site: site.edit_text("*request=GetNothing*", "ExceptionReport", "Html"),
)
async def unknown_request(csw: Csw, ask: Ask) -> Verdict:
    answer = await ask.get(csw.base, {"service": "CSW", "version": "2.0.2", "request": "GetNothing"})
    return _report(answer, ("OperationNotSupported", "InvalidParameterValue", "NoApplicableCode"))


@check(
    "csw/exceptions/output-schema",
    on="csw",
    breaks=lambda site: site.edit_text(
        "*outputSchema=urn:none*", "InvalidParameterValue", "NoApplicableCode"
    ),
)
async def unknown_output_schema(csw: Csw, ask: Ask) -> Verdict:
    answer = await ask.get(csw.base, kvp(outputSchema="urn:none", maxRecords=1))
    return _report(answer, ("InvalidParameterValue",))


@check("csw/exceptions/unknown-identifier", on="csw", breaks=lambda site: site.status("*id=urn:none*", 500))
async def unknown_identifier(csw: Csw, ask: Ask) -> Verdict:
    """An empty answer in 2.0.2, a 404 in 3.0: never a server error."""
    if not csw.records:
        return inapplicable("aucune fiche ISO", "no ISO record")
    answer = usable(await ask.get(csw.base, by_id("urn:none", csw.schema)))
    if answer.status >= 500:
        fr, en = (
            f"HTTP {answer.status} pour une fiche inconnue",
            f"HTTP {answer.status} for an unknown record",
        )
        return failed(fr, en, at=answer.url, code=f"status-{answer.status}")
    return passed()


@check("csw/exceptions/status", on="csw", breaks=lambda site: site.status("*outputSchema=urn:none*", 200))
async def honest_status(csw: Csw, ask: Ask) -> Verdict:
    """A monitor that reads the status alone takes a 200 for a success."""
    answer = usable(await ask.get(csw.base, kvp(outputSchema="urn:none", maxRecords=1)))
    if answer.status >= 400:
        return passed()
    if not is_ows_exception(xml_of(answer)):
        return inapplicable("la demande n'est pas refusée", "the request is not refused")
    fr, en = f"rapport d'exception en HTTP {answer.status}", f"exception report with HTTP {answer.status}"
    return failed(fr, en, at="status", code="exception-with-200")
