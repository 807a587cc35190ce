"""What answers behind the links of a record (M16, M17, M19, M20): a few requests, never a crawl."""

from collections.abc import AsyncIterator, Iterable

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.iso19139._rule import with_text
from cicclo.probes.documents import is_ows_exception, looks_like_html, success, xml_of
from cicclo.probes.examples.site import Site
from cicclo.probes.iso.parts import Link
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.services import host, is_private_host, kind_by_protocol, query
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed, untested
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer, Failure

MOST_LINKS = 4
BOTH = ("iso19139", "csw")
NAMED = {"wms": ("Layer", "Name"), "wfs": ("FeatureType", "Name"), "wmts": ("Layer", "Identifier")}
_DEAD = (
    Failure.UNKNOWN_HOST,
    Failure.UNREACHABLE,
    Failure.CERTIFICATE,
    Failure.REDIRECT_LOOP,
    Failure.BAD_REDIRECT,
)
_NOT_ASKED = (Failure.BUDGET, Failure.NOT_RECORDED, Failure.ROBOTS, Failure.PRIVATE_ADDRESS)


def reachable(links: Iterable[Link]) -> list[Link]:
    """Distinct web links that a client outside could follow, a few of them."""
    found = [
        link
        for link in links
        if link.url.startswith(("http://", "https://")) and not is_private_host(host(link.url))
    ]
    return list({link.url: link for link in found}.values())[:MOST_LINKS]


async def look(url: str, ask: Ask) -> Answer:
    """HEAD, then the first bytes by GET for servers that refuse HEAD."""
    answer = await ask.send("HEAD", url)
    if answer.ok or answer.failure in _NOT_ASKED:
        return answer
    return await ask.send("GET", url, headers={"range": "bytes=0-1023"})


def answer_fault(answer: Answer, url: str, at: str) -> Verdict | None:
    """The verdict on an address that does not answer, None when it does."""
    if answer.ok:
        return None
    if answer.failure in _NOT_ASKED:
        return untested(
            f"non demandé : {url}", f"not asked: {url}", at=at, code=answer.failure.value, facet=url
        )
    if answer.failure is None or answer.failure in _DEAD:
        reason = answer.failure.value if answer.failure else f"HTTP {answer.status}"
        code = answer.failure.value if answer.failure else f"status-{answer.status}"
        return failed(
            f"lien mort ({reason}) : {url}", f"dead link ({reason}): {url}", at=at, code=code, facet=url
        )
    reason = answer.failure.value
    return cannot_tell(
        f"pas de réponse ({reason}) : {url}", f"no answer ({reason}): {url}", at=at, code=reason, facet=url
    )


@check("iso19139/links/alive", on=BOTH, each="record", breaks=lambda site: site.status("/arrets.gpkg", 404))
async def alive(service: Service, record: Record, ask: Ask) -> AsyncIterator[Verdict]:
    links = reachable(record.main_links)
    if not links:
        yield inapplicable("aucun lien à suivre", "no link to follow")
    for link in links:
        answer = await look(link.url, ask)
        yield answer_fault(answer, link.url, place(link.element)) or passed(facet=link.url)


@check(
    "iso19139/links/https",
    on=BOTH,
    each="record",
    breaks=with_text(
        "//gmd:CI_OnlineResource[gmd:name/*='arrets.gpkg']//gmd:URL", "http://good.example/arrets.gpkg"
    ),
)
async def https(service: Service, record: Record, ask: Ask) -> Verdict:
    """A page in https cannot read a service in http; asked only when the secure address works."""
    links = reachable(record.main_links)
    if not links:
        return inapplicable("aucun lien à suivre", "no link to follow")
    plain = [link for link in links if link.url.startswith("http://")]
    for link in plain[:2]:
        secure = "https://" + link.url.removeprefix("http://")
        if (await look(secure, ask)).ok:
            fr, en = f"http alors que https répond : {link.url}", f"http although https answers: {link.url}"
            return failed(fr, en, at=place(link.element), code="http-for-https")
    return passed()


