"""`/collections`: everything that is served."""

from cicclo.features.http import inspire
from cicclo.features.http.documents import collection_document, described, own_links
from cicclo.features.resources import HTML, JSON, RESOURCES, SPEC, Ask, Document, Json, Reply, Resource, link
from cicclo.kernel.text import Text


async def collections(ask: Ask) -> Reply:
    stores = ask.service.stores.values()
    listed = [collection_document(ask, store.collection, alone=False) for store in stores]
    links = own_links(ask, (JSON, HTML), "collections")
    if ask.service.licence:
        links.append(described(ask, ask.service.licence))
    links += [described(ask, each) for each in ask.service.links if each.rel in ("describedby", "enclosure")]
    return Document("collections", {"links": links, "collections": listed})


def _links(ask: Ask) -> list[Json]:
    # without a format: QGIS and ogc-client build the addresses of items from it
    return [
        link(ask.href("collections"), "data", JSON.media_type, ask.say(Text("Collections", "Collections")))
    ]


RESOURCES.add(
    Resource(
        name="collections",
        path="/collections",
        handler=collections,
        summary=Text("Collections", "Collections"),
        links=_links,
        conformance=lambda service: (
            f"{SPEC}/ogcapi-common-2/1.0/conf/collections",
            f"{SPEC}/ogcapi-features-2/1.0/conf/crs",
            *inspire.classes(service),
        ),
        fulfils=(
            "ogcapi-features/core/fc-md-links",
            "ogcapi-features/core/fc-md-items",
            "ogcapi-features/core/fc-md-success",
            "ogcapi-features/core/extent",
        ),
    )
)
