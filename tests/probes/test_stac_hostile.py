"""Documents of the wrong shape: each member of each answer is replaced in turn, and no check may trip."""

import asyncio
import copy
import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Options
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import Request

WRONG: tuple[Any, ...] = (None, 5, "x", "http://[", [], {}, [7], [None], {"a": 1}, [[["x"]]], True)
DEEPEST = 5


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a document: every member, and the first two elements of lists."""
    if path:
        yield path
    if len(path) >= DEEPEST:
        return
    if isinstance(document, dict):
        for name, value in document.items():
            yield from places(value, (*path, name))
    elif isinstance(document, list):
        for index, value in enumerate(document[:2]):
            yield from places(value, (*path, index))


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


def damaged(site: Site, target: str, path: tuple[Any, ...], value: Any) -> Site:
    def change(request: Request, reply: Reply) -> Reply:
        if "json" not in reply.headers.get("content-type", ""):
            return reply
        try:
            document = put(json.loads(reply.body), path, value)
        except (KeyError, IndexError, TypeError):
            return reply
        return Reply(reply.status, reply.headers, json.dumps(document).encode())

    return site.change(target, change)


def troubles(site: Site, protocol: str) -> list[str]:
    """Messages of internal errors of an audit."""
    found: list[str] = []
    spool = Spool()
    options = Options(today="2026-11-01", sample=1, profile="catalogue" if protocol != "oidc" else "signin")

    def tell(event: Event) -> None:
        if (
            event.kind == "finding"
            and event.thing.code == "internal-error"
            and not event.thing.requirement.startswith("http/")
        ):
            found.append(f"{event.thing.requirement}: {event.thing.message.en}")

    async def run() -> None:
        await Runner(Session(SiteTransport(site), spool, options), options, tell).endpoint(
            Endpoint(protocol, site.url)
        )

    try:
        asyncio.run(run())
    finally:
        spool.close()
    return found


TARGETS = {
    "stac": ("/stac/", "/stac/collections", "/stac/collections/ortho/items", "/stac/search*"),
    "records": (
        "/records/",
        "/records/conformance",
        "/records/collections",
        "/records/collections/fiches",
        "*/items*",
    ),
    "oidc": ("*openid-configuration", "*/jwks"),
}


@pytest.mark.parametrize(("protocol", "target"), [(p, t) for p, targets in TARGETS.items() for t in targets])
def test_wrong_shapes_never_trip_a_check(protocol: str, target: str) -> None:
    """A stranger's server may say anything; the fault is then in the finding, not in us."""
    site: Site = import_module(f"cicclo.probes.examples.{protocol}").site()
    documents: list[Any] = []

    def keep(_request: Request, reply: Reply) -> Reply:
        if "json" in reply.headers.get("content-type", ""):
            documents.append(json.loads(reply.body))
        return reply

    assert troubles(site.change(target, keep), protocol) == []
    spots = list(dict.fromkeys(places(documents[0])))
    found = {
        text
        for number, path in enumerate(spots)
        for value in (WRONG[number % len(WRONG)], WRONG[(number * 3 + 1) % len(WRONG)])
        for text in troubles(damaged(site, target, path, value), protocol)
    }
    assert found == set()
