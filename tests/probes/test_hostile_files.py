"""Files damaged at random: the audit of each ends with verdicts, never with an error of ours."""

import asyncio
import random

import pytest

from cicclo.probes.evidence import Spool
from cicclo.probes.examples import cog, flatgeobuf, geoparquet, pmtiles
from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.web.outgoing import Request

SITES = {
    "cog": cog.site(),
    "geoparquet": geoparquet.site(),
    "flatgeobuf": flatgeobuf.site(),
    "pmtiles": pmtiles.site(),
}
OPTIONS = Options(today="2026-11-01")


def findings(protocol: str, site: Site) -> list[Finding]:
    found: list[Finding] = []
    spool = Spool()

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    try:
        runner = Runner(Session(SiteTransport(site), spool, OPTIONS), OPTIONS, tell)
        asyncio.run(runner.endpoint(Endpoint(protocol, site.url)))
    finally:
        spool.close()
    return found


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed near the places that are read, or the end cut off."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 40))):
        place = (
            chance.randrange(min(len(out), 1200))
            if chance.random() < 0.7
            else len(out) - 1 - chance.randrange(min(len(out), 4000))
        )
        out[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
    return bytes(out[: chance.randrange(1, len(out))] if chance.random() < 0.2 else out)


@pytest.mark.parametrize("protocol", SITES)
def test_damaged_files_are_judged(protocol: str) -> None:
    """Eighty files of each format, always the same ones."""
    site, chance = SITES[protocol], random.Random(7)
    whole = site.answer(Request("GET", site.url)).body
    path = site.url.removeprefix(site.base)
    for number in range(80):
        found = findings(protocol, served(path, damaged(whole, chance), "application/octet-stream"))
        broken = [(f.requirement, f.message.en) for f in found if f.code == "internal-error"]
        assert broken == [], f"file {number}"
        assert found
