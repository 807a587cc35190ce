"""What the links of a record say of themselves (M16, M20): protocol, name, function, host."""

import re
from urllib.parse import urlsplit

from lxml import etree

from cicclo.probes.checks.iso19139._rule import NO_LINK, PASSED, edited, inapplicable, rule, with_text
from cicclo.probes.iso.parts import Link
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.services import (
    KNOWN_OTHERS,
    host,
    is_private_host,
    kind_by_protocol,
    kind_by_url,
    query,
)
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, failed

LAYERED = ("wms", "wfs", "wmts", "wcs")
_FUNCTIONS = frozenset(
    [
        "download",
        "information",
        "offlineAccess",
        "order",
        "search",
        "completeMetadata",
        "browseGraphic",
        "upload",
        "emailService",
        "browsing",
        "fileAccess",
    ]
)
_WMS = "//gmd:CI_OnlineResource[gmd:protocol/*='OGC:WMS']"
_ADDRESS = re.compile(r"^[a-zA-Z][\w+.-]*:\S+$")


@rule("iso19139/links/present", breaks=edited("//gmd:transferOptions", lambda e: e.getparent().remove(e)))
def present(record: Record, today: str) -> Verdict:
    if any(link.url.startswith(("http://", "https://", "ftp://")) for link in record.main_links):
        return PASSED
    return failed(
        "aucun lien vers la ressource", "no link to the resource", at=place(record.root), code="missing"
    )


@rule("iso19139/links/well-formed", breaks=with_text(f"{_WMS}/gmd:linkage/gmd:URL", "good.example/wms"))
def well_formed(record: Record, today: str) -> Verdict:
    if not record.links:
        return NO_LINK
    for link in record.links:
        if link.url and not _is_address(link.url):
            fr, en = f"adresse incorrecte « {link.url[:200]} »", f"incorrect address “{link.url[:200]}”"
            return failed(fr, en, at=place(link.element), code="bad-url")
    return PASSED


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(_ADDRESS.match(url)) and (parts.scheme not in ("http", "https") or bool(parts.netloc))


@rule(
    "iso19139/links/public-hosts",
    breaks=with_text(f"{_WMS}/gmd:linkage/gmd:URL", "http://localhost:8080/wms"),
)
def public_hosts(record: Record, today: str) -> Verdict:
    """The base address left at its default reaches every harvester (datagouv/data.gouv.fr issue 913)."""
    addresses = [(link.url, link.element) for link in record.links] + record.overviews
    named = [(url, element) for url, element in addresses if host(url)]
    if not named:
        return NO_LINK
    for url, element in named:
        if is_private_host(host(url)):
            fr = f"adresse qu'on n'atteint pas de l'extérieur : {url}"
            return failed(
                fr,
                f"address that cannot be reached from outside: {url}",
                at=place(element),
                code="private-host",
            )
    return PASSED


@rule("iso19139/links/protocol", breaks=edited(f"{_WMS}/gmd:protocol", lambda e: e.getparent().remove(e)))
def protocol(record: Record, today: str) -> Verdict:
    """Map clients show no button for a link whose protocol they cannot read (MapStore2 issue 2524)."""
    if not record.main_links:
        return NO_LINK
    return next((fault for link in record.main_links if (fault := _protocol_fault(link))), PASSED)


def _protocol_fault(link: Link) -> Verdict | None:
    said, by_url = link.protocol.any, kind_by_url(link.url)
    kind = kind_by_protocol(link)
    if not said:
        fr, en = f"lien sans protocole : {link.url}", f"link without a protocol: {link.url}"
        return failed(fr, en, at=place(link.element), code="no-protocol")
    if not kind and not KNOWN_OTHERS.search(said):
        fr, en = f"protocole inconnu « {said} »", f"unknown protocol “{said}”"
        return failed(fr, en, at=place(link.element), code="unknown-protocol")
    if by_url and kind and kind != by_url:
        fr = f"protocole « {said} » pour une adresse {by_url.upper()} : {link.url}"
        return failed(
            fr,
            f"protocol “{said}” for a {by_url.upper()} address: {link.url}",
            at=place(link.element),
            code="protocol-mismatch",
        )
    return None


@rule("iso19139/links/layer-name", breaks=edited(f"{_WMS}/gmd:name", lambda e: e.getparent().remove(e)))
def layer_name(record: Record, today: str) -> Verdict:
    """Without the name of the layer a client cannot add it (MapStore2 issue 7587, geonetwork-ui pull request 178)."""
    if record.is_service:
        return inapplicable("le lien d'un service n'a pas de couche", "a service's link has no layer")
    ogc = [link for link in record.main_links if kind_by_protocol(link) in LAYERED]
    if not ogc:
        return inapplicable("aucun lien vers un service OGC", "no link to an OGC service")
    for link in ogc:
        names = [
            value
            for name, value in query(link.url)
            if name in ("layers", "layer", "typename", "typenames", "coverageid") and value
        ]
        if not link.name.text and not names:
            fr, en = f"lien OGC sans nom de couche : {link.url}", f"OGC link without a layer name: {link.url}"
            return failed(fr, en, at=place(link.element), code="no-layer-name")
        if " " in link.name.text and not names:
            fr = f"« {link.name.text} » est un titre, pas le nom d'une couche"
            return failed(
                fr,
                f"“{link.name.text}” is a title, not a layer name",
                at=place(link.element),
                code="title-for-name",
            )
    return PASSED


def _no_function(resource: etree._Element) -> None:
    for function in resource.findall("{*}function"):
        resource.remove(function)


@rule("iso19139/links/function", breaks=edited("//gmd:onLine/gmd:CI_OnlineResource", _no_function))
def function(record: Record, today: str) -> Verdict:
    """Converters tell a distribution from a document by it (ecospheres-xslt distributions-ajout-function)."""
    if not record.main_links or record.is_service:
        return inapplicable("aucun lien de distribution", "no distribution link")
    for link in record.main_links:
        if link.function not in _FUNCTIONS:
            said = link.function or "—"
            fr, en = (
                f"lien sans fonction connue ({said}) : {link.url}",
                f"link without a known function ({said}): {link.url}",
            )
            return failed(
                fr, en, at=place(link.element), code="unknown-function" if link.function else "no-function"
            )
    return PASSED


def _bare(url: etree._Element) -> None:
    url.text = (url.text or "").partition("?")[0]


@rule("iso19139/links/ogc-parameters", breaks=edited(f"{_WMS}/gmd:linkage/gmd:URL", _bare))
def ogc_parameters(record: Record, today: str) -> Verdict:
    """A converter that only sees the address needs SERVICE and REQUEST (distributions-ajout-parametres-ogc)."""
    ogc = [link for link in record.main_links if kind_by_protocol(link) in LAYERED]
    if not ogc:
        return inapplicable("aucun lien vers un service OGC", "no link to an OGC service")
    for link in ogc:
        present_names = {name for name, _ in query(link.url)}
        rest = link.url.lower().endswith(("wmtscapabilities.xml", "capabilities.xml"))
        if not rest and not {"service", "request"} <= present_names:
            fr = f"adresse OGC sans SERVICE ni REQUEST : {link.url}"
            return failed(
                fr,
                f"OGC address without SERVICE and REQUEST: {link.url}",
                at=place(link.element),
                code="no-ogc-parameters",
            )
    return PASSED
