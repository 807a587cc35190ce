"""Records and services must know each other: link names, addresses of services, MetadataURL."""

from typing import Any
from urllib.parse import urlsplit

from cicclo.probes.check import check
from cicclo.probes.checks.cross._offers import Offer, key, offers
from cicclo.probes.documents import success, xml_of
from cicclo.probes.errors import Missing, Unusable
from cicclo.probes.iso.parts import Link
from cicclo.probes.iso.record import Record, roots
from cicclo.probes.iso.services import kind_by_protocol, kind_by_url
from cicclo.probes.iso.xml import parser
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.platform import Platform
from cicclo.probes.runner import sample
from cicclo.probes.session import Ask

PAGE = {
    "SERVICE": "CSW", "VERSION": "2.0.2", "REQUEST": "GetRecords", "RESULTTYPE": "results", "TYPENAMES": "gmd:MD_Metadata",
    "OUTPUTSCHEMA": "http://www.isotc211.org/2005/gmd", "ELEMENTSETNAME": "full", "MAXRECORDS": 20,
}  # fmt: skip
SERVED = ("wfs", "wms", "wmts")


async def records(platform: Platform, ask: Ask) -> list[Record]:
    """Records of the platform: those audited one by one, and a page of each catalogue; raise Missing for none."""
    found = [record for service in platform.of("iso19139") if (record := getattr(service, "record", None))]
    for catalogue in platform.of("csw"):
        try:
            root = xml_of(success(await ask.get(catalogue.endpoint.url, PAGE)), parser())
        except Unusable:  # the requirements of CSW say why
            continue
        found += [Record(element, catalogue.endpoint.url) for element in roots(root)]
    if not found:
        raise Missing("aucune fiche de métadonnées sur la plateforme", "no metadata record on the platform")
    return found


def layer_links(record: Record, platform: Platform) -> list[tuple[Link, str]]:
    """Links of a record to audited WFS, WMS, WMTS, with the kind of service."""
    told = [(link, kind_by_protocol(link) or kind_by_url(link.url)) for link in record.main_links]
    return [(link, kind) for link, kind in told if kind in SERVED and _service(link.url, kind, platform)]


def _service(url: str, kind: str, platform: Platform) -> Any:
    wanted = _place(url)
    return next((s for s in platform.of(kind) if _place(s.endpoint.url) == wanted), None)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.hostname or "", parts.path.rstrip("/").casefold())


@check(
    "cross/records/link-name",
    on="platform",
    breaks=lambda site: site.edit_text("*/record.xml", "demo:arrets", "Arrêts de bus du réseau"),
)
async def link_name_is_a_layer(platform: Platform, ask: Ask) -> list[Verdict]:
    """Viewers add the layer named by the link (geonetwork/core-geonetwork issue 6130, geonetwork-ui pull 178)."""
    verdicts, links = [], 0
    for record in await records(platform, ask):
        for link, kind in layer_links(record, platform):
            links += 1
            service = _service(link.url, kind, platform)
            names = {offer.name for offer in offers(platform, kind) if offer.service is service}
            said = [name.strip() for name in link.name.text.split(",") if name.strip()]
            if not said or all(name in names or key(name) in {key(n) for n in names} for name in said):
                continue
            verdicts.append(
                failed(
                    f"le lien {kind} nomme « {link.name.text} », absent des capacités de {service.endpoint.url}",
                    f"the {kind} link names “{link.name.text}”, absent from the capabilities of {service.endpoint.url}",
                    at=link.url, facet=record.identifier, code="unknown-layer",
                )
            )  # fmt: skip
    if not links:
        raise Missing("aucune fiche ne mène à un service audité", "no record leads to an audited service")
    return verdicts or [passed()]


@check(
    "cross/records/link-named",
    on="platform",
    breaks=lambda site: site.edit_text("*/record.xml", "demo:arrets", ""),
)
async def link_has_a_name(platform: Platform, ask: Ask) -> Verdict:
    """Without a name, no client knows which layer to add (geosolutions-it/MapStore2 issue 7587)."""
    links = [
        (r, link) for r in await records(platform, ask) for link, _ in layer_links(r, platform) if r.is_data
    ]
    if not links:
        raise Missing("aucune fiche ne mène à un service audité", "no record leads to an audited service")
    silent = next(((record, link) for record, link in links if not link.name.text.strip()), None)
    if silent is None:
        return passed()
    return failed(
        f"lien de service sans nom de couche dans la fiche {silent[0].identifier}",
        f"service link without a layer name in record {silent[0].identifier}",
        at=silent[1].url, code="no-name",
    )  # fmt: skip


@check(
    "cross/records/metadata-url",
    on="platform",
    breaks=lambda site: site.edit_text("*GetCapabilities*", "/all/record.xml", "/all/gone.xml"),
)
async def metadata_url_answers(platform: Platform, ask: Ask) -> Verdict:
    """Each MetadataURL of a layer gives a record."""
    linked: list[tuple[Offer, str]] = [
        (offer, url) for offer in offers(platform) for url in offer.metadata[:1]
    ]
    if not linked:
        raise Missing("aucune couche n'a de MetadataURL", "no layer has a MetadataURL")
    for offer, url in sample(linked, ask.options.sample):
        try:
            found = next(roots(xml_of(success(await ask.get(url)))), None)
        except Unusable as error:
            return failed(
                f"{offer.shown} : MetadataURL inutilisable, {error.message.fr}",
                f"{offer.shown}: unusable MetadataURL, {error.message.en}", at=url, code=error.code,
            )  # fmt: skip
        if found is None:
            return failed(
                f"{offer.shown} : MetadataURL sans fiche ISO",
                f"{offer.shown}: MetadataURL without an ISO record",
                at=url,
            )
    return passed()


@check(
    "cross/records/described",
    on="platform",
    breaks=lambda site: site.edit_text("*GetCapabilities*", "<MetadataURL", "<Nothing").edit_text(
        "*GetCapabilities*", "</MetadataURL", "</Nothing"
    ),
)
async def layers_have_records(platform: Platform, ask: Ask) -> Verdict:
    """A layer points to its record when the platform has a catalogue."""
    await records(platform, ask)
    found = [offer for offer in offers(platform, *SERVED) if offer.protocol != "wmts"]
    if not found:
        raise Missing("aucune couche WMS ou WFS", "no WMS or WFS layer")
    silent = [offer for offer in found if not offer.metadata]
    if not silent:
        return passed()
    names = ", ".join(offer.shown for offer in silent[:5])
    return failed(
        f"{len(silent)} couches sur {len(found)} sans MetadataURL : {names}",
        f"{len(silent)} layers of {len(found)} without MetadataURL: {names}",
        at=silent[0].service.endpoint.url,
    )
