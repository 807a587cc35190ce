"""Searching: the two filter languages of GetRecords, on a title read in the catalogue itself."""

import re

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import XML_BODY, is_post, results_in
from cicclo.probes.errors import Missing
from cicclo.probes.iso.record import Record
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols._csw_requests import any_text, body, kvp
from cicclo.probes.protocols.csw import Csw
from cicclo.probes.session import Ask

MOST_TITLES = 20
_WORD = re.compile(r"\b[A-Za-z0-9]{5,}\b", re.ASCII)


@check(
    "csw/getrecords/filter-xml",
    on="csw",
    breaks=lambda site: site.edit_text("/csw*", 'Matched="1"', 'Matched="25"', is_post),
)
async def filter_xml(csw: Csw, ask: Ask) -> Verdict:
    """PropertyIsLike on AnyText, by POST: what every catalogue client searches with."""
    word = _rare_word(csw)
    answer = await ask.send("POST", csw.base, headers=XML_BODY, body=body(constraint=any_text(word)))
    return _filtered(csw, word, results_in(answer).matched)


@check(
    "csw/getrecords/filter-cql",
    on="csw",
    breaks=lambda site: site.edit_text("*constraint=*", 'Matched="1"', 'Matched="25"'),
)
async def filter_cql(csw: Csw, ask: Ask) -> Verdict:
    """Keywords in lower case, which pycsw 2.6 requires and which all others accept."""
    word = _rare_word(csw)
    cql = {
        "constraintLanguage": "CQL_TEXT",
        "constraint_language_version": "1.1.0",
        "constraint": f"csw:AnyText like '%{word}%'",
    }
    return _filtered(csw, word, results_in(await ask.get(csw.base, kvp(maxRecords=5, **cql))).matched)


def _rare_word(csw: Csw) -> str:
    """One plain word of a title that the fewest records hold: nothing a filter would have to escape."""
    texts = [_text(record) for record in csw.records]
    words = {word for record in csw.records[:MOST_TITLES] for word in _WORD.findall(record.title)}
    if not words:
        raise Missing("aucun titre à chercher", "no title to look for")
    return min(sorted(str(word) for word in words), key=lambda word: sum(word in text for text in texts))


def _filtered(csw: Csw, word: str, matched: int) -> Verdict:
    if matched == 0:
        return failed(
            f"aucune fiche trouvée pour « {word} », lu dans le catalogue",
            f"no record found for “{word}”, read in the catalogue",
            code="filter-finds-nothing",
        )
    if matched < 0:
        return failed("réponse sans nombre de fiches", "answer without a number of records", code="no-count")
    if csw.matched > 1 and matched >= csw.matched and any(word not in _text(r) for r in csw.records):
        fr = f"le filtre sur « {word} » rend tout le catalogue ({matched} fiches)"
        return failed(
            fr,
            f"the filter on “{word}” returns the whole catalogue ({matched} records)",
            code="filter-ignored",
        )
    return passed(f"{matched} fiche(s)", f"{matched} record(s)")


def _text(record: Record) -> str:
    return str("".join(record.root.itertext()))
