"""What one offer holds: how many features, which attributes."""

from typing import Any

from cicclo.probes.checks.cross._offers import Offer
from cicclo.probes.documents import local
from cicclo.probes.errors import Unusable
from cicclo.probes.session import Ask

GEOMETRIES = "gml:"


async def count(offer: Offer, ask: Ask) -> int | None:
    """Number of features that a WFS or an OGC API says it has, None when it does not."""
    try:
        if offer.protocol == "wfs":
            params = offer.service.features(offer.name, RESULTTYPE="hits")  # type: ignore[attr-defined]
            root = await ask.xml(offer.service.endpoint.url, params)
            return _number(root.get("numberMatched") or root.get("numberOfFeatures"))
        page = await _items(offer, ask, 1)
        return _number(page.get("numberMatched"))
    except Unusable:  # the requirements of the protocol say why
        return None


async def attributes(offer: Offer, ask: Ask) -> set[str]:
    """Names of attributes, geometry left out; empty when unknown."""
    try:
        if offer.protocol == "wfs":
            name = {"TYPENAMES" if offer.service.version.startswith("2") else "TYPENAME": offer.name}
            params = offer.service.ask("DescribeFeatureType", **name)  # type: ignore[attr-defined]
            return _declared(await ask.xml(offer.service.endpoint.url, params))
        features = (await _items(offer, ask, 10)).get("features")
    except Unusable:
        return set()
    found = (
        [f.get("properties") for f in features if isinstance(f, dict)] if isinstance(features, list) else []
    )
    return {str(name) for properties in found if isinstance(properties, dict) for name in properties}


async def _items(offer: Offer, ask: Ask, limit: int) -> dict[str, Any]:
    url, accept = offer.member.items_url, "application/geo+json, application/json"
    page = await ask.json(url, {"limit": limit}, accept=accept)
    return page if isinstance(page, dict) else {}


def _declared(schema: Any) -> set[str]:
    elements = [e for e in schema.iter("{http://www.w3.org/2001/XMLSchema}element") if e.get("name")]
    inside = [e for e in elements if local(e.getparent()) in ("sequence", "all")]
    return {e.get("name") for e in inside if not str(e.get("type", "")).startswith(GEOMETRIES)}


def _number(value: Any) -> int | None:
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() else None
