"""INSPIRE download by Atom: a feed of datasets, each with its own feed of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.ogc.links import absolute
from cicclo.probes.documents import local, xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

ATOM = "http://www.w3.org/2005/Atom"
DOWNLOAD = "http://inspire.ec.europa.eu/schemas/inspire_dls/1.0"
GEORSS = "http://www.georss.org/georss"
NS = {"a": ATOM, "dls": DOWNLOAD, "georss": GEORSS}


@dataclass(slots=True)
class Entry:
    """One dataset of the feed."""

    element: etree._Element
    base: str

    @property
    def name(self) -> str:
        return (
            text(self.element, "dls:spatial_dataset_identifier_code")
            or text(self.element, "a:id")
            or text(self.element, "a:title")
        )

    def link(self, rel: str, *media_types: str) -> str:
        return link(self.element, rel, self.base, *media_types)


@dataclass(slots=True)
class Atom(Service):
    feed: etree._Element = field(default_factory=lambda: etree.Element("feed"))
    entries: list[Entry] = field(default_factory=list)


def text(element: etree._Element, path: str) -> str:
    return (element.findtext(path, namespaces=NS) or "").strip()


def link(element: etree._Element, rel: str, base: str, *media_types: str) -> str:
    """Address of the first link with a relation (and one of the media types), empty when there is none."""
    for found in element.findall("a:link", NS):
        kind = (found.get("type") or "").split(";")[0]
        if (
            (found.get("rel") or "alternate") == rel
            and found.get("href")
            and (not media_types or kind in media_types)
        ):
            return absolute(base, found.get("href") or "")
    return ""


async def read(endpoint: Endpoint, ask: Ask) -> Atom:
    feed = await ask.xml(endpoint.url)
    if feed.tag != f"{{{ATOM}}}feed":
        answer = await ask.get(endpoint.url)
        message = Text(
            f"« {local(feed)} » au lieu d'un flux Atom", f"“{local(feed)}” instead of an Atom feed"
        )
        raise BadDocument(answer, message, code="not-atom")
    entries = [Entry(element, endpoint.url) for element in feed.findall("a:entry", NS)]
    return Atom(
        endpoint, title=text(feed, "a:title"), feed=feed, entries=entries, members={"record": entries}
    )


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A feed of news is no download service: it must speak of datasets or of places."""
    if (
        not answer.ok
        or "xml" not in answer.media_type
        or b"http://www.w3.org/2005/Atom" not in answer.body[:4096]
    ):
        return ()
    if not any(mark in answer.body[:262144] for mark in (b"inspire_dls", b"georss.org", b'rel="search"')):
        return ()
    feed = xml_of(answer)
    return (
        (Endpoint("atom", answer.url, "address", text(feed, "a:title")),)
        if feed.tag == f"{{{ATOM}}}feed"
        else ()
    )


PROTOCOLS.add(
    Protocol(
        "atom",
        Text("Téléchargement Atom (INSPIRE)", "Atom download (INSPIRE)"),
        read=read,
        sniff=sniff,
        name_of=lambda entry: entry.name,
        entry="atom/feed/readable",
    )
)
