"""The correct OGC API whose collections also offer a table and its schema."""

from typing import Any

from cicclo.probes.examples import declared, ogcapi
from cicclo.probes.examples.site import Site
from cicclo.web.outgoing import Request

PROTOCOL = "ogcapi"


def site() -> Site:
    """The correct service."""
    made = ogcapi.site().edit("/ogcapi/collections", _offer)
    for path in (declared.FILE, declared.SCHEMA):
        made = made.reply(f"/ogcapi{path}", _reply)
    return made


def _offer(page: dict[str, Any]) -> None:
    for collection in page["collections"]:
        collection["links"] += [
            ogcapi.link(declared.SCHEMA, "describedby", "application/schema+json"),
            ogcapi.link(declared.FILE, "enclosure", "text/csv"),
        ]


def _reply(request: Request) -> Any:
    return declared.handle("/" + request.url.split("/ogcapi/", 1)[1].partition("?")[0])
