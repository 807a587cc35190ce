"""`/api`: the API definition, for programs and for people."""

from cicclo.features.http import openapi
from cicclo.features.resources import (
    HTML,
    RESOURCES,
    Ask,
    Document,
    Json,
    Reply,
    Representation,
    Resource,
    link,
)
from cicclo.kernel.text import Text

OPENAPI = Representation("json", openapi.MEDIA_TYPE, Text("OpenAPI 3.0", "OpenAPI 3.0"))


async def api(ask: Ask) -> Reply:
    return Document("api", openapi.definition(ask.service, ask.base, ask.lang))


def _links(ask: Ask) -> list[Json]:
    title = ask.say(Text("Définition de l'API", "API definition"))
    return [
        link(ask.href("api", f="json"), "service-desc", OPENAPI.media_type, title),
        link(ask.href("api", f="html"), "service-doc", HTML.media_type, title),
    ]


RESOURCES.add(
    Resource(
        name="api",
        path="/api",
        handler=api,
        summary=Text("Définition de l'API", "API definition"),
        representations=(OPENAPI, HTML),
        links=_links,
        fulfils=("ogcapi-features/core/api-definition-success",),
    )
)
