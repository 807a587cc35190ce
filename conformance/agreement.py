"""Run the official suite and our audit on the same servers of others, compare, write the page."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.peers import Absent
from tests.peers.mapserver import mapserver
from tests.peers.qgis_server import qgis_server

from cicclo.hub.demo.peers import pygeoapi
from cicclo.hub.demo.stage import LOOPBACK
from cicclo.probes.actions import USER_AGENT, audit
from cicclo.probes.evidence import Spool
from cicclo.probes.model import Finding, Options
from cicclo.web.outgoing import Limits, LiveTransport, Pace
from conformance import page, suite
from conformance.compare import WANTED, Compared, compare, share, table

COLLECTIONS = 3


@contextmanager
def servers(folder: Path) -> Iterator[tuple[dict[str, str], list[str]]]:
    """Landing pages by server, and what is absent."""
    absent: list[str] = []
    with ExitStack() as programs:
        urls = {"pygeoapi": programs.enter_context(pygeoapi(folder))}
        for name, launch in (("MapServer", mapserver), ("QGIS Server", qgis_server)):
            try:
                urls[name] = programs.enter_context(launch(folder))["ogcapi"]
            except Absent as missing:
                absent.append(f"{name} ({missing})")
        yield urls, absent


async def findings(url: str) -> list[Finding]:
    """Audit a landing page, no client and no exploration."""
    transport = LiveTransport(
        user_agent=USER_AGENT, limits=Limits(), pace=Pace(8, 0.0, robots=False), addresses=LOOPBACK
    )
    options = Options(profile="ogc-api", sample=COLLECTIONS, clients=False, real_clients=False)
    report = await audit((url,), transport=transport, evidence=Spool(), options=options, addresses=LOOPBACK)
    await transport.aclose()
    return report.findings


def main() -> int:
    try:
        official = suite.jar()
    except suite.Unavailable as reason:
        # the page keeps the figures of the last comparison that could be made
        print(f"conformance: skipped: {reason}")  # noqa: T201
        return 0
    results: dict[str, list[Compared]] = {}
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder)) as (urls, absent):
        for name, url in urls.items():
            tests = suite.run(official, url, COLLECTIONS, Path(folder) / name.replace(" ", "-"))
            results[name] = compare(table(), tests, asyncio.run(findings(url)))
            agree, comparable = share(results[name])
            print(  # noqa: T201
                f"{name}: {agree} of {comparable} comparable tests agree ({len(tests)} tests ran)", flush=True
            )
    page.write(results, absent, rebuilt=isinstance(official, str))
    totals = [share(compared) for compared in results.values()]
    agree, comparable = sum(a for a, _ in totals), sum(c for _, c in totals)
    good = comparable > 0 and agree / comparable >= WANTED
    print(f"conformance: {agree} of {comparable} agree; {'good' if good else f'less than {WANTED:.0%}'}")  # noqa: T201
    return 0 if good else 1
