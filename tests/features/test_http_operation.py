"""Operating the service: caches, compression, limits, health, metrics, log, reload, mounting."""

import asyncio
import gzip
import json
import re
import time
from typing import Any

import brotli
import pytest
import zstandard
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from tests.features.http_world import client, collection, link, service, towns
from tests.features.memory import MemoryStore

from cicclo.features.asgi import application
from cicclo.features.http.usage import Usage
from cicclo.features.service import Limits
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

ITEMS = "/collections/towns/items"


@pytest.mark.parametrize(
    "path",
    ["/", "/collections", "/api", ITEMS, f"{ITEMS}/59350", f"{ITEMS}?limit=2", "/collections/towns/schema"],
)
def test_what_did_not_change_is_not_sent_again(path: str) -> None:
    """If-None-Match with the ETag, alone, weak or in a list: 304 without a body."""
    with client() as http:
        tag = http.get(path).headers["etag"]
        for asked in (tag, f'"other", {tag}', "*", tag.removeprefix("W/")):
            answer = http.get(path, headers={"if-none-match": asked})
            assert answer.status_code == 304
            assert answer.content == b""
            assert answer.headers["etag"] == tag
        assert http.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_the_tag_changes_with_the_data() -> None:
    """And with it what was kept ready."""
    store = towns()
    with client(stores={"towns": store}) as http:
        paths = [ITEMS, f"{ITEMS}/59350"]
        before = [http.get(path).headers["etag"] for path in paths]
        store.version = "2"
        store.features["59350"]["properties"]["inhabitants"] = 1
        after = [http.get(path) for path in paths]
        assert not set(before) & {answer.headers["etag"] for answer in after}
        assert after[1].json()["properties"]["inhabitants"] == 1


def test_a_store_that_cannot_tell_its_version_has_tags_of_its_content() -> None:
    """A live database: the same content gives the same tag, whatever the moment."""
    store = towns()
    store.version = ""
    with client(stores={"towns": store}) as http:
        for path in (ITEMS, f"{ITEMS}/59350"):
            tag = http.get(path).headers["etag"]
            assert http.get(path, headers={"if-none-match": tag}).status_code == 304
        store.features["59350"]["properties"]["inhabitants"] = 1
        for path in (ITEMS, f"{ITEMS}/59350"):
            assert http.get(path, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/api", ITEMS, f"{ITEMS}/59350", "/nothing", "/collections/towns?f=html"]
)
def test_head_gives_the_header_of_get(path: str) -> None:
    """The same fields, no body (RFC 9110, 9.3.2)."""
    with client() as http:
        got, head = http.get(path), http.head(path)
        assert head.status_code == got.status_code
        assert head.content == b""
        assert dict(head.headers) == dict(got.headers)


UNPACK = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda b: zstandard.ZstdDecompressor().decompress(b),
}


