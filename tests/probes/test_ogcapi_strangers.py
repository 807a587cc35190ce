"""Documents of strangers: wrong types, absurd values, endless paging; a verdict each time, never an internal error."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples.ogcapi import site
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, Outcome
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import Request

WRONG = {
    "null": lambda _value: None,
    "text": lambda _value: "text",
    "number": lambda _value: 3,
    "list": lambda value: [value],
    "object": lambda value: {"inside": value},
    "empty list": lambda _value: [],
}


def audit(wrong: Site) -> tuple[list[Finding], int]:
    """Findings of the checks of OGC API, and the number of requests."""
    found: list[Finding] = []
    options = Options(today="2026-11-01", sample=0, profile="ogc-api", max_requests=1000)
    spool = Spool()

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    session = Session(SiteTransport(wrong), spool, options)
    asyncio.run(Runner(session, options, tell).endpoint(Endpoint("ogcapi", wrong.url)))
    spool.close()
    return found, session.requests


def internal_errors(found: list[Finding]) -> set[tuple[str, str]]:
    return {(f.requirement, f.message.en) for f in found if f.code == "internal-error"}


def deform(value: Any, change: Callable[[Any], Any], depth: int) -> Any:
    """Change every value at one depth of a document."""
    if depth == 0:
        return change(value)
    if isinstance(value, dict):
        return {name: deform(one, change, depth - 1) for name, one in value.items()}
    if isinstance(value, list):
        return [deform(one, change, depth - 1) for one in value]
    return value


@pytest.mark.parametrize("depth", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("kind", WRONG)
def test_wrong_types_are_judged(kind: str, depth: int) -> None:
    """Whatever the type at whatever depth of any document, no check raises."""
    wrong = site().edit("/ogcapi/*", lambda document: deform(document, WRONG[kind], depth))
    found, _ = audit(wrong)
    assert not internal_errors(found)


@pytest.mark.parametrize(
    "name", ["collections", "api", "items", "items/*", "schema", "queryables", "conformance"]
)
@pytest.mark.parametrize("kind", ["null", "text", "object"])
def test_wrong_types_in_one_document_are_judged(kind: str, name: str) -> None:
    """One document deformed at several depths, the others correct."""
    for depth in (2, 3, 4, 5):
        wrong = site().edit(f"*/{name}", lambda document, depth=depth: deform(document, WRONG[kind], depth))
        found, _ = audit(wrong)
        assert not internal_errors(found), depth


def endless(request: Request, old: Reply) -> Reply:
    """Each page holds the same features under new addresses, for ever."""
    offset = int(dict(parse_qsl(urlsplit(request.url).query)).get("offset", 0))
    document = json.loads(old.body)
    document["features"] = document["features"] or [
        {"type": "Feature", "id": "x", "geometry": None, "properties": {}}
    ]
    document["links"] = [link for link in document["links"] if link["rel"] != "next"]
    url = f"{site().base}/collections/stops/items?limit=9&offset={offset + 9}"
    document["links"].append({"rel": "next", "type": "application/geo+json", "href": url})
    return replace(old, body=json.dumps(document).encode())


def test_endless_paging_is_found_within_limits() -> None:
    """A `next` that never stops fails `paging/ends`, after a bounded number of requests."""
    usual = audit(site())[1]
    found, requests = audit(site().change("/ogcapi/collections/stops/items", endless))
    outcomes = {
        f.outcome for f in found if f.requirement == "ogcapi-features/paging/ends" and f.subject == "stops"
    }
    assert outcomes == {Outcome.FAILED}
    assert requests <= usual + 30


def test_the_same_page_for_ever_is_found() -> None:
    """A server that ignores offset repeats features: `paging/no-repeat` fails."""

    def ignore(request: Request, old: Reply) -> Reply:
        if "offset=" not in request.url:
            return old
        return site().answer(Request.of("GET", request.url.split("&offset")[0]))

    found, _ = audit(site().change("/ogcapi/collections/stops/items", ignore))
    assert {
        f.outcome
        for f in found
        if f.requirement == "ogcapi-features/paging/no-repeat" and f.subject == "stops"
    } == {Outcome.FAILED}
