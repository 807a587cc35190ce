"""What clients suppose of collections: their ids, and where their items are."""

import re
from urllib.parse import quote, unquote, urlsplit

from cicclo.probes.check import check
from cicclo.probes.errors import Missing
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols.ogcapi import OgcApi
from cicclo.probes.session import Ask

_PLAIN = re.compile(r"^[A-Za-z0-9_-]+$")


@check(
    "ogcapi-features/collections/id-plain",
    on="ogcapi",
    breaks=lambda site: site.edit(
        "/ogcapi/collections", lambda document: document["collections"][0].update(id="réseau.arrêts")
    ),
)
async def id_plain(api: OgcApi, ask: Ask) -> Verdict:
    """Dots, colons, slashes, accents and spaces have each broken a client."""
    await ask.get(api.collections_url, accept="application/json")
    if not api.collections:
        raise Missing("aucune collection", "no collection")
    odd = [collection.id for collection in api.collections if not _PLAIN.match(collection.id)]
    if odd:
        count, name = len(odd), odd[0]
        return failed(
            f"{count} identifiant(s) délicat(s), dont « {name} »",
            f"{count} delicate id(s), such as “{name}”",
            at="/collections",
        )
    return passed()


@check(
    "ogcapi-features/collections/items-path",
    on="ogcapi",
    breaks=lambda site: site.edit_text(
        "/ogcapi/collections", "/collections/stops/items", "/data/stops/items"
    ),
)
async def items_path(api: OgcApi, ask: Ask) -> Verdict:
    """QGIS builds {landing}/collections/{id}/items itself (qgis/QGIS issue 66121)."""
    await ask.get(api.collections_url, accept="application/json")
    wrong = [c for c in api.features() if not _expected(api, c.id, c.items_url)]
    if not api.features():
        raise Missing("aucune collection d'objets", "no feature collection")
    if wrong:
        place = wrong[0].items_url
        return failed(
            f"{len(wrong)} collection(s) ailleurs, dont {place}",
            f"{len(wrong)} collection(s) elsewhere, such as {place}",
            at="/collections",
        )
    return passed()


def _expected(api: OgcApi, name: str, url: str) -> bool:
    root, there = urlsplit(api.root), urlsplit(url)
    path = f"{unquote(root.path)}collections/{name}/items"
    return there.netloc == root.netloc and unquote(there.path).rstrip("/") in (path, unquote(quote(path)))
