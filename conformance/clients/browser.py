"""A page of another origin, in Chromium: what geonetwork-ui needs of CORS."""

import shutil
from pathlib import Path
from typing import Any

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.clients._programs import ask, node

SCRIPT = Path(__file__).with_name("_browser.mjs")
PATIENCE = 90
JSON = {"accept": "application/json"}
GEOJSON = {"accept": "application/geo+json"}


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


def missing() -> str:
    return node("playwright-core") or ("" if _chromium() else "chromium")


def _requests(served: Served) -> list[dict[str, Any]]:
    items = f"{served.url}collections/{served.layers[0].id}/items"
    lambert = f"{items}?limit=1&crs=http://www.opengis.net/def/crs/EPSG/0/2154"
    # If-None-Match is no header that pages may send freely: the browser asks leave first (preflight)
    known = {**GEOJSON, "if-none-match": '"nothing"'}
    refused = f"{items}?nothing=1"
    return [
        {"name": "landing", "url": served.url, "init": {"headers": JSON}, "headers": ["content-type"]},
        {
            "name": "definition",
            "url": f"{served.url}api",
            "init": {"headers": {"accept": "application/vnd.oai.openapi+json;version=3.0"}},
            "headers": ["content-type"],
        },
        {"name": "items", "url": lambert, "init": {"headers": GEOJSON}, "headers": ["content-crs"]},
        {"name": "page of CSV", "url": f"{items}?limit=1&f=csv", "init": {}, "headers": ["link"]},
        {"name": "conditional", "url": f"{items}?limit=1", "init": {"headers": known}, "headers": ["etag"]},
        {"name": "head", "url": items, "init": {"method": "HEAD"}, "headers": ["content-type"]},
        {"name": "refusal", "url": refused, "init": {"headers": JSON}, "headers": ["content-type"]},
    ]


def run(served: Served, _folder: Path) -> Text:
    requests = _requests(served)
    answers = ask(["node", str(SCRIPT)], {"chromium": _chromium(), "requests": requests}, PATIENCE)
    said = [what for answer in answers for what in _wrong(answer)]
    if said:
        raise Failed("; ".join(said))
    return Text(f"{len(answers)} requêtes lues", f"{len(answers)} requests read")


def _wrong(answer: dict[str, Any]) -> list[str]:
    if "error" in answer:
        return [f"{answer['name']}: {answer['error']}"]
    wanted = 400 if answer["name"] == "refusal" else 200
    said = [] if answer["status"] == wanted else [f"{answer['name']}: {answer['status']}"]
    hidden = [name for name, value in answer["headers"].items() if not value]
    return said + [f"{answer['name']}: {name} cannot be read" for name in hidden]


CLIENTS.add(
    Client(
        "Chromium (CORS)",
        50,
        Text(
            "depuis une page d'une autre origine : documents, objets, requête conditionnelle (préliminaire), HEAD, un "
            "refus ; les en-têtes `Content-Crs`, `Link` et `ETag` sont lisibles",
            "from a page of another origin: documents, items, a conditional request (preflight), HEAD, a refusal; the "
            "headers `Content-Crs`, `Link` and `ETag` can be read",
        ),
        missing,
        run,
    )
)
