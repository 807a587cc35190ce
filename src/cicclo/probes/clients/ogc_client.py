"""@camptocamp/ogc-client, the library of the geOrchestra data hub: OGC API and WFS."""

from cicclo.kernel.text import Text
from cicclo.ogc.links import find_links, href, prefer
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._walk import Refused, Visit, counted, named, replay


async def ogcapi_open(visit: Visit) -> Text | None:
    page = await visit.ask.json(visit.url)
    visit.notes["data"] = href(page, "data", visit.url)
    if not visit.notes["data"] or not href(page, "conformance", visit.url):
        raise Refused("liens « data » ou « conformance » absents", "“data” or “conformance” links missing")
    return None


async def ogcapi_list(visit: Visit) -> Text | None:
    document = await visit.ask.json(visit.notes["data"])
    entries = document.get("collections") if isinstance(document, dict) else None
    if not isinstance(entries, list) or not entries:
        raise Refused("aucune collection", "no collection")
    return counted(len(entries), "collections", "collections")


async def ogcapi_read(visit: Visit) -> Text | None:
    collection = visit.first("collection")
    link = prefer(find_links(collection.document, "items"), "application/geo+json", "application/json")
    target = href({"links": [link]} if link else {}, "items", visit.notes["data"])
    if not target:
        raise Refused("la collection n'a pas de lien « items »", "the collection has no “items” link")
    page = await visit.ask.json(target, {"limit": 10}, accept="application/geo+json, application/json")
    if not isinstance(page, dict) or not isinstance(page.get("features"), list):
        raise Refused("la réponse n'est pas une FeatureCollection", "the answer is not a FeatureCollection")
    return None


async def wfs_open(visit: Visit) -> Text | None:
    root = await visit.xml({"SERVICE": "WFS", "REQUEST": "GetCapabilities"})
    types = named(root, "FeatureType")
    if not types:
        raise Refused("aucun type d'objets", "no feature type")
    return counted(len(types), "types", "types")


async def wfs_preview(visit: Visit) -> Text | None:
    """The table preview needs a JSON output (geonetwork/geonetwork-ui issue 526)."""
    feature_type, output = visit.first("type"), visit.service.json_format
    if not output:
        raise Refused(
            "aucun format JSON : pas d'aperçu des données", "no JSON format: no preview of the data"
        )
    page = await visit.ask.json(
        visit.url, visit.service.features(feature_type.name, count=10, OUTPUTFORMAT=output), accept="*/*"
    )
    if not isinstance(page, dict) or not isinstance(page.get("features"), list):
        raise Refused("la réponse n'est pas une FeatureCollection", "the answer is not a FeatureCollection")
    return counted(len(page["features"]), "objets", "features")


CLIENTS.add(
    replay(
        "ogc-client",
        "ogc-client (datahub)",
        "1.2",
        "ogcapi",
        ("open", ogcapi_open),
        ("list", ogcapi_list),
        ("read", ogcapi_read),
    )
)
CLIENTS.add(
    replay("ogc-client-wfs", "ogc-client (datahub)", "1.2", "wfs", ("open", wfs_open), ("read", wfs_preview))
)
