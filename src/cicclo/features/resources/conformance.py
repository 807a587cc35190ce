"""`/conformance`: what is really there, asked of every resource and format."""

from cicclo.features.formats import FORMATS
from cicclo.features.http.documents import own_links
from cicclo.features.resources import HTML, JSON, RESOURCES, Ask, Document, Json, Reply, Resource, link
from cicclo.features.service import Service
from cicclo.kernel.text import Text


def classes(service: Service) -> list[str]:
    """Conformance classes of this service, each once, in a stable order."""
    found = {uri for resource in RESOURCES.values() for uri in resource.conformance(service)}
    return sorted(found | {uri for format_ in FORMATS.values() for uri in format_.conformance})


async def conformance(ask: Ask) -> Reply:
    links = own_links(ask, (JSON, HTML), "conformance")
    return Document("conformance", {"conformsTo": classes(ask.service), "links": links})


def _links(ask: Ask) -> list[Json]:
    title = ask.say(Text("Classes de conformité", "Conformance classes"))
    return [
        link(ask.href("conformance", f=each.name), "conformance", each.media_type, title)
        for each in (JSON, HTML)
    ]


RESOURCES.add(
    Resource(
        name="conformance",
        path="/conformance",
        handler=conformance,
        summary=Text("Classes de conformité", "Conformance classes"),
        links=_links,
    )
)
