"""Our own audit, every collection, real clients included: no failed finding."""

import asyncio
from pathlib import Path

from cicclo.hub.demo.stage import LOOPBACK
from cicclo.kernel.text import Text
from cicclo.probes.actions import USER_AGENT, audit
from cicclo.probes.evidence import Spool
from cicclo.probes.model import Options, Outcome, Report
from cicclo.web.outgoing import Limits, LiveTransport, Pace
from conformance.clients import CLIENTS, Client, Failed, Served


async def _audit(url: str) -> Report:
    transport = LiveTransport(
        user_agent=USER_AGENT, limits=Limits(), pace=Pace(8, 0.0, robots=False), addresses=LOOPBACK
    )
    try:
        options = Options(sample=0)
        return await audit((url,), transport=transport, evidence=Spool(), options=options, addresses=LOOPBACK)
    finally:
        await transport.aclose()


def run(served: Served, _folder: Path) -> Text:
    report = asyncio.run(_audit(served.url))
    failed = [each for each in report.findings if each.outcome is Outcome.FAILED]
    if failed:
        told = {f"{each.requirement}: {each.message.en}" for each in failed}
        raise Failed("; ".join(sorted(told)))
    passed = sum(each.outcome is Outcome.PASSED for each in report.findings)
    return Text(f"{passed} constats réussis", f"{passed} findings passed")


CLIENTS.add(
    Client(
        "cicclo audit",
        70,
        Text(
            "toutes les collections, tous les profils, clients réels compris : aucun constat en échec",
            "all collections, all profiles, real clients included: no failed finding",
        ),
        lambda: "",
        run,
    )
)
