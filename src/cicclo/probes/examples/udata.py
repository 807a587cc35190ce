"""A correct dataset as the API of udata describes it, with a file that follows the schema it declares."""

from urllib.parse import urlsplit

from cicclo.probes.examples import declared
from cicclo.probes.examples.site import Reply, Site
from cicclo.web.outgoing import Request

BASE = "https://good.example"


def site() -> Site:
    """The correct dataset."""
    return Site(BASE, handle, "/api/1/datasets/arbres/")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path == "/api/1/datasets/arbres/":
        return Reply.json(DATASET)
    return declared.handle(path)


DATASET = {
    "id": "5e0f0f0f0f0f0f0f0f0f0f0f",
    "slug": "arbres",
    "title": "Arbres d'alignement",
    "page": f"{BASE}/datasets/arbres/",
    "resources": [
        {
            "id": "a",
            "title": "arbres.csv",
            "url": BASE + declared.FILE,
            "latest": BASE + declared.FILE,
            "format": "csv",
            "mime": "text/csv",
            "schema": {"name": "exemple/arbres", "version": "1.0.0", "url": BASE + declared.SCHEMA},
        },
        {"id": "b", "title": "notice.pdf", "url": f"{BASE}/notice.pdf", "format": "pdf", "schema": None},
    ],
}
