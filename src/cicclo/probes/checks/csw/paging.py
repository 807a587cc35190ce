"""Walking through a catalogue: pages that differ, an honest next record, no page that fails."""

from collections import Counter
from collections.abc import AsyncIterator

from cicclo.probes.check import check
from cicclo.probes.checks.csw._asking import answers_as, records, results_in
from cicclo.probes.documents import is_ows_exception, xml_of
from cicclo.probes.errors import Missing, Unusable
from cicclo.probes.examples._csw_documents import exception
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.iso.xml import local_name
from cicclo.probes.model import Verdict, cannot_tell, failed, inapplicable, passed
from cicclo.probes.protocols.csw import Csw, page_url, results_of
from cicclo.probes.session import Ask


def _bad_second_page(site: Site, element_set: str) -> Site:
    report = exception("NoApplicableCode", "", "Record of schema iso19110 cannot be transformed to gmd")
    return site.reply(f"*elementSetName={element_set}*startPosition=21*", Reply.xml(report))


@check("csw/paging/full", on="csw", breaks=lambda site: _bad_second_page(site, "full"))
async def full(csw: Csw, ask: Ask) -> Verdict:
    """One record of another schema makes a whole page fail (core-geonetwork issue 6940)."""
    for start, url in csw.pages:
        fault = await _page_fault(start, url, csw, ask)
        if fault:
            return fault
    if not csw.records and csw.matched > 0:
        fr = f"{csw.matched} fiches annoncées, aucune lisible dans le schéma {csw.schema}"
        return failed(
            fr, f"{csw.matched} records announced, none readable in schema {csw.schema}", code="no-iso-record"
        )
    count = len(csw.records)
    return passed(f"{count} fiches lues sur {csw.matched}", f"{count} records read of {csw.matched}")


async def _page_fault(start: int, url: str, csw: Csw, ask: Ask) -> Verdict | None:
    try:
        results = results_in(await ask.get(url))
    except Unusable as error:
        fr = f"la page qui commence à la fiche {start} échoue : {error.message.fr}"
        en = f"the page that starts at record {start} fails: {error.message.en}"
        said = failed(fr, en, at=url, code="page-fails")
        # an answer that never came proves nothing about the catalogue
        return said if error.answer.failure is None else cannot_tell(fr, en, at=url, code=error.code)
    if not results.children and start <= csw.matched:
        fr = f"page vide à la fiche {start}, sur {csw.matched}"
        return failed(fr, f"empty page at record {start}, of {csw.matched}", at=url, code="empty-page")
    return None


@check("csw/paging/summary", on="csw", breaks=lambda site: _bad_second_page(site, "summary"))
async def summary(csw: Csw, ask: Ask) -> Verdict:
    """GeoNetwork's own harvester pages in summary (georchestra issue 4255)."""
    if csw.matched < 1:
        return inapplicable("catalogue vide", "empty catalogue")
    for start, _ in csw.pages[:2]:
        fault = await _page_fault(start, page_url(csw, start, element_set="summary"), csw, ask)
        if fault:
            return fault
    return passed()


@check(
    "csw/paging/next-record",
    on="csw",
    breaks=lambda site: site.edit_text("*startPosition=21*", 'nextRecord="0"', 'nextRecord="26"'),
)
async def next_record(csw: Csw, ask: Ask) -> Verdict:
    """A next record that never becomes 0 sends harvesters round for ever."""
    if not csw.pages:
        raise Missing("aucune page lue", "no page was read")
    for start, url in csw.pages:
        results = results_of(await ask.xml(url))
        count = len(results.children)
        expected = 0 if start + count > results.matched else start + count
        if results.next not in (expected, -1) or (results.next == -1 and expected):
            fr = f"nextRecord vaut {results.next} après {count} fiches depuis {start} (sur {results.matched}) : {expected} attendu"
            en = f"nextRecord is {results.next} after {count} records from {start} (of {results.matched}): {expected} expected"
            return failed(
                fr, en, at="@nextRecord", code="next-record-endless" if not expected else "next-record-wrong"
            )
    return passed()


@check(
    "csw/paging/start-position",
    on="csw",
    breaks=lambda site: answers_as(site, "*startPosition=2&*", maxRecords=1),
)
async def start_position(csw: Csw, ask: Ask) -> Verdict:
    if csw.matched < 2:
        return inapplicable("moins de deux fiches", "fewer than two records")
    first = await records(csw, ask, maxRecords=1)
    second = await records(csw, ask, startPosition=2, maxRecords=1)
    texts = ["".join(e.itertext()) for results in (first, second) for e in results.children]
    if len(texts) == 2 and texts[0] == texts[1]:
        return failed(
            "startPosition=2 redonne la première fiche",
            "startPosition=2 gives the first record again",
            code="start-position-ignored",
        )
    return passed()


@check(
    "csw/paging/unique-identifiers",
    on="csw",
    breaks=lambda site: site.edit_text("*", "arrets-7<", "arrets-8<"),
)
async def unique_identifiers(csw: Csw, ask: Ask) -> AsyncIterator[Verdict]:
    """Records that share an identifier overwrite one another once harvested (datagouv/data.gouv.fr issue 1920)."""
    csw.any_record()
    own = Counter(record.identifier for record in csw.records if record.identifier)
    resources = Counter(i.code.any for r in csw.records if r.is_data for i in r.identifiers[:1] if i.code.any)
    for facet, counted in (("fileIdentifier", own), ("identifier", resources)):
        twice = [(value, count) for value, count in counted.items() if count > 1]
        if twice:
            value, count = twice[0]
            yield failed(
                f"« {value} » porté par {count} fiches",
                f"“{value}” borne by {count} records",
                at=value,
                code="shared-identifier",
                facet=facet,
            )
        else:
            yield passed(facet=facet)


@check(
    "csw/paging/roots",
    on="csw",
    breaks=lambda site: site.edit_text(
        "*outputSchema=http://www.isotc211.org/2005/gmd*", "gmd:MD_Metadata", "gmd:FC_FeatureCatalogue"
    ),
)
async def known_roots(csw: Csw, ask: Ask) -> Verdict:
    """Harvesters that expect one root stop at another (GSA/data.gov issue 2000)."""
    found: Counter[str] = Counter()
    for _, url in csw.pages:
        document = xml_of(await ask.get(url))
        if not is_ows_exception(document):
            found.update(local_name(e.tag) for e in results_of(document).children)
    if not found:
        raise Missing("aucune fiche", "no record")
    others = {name: count for name, count in found.items() if name not in ("MD_Metadata", "MI_Metadata")}
    if not others:
        return passed()
    names = ", ".join(f"{name} ({count})" for name, count in others.items())
    return failed(f"racines inattendues : {names}", f"unexpected roots: {names}", code="unexpected-root")
