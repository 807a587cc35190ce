"""Strangers: random and malformed requests, injections, headers that lie. Never a 5xx, never a trace of what is inside."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.features.http_world import client, service

from cicclo.features.asgi import application
from cicclo.features.http.plans import RESERVED

HTTP = TestClient(application(service()), base_url="http://data.example", raise_server_exceptions=False)
ITEMS = "/collections/towns/items"
NAMES = st.sampled_from([*sorted(RESERVED), "name", "inhabitants", "founded", "unknown"])
PIECES = st.sampled_from(
    [
        "1", "-1", "1e999", "nan", "inf", "0x10", "2,49,3,50", "180,-90,-180,90", "9" * 400, "..", "/", "2026-01-01/..", "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z/..", "2026-06-30T23:59:60Z", "http://www.opengis.net/def/crs/EPSG/0/2154", "'", '"', "--", ";", "%", "+", " ", "\t", "\n",
        "name", "inhabitants", "geometry", "=", "<>", "LIKE", "IN (", "NOT", "NULL", "BETWEEN", "S_INTERSECTS(", "POINT(", ")", "DATE('", "{", "[", "\U0001f600", "\u202e",
        "json", "csv", "html", "cql2-json", "cql2-text", "null", "true",
    ]
)  # fmt: skip
VALUES = st.one_of(
    st.text(max_size=40),
    st.lists(PIECES, max_size=8).map("".join),
    st.lists(PIECES, max_size=6).map(" ".join),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=4))
def test_no_query_makes_the_server_fail(pairs: list[tuple[str, str]]) -> None:
    """Whatever the parameters: an answer, or a problem of the client's that says where."""
    query = "&".join(f"{name}={quote(value, safe='', errors='surrogatepass')}" for name, value in pairs)
    answer = HTTP.get(f"{ITEMS}?{query}")
    assert answer.status_code in (200, 400), (query, answer.text)
    if answer.status_code == 400 and "json" in answer.headers["content-type"]:
        assert answer.json()["at"]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=40))
def test_no_bytes_make_the_server_fail(raw: bytes) -> None:
    """Percent-encoded bytes of any kind, in the path and in the query."""
    encoded = "".join(f"%{byte:02X}" for byte in raw)
    assert HTTP.get(f"{ITEMS}/{encoded}x").status_code == 404
    assert HTTP.get(f"{ITEMS}?name={encoded}").status_code in (200, 400)
    assert HTTP.get(f"/collections/{encoded}x/items").status_code == 404


INJECTIONS = [
    "' OR '1'='1",
    "1; DROP TABLE towns",
    '" OR ""="',
    "$(id)",
    "{{7*7}}",
    "../../etc/passwd",
    "..%2f..%2fetc",
    "%00",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
]


@pytest.mark.parametrize("text", INJECTIONS)
@pytest.mark.parametrize(
    "name",
    [
        "name",
        "sortby",
        "properties",
        "crs",
        "bbox-crs",
        "f",
        "lang",
        "cursor",
        "filter-lang",
        "filter-crs",
        "datetime",
    ],
)
def test_an_injection_is_a_value_like_another(name: str, text: str) -> None:
    """Refused, or found nowhere; never executed, never written into a page as it is."""
    for extra in ("", "&f=html"):
        answer = HTTP.get(
            f"{ITEMS}?{name}={quote(text, safe='')}{'' if name == 'f' else extra}",
            headers={"accept": "text/html"},
        )
        assert answer.status_code in (200, 400)
        if answer.headers["content-type"].startswith("text/html"):
            assert "<script>alert(1)" not in answer.text
        assert "root:" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"host": 'evil.example" onload="x'},
        {"host": "a" * 5000},
        {"accept": "text/html;q=banana, */*;q=nan, ;;;"},
        {"accept": "," * 5000},
        {"accept": "application/geo+json;q=-1"},
        {"accept-language": "xx;q=9, " * 500},
        {"accept-encoding": "gzip;q=x, zstd;;;, br" * 200},
        {"if-none-match": '"' * 3000},
        {"if-none-match": "W/" * 3000},
        {"x-forwarded-host": "evil.example", "x-forwarded-proto": "javascript"},
        {"authorization": "Basic " + "A" * 5000},
    ],
)
def test_no_header_makes_the_server_fail(headers: dict[str, str]) -> None:
    """Statuses below 500, and links to no one else."""
    for path in ("/", ITEMS, f"{ITEMS}/59350"):
        answer = HTTP.get(path, headers=headers)
        assert answer.status_code < 500
        assert "evil" not in answer.text


def test_a_fault_of_ours_says_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    """500 with a problem; the trace is in the log only."""

    class Faulty:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("/secret/path")

        collection = service().stores["towns"].collection
        version = "1"

    with client(stores={"towns": Faulty()}) as http:
        answer = http.get(ITEMS)
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "secret" in caplog.text
