"""Records of services (M18): their type, and the data they work on, that must resolve."""

import re

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.iso19139._rule import edited, inapplicable, rule, with_text
from cicclo.probes.checks.iso19139.linked import answer_fault
from cicclo.probes.documents import xml_of
from cicclo.probes.iso.record import Record, roots
from cicclo.probes.iso.services import host, is_private_host
from cicclo.probes.iso.xml import place, text, words
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask

EXAMPLE = "iso19139_service"
BOTH = ("iso19139", "csw")
TYPES = frozenset({"discovery", "view", "download", "transformation", "invoke", "other"})
_NOT_A_SERVICE = ("la fiche ne décrit pas un service", "the record does not describe a service")
_OGC_TYPE = re.compile(r"(?i)^(ogc:|w[mfc]s\b|wmts\b|csw\b)")


@rule(
    "iso19139/service/type", breaks=with_text("//srv:serviceType/gco:LocalName", "OGC:WMS"), example=EXAMPLE
)
def service_type(record: Record, today: str) -> Verdict:
    """INSPIRE's list is not OGC's: 27 % of French service records fail here, says the validator's guide."""
    if not record.is_service:
        return inapplicable(*_NOT_A_SERVICE)
    value = text(record.about("serviceType"))
    if value in TYPES:
        return passed()
    where = place(record.identification if record.identification is not None else record.root)
    code = "ogc-service-type" if _OGC_TYPE.search(value) else "unknown-service-type"
    fr = f"type de service « {value} » : attendu {', '.join(sorted(TYPES))}"
    return failed(fr, f"service type “{value}”: expected {', '.join(sorted(TYPES))}", at=where, code=code)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


@rule("iso19139/service/operates-on", breaks=edited("//srv:operatesOn", _remove), example=EXAMPLE)
def operates_on(record: Record, today: str) -> Verdict:
    """The most frequent fault of French service records (55 %): the service is not coupled to its data."""
    if not record.is_service:
        return inapplicable(*_NOT_A_SERVICE)
    if words(record.about("serviceType")).text == "discovery":
        return inapplicable(
            "un service de découverte n'est pas couplé à des données",
            "a discovery service is not coupled to data",
        )
    if not record.operates_on:
        where = place(record.identification if record.identification is not None else record.root)
        return failed(
            "aucune donnée couplée (operatesOn)", "no coupled data (operatesOn)", at=where, code="missing"
        )
    for uuid, href, element in record.operates_on:
        if not href:
            fr = f"operatesOn « {uuid} » sans xlink:href vers la fiche de la donnée"
            return failed(
                fr,
                f"operatesOn “{uuid}” without xlink:href to the data's record",
                at=place(element),
                code="no-href",
            )
    return passed()


@check(
    "iso19139/service/operates-on-resolves",
    on=BOTH,
    each="record",
    example=EXAMPLE,
    breaks=lambda site: site.status("/record/arrets*", 404),
)
async def operates_on_resolves(service: Service, record: Record, ask: Ask) -> Verdict:
    linked = [
        (href.partition("#")[0], e)
        for _, href, e in record.operates_on
        if href.startswith(("http://", "https://"))
    ]
    linked = [(url, e) for url, e in linked if not is_private_host(host(url))]
    if not linked:
        return inapplicable("aucun lien vers une fiche de donnée", "no link to a data record")
    url, element = linked[0]
    answer = await ask.get(url)
    fault = answer_fault(answer, url, place(element))
    if fault:
        return fault
    if "xml" not in answer.media_type:
        return cannot_tell(
            f"la réponse n'est pas du XML : {url}",
            f"the answer is not XML: {url}",
            at=place(element),
            code="not-xml",
        )
    found = next(roots(xml_of(answer)), None)
    if found is None:
        fr = f"aucune fiche de métadonnées derrière {url}"
        return failed(fr, f"no metadata record behind {url}", at=place(element), code="no-record-behind")
    return passed()
