"""`/collections/{collection}/schema`, `/queryables`, `/sortables`: what features are made of (OGC 23-058r2)."""

from collections.abc import Callable, Sequence

from cicclo.features.http import schemas
from cicclo.features.http.documents import own_links
from cicclo.features.model import Collection
from cicclo.features.resources import (
    HTML,
    REL,
    RESOURCES,
    SCHEMA,
    SPEC,
    Ask,
    Document,
    Json,
    Reply,
    Resource,
    link,
)
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import classes as cql2

OFFERED = (SCHEMA, HTML)


def _handler(name: str, kind: str, make: Callable[[Collection, str, str], Json], title: Text) -> Resource:
    """One of the three: they differ by what they list. `kind` is the page that shows it."""

    async def answer(ask: Ask) -> Reply:
        collection = ask.collection
        segments = ("collections", collection.id, name)
        schema = make(collection, ask.href(*segments), ask.lang)
        shown = {"collection": collection, "title": title, "links": own_links(ask, OFFERED, *segments)}
        return Document(kind, schema, shown)

    def links(ask: Ask, collection: Collection) -> Sequence[Json]:
        address = ("collections", collection.id, name)
        return [
            link(ask.href(*address, f=each.name), relation, each.media_type, ask.say(title))
            for each in OFFERED
        ]

    relation = f"{REL}/{name}"
    return Resource(
        name=name,
        path=f"/collections/{{collection}}/{name}",
        handler=answer,
        summary=title,
        representations=OFFERED,
        collection_links=links,
        conformance=lambda _service: CLASSES[name],
    )


COMMON = f"{SPEC}/ogcapi-common-3/1.0/conf"
CLASSES = {
    "schema": (
        f"{COMMON}/schemas",
        f"{COMMON}/advanced-property-roles",
        f"{COMMON}/returnables-and-receivables",
    ),
    "queryables": (
        f"{COMMON}/queryables",
        *(
            f"{SPEC}/ogcapi-features-3/1.0/conf/{name}"
            for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
        ),
        *cql2.conformance(),
    ),
    "sortables": (
        f"{COMMON}/sortables",
        *(
            f"{SPEC}/ogcapi-features-8/1.0/conf/{name}"
            for name in ("sortables", "sorting", "features-sorting")
        ),
    ),
}

RESOURCES.add(_handler("schema", "schema", schemas.returnables, Text("Schéma", "Schema")))
RESOURCES.add(
    _handler("queryables", "queryables", schemas.queryables, Text("Propriétés filtrables", "Queryables"))
)
RESOURCES.add(
    _handler("sortables", "queryables", schemas.sortables, Text("Propriétés triables", "Sortables"))
)
