"""A correct record of a view service, coupled to the dataset of the other example."""

from urllib.parse import urlsplit

from cicclo.probes.examples.iso19139 import BASE, document, linked
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request


def site() -> Site:
    """The correct record."""
    return Site(BASE, handle, "/record.xml")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path == "/record.xml":
        return Reply.xml(document("service"))
    if path == "/record/arrets.xml":
        return Reply.xml(document())
    return linked(path, query(request))
