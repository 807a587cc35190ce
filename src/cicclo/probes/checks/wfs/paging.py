"""WFS: paging, counts and truncation, as announced and as done."""

from dataclasses import replace

from cicclo.probes.check import check
from cicclo.probes.checks.wfs._features import first_features, page, total
from cicclo.probes.errors import BadDocument, BadStatus, Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Site
from cicclo.probes.model import Verdict, failed, inapplicable, passed, untested
from cicclo.probes.protocols.wfs import FeatureType, Wfs
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Request

CLAIM = "wfs/ImplementsResultPaging"
BIGGEST_PAGE = 1000  # features; a larger page is not asked to a server of others


def _ignores_startindex(site: Site) -> Site:
    def first_page(request: Request) -> Request:
        return replace(request, url=with_params(request.url, {"STARTINDEX": None}))

    return site.reply("/wfs*", lambda request: site.answer(first_page(request)), asks(startindex="*"))


async def _pages(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """Two pages of two: nothing repeated, and the first page again the same."""
    if await total(wfs, feature_type, ask) < 4:
        raise Missing("moins de quatre objets", "fewer than four features")
    first = await page(wfs, feature_type.name, ask, STARTINDEX=0)
    second = await page(wfs, feature_type.name, ask, STARTINDEX=2)
    repeated = set(first.ids) & set(second.ids)
    if repeated:
        shown = min(repeated)[:80]
        return failed(
            f"« {shown} » est dans les deux pages",
            f"“{shown}” is in both pages",
            at="STARTINDEX=2",
            code="repeated",
        )
    if len(first.features) != 2 or len(second.features) != 2:
        sizes = f"{len(first.features)}, {len(second.features)}"
        return failed(
            f"pages de {sizes} objets au lieu de 2",
            f"pages of {sizes} features instead of 2",
            at="COUNT=2",
            code="size",
        )
    plain = await first_features(wfs, feature_type.name, ask)
    if plain.ids != first.ids:
        return failed(
            "sans STARTINDEX, d'autres objets viennent en tête",
            "without STARTINDEX, other features come first",
            at="STARTINDEX=0",
            code="unstable",
        )
    return passed()


@check("wfs/paging/pages", on="wfs", each="type", breaks=_ignores_startindex)
async def pages(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    return await _pages(wfs, feature_type, ask)


@check(
    "wfs/paging/announced",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", "ImplementsResultPaging", "ImplementsNothing"),
)
async def announced(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """A client that believes the document does not page, and shows a part of the layer (OSGeo/gdal issue 719)."""
    if not wfs.is_2:
        raise Missing("contrainte propre à WFS 2.0", "constraint of WFS 2.0")
    verdict = await _pages(wfs, feature_type, ask)
    if verdict.code:
        return inapplicable("la pagination ne fonctionne pas", "paging does not work")
    if CLAIM in wfs.claims:
        return passed()
    return failed(
        "STARTINDEX et COUNT fonctionnent, mais ImplementsResultPaging n'est pas à TRUE",
        "STARTINDEX and COUNT work, but ImplementsResultPaging is not TRUE",
        at="OperationsMetadata/Constraint[@name='ImplementsResultPaging']",
    )


@check(
    "wfs/paging/numbers",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", 'numberMatched="7"', 'numberMatched="2"', asks(count="2")),
)
async def numbers(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """A page says how many features it holds and how many there are: clients rely on both."""
    if not wfs.is_2:
        raise Missing("nombres propres à WFS 2.0", "numbers are of WFS 2.0")
    found = await first_features(wfs, feature_type.name, ask)
    if found.returned != len(found.features):
        return failed(
            f"numberReturned = {found.returned}, {len(found.features)} objets dans la page",
            f"numberReturned = {found.returned}, {len(found.features)} features in the page",
            at="/@numberReturned",
            code="returned",
        )
    everything = await total(wfs, feature_type, ask)
    if found.matched is not None and found.matched != everything:
        return failed(
            f"numberMatched = {found.matched} dans une page, {everything} au compte (hits)",
            f"numberMatched = {found.matched} in a page, {everything} by hits",
            at="/@numberMatched",
            code="matched",
        )
    return passed()


@check(
    "wfs/paging/next-link",
    on="wfs",
    each="type",
    breaks=lambda site: site.edit_text("/wfs*", " next=", " suivant=", asks(count="2")),
)
async def next_link(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """A service that pages gives the address of the next page while there is one."""
    if not wfs.is_2:
        raise Missing("attribut propre à WFS 2.0", "attribute of WFS 2.0")
    if await total(wfs, feature_type, ask) <= 2:
        raise Missing("une seule page", "a single page")
    found = await page(wfs, feature_type.name, ask, STARTINDEX=0)
    if not found.next:
        return failed(
            "pas d'attribut next alors que d'autres objets suivent",
            "no next attribute although more features follow",
            at="/@next",
        )
    return passed()


def _silently_cut(site: Site) -> Site:
    """Says that the cut page is everything (OSGeo/gdal, December 2025)."""
    alone = site.edit_text("/wfs*", " next=", " suivant=", asks(count="6"))
    return alone.edit_text("/wfs*", 'numberMatched="7"', 'numberMatched="5"', asks(count="6"))


@check("wfs/paging/truncation", on="wfs", each="type", breaks=_silently_cut)
async def truncation(wfs: Wfs, feature_type: FeatureType, ask: Ask) -> Verdict:
    """When more than CountDefault is asked, what is missing is told (OSGeo/gdal issue 8653)."""
    limit = wfs.count_default
    if not wfs.is_2 or limit is None:
        raise Missing("CountDefault non annoncé", "CountDefault not announced")
    everything = await total(wfs, feature_type, ask)
    if everything == limit and await _more_after(wfs, feature_type, limit, ask):
        return failed(
            f"le compte (hits) dit {everything} = CountDefault, mais d'autres objets suivent",
            f"hits says {everything} = CountDefault, but more features follow",
            at="/@numberMatched",
            code="capped-hits",
        )
    if everything <= limit:
        raise Missing(
            f"{everything} objets, moins que CountDefault = {limit}",
            f"{everything} features, fewer than CountDefault = {limit}",
        )
    if limit > BIGGEST_PAGE:
        return untested(
            f"page de {limit} objets trop lourde à demander",
            f"a page of {limit} features is too heavy to ask",
        )
    found = await page(wfs, feature_type.name, ask, count=limit + 1)
    received = len(found.features)
    if received <= limit and found.matched is not None and found.matched <= received and not found.next:
        return failed(
            f"{received} objets sur {everything}, et numberMatched = {found.matched} : coupé sans le dire",
            f"{received} features out of {everything}, and numberMatched = {found.matched}: cut without telling",
            at="/@numberMatched",
            code="silent-truncation",
        )
    return passed()


async def _more_after(wfs: Wfs, feature_type: FeatureType, start: int, ask: Ask) -> bool:
    """Tell whether a feature is found past an announced total."""
    try:
        return bool((await page(wfs, feature_type.name, ask, count=1, STARTINDEX=start)).features)
    except (BadDocument, BadStatus):  # paging that is refused says nothing of what follows
        return False
