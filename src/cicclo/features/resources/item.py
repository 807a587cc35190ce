"""`/collections/{collection}/items/{feature}`: one feature, in every format."""

from urllib.parse import quote

import msgspec

from cicclo.features.http import edits, encodings, offered, paging, plans
from cicclo.features.http.guard import within
from cicclo.features.http.ready import ReadyItem, no_feature
from cicclo.features.http.writing import encoded_item
from cicclo.features.ports import EditableStore
from cicclo.features.resources import HTML, RESOURCES, SPEC, Ask, Document, Json, Reply, Resource
from cicclo.features.resources.items import canonical, given
from cicclo.features.service import Service
from cicclo.kernel.text import Text

KNOWN = frozenset((*plans.COMMON, *plans.VIEW))
CHANGES = {"PUT": edits.replace, "PATCH": edits.update, "DELETE": edits.delete}
PART_4 = f"{SPEC}/ogcapi-features-4/1.0/conf"


async def item(ask: Ask) -> Reply:
    if ask.method in CHANGES:
        return await CHANGES[ask.method](ask)
    store = ask.store
    plans.refuse_unknown(ask.query, KNOWN)
    view = plans.view(ask.query, store.collection)
    if ask.representation == encodings.GEOJSON:
        return ReadyItem(given(ask), view, lambda name: paging.item_links(ask, name))
    name = ask.path["feature"]
    if ask.representation != HTML:
        return await encoded_item(ask, view, canonical(ask))
    feature = await within(ask.service.limits.seconds, ask.receive, store.encoded_item(name, view))
    if feature is None:
        raise no_feature(name)
    links = paging.item_links(ask, quote(name, safe=""))
    content: Json = {**msgspec.json.decode(feature), "links": links}
    crs = plans.content_crs(ask.query, store.collection)
    return Document("item", content, {"collection": store.collection}, headers=(("Content-Crs", f"<{crs}>"),))


def _changes(service: Service) -> tuple[str, ...]:
    """OGC 20-002, where at least one collection is open to changes."""
    if not service.editable or not any(isinstance(store, EditableStore) for store in service.stores.values()):
        return ()
    names = ("create-replace-delete", "update", "features", "optimistic-locking-etags")
    return tuple(f"{PART_4}/{name}" for name in names)


RESOURCES.add(
    Resource(
        name="item",
        path="/collections/{collection}/items/{feature}",
        handler=item,
        summary=Text("Un objet", "One feature"),
        methods=("GET", *CHANGES),
        representations=encodings.of_items,
        conformance=_changes,
        parameters=offered.of_item,
        prepared=False,
        fulfils=(
            "ogcapi-features/core/f-op",
            "ogcapi-features/core/f-success",
            "ogcapi-features/core/f-links",
            "ogcapi-features/core/f-not-found",
        ),
    )
)