@pytest.mark.parametrize(("path", "accept", "given"), [
    (ITEMS, "gzip", "gzip"), (ITEMS, "gzip, zstd", "zstd"), (ITEMS, "br;q=1, gzip;q=0.1", "gzip"), (ITEMS, "identity", ""),
    (ITEMS, "gzip;q=0", ""), ("/api", "gzip, br", "br"), ("/api", "gzip", "gzip"), ("/health", "gzip", ""),
])  # fmt: skip
def test_answers_are_compressed_when_it_pays(path: str, accept: str, given: str) -> None:
    """Only as the client accepts, only above the size of a packet; `Vary` tells caches."""
    with client() as http, http.stream("GET", path, headers={"accept-encoding": accept}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("content-encoding", "") == given
        assert "Accept-Encoding" in answer.headers["vary"]
        assert int(answer.headers["content-length"]) == len(raw)
        json.loads(UNPACK[given](raw) if given else raw)


def test_a_browser_of_another_site_may_read() -> None:
    """CORS on everything that is read, problems included; the header fields that clients need are exposed."""
    with client() as http:
        for path in ("/", ITEMS, f"{ITEMS}/59350", "/nothing"):
            headers = http.get(path, headers={"origin": "https://portal.example"}).headers
            assert headers["access-control-allow-origin"] == "*"
            for name in ("Link", "Content-Crs", "ETag", "Location"):
                assert name in headers["access-control-expose-headers"]
            assert "access-control-allow-credentials" not in headers
        preflight = http.options(
            ITEMS, headers={"origin": "https://x.example", "access-control-request-method": "GET"}
        )
        assert preflight.status_code == 204
        assert "GET" in preflight.headers["access-control-allow-methods"]


def test_nothing_sets_a_cookie_and_types_are_not_guessed() -> None:
    """No cookie, no sniffing; pages keep to themselves."""
    with client() as http:
        for path in ("/", ITEMS, f"{ITEMS}/59350", "/nothing", "/?f=html"):
            headers = http.get(path).headers
            assert "set-cookie" not in headers
            assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in http.get("/?f=html").headers["content-security-policy"]


def test_an_address_too_long_is_refused_before_it_is_read() -> None:
    """414, with the limit."""
    with client(limits=Limits(url=500)) as http:
        assert http.get(f"{ITEMS}?filter={'x' * 600}").status_code == 414


def test_a_slow_store_gives_a_503_and_is_cancelled() -> None:
    """TooSlow, Retry-After; the store's work stops."""
    store = MemoryStore(collection(), [], delay=5)
    with client(stores={"towns": store}, limits=Limits(seconds=0.05)) as http:
        for path in (ITEMS, f"{ITEMS}/59350", f"{ITEMS}?f=html"):
            answer = http.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
        assert store.cancelled == 3


def test_too_many_at_once_are_told_to_come_back() -> None:
    """Beyond the operator's limit: 503 at once, while those under way go on."""
    app = application(service({"towns": MemoryStore(collection(), [], delay=0.2)}, limits=Limits(requests=2)))

    async def all_of_them() -> list[int]:
        return await asyncio.gather(*(call(app, ITEMS) for _ in range(4)))

    assert sorted(asyncio.run(all_of_them())) == [200, 200, 503, 503]


async def call(app: Any, path: str, leave_after: float | None = None) -> int:
    """Ask by ASGI; `leave_after` seconds the client is gone."""
    statuses: list[int] = []
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await (asyncio.sleep(leave_after) if leave_after is not None else asyncio.Event().wait())
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    path, _, query = path.partition("?")
    await app(
        {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(b"host", b"data.example")],
            "scheme": "http",
            "root_path": "",
        },
        receive,
        send,
    )
    return statuses[0] if statuses else 0


def test_a_query_that_nobody_waits_for_is_cancelled() -> None:
    """The client leaves: the store stops, and nothing is sent."""
    store = MemoryStore(collection(), [], delay=30)
    usage = Usage()
    app = application(service({"towns": store}), usage=usage)
    started = time.monotonic()
    assert asyncio.run(call(app, ITEMS, leave_after=0.02)) == 0
    assert time.monotonic() - started < 5
    assert store.cancelled == 1
    assert [key[3] for key in usage.tallies] == [499]


def test_health_tells_which_store_does_not_answer() -> None:
    """503 while one of them is out, without saying where it is."""

    class Down(MemoryStore):
        async def encoded_page(self, query: Any) -> Any:
            raise Unavailable(
                Text("postgresql://secret@db:5432 ne répond pas", "postgresql://secret@db:5432 is down")
            )

    with client(stores={"towns": towns(), "down": Down(collection("down"), [])}) as http:
        answer = http.get("/health")
        assert answer.status_code == 503
        assert answer.json() == {"status": "degraded", "collections": {"towns": "ok", "down": "unavailable"}}
    with client() as http:
        assert http.get("/health").json() == {"status": "ok", "collections": {"towns": "ok"}}


