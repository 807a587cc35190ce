"""OpenSearch as a client uses it: read the description, fill in its template, search."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urljoin

from lxml import etree

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import results_in
from cicclo.probes.checks.csw.version3 import speaks3
from cicclo.probes.documents import success, usable, xml_of
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols.csw import Csw, Results
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

ATOM = "http://www.w3.org/2005/Atom"
NOWHERE = "zqxjkvwqzj"  # a word of no language
_PLACE = re.compile(r"\{([^{}?]+)(\??)\}")
_WORD = re.compile(r"[A-Za-z]{5,}")  # plain letters: accents are another question


def templates(root: etree._Element, media_type: str) -> list[str]:
    """Templates that search for words, of one media type."""
    return [
        url.get("template", "")
        for url in root.iter("{*}Url")
        if url.get("type", "").split(";")[0].strip() == media_type
        and "{searchTerms" in url.get("template", "")
    ]


def filled(template: str, values: Mapping[str, str]) -> str:
    """A template as a client fills it in: what is optional and unknown is left empty; raise Missing for the rest."""

    def value(match: re.Match[str]) -> str:
        name, optional = match[1], match[2]
        if name not in values and not optional:
            raise Missing(
                f"paramètre obligatoire inconnu : {name}", f"mandatory parameter unknown to clients: {name}"
            )
        return quote(values.get(name, ""), safe="")

    return _PLACE.sub(value, template)


async def template(csw: Csw, ask: Ask, media_type: str) -> str:
    speaks3(csw)
    params = {"mode": "opensearch", "service": "CSW", "version": "3.0.0", "request": "GetCapabilities"}
    found = templates(await ask.xml(csw.base, params), media_type)
    if not found:
        raise Missing(f"aucun gabarit de recherche en {media_type}", f"no search template in {media_type}")
    return urljoin(csw.base, found[0])


def _word(csw: Csw) -> str:
    """A word of a title that the catalogue holds."""
    words: list[str] = [word for record in csw.records for word in _WORD.findall(record.title)]
    if not words:
        raise Missing("aucun titre où prendre un mot", "no title to take a word from")
    return max(words, key=len)


def without_empty(url: str) -> str:
    """The same request without the parameters that were left empty."""
    before, _, after = url.partition("?")
    return f"{before}?{'&'.join(part for part in after.split('&') if part.partition('=')[2].strip('/'))}"


async def _asked(csw: Csw, ask: Ask, media_type: str, **values: str) -> Answer:
    """The answer to a template filled in; without its empty parameters when the catalogue cannot stand them."""
    url = filled(await template(csw, ask, media_type), values)
    answer = usable(await ask.get(url))
    return answer if answer.ok else await ask.get(without_empty(url))


async def _search(csw: Csw, ask: Ask, **values: str) -> Results:
    return results_in(await _asked(csw, ask, "application/xml", **values))


@check(
    "csw/opensearch/search",
    on="csw",
    breaks=lambda site: site.edit_text(
        f"*q={NOWHERE}*", 'numberOfRecordsMatched="0"', 'numberOfRecordsMatched="25"'
    ),
)
async def search(csw: Csw, ask: Ask) -> Verdict:
    """Clients leave empty what they do not know: a catalogue that refuses it refuses every plain OpenSearch client."""
    word = _word(csw)
    url = filled(await template(csw, ask, "application/xml"), {"searchTerms": word})
    plain = usable(await ask.get(url))
    if not plain.ok and usable(await ask.get(without_empty(url))).ok:
        return failed(
            f"HTTP {plain.status} tant que les paramètres facultatifs vides du gabarit sont là",
            f"HTTP {plain.status} as long as the template's empty optional parameters are there",
            at=url,
            code="empty-parameter-refused",
        )
    found = await _search(csw, ask, searchTerms=word)
    if found.matched < 1 or not found.children:
        return failed(
            f"« {word} », mot d'un titre, ne trouve rien",
            f"“{word}”, a word of a title, finds nothing",
            at="searchTerms",
            code="nothing-found",
        )
    none = await _search(csw, ask, searchTerms=NOWHERE)
    if none.matched > 0:
        return failed(
            f"un mot qui n'existe pas trouve {none.matched} fiches : searchTerms est ignoré",
            f"a word that does not exist finds {none.matched} records: searchTerms is ignored",
            at="searchTerms",
            code="search-terms-ignored",
        )
    return passed(f"« {word} » : {found.matched} fiches", f"“{word}”: {found.matched} records")


@check(
    "csw/opensearch/paging",
    on="csw",
    breaks=lambda site: site.edit_text("*q=&startPosition=2&maxRecords=1*", 'Returned="1"', 'Returned="10"'),
)
async def paging(csw: Csw, ask: Ask) -> Verdict:
    if csw.matched < 2:
        return inapplicable("moins de deux fiches", "fewer than two records")
    page = await _search(csw, ask, startIndex="2", count="1")
    expected = 3 if page.matched > 2 else 0
    if page.returned == 1 and len(page.children) == 1 and page.next == expected:
        return passed()
    said = f"numberOfRecordsReturned={page.returned} nextRecord={page.next}"
    return failed(
        f"startIndex=2, count=1 : {said}",
        f"startIndex=2, count=1: {said}",
        at="SearchResults",
        code="wrong-slice",
    )


@check(
    "csw/opensearch/atom", on="csw", breaks=lambda site: site.edit_text("*application/atom*", "entry", "item")
)
async def atom(csw: Csw, ask: Ask) -> Verdict:
    answer = await _asked(csw, ask, "application/atom+xml", searchTerms=_word(csw), count="2")
    root = xml_of(success(answer))
    if root.tag != f"{{{ATOM}}}feed":
        return failed(
            f"« {root.tag} » au lieu d'un flux", f"“{root.tag}” instead of a feed", at="/", code="not-a-feed"
        )
    if root.find(f"{{{ATOM}}}entry") is None:
        return failed("flux sans entrée", "feed without an entry", at="entry", code="no-entry")
    return passed()
