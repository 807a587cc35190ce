"""`cicclo audit`: a thin door on `actions.audit`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from cicclo.probes.actions import USER_AGENT, audit as run_audit, nothing_known
from cicclo.probes.evidence import Package, Spool, save as save_package
from cicclo.probes.model import Event, Finding, Options, Outcome, Report, Standing
from cicclo.probes.ports import KnownProblems
from cicclo.probes.reports import FORMATS
from cicclo.probes.reports.text import show
from cicclo.requirements import Level, find, select
from cicclo.web.outgoing import AddressPolicy, Limits, LiveTransport, Pace, Transport

FailOn = Literal["failed", "mandatory", "claimed-false", "never"]

app = App(name="audit", help="Auditer une plateforme de l'extérieur, preuves à l'appui. / Audit a platform from outside, with proof.")
KNOWN: list[KnownProblems] = [nothing_known]
"""The cable that recognises known problems, joined in hub/wiring; alone, an audit recognises none."""


@app.default
def audit(
    *targets: str,
    profile: str = "all",
    max_requests: int = 5000,
    concurrency: int = 4,
    pace: float = 10.0,
    sample: int = 3,
    format: str = "text",  # noqa: A002 - the option's name
    output: Path | None = None,
    save: Path | None = None,
    replay: Path | None = None,
    fail_on: FailOn = "mandatory",
    lang: Literal["fr", "en"] = "fr",
    allow_private: bool = False,
    ignore_robots: bool = False,
    clients: bool = True,
    explore: bool = True,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Auditer des adresses ou des plateformes du registre.

    Parameters
    ----------
    targets
        Adresses (portail, page d'accueil, GetCapabilities, catalogue, fichier) ou identifiants du registre.
    profile
        Ensemble d'exigences : all, ogc-api, inspire, catalogue, cloud-formats, signin.
    sample
        Combien de collections, couches ou fiches sont examinées par service (0 : toutes).
    """
    package = Package(replay) if replay else None
    select(profile)
    transport: Transport = package or LiveTransport(
        user_agent=USER_AGENT,
        limits=Limits(),
        pace=Pace(concurrency, pace, robots=not ignore_robots),
        addresses=AddressPolicy(allow_private=allow_private),
    )
    options = _replayed(package) if package else Options(profile, sample, concurrency, max_requests, clients, clients, explore)
    chosen = targets or tuple(package.manifest["targets"] if package else ())
    spool = Spool()
    report = asyncio.run(_run(chosen, transport, spool, options))
    _write(report, "json" if json else format, output, lang)
    if save:
        _save(save, spool, report, lang)
    return exit_code(report, fail_on)


def _replayed(package: Package) -> Options:
    raw = package.manifest["options"]
    return Options(**{**raw, "real_clients": False})


async def _run(targets: tuple[str, ...], transport: Transport, spool: Spool, options: Options) -> Report:
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("…")
        count = 0

        def tell(event: Event) -> None:
            nonlocal count
            if event.kind == "endpoint":
                progress.update(task, description=f"{event.thing.protocol} {event.thing.url}")
            count += event.kind == "finding"
            progress.update(task, completed=count)

        try:
            return await run_audit(targets, transport=transport, evidence=spool, options=options, known=KNOWN[-1], tell=tell)
        finally:
            await transport.aclose()


def _write(report: Report, format_id: str, output: Path | None, lang: str) -> None:
    if output is None and format_id == "text":
        show(report, lang, Console(highlight=False))
        return
    data = FORMATS[format_id].write(report, lang)
    if output:
        output.write_bytes(data)
    else:
        sys.stdout.buffer.write(data)


def _save(path: Path, spool: Spool, report: Report, lang: str) -> None:
    import msgspec  # noqa: PLC0415

    manifest = {
        "tool": report.tool,
        "targets": list(report.targets),
        "options": msgspec.to_builtins(report.options),
        "started": report.started,
    }
    digest = save_package(path, spool, FORMATS["json"].write(report, lang), manifest)
    Console(stderr=True).print(f"{path}  sha256 {digest}")


def exit_code(report: Report, fail_on: FailOn) -> int:
    """0 good, 1 found problems of the kind asked for, 2 could not run (no target could be audited)."""
    if report.troubles and not report.endpoints:
        return 2
    return int(any(_counts(finding, fail_on) for finding in report.findings))


def _counts(finding: Finding, fail_on: FailOn) -> bool:
    if finding.outcome is not Outcome.FAILED or fail_on == "never":
        return False
    if fail_on == "claimed-false":
        return finding.standing is Standing.CLAIMED_FALSE
    return fail_on == "failed" or find(finding.requirement).level is Level.MANDATORY