def test_metrics_count_answers_without_growing_with_what_strangers_ask() -> None:
    """One series per resource, collection, format and status; addresses that do not exist share one."""
    with client() as http:
        http.get(ITEMS)
        http.get(ITEMS)
        for name in range(20):
            http.get(f"/collections/{name}/items")
            http.get(f"/{name}")
        text = http.get("/metrics").text
        assert (
            'cicclo_features_requests_total{collection="towns",format="json",resource="items",status="200"} 2.0'
            in text
        )
        assert 'resource="problem",status="404"} 40.0' in text
        assert text.count("cicclo_features_requests_total{") == 2


def test_the_log_holds_no_personal_data() -> None:
    """One JSON line per answer: day, resource, collection, format, status, bytes, milliseconds; nothing else."""
    written: list[bytes] = []
    usage = Usage(written.append)
    with TestClient(application(service(), usage=usage)) as http:
        http.get(
            f"{ITEMS}?name=Jeanne+Dupont", headers={"user-agent": "secret", "x-forwarded-for": "192.0.2.7"}
        )
    (line,) = b"".join(written).splitlines()
    shown = json.loads(line)
    assert set(shown) == {"day", "resource", "collection", "format", "status", "bytes", "ms"}
    assert shown["collection"] == "towns"
    assert b"Jeanne" not in line
    assert b"192.0.2" not in line


def test_a_new_description_is_served_at_once_and_what_was_under_way_ends() -> None:
    """Reloading: the request begun with the former service is answered by it."""
    app = application(service({"towns": MemoryStore(collection(), [], delay=0.1)}))

    async def reload_meanwhile() -> tuple[int, int]:
        begun = asyncio.create_task(call(app, ITEMS))
        await asyncio.sleep(0.02)
        app.replace(service({"other": towns(id_="other")}))
        return await begun, await call(app, ITEMS)

    assert asyncio.run(reload_meanwhile()) == (200, 404)


def test_it_can_be_mounted_under_a_prefix() -> None:
    """Links start with the prefix, and lead back."""
    app = Starlette(routes=[Mount("/ogc/v1", application(service()))])
    with TestClient(app, base_url="http://data.example") as http:
        page = http.get("/ogc/v1/collections/towns/items?limit=1").json()
        following = link(page, "next")["href"]
        assert following.startswith("http://data.example/ogc/v1/collections/towns/items?")
        assert http.get(following).status_code == 200
        item = http.get("/ogc/v1/collections/towns/items/a%2Fb%25c%20%C3%A9").json()
        assert item["id"] == "a/b%c é"
        assert http.get(link(item, "self")["href"]).json() == item


FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "public.example", "x-forwarded-prefix": "/geo"}


@pytest.mark.parametrize(
    ("said", "headers", "base"),
    [
        ({}, FORWARDED, "http://data.example"),
        ({"forwarded": True}, FORWARDED, "https://public.example/geo"),
        ({"forwarded": True}, {**FORWARDED, "x-forwarded-host": 'evil"><script>'}, "https://"),
        ({"base": "https://donnees.example/api"}, FORWARDED, "https://donnees.example/api"),
    ],
)
def test_links_start_with_our_public_address(
    said: dict[str, Any], headers: dict[str, str], base: str
) -> None:
    """Configured, or told by a trusted proxy, or as the client calls us; never a stranger's word."""
    with client(**said) as http:
        own = link(http.get("/", headers=headers).json(), "self")["href"]
        assert own.startswith(base)
        assert "evil" not in own


def test_files_of_pages_are_kept_by_browsers() -> None:
    """A year under an address that carries their mark; nothing outside of their folder is served."""
    with client() as http:
        page = http.get("/", headers={"accept": "text/html"}).text
        addresses = re.findall(r'href="(/static/[^"]*\?v=[^"]*)"', page)
        assert addresses
        for address in addresses:
            answer = http.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
        for path in ("/static/nothing", "/static/%2e%2e/site.py", "/static//etc/passwd", "/static/"):
            assert http.get(path).status_code == 404
