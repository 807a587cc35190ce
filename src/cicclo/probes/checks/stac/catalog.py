"""The landing page and the collections: STAC 1.0 and STAC API core."""

import re
from typing import Any

from cicclo.ogc.conformance import faults
from cicclo.ogc.links import find_links, links_of, media_type
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.stac import GEOJSON, Stac, StacCollection
from cicclo.probes.session import Ask

LICENCE_WORDS = frozenset({"other", "proprietary", "various"})
SPDX_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9.+-]*$")


def api(stac: Stac) -> Stac:
    """Return the service when it is an API; raise Missing for a static catalogue."""
    if not stac.is_api:
        raise Missing("catalogue statique, sans API", "static catalogue, without API")
    return stac


@check(
    "stac/catalog/members",
    on="stac",
    breaks=lambda site: site.edit("/stac/", lambda page: page.pop("type") and None),
)
async def catalogue_members(stac: Stac, ask: Ask) -> Verdict:
    """STAC clients tell a catalogue from a plain OGC API by `type` (pystac-client issue 470)."""
    page = stac.landing
    if page.get("type") != "Catalog":
        return failed(
            f"type « {page.get('type')} » au lieu de « Catalog »",
            f"type “{page.get('type')}” instead of “Catalog”",
            at="/type",
        )
    absent = [name for name in ("id", "description") if not isinstance(page.get(name), str) or not page[name]]
    if absent or not links_of(page):
        at = f"/{(absent or ['links'])[0]}"
        return failed(f"membre absent ou vide : {at[1:]}", f"absent or empty member: {at[1:]}", at=at)
    return passed()


@check(
    "stac/catalog/version",
    on="stac",
    breaks=lambda site: site.edit("/stac/", lambda page: page.update(stac_version="0.9.0")),
)
async def released_version(stac: Stac, ask: Ask) -> Verdict:
    if re.match(r"^1\.\d+\.\d+$", stac.version):
        return passed()
    return failed(f"stac_version « {stac.version} »", f"stac_version “{stac.version}”", at="/stac_version")


@check(
    "stac/api/conforms-to",
    on="stac",
    breaks=lambda site: site.edit("/stac/", lambda page: page.pop("conformsTo") and None),
)
async def conforms_to(stac: Stac, ask: Ask) -> Verdict:
    if "stac-api/core" in api(stac).claims:
        return passed()
    if stac.conforms_to:
        return failed(
            "conformsTo sans la classe core de STAC API",
            "conformsTo without class core of STAC API",
            at="/conformsTo",
            code="no-core",
        )
    return failed(
        "conformsTo absent de la page d'accueil",
        "conformsTo absent from the landing page",
        at="/conformsTo",
        code="absent",
    )


@check(
    "stac/api/released-classes",
    on="stac",
    breaks=lambda site: site.edit_text(
        "/stac/", "stacspec.org/v1.0.0/core", "stacspec.org/v1.0.0-beta.1/core"
    ),
)
async def released_classes(stac: Stac, ask: Ask) -> Verdict:
    """Clients that compare to the letter refuse draft classes (pystac-client issue 43)."""
    for index, uri in enumerate(api(stac).conforms_to):
        if "stacspec.org" in uri and (wrong := faults(uri)):
            return failed(
                f"{uri} : {', '.join(wrong)}",
                f"{uri}: {', '.join(wrong)}",
                at=f"/conformsTo/{index}",
                code=wrong[0],
            )
    return passed()


@check(
    "stac/api/search-link",
    on="stac",
    breaks=lambda site: site.edit_text(
        "/stac/", '"search", "type": "application/geo+json"', '"search", "type": "application/json"'
    ),
)
async def search_link(stac: Stac, ask: Ask) -> Verdict:
    links = find_links(api(stac).landing, "search")
    if any(media_type(link.get("type")) == GEOJSON for link in links):
        return passed()
    seen = sorted({str(link.get("type")) for link in links})
    return failed(
        f"lien « search » de type {GEOJSON} absent (types : {seen})",
        f"no “search” link of type {GEOJSON} (types: {seen})",
        at="/links",
    )


@check(
    "stac/collection/members",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit("/stac/collections", lambda d: d["collections"][0].pop("extent") and None),
)
async def collection_members(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    document = collection.document
    absent = [
        name
        for name in ("stac_version", "id", "description", "license", "extent", "links")
        if not document.get(name)
    ]
    if document.get("type") != "Collection":
        absent.append("type")
    if absent:
        return failed(
            f"membres absents : {', '.join(absent)}",
            f"absent members: {', '.join(absent)}",
            at=f"/{absent[0]}",
        )
    return passed()


@check(
    "stac/collection/extent",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit(
        "/stac/collections", lambda d: d["collections"][0]["extent"]["spatial"].update(bbox=[[8, 51, 1, 43]])
    ),
)
async def collection_extent(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    extent = collection.document.get("extent")
    extent = extent if isinstance(extent, dict) else {}
    box, interval = (
        _first(extent.get(part), name) for part, name in (("spatial", "bbox"), ("temporal", "interval"))
    )
    if not (isinstance(box, list) and is_bbox(box)):
        return failed(f"emprise incorrecte : {box}", f"incorrect extent: {box}", at="/extent/spatial/bbox/0")
    ordered = isinstance(interval, list) and len(interval) == 2 and any(interval)
    if not ordered or (all(isinstance(x, str) for x in interval) and interval[0] > interval[1]):
        return failed(
            f"intervalle incorrect : {interval}",
            f"incorrect interval: {interval}",
            at="/extent/temporal/interval/0",
        )
    return passed()


def _first(part: Any, name: str) -> Any:
    values = part.get(name) if isinstance(part, dict) else None
    return values[0] if isinstance(values, list) and values else None


def is_bbox(box: Any) -> bool:
    """Four or six numbers, in degrees, south below north; west may pass east over the antimeridian."""
    if (
        not isinstance(box, list)
        or len(box) not in (4, 6)
        or not all(isinstance(x, int | float) for x in box)
    ):
        return False
    half = len(box) // 2
    west, south, east, north = box[0], box[1], box[half], box[half + 1]
    return bool(-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90)


@check(
    "stac/collection/licence",
    on="stac",
    each="collection",
    breaks=lambda site: site.edit(
        "/stac/collections", lambda d: d["collections"][0].update(license="Licence Ouverte 2.0")
    ),
)
async def collection_licence(stac: Stac, collection: StacCollection, ask: Ask) -> Verdict:
    """`other` needs a licence link, or no one knows which one it is."""
    value = collection.document.get("license")
    if not isinstance(value, str) or not SPDX_ID.match(value):
        return failed(
            f"licence « {value} » : identifiant SPDX attendu",
            f"licence “{value}”: SPDX identifier expected",
            at="/license",
        )
    if value in LICENCE_WORDS and not find_links(collection.document, "license"):
        return failed(
            f"licence « {value} » sans lien « license »",
            f"licence “{value}” without a “license” link",
            at="/links",
        )
    return passed()
