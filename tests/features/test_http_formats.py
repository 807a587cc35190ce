"""Features in every declared format over HTTP: pages, items, whole collections."""

import asyncio
import json
import re
from typing import Any

import pytest
from tests.features.http_world import TOWNS, client, link, service, towns
from tests.features.test_http_operation import call

from cicclo.features.asgi import application
from cicclo.features.errors import TooSlow
from cicclo.features.http.encodings import of_downloads, of_items
from cicclo.features.http.usage import Usage
from cicclo.features.resources import HTML
from cicclo.features.service import Limits
from cicclo.kernel.text import Text

COLLECTION = "/collections/towns"
ITEMS = f"{COLLECTION}/items"
FORMATS = [each.name for each in of_items() if each != HTML]
WHOLE = [each.name for each in of_downloads()]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_page_and_an_item(name: str) -> None:
    """The announced media type, Content-Crs, and a way to the next page, in the body or in a Link header."""
    (offered,) = [each for each in of_items() if each.name == name]
    with client() as http:
        page = http.get(f"{ITEMS}?limit=2&f={name}")
        assert page.status_code == 200, page.text[:300]
        assert page.headers["content-type"] == offered.media_type
        assert page.headers["content-crs"].startswith("<http://www.opengis.net/def/crs/OGC/")
        assert page.content
        following = re.search(r'<([^>]*)>; rel="next"', page.headers.get("link", ""))
        href = following[1] if following else next_in(page.text)
        assert f"f={name}" in href
        assert http.get(href).status_code == 200
        item = http.get(f"{ITEMS}/59350?f={name}")
        assert item.status_code == 200
        assert item.headers["content-type"] == offered.media_type
        assert http.get(f"{ITEMS}/nothing?f={name}").status_code == 404


def next_in(text: str) -> str:
    """The next link of a body, JSON or XML."""
    try:
        return str(link(json.loads(text), "next")["href"])
    except ValueError:
        found = re.search(r'(?:next="|href=")([^"]*cursor=[^"]*)"', text)
        assert found, text[:500]
        return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_collection_can_be_downloaded(name: str) -> None:
    """Linked, streamed, named; HEAD answers without reading anything."""
    with client() as http:
        links = http.get(COLLECTION).json()["links"]
        (found,) = [each for each in links if each["rel"] == "related" and each["href"].endswith(f"f={name}")]
        answer = http.get(found["href"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == found["type"]
        assert 'filename="towns.' in answer.headers["content-disposition"]
        assert len(answer.content) > 100
        head = http.head(found["href"])
        assert head.status_code == 200
        assert head.content == b""
        assert http.get(found["href"], headers={"if-none-match": answer.headers["etag"]}).status_code == 304


def test_a_downloaded_collection_is_complete() -> None:
    """GeoJSON: every feature, once."""
    with client() as http:
        got = http.get(f"{COLLECTION}/download?f=json").json()
        assert [each["id"] for each in got["features"]] == [town[0] for town in TOWNS]


def test_a_download_that_nobody_waits_for_stops() -> None:
    """The client leaves: the store is closed, the writer's thread ends, its place is free again."""
    store = towns()
    store.delay = 30
    usage = Usage()
    app = application(service({"towns": store}), usage=usage)
    asyncio.run(call(app, f"{COLLECTION}/download?f=json", leave_after=0.05))
    assert usage.downloads == 0
    assert store.cancelled == 1


def test_few_downloads_at_once() -> None:
    """Beyond the operator's limit: 503."""
    store = towns()
    store.delay = 0.1
    app = application(service({"towns": store}, limits=Limits(downloads=1)))

    async def two() -> list[int]:
        return await asyncio.gather(*(call(app, f"{COLLECTION}/download?f=json") for _ in range(2)))

    assert sorted(asyncio.run(two())) == [200, 503]


def test_a_store_that_fails_at_the_start_gives_a_problem() -> None:
    """Nothing was sent yet, so the status can tell."""

    class Failing:
        def __init__(self) -> None:
            self._towns = towns()

        def __getattr__(self, name: str) -> Any:
            return getattr(self._towns, name)

        async def stream(self, query: Any) -> Any:
            raise TooSlow(Text("trop lent", "too slow"))
            yield query

    with client(stores={"towns": Failing()}) as http:
        answer = http.get(f"{COLLECTION}/download?f=ndjson")
        assert answer.status_code == 503, answer.text[:200]
