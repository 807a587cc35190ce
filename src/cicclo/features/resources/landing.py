"""`/`: where everything starts."""

from cicclo.features.http.documents import described, own_links
from cicclo.features.resources import HTML, JSON, RESOURCES, SPEC, Ask, Document, Json, Reply, Resource
from cicclo.kernel.text import Text


async def landing(ask: Ask) -> Reply:
    service = ask.service
    links = own_links(ask, (JSON, HTML))
    for resource in RESOURCES.values():
        links += resource.links(ask)
    licence = (service.licence,) if service.licence else ()
    links += [described(ask, each) for each in (*service.links, *licence)]
    document: Json = {
        "title": ask.say(service.title),
        "description": ask.say(service.description),
        "links": links,
    }
    if service.keywords:
        document["keywords"] = list(service.keywords)
    return Document("landing", document)


RESOURCES.add(
    Resource(
        name="landing",
        path="/",
        handler=landing,
        summary=Text("Page d'accueil", "Landing page"),
        conformance=lambda _service: (
            f"{SPEC}/ogcapi-common-1/1.0/conf/core",
            f"{SPEC}/ogcapi-common-1/1.0/conf/landing-page",
            f"{SPEC}/ogcapi-common-1/1.0/conf/json",
            f"{SPEC}/ogcapi-common-1/1.0/conf/html",
            f"{SPEC}/ogcapi-common-1/1.0/conf/oas30",
        ),
        fulfils=("ogcapi-features/core/root-success",),
    )
)
