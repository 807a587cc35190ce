"""`cicclo demo`: start a small real platform, audit it, open the hub on the result."""

import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from cicclo.hub.app import asgi
from cicclo.hub.demo.features import MAPPED
from cicclo.hub.demo.processes import free_port
from cicclo.hub.demo.stage import LOOPBACK, Stage, Target, stage
from cicclo.hub.serve import _granian as serve
from cicclo.hub.settings import Settings
from cicclo.hub.wiring.findings_recall_known_problems import recall
from cicclo.hub.wiring.the_hub_maps_features import PAGE, Atlas
from cicclo.probes.jobs import Jobs, now
from cicclo.probes.platforms import Platform
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.probes.store import Audit, Store
from cicclo.probes.summary import summarise

app = App(
    name="demo",
    help="Voir cicclo à l'œuvre sur une petite plateforme. / See cicclo at work on a small platform.",
)


@app.default
def demo(
    *,
    once: Annotated[bool, Parameter(negative=())] = False,
    port: int = 0,
    state: Path = Path("var/demo/cicclo.sqlite"),
) -> int:
    """Démarrer la plateforme de démonstration, l'auditer, ouvrir le tableau de bord.

    Parameters
    ----------
    once
        S'arrêter après les audits. / Stop after the audits.
    port
        Port du tableau de bord (0 : un port libre). / Port of the hub (0: a free one).
    state
        Où garder les audits. / Where audits are kept.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory(prefix="cicclo-demo-") as folder, stage(Path(folder)) as platform:
        audits = audited(platform, state, console)
        _show(platform.targets, audits, state, console)
        if not once:
            _open(platform, state, port or free_port(), console)
    return 0 if all(audit.state == "finished" for audit in audits) else 2


def audited(platform: Stage, state: Path, console: Console) -> list[Audit]:
    """Audit every target, as the hub does; return the ended audits in the order of the targets."""
    store = Store(str(state))
    store.migrate()
    jobs = Jobs(store, platform.way_out, recall, at_once=2, addresses=LOOPBACK)
    jobs.start()
    try:
        asked = [_ask(store, jobs, target) for target in platform.targets]
        with console.status("audits…") as status:
            while any(not (audits := store.audit(name)).ended for name in asked):
                status.update(f"audit : {audits.platform}")
                time.sleep(0.2)
        return [store.audit(name) for name in asked]
    finally:
        jobs.stop()
        store.close()


def _ask(store: Store, jobs: Jobs, target: Target) -> str:
    known = Platform(target.id, target.title, "cicclo", target.addresses[0], ())
    store.add_platform(known, target.addresses, "demo")
    audit = store.create(target.id, target.addresses, target.options, now())
    jobs.submit(audit)
    return audit.id


def _show(targets: tuple[Target, ...], audits: list[Audit], state: Path, console: Console) -> None:
    """One screen: a line per platform."""
    table = Table(box=None, pad_edge=False)
    table.add_column("plateforme / platform")
    for heading in ("services", "✓", "✗", "✗ oblig. / mand.", "annoncé, faux / claimed, false"):
        table.add_column(heading, justify="right")
    store = Store(str(state))
    for target, audit in zip(targets, audits, strict=True):
        report = store.report(audit.id)
        if audit.state != "finished" or not report.endpoints:
            said = audit.note or " ".join(t.message.fr for t in report.troubles)
            table.add_row(target.title, f"[red]{said}[/red]")
            continue
        found = summarise(report)
        counts = {outcome.value: str(count) for outcome, count in found.outcomes.items()}
        row = (
            counts.get("passed", "0"),
            counts.get("failed", "0"),
            str(found.mandatory_failures),
            str(found.claimed_false),
        )
        table.add_row(target.title, str(len(report.endpoints)), *row)
    store.close()
    console.print(table)


def _open(platform: Stage, state: Path, port: int, console: Console) -> None:
    settings = Settings(port=port, password=os.environ.get("CICCLO_PASSWORD", ""))
    audits = AuditSettings(state=str(state), allow_private=True, ignore_robots=True)
    secret: list[str] = []
    atlas = Atlas(platform.service, MAPPED)
    application = asgi(
        settings, audits, known=recall, transport=platform.way_out, announce=secret.append, atlas=atlas
    )
    for password in secret:
        console.print(f"mot de passe de l'exploitant / operator's password : {password}")
    console.print(f"\ncicclo : http://{settings.host}:{port}/   (Ctrl+C : arrêter / stop)")
    console.print(f"carte / map : http://{settings.host}:{port}{PAGE}")
    asyncio.run(serve(application, settings.host, port))