@check(
    "iso19139/links/name-in-capabilities",
    on=BOTH,
    each="record",
    breaks=lambda site: site.edit_text("/wms*", "<Name>arrets</Name>", "<Name>stops</Name>"),
)
async def name_in_capabilities(service: Service, record: Record, ask: Ask) -> AsyncIterator[Verdict]:
    """A title in place of the layer's name breaks « add to map » (core-geonetwork issue 6130)."""
    ogc = [link for link in record.main_links if link.name.text and kind_by_protocol(link) in NAMED]
    links = reachable(ogc)
    if not links or record.is_service:
        yield inapplicable("aucun lien OGC nommé", "no named OGC link")
        return
    for link in links:
        yield await _named(link, kind_by_protocol(link), ask)


async def _named(link: Link, kind: str, ask: Ask) -> Verdict:
    answer = await capabilities(link.url, kind, ask)
    where = place(link.element)
    fault = answer_fault(answer, link.url, where)
    if fault:
        return cannot_tell(fault.message.fr, fault.message.en, at=where, code=fault.code, facet=link.url)
    known = set(_names(xml_of(success(answer)), *NAMED[kind]))
    if not known:
        return cannot_tell(
            f"capacités illisibles : {answer.url}",
            f"unreadable capabilities: {answer.url}",
            at=where,
            facet=link.url,
        )
    short = {name.rpartition(":")[2] for name in known}
    missing = [
        name
        for name in link.name.text.split(",")
        if name.strip() not in known and name.strip().rpartition(":")[2] not in short
    ]
    if not missing:
        return passed(facet=link.url)
    fr = f"« {missing[0]} » n'est pas dans les capacités {kind.upper()} ({len(known)} noms)"
    return failed(
        fr,
        f"“{missing[0]}” is not in the {kind.upper()} capabilities ({len(known)} names)",
        at=where,
        code="name-not-in-capabilities",
        facet=link.url,
    )


async def capabilities(url: str, kind: str, ask: Ask) -> Answer:
    """Ask for the capabilities of the service behind a link, keeping its vendor parameters."""
    if url.lower().endswith(".xml"):
        return await ask.get(url)
    dropped = (
        "layers",
        "layer",
        "typename",
        "typenames",
        "styles",
        "format",
        "bbox",
        "width",
        "height",
        "crs",
        "srs",
        "version",
    )
    unwanted = {name: None for name, _ in query(url) if name in dropped}
    return await ask.get(url, {**unwanted, "SERVICE": kind.upper(), "REQUEST": "GetCapabilities"})


def _names(root: etree._Element, owner: str, name: str) -> Iterable[str]:
    if is_ows_exception(root):
        return
    for element in root.iter("{*}" + owner):
        yield from ((prop.text or "").strip() for prop in element.iterchildren("{*}" + name))


def _html_overview(site: Site) -> Site:
    return site.edit_text("/overview.png", "\x89", "").header("/overview.png", "content-type", "text/html")


@check("iso19139/overview/answers", on=BOTH, each="record", breaks=_html_overview)
async def overview(service: Service, record: Record, ask: Ask) -> Verdict:
    """The picture is what people look at first in a catalogue."""
    pictures = [
        (url, e)
        for url, e in record.overviews
        if url.startswith(("http://", "https://")) and not is_private_host(host(url))
    ]
    if not pictures:
        return inapplicable("aucun aperçu en ligne", "no overview online")
    url, element = pictures[0]
    answer = await ask.get(url)
    fault = answer_fault(answer, url, place(element))
    if fault:
        return fault
    if answer.media_type.startswith("image/") and not looks_like_html(answer.body):
        return passed()
    fr = f"l'aperçu n'est pas une image mais « {answer.media_type} » : {url}"
    return failed(
        fr,
        f"the overview is not a picture but “{answer.media_type}”: {url}",
        at=place(element),
        code="not-an-image",
    )
