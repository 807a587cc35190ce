"""`/collections/{collection}`: one collection."""

from cicclo.features.http.documents import collection_document
from cicclo.features.resources import RESOURCES, Ask, Document, Reply, Resource
from cicclo.kernel.text import Text


async def collection(ask: Ask) -> Reply:
    shown = ask.collection
    return Document("collection", collection_document(ask, shown, alone=True), {"collection": shown})


RESOURCES.add(
    Resource(
        name="collection",
        path="/collections/{collection}",
        handler=collection,
        summary=Text("Une collection", "One collection"),
        fulfils=("ogcapi-features/core/sfc-md-op", "ogcapi-features/core/sfc-md-success"),
    )
)
