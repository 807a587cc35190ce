"""QGIS, OGC API Features provider: landing page, API document, one collection, a preview of 10, then pages."""

from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc.links import find_links, links_of
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._walk import Refused, Visit, counted, replay

BBOX_CRS = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
MOST_PAGES = 3


def _link(page: Any, rel: str) -> str:
    """QGIS takes the href as it is written (qgis/QGIS issue 58089)."""
    target = next((link["href"] for link in find_links(page, rel) if isinstance(link.get("href"), str)), "")
    if not target:
        raise Refused(
            f"aucun lien « {rel} » : QGIS refuse la connexion", f"no “{rel}” link: QGIS refuses to connect"
        )
    if not target.startswith(("http://", "https://")):
        raise Refused(f"lien « {rel} » relatif : {target}", f"relative “{rel}” link: {target}")
    return str(target)


async def open_it(visit: Visit) -> Text | None:
    page = await visit.ask.json(visit.url)
    visit.notes["data"] = _link(page, "data")
    visit.notes["api"] = _link(page, "service-desc")
    return None


async def define(visit: Visit) -> Text | None:
    accept = (
        "application/vnd.oai.openapi+json;version=3.0, application/openapi+json;version=3.0, application/json"
    )
    document = await visit.ask.json(visit.notes["api"], accept=accept)
    if not isinstance(document, dict) or "paths" not in document:
        raise Refused(
            "la définition d'API n'est pas un document OpenAPI",
            "the API definition is not an OpenAPI document",
        )
    return None


async def list_collections(visit: Visit) -> Text | None:
    document = await visit.ask.json(visit.notes["data"])
    entries = document.get("collections") if isinstance(document, dict) else None
    found = [e for e in entries if isinstance(e, dict) and e.get("id")] if isinstance(entries, list) else []
    if not found:
        raise Refused("aucune collection dans la liste", "no collection in the list")
    visit.notes["id"] = visit.first("collection").id
    return counted(len(found), "collections", "collections")


async def describe(visit: Visit) -> Text | None:
    """QGIS appends the id to the address of the list (CrunchyData/pg_featureserv issue 63)."""
    visit.notes["collection"] = f"{visit.notes['data'].split('?')[0].rstrip('/')}/{visit.notes['id']}"
    document = await visit.ask.json(visit.notes["collection"])
    if not isinstance(document, dict) or document.get("id") != visit.notes["id"]:
        raise Refused(
            "la collection n'est pas décrite à {liste}/{id}", "the collection is not described at {list}/{id}"
        )
    return None


async def preview(visit: Visit) -> Text | None:
    return counted(len(_features(await _page(visit, limit=10))), "objets", "features")


async def pages(visit: Visit) -> Text | None:
    page, seen, followed = (
        await _page(visit, limit=2, bbox="-180,-90,180,90", **{"bbox-crs": BBOX_CRS}),
        [],
        0,
    )
    while True:
        seen += [str(feature.get("id")) for feature in _features(page)]
        following = next(
            (x["href"] for x in links_of(page) if x.get("rel") == "next" and isinstance(x.get("href"), str)),
            "",
        )
        if not following or followed == MOST_PAGES:
            break
        followed += 1
        page = await visit.ask.json(following, accept="application/geo+json, application/json")
    if len(set(seen)) < len(seen) and "None" not in seen:
        raise Refused("une page répète des objets déjà reçus", "a page repeats features already received")
    return Text(
        f"{len(seen)} objets en {followed + 1} pages", f"{len(seen)} features in {followed + 1} pages"
    )


async def _page(visit: Visit, **params: Any) -> Any:
    url = f"{visit.notes['collection']}/items"
    return await visit.ask.json(url, params, accept="application/geo+json, application/json")


def _features(page: Any) -> list[dict[str, Any]]:
    features = page.get("features") if isinstance(page, dict) else None
    if not isinstance(features, list):
        raise Refused("la réponse n'est pas une FeatureCollection", "the answer is not a FeatureCollection")
    return [feature for feature in features if isinstance(feature, dict)]


CLIENTS.add(
    replay(
        "qgis-ogcapi",
        "QGIS",
        "3.34",
        "ogcapi",
        ("open", open_it),
        ("define", define),
        ("list", list_collections),
        ("describe", describe),
        ("read", preview),
        ("page", pages),
    )
)
