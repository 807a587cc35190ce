"""`cicclo audit`: a thin door on `actions.audit`."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.probes.actions import USER_AGENT, nothing_known
from cicclo.probes.actions import audit as run_audit
from cicclo.probes.compare import compare as compare_reports
from cicclo.probes.evidence import Package, Spool
from cicclo.probes.evidence import save as save_package
from cicclo.probes.model import ClientRun, Event, Finding, Options, Outcome, Report, Standing
from cicclo.probes.ports import KnownProblems
from cicclo.probes.reports import FORMATS
from cicclo.probes.reports.json import read as read_report
from cicclo.probes.reports.text import show, show_changes
from cicclo.requirements import Level, find, select
from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace, Transport

FailOn = Literal["failed", "mandatory", "claimed-false", "never"]

app = App(
    name="audit",
    help="Auditer une plateforme de l'extérieur, preuves à l'appui. / Audit a platform from outside, with proof.",
)
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
    compare: Path | None = None,
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
    max_requests
        Nombre maximal de requêtes ; ce qui n'a pu être demandé est « non testé ».
    concurrency
        Connexions simultanées par serveur.
    pace
        Requêtes par seconde et par serveur (0 : sans limite, pour vos propres serveurs).
    format
        Forme du rapport : text, json, html, earl, junit, csv.
    output
        Fichier où écrire le rapport.
    save
        Dossier de preuves à écrire (zip).
    replay
        Dossier de preuves à rejouer, sans réseau.
    compare
        Autre audit (dossier de preuves ou rapport JSON) : montrer ce qui a changé.
    fail_on
        Quand sortir avec le code 1.
    lang
        Langue du rapport.
    allow_private
        Autoriser les adresses privées et locales.
    ignore_robots
        Passer outre robots.txt (votre propre site).
    clients
        Essayer les clients (rejoués et réels).
    explore
        Chercher des services au-delà de l'adresse donnée.
    json
        Comme --format json.
    """
    if format not in FORMATS:
        names = ", ".join(FORMATS)
        raise BadInput(
            Text(f"format inconnu « {format} »", f"unknown format “{format}”"), remedy=Text(names, names)
        )
    if not targets and replay is None:
        raise BadInput(
            Text("aucune adresse à auditer", "no address to audit"),
            remedy=Text("cicclo audit ADRESSE…", "cicclo audit ADDRESS…"),
        )
    select(profile)
    package = Package(replay) if replay else None
    addresses = AddressPolicy(allow_private=allow_private)
    manners = Pace(concurrency, pace, robots=not ignore_robots)
    transport: Transport = package or LiveTransport(user_agent=USER_AGENT, pace=manners, addresses=addresses)
    options = (
        _replayed(package)
        if package
        else Options(profile, sample, concurrency, max_requests, clients, clients, explore)
    )
    chosen = targets or tuple(package.manifest["targets"] if package else ())
    spool = Spool()
    recorded = read_report(package.report).clients if package else ()
    report = asyncio.run(_run(chosen, transport, spool, options, addresses=addresses, recorded=recorded))
    if compare:
        show_changes(compare_reports(_other(compare), report), lang, Console(highlight=False))
    else:
        _write(report, "json" if json else format, output, lang)
    if save:
        _save(save, spool, report, lang)
    return exit_code(report, fail_on)


def _other(path: Path) -> Report:
    """Read the audit to compare with: an evidence package or a JSON report."""
    try:
        data = Package(path).report if path.suffix == ".zip" else path.read_bytes()
        return read_report(data)
    except (OSError, msgspec.DecodeError) as error:
        raise BadInput(
            Text(
                "ni dossier de preuves ni rapport JSON lisible",
                "neither an evidence package nor a readable JSON report",
            ),
            at=str(path),
            remedy=Text(
                "donner un fichier écrit par --save ou --format json",
                "give a file written by --save or --format json",
            ),
        ) from error


def _replayed(package: Package) -> Options:
    raw = package.manifest["options"]
    return Options(**{**raw, "real_clients": False})


async def _run(
    targets: tuple[str, ...],
    transport: Transport,
    spool: Spool,
    options: Options,
    *,
    addresses: AddressPolicy,
    recorded: Sequence[ClientRun],
) -> Report:
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
    ) as progress:
        task = progress.add_task("…")
        count = 0

        def tell(event: Event) -> None:
            nonlocal count
            if event.kind == "endpoint":
                progress.update(task, description=f"{event.thing.protocol} {event.thing.url}")
            count += event.kind == "finding"
            progress.update(task, completed=count)

        try:
            return await run_audit(
                targets,
                transport=transport,
                evidence=spool,
                options=options,
                known=KNOWN[-1],
                tell=tell,
                addresses=addresses,
                recorded_clients=recorded,
            )
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
