"""The same layer through several protocols: number of features, extent, attributes, CRS, title."""

from collections.abc import AsyncIterator

from cicclo.probes.check import check
from cicclo.probes.checks.cross._content import attributes, count
from cicclo.probes.checks.cross._offers import DOWNLOAD, key, offers, shared
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, cannot_tell, failed, passed
from cicclo.probes.protocols.platform import Platform
from cicclo.probes.session import Ask

TOLERANCE = 0.05  # degrees, and share of the width: boxes are often rounded or buffered


def _moved(page: dict[str, list[dict[str, dict[str, dict[str, list[list[float]]]]]]]) -> None:
    for collection in page.get("collections", []):
        collection["extent"]["spatial"]["bbox"] = [[10, 40, 11, 41]]


@check(
    "cross/layers/count", on="platform", breaks=lambda site: site.edit_text("*resulttype=hits*", '"3"', '"2"')
)
async def same_count(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    for group in shared(platform, ask, *DOWNLOAD):
        counts = [(offer, await count(offer, ask)) for offer in group]
        known = [(offer, number) for offer, number in counts if number is not None]
        said = " ; ".join(f"{offer.shown} : {number}" for offer, number in known)
        facet = key(group[0].name)
        if len(known) < 2:
            yield cannot_tell(
                "un des services ne dit pas son nombre d'objets",
                "one of the services does not say its count",
                facet=facet,
            )
        elif len({number for _, number in known}) > 1:
            yield failed(
                f"nombres d'objets différents ({said})",
                f"different numbers of features ({said})",
                facet=facet,
                at=known[0][0].service.endpoint.url,
            )
        else:
            yield passed(facet=facet)


@check(
    "cross/layers/extent",
    on="platform",
    breaks=lambda site: site.edit("*/ogcapi/collections*", _moved),
)
async def same_extent(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    for group in shared(platform, ask):
        boxed = [offer for offer in group if len(offer.box) == 4]
        far = next(((a, b) for a in boxed[:1] for b in boxed[1:] if not close(a.box, b.box)), None)
        facet = key(group[0].name)
        if len(boxed) < 2:
            yield cannot_tell(
                "une des emprises n'est pas annoncée", "one of the extents is not announced", facet=facet
            )
        elif far:
            said = " ; ".join(f"{offer.shown} : {', '.join(f'{n:g}' for n in offer.box)}" for offer in far)
            yield failed(
                f"emprises différentes ({said})",
                f"different extents ({said})",
                facet=facet,
                at=far[1].service.endpoint.url,
            )
        else:
            yield passed(facet=facet)


def close(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Tell whether two boxes are the same up to rounding."""
    width = max(one[2] - one[0], one[3] - one[1], 0)
    return all(abs(a - b) <= max(TOLERANCE, TOLERANCE * width) for a, b in zip(one, other, strict=True))


@check(
    "cross/layers/attributes",
    on="platform",
    breaks=lambda site: site.edit_text("*DescribeFeatureType*", 'name="name"', 'name="label"'),
)
async def same_attributes(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    for group in shared(platform, ask, *DOWNLOAD):
        known = [(offer, names) for offer in group if (names := await attributes(offer, ask))]
        facet = key(group[0].name)
        if len(known) < 2:
            yield cannot_tell(
                "attributs d'un des services inconnus",
                "attributes of one of the services unknown",
                facet=facet,
            )
            continue
        (first, ours), (second, theirs) = known[:2]
        if ours == theirs:
            yield passed(facet=facet)
        else:
            said = f"{first.shown} : {', '.join(sorted(ours - theirs)) or '—'} ; {second.shown} : {', '.join(sorted(theirs - ours)) or '—'}"
            yield failed(
                f"attributs propres à un seul service ({said})",
                f"attributes of one service only ({said})",
                facet=facet,
                at=second.service.endpoint.url,
            )


@check(
    "cross/layers/crs",
    on="platform",
    breaks=lambda site: site.edit_text("*GetCapabilities*", "EPSG::2154", "EPSG::9793"),
)
async def same_crs(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    """A user who changes service must keep the projection; geographic ones are not enough."""
    for group in shared(platform, ask):
        projected = [
            (
                offer,
                {
                    code
                    for code in offer.crs
                    if code not in ("EPSG:4326", "OGC:CRS84", "EPSG:4258", "EPSG:3857")
                },
            )
            for offer in group
        ]
        told = [(offer, codes) for offer, codes in projected if codes]
        facet = key(group[0].name)
        if not told:
            yield passed(
                "aucune projection nationale annoncée", "no national projection announced", facet=facet
            )
            continue
        common = set.intersection(*(codes for _, codes in projected))
        if common:
            yield passed(facet=facet)
            continue
        said = " ; ".join(
            f"{offer.shown} : {', '.join(sorted(codes)[:4]) or '—'}" for offer, codes in projected
        )
        yield failed(f"aucune projection commune ({said})", f"no projection in common ({said})", facet=facet)


@check(
    "cross/layers/title",
    on="platform",
    breaks=lambda site: site.edit_text("*GetCapabilities*", ">Arrêts<", ">layer_12<"),
)
async def same_title(platform: Platform, ask: Ask) -> AsyncIterator[Verdict]:
    for group in shared(platform, ask):
        titles = {" ".join(offer.title.split()).casefold() for offer in group if offer.title}
        said = " ; ".join(f"{offer.shown} : {offer.title}" for offer in group)
        facet = key(group[0].name)
        if len(titles) > 1:
            yield failed(f"titres différents ({said})", f"different titles ({said})", facet=facet)
        else:
            yield passed(facet=facet)


@check(
    "cross/layers/download",
    on="platform",
    breaks=lambda site: site.edit_text("/all/wms*GetCapabilities*", "<Name>arrets", "<Name>lignes"),
)
async def seen_is_downloadable(platform: Platform, ask: Ask) -> Verdict:
    """A layer that can be seen can be downloaded, under the same name."""
    seen, downloaded = (
        offers(platform, "wms", "wmts"),
        {key(offer.name) for offer in offers(platform, *DOWNLOAD)},
    )
    if not seen or not downloaded:
        raise Missing(
            "il faut un service de consultation et un de téléchargement",
            "a view and a download service are needed",
        )
    alone = [offer.name for offer in seen if key(offer.name) not in downloaded]
    if not alone:
        return passed()
    names, many = ", ".join(alone[:5]), len(alone)
    return failed(
        f"{many} couches sur {len(seen)} se voient mais ne se téléchargent pas sous le même nom : {names}",
        f"{many} layers of {len(seen)} can be seen but not downloaded under the same name: {names}",
        at=next(offer for offer in seen if offer.name == alone[0]).service.endpoint.url,
    )
