"""INSPIRE pre-defined dataset download by Atom: the service's feed, then the feed and files of each dataset."""

from cicclo.ogc.links import absolute
from cicclo.probes.check import check
from cicclo.probes.checks import _links
from cicclo.probes.documents import local
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.atom import ATOM, NS, Atom, Entry, text
from cicclo.probes.session import Ask

FEED_TYPE = "application/atom+xml"
CRS = ("/def/crs/", "EPSG:", "urn:ogc:def:crs:")


@check(
    "atom/feed/members",
    on="atom",
    breaks=lambda site: site.edit_text("/atom", "<rights>Licence Ouverte 2.0</rights>", ""),
)
async def members(atom: Atom, ask: Ask) -> Verdict:
    absent = [
        name
        for name in ("title", "id", "rights", "updated", "author/a:name", "author/a:email")
        if not text(atom.feed, f"a:{name}")
    ]
    if absent:
        names = ", ".join(absent).replace("a:", "")
        return failed(
            f"éléments absents : {names}",
            f"absent elements: {names}",
            at=f"/feed/{absent[0]}".replace("a:", ""),
        )
    return passed()


@check(
    "atom/feed/opensearch",
    on="atom",
    breaks=lambda site: site.edit_text("/atom", 'rel="search"', 'rel="related"'),
)
async def opensearch(atom: Atom, ask: Ask) -> Verdict:
    """Found by its relation, then read: clients look datasets up through it."""
    url = Entry(atom.feed, atom.endpoint.url).link("search")
    if not url:
        return failed("aucun lien « search »", "no “search” link", at="/feed/link", code="no-link")
    root = await ask.xml(url)
    if local(root) == "OpenSearchDescription":
        return passed()
    return failed(
        f"« {local(root)} » au lieu d'OpenSearchDescription",
        f"“{local(root)}” instead of OpenSearchDescription",
        at=url,
    )


@check(
    "atom/entry/identifier",
    on="atom",
    each="record",
    breaks=lambda site: site.edit_text("/atom", ">velo</inspire_dls", "></inspire_dls"),
)
async def identifier(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    if text(entry.element, "dls:spatial_dataset_identifier_code"):
        return passed()
    return failed(
        "pas de spatial_dataset_identifier_code",
        "no spatial_dataset_identifier_code",
        at="/entry/inspire_dls:spatial_dataset_identifier_code",
    )


@check("atom/entry/metadata", on="atom", each="record", breaks=lambda site: site.status("/metadata/*", 404))
async def metadata(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    url = entry.link("describedby")
    if not url:
        return failed(
            "aucun lien vers la fiche (describedby)",
            "no link to the record (describedby)",
            at="/entry/link",
            code="no-link",
        )
    await ask.xml(url)
    return passed(at=url)


@check(
    "atom/entry/extent",
    on="atom",
    each="record",
    breaks=lambda site: site.edit_text("/atom", "48.8 1.3 51.1 1.3", "148.8 1.3 51.1 1.3"),
)
async def extent(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    """GeoRSS writes latitude first."""
    raw = text(entry.element, "georss:polygon") or text(entry.element, "georss:box")
    try:
        numbers = [float(part) for part in raw.split()]
    except ValueError:
        numbers = []
    if len(numbers) < 4 or len(numbers) % 2:
        return failed(
            f"emprise GeoRSS absente ou illisible « {raw[:60]} »",
            f"GeoRSS extent absent or unreadable “{raw[:60]}”",
            at="/entry/georss:polygon",
        )
    if any(abs(latitude) > 90 for latitude in numbers[::2]) or any(
        abs(longitude) > 180 for longitude in numbers[1::2]
    ):
        return failed(
            f"latitude, longitude hors limites « {raw[:60]} »",
            f"latitude, longitude out of bounds “{raw[:60]}”",
            at="/entry/georss:polygon",
        )
    return passed()


@check(
    "atom/entry/crs",
    on="atom",
    each="record",
    breaks=lambda site: site.edit_text("/atom", "http://www.opengis.net/def/crs/EPSG/0/2154", "Lambert"),
)
async def crs(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    terms = [category.get("term") or "" for category in entry.element.findall("a:category", NS)]
    if any(mark in term for term in terms for mark in CRS):
        return passed()
    return failed(
        f"aucun système de coordonnées parmi les catégories {terms}",
        f"no coordinate system among categories {terms}",
        at="/entry/category",
    )


@check(
    "atom/entry/dataset-feed",
    on="atom",
    each="record",
    breaks=lambda site: site.edit_text("/atom/velo", "entry>", "item>"),
)
async def dataset_feed(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    url = entry.link("alternate", FEED_TYPE) or entry.link("alternate")
    if not url:
        return failed(
            "aucun lien vers le flux du jeu de données",
            "no link to the dataset's feed",
            at="/entry/link",
            code="no-link",
        )
    feed = await ask.xml(url)
    if feed.tag == f"{{{ATOM}}}feed" and feed.findall("a:entry", NS):
        return passed(at=url)
    return failed(
        "flux du jeu de données vide, ou qui n'est pas un flux Atom",
        "the dataset's feed is empty, or no Atom feed",
        at=url,
        code="empty",
    )


@check("atom/entry/file-alive", on="atom", each="record", breaks=lambda site: site.status("/files/*", 404))
async def file_answers(atom: Atom, entry: Entry, ask: Ask) -> Verdict:
    """HEAD only: files weigh gigabytes."""
    url = entry.link("alternate", FEED_TYPE)
    feed = await ask.xml(url) if url else None
    found = feed.find("a:entry/a:link[@href]", NS) if feed is not None else None
    if found is None:
        raise Missing("aucun fichier annoncé", "no file announced")
    target = absolute(url, found.get("href") or "")
    return _links.alive(await ask.send("HEAD", target), at=target)
