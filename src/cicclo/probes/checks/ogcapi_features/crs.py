"""Part 2, discovery: which CRS are announced, and how."""

from collections.abc import AsyncIterator
from typing import Any

from cicclo.ogc.crs import CRS84, CRS84H, form
from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, inapplicable, passed
from cicclo.probes.protocols.ogcapi import Collection, OgcApi, crs_list
from cicclo.probes.session import Ask

POINTER = "#/crs"
PLACES = ("collection", "collections")


async def said(collection: Collection, place: str, ask: Ask) -> dict[str, Any]:
    """What the collection's own document, or its entry in the list, says of it."""
    if place == "collections":
        return collection.document
    document = await ask.json(collection.url)
    return document if isinstance(document, dict) else {}


def well_formed(identifier: object) -> bool:
    return isinstance(identifier, str) and (
        form(identifier) in ("uri", "urn") or identifier.startswith(("http://", "https://", "urn:"))
    )


@check(
    "ogcapi-features/crs/announced",
    on="ogcapi",
    breaks=lambda site: site.edit_text(
        "/ogcapi/conformance", "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs", "urn:none"
    ),
)
async def announced(api: OgcApi, ask: Ask) -> Verdict:
    """QGIS and GDAL send crs only when the class is declared."""
    await ask.get(api.conformance_url, accept="application/json")
    if "ogcapi-features-2/conf/crs" in api.claims:
        return passed()
    several = [c.id for c in api.collections if set(c.crs) - {CRS84, CRS84H}]
    if not several:
        raise Missing("aucun autre CRS que CRS84", "no other CRS than CRS84")
    name = several[0]
    return failed(
        f"« {name} » a d'autres CRS, la partie 2 n'est pas annoncée",
        f"“{name}” has other CRS, Part 2 is not announced",
        at="/conformsTo",
    )


@check(
    "ogcapi-features/crs/crs-uri",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops", lambda document: document["crs"].append("EPSG:2154")
    ),
)
async def crs_uri(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    for place in PLACES:
        document = await said(collection, place, ask)
        raw = document.get("crs")
        wrong = (
            [one for one in raw if one != POINTER and not well_formed(one)] if isinstance(raw, list) else []
        )
        if wrong:
            yield failed(
                f"identifiant de CRS incorrect : {wrong[0]!r}",
                f"incorrect CRS identifier: {wrong[0]!r}",
                at="/crs",
                facet=place,
            )
        elif not isinstance(raw, list):
            yield inapplicable("aucune liste « crs »", "no “crs” list", facet=place)
        else:
            yield passed(facet=place)


@check(
    "ogcapi-features/crs/storage-crs-uri",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops", lambda document: document.update(storageCrs="EPSG:2154")
    ),
)
async def storage_crs_uri(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    for place in PLACES:
        value = (await said(collection, place, ask)).get("storageCrs")
        if value is None:
            yield inapplicable("aucun « storageCrs »", "no “storageCrs”", facet=place)
        elif well_formed(value):
            yield passed(facet=place)
        else:
            yield failed(
                f"identifiant de CRS incorrect : {value!r}",
                f"incorrect CRS identifier: {value!r}",
                at="/storageCrs",
                facet=place,
            )


@check(
    "ogcapi-features/crs/fc-md-crs-list-global",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document["crs"].append("EPSG:2154")
    ),
)
async def global_list(api: OgcApi, ask: Ask) -> AsyncIterator[Verdict]:
    await ask.get(api.collections_url, accept="application/json")
    values = {"crs": api.listing.get("crs"), "storageCrs": api.listing.get("storageCrs")}
    for facet, value in values.items():
        wrong = [one for one in (value if isinstance(value, list) else [value]) if not well_formed(one)]
        if value is None:
            yield inapplicable(f"aucun « {facet} » commun", f"no shared “{facet}”", facet=facet)
        elif wrong:
            yield failed(
                f"identifiant incorrect : {wrong[0]!r}",
                f"incorrect identifier: {wrong[0]!r}",
                at=f"/{facet}",
                facet=facet,
            )
        else:
            yield passed(facet=facet)


@check(
    "ogcapi-features/crs/fc-md-crs-list",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops", lambda document: document["crs"].pop(0) and None
    ),
)
async def default_listed(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    """QGIS 4 falls back to CRS84 when the list does not hold it (issue 65969)."""
    for place in PLACES:
        raw = (await said(collection, place, ask)).get("crs")
        listed = crs_list(raw, api.listing.get("crs"))
        if not isinstance(raw, list):
            yield failed("aucune liste « crs »", "no “crs” list", at="/crs", facet=place, code="no-list")
        elif {CRS84, CRS84H} & set(listed):
            yield passed(facet=place)
        else:
            yield failed(
                "CRS84 n'est pas dans la liste",
                "CRS84 is not in the list",
                at="/crs",
                facet=place,
                code="no-crs84",
            )


@check(
    "ogcapi-features/crs/fc-md-storageCrs-valid-value",
    on="ogcapi",
    each="collection",
    breaks=lambda site: site.edit(
        "/ogcapi/collections/stops",
        lambda d: d.update(storageCrs="http://www.opengis.net/def/crs/EPSG/0/27572"),
    ),
)
async def storage_listed(api: OgcApi, collection: Collection, ask: Ask) -> AsyncIterator[Verdict]:
    for place in PLACES:
        document = await said(collection, place, ask)
        value, listed = document.get("storageCrs"), crs_list(document.get("crs"), api.listing.get("crs"))
        if value is None:
            yield inapplicable("aucun « storageCrs »", "no “storageCrs”", facet=place)
        elif value in listed:
            yield passed(facet=place)
        else:
            yield failed(
                f"{value} n'est pas dans la liste « crs »",
                f"{value} is not in the “crs” list",
                at="/storageCrs",
                facet=place,
            )
