"""Audit the demo platforms, MapServer, QGIS Server and captured platforms; write docs/{fr,en}/audits.md.

    python -m benchmarks.audit_table

Everything runs on loopback. Live programs that this machine lacks are named in the page instead of judged.
"""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.peers import Absent
from tests.peers.mapserver import mapserver
from tests.peers.qgis_server import qgis_server

from cicclo.hub.demo.stage import LOOPBACK, Stage, Target, stage
from cicclo.hub.wiring.findings_recall_known_problems import recall
from cicclo.kernel.text import Text
from cicclo.probes.actions import audit
from cicclo.probes.evidence import Spool
from cicclo.probes.model import ClientRun, Outcome, Report
from cicclo.probes.reports.text import MARKS
from cicclo.probes.summary import Summary, summarise
from cicclo.requirements import library

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCRIPT = "python -m benchmarks.audit_table"


@dataclass(frozen=True, slots=True)
class Audited:
    target: Target
    report: Report
    summary: Summary


@contextmanager
def everyone(folder: Path) -> Iterator[tuple[Stage, list[Target], list[str]]]:
    """Start all platforms; yields the stage, the targets, and the names of what this machine lacks."""
    absent: list[str] = []
    with ExitStack() as programs:
        set_up = programs.enter_context(stage(folder))
        targets = list(set_up.targets)
        for name, title, launch in (
            ("mapserver", "MapServer", mapserver),
            ("qgis-server", "QGIS Server", qgis_server),
        ):
            try:
                urls = programs.enter_context(launch(folder))
            except Absent as missing:
                absent.append(str(missing))
                continue
            targets.insert(2, Target(name, title, tuple(urls.values())))
        yield set_up, targets, absent


async def audit_all(set_up: Stage, targets: Sequence[Target]) -> list[Audited]:
    done = []
    for target in targets:
        transport = set_up.way_out()
        report = await audit(
            target.addresses,
            transport=transport,
            evidence=Spool(),
            options=target.options,
            known=recall,
            addresses=LOOPBACK,
        )
        await transport.aclose()
        done.append(Audited(target, report, summarise(report)))
        print(target.id, len(report.findings), "findings", report.requests, "requests", flush=True)
    return done


def page(done: Sequence[Audited], absent: Sequence[str], lang: str) -> str:
    say = Text.get
    parts = [
        say(TITLE, lang),
        say(INTRODUCTION, lang).format(script=SCRIPT, count=len(done), requirements=len(library())),
        *([say(LACKING, lang) + ", ".join(absent) + "."] if absent else []),
        say(PLATFORMS, lang),
        _overview(done, lang),
        say(FAMILIES, lang),
        _families(done),
        say(CLIENTS, lang),
        _clients(done, lang),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, ruler, *rows))


def _overview(done: Sequence[Audited], lang: str) -> str:
    rows = []
    for entry in done:
        guesses = [e.software[0] for e in entry.report.endpoints if e.software]
        software = ", ".join(dict.fromkeys(f"{g.name} {g.version}".strip() for g in guesses)) or "–"
        protocols = ", ".join(dict.fromkeys(e.protocol for e in entry.report.endpoints)) or "–"
        found = entry.summary
        counts = [str(found.outcomes[outcome]) for outcome in Outcome]
        more = [
            str(found.mandatory_failures),
            str(found.claimed_false),
            str(len(entry.report.known)),
            str(entry.report.requests),
        ]
        rows.append(
            [entry.target.title, KINDS[entry.target.kind].get(lang), software, protocols, *counts, *more]
        )
    return _table([*OVERVIEW.get(lang).split("|")], rows)


def _families(done: Sequence[Audited]) -> str:
    families = sorted({family for entry in done for family in entry.summary.families})

    def cell(entry: Audited, family: str) -> str:
        counts = entry.summary.families.get(family)
        if counts is None:
            return ""
        return f"{counts[Outcome.PASSED]}/{counts[Outcome.FAILED]}"

    return _table(
        ["", *families], [[e.target.title, *(cell(e, family) for family in families)] for e in done]
    )


def _clients(done: Sequence[Audited], lang: str) -> str:
    runs = [(entry, run) for entry in done for run in entry.report.clients]
    names = sorted({(run.kind, run.client) for _, run in runs})
    columns = list(dict.fromkeys((entry.target.id, run.protocol) for entry, run in runs))
    rows = []
    for kind, client in names:
        cells = [
            _mark(
                [
                    r
                    for e, r in runs
                    if (r.kind, r.client) == (kind, client) and (e.target.id, r.protocol) == at
                ]
            )
            for at in columns
        ]
        rows.append([f"{client} ({RUNS[kind].get(lang)})", *cells])
    return _table(["", *(f"{target} {protocol}" for target, protocol in columns)], rows)


def _mark(runs: Sequence[ClientRun]) -> str:
    outcomes = {run.outcome for run in runs}
    worst_first = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED, Outcome.UNTESTED, Outcome.INAPPLICABLE)
    return next((MARKS[outcome] for outcome in worst_first if outcome in outcomes), "")


TITLE = Text("# Audits de plateformes réelles", "# Audits of real platforms")
INTRODUCTION = Text(
    "Page produite par `{script}` ; ne pas la modifier à la main. {count} plateformes, {requirements} exigences. "
    "Les programmes (« vivant ») tournent sur la machine, avec les données de démonstration ; les plateformes « captées » "
    "sont les réponses enregistrées par d'autres projets (`src/cicclo/hub/demo/captures.toml`) : seuls leurs documents sont "
    "jugés, et ce qui n'a pas été capté est « non testé ». Une exigence compte une fois, avec son pire verdict.",
    "Page made by `{script}`; do not edit it by hand. {count} platforms, {requirements} requirements. Programs (“live”) run "
    "on the machine with the demo data; “captured” platforms are answers recorded by other projects "
    "(`src/cicclo/hub/demo/captures.toml`): only their documents are judged, and what was not captured is “untested”. "
    "A requirement counts once, with its worst verdict.",
)
LACKING = Text("Absent de cette machine, donc non audité : ", "Not on this machine, therefore not audited: ")
PLATFORMS = Text("## Plateformes", "## Platforms")
OVERVIEW = Text(
    "plateforme|nature|logiciel reconnu|protocoles|réussi|échec|indécidable|sans objet|non testé|"
    "échecs obligatoires|annoncé mais faux|problèmes connus|requêtes",
    "platform|kind|software recognised|protocols|passed|failed|cannot tell|not applicable|untested|"
    "mandatory failures|claimed but false|known problems|requests",
)
FAMILIES = Text("## Par famille (réussies/échouées)", "## By family (passed/failed)")
CLIENTS = Text(
    "## Fonctionne avec\n\n✓ fonctionne, ✗ échoue, ? indécidable, · sans objet, – non testé. « réel » : le programme lui-même ; "
    "« rejoué » : les requêtes qu'il envoie.",
    "## Works with\n\n✓ works, ✗ fails, ? cannot tell, · not applicable, – untested. “real”: the program itself; “replayed”: "
    "the requests it sends.",
)
KINDS = {"live": Text("vivant", "live"), "captured": Text("capté", "captured")}
RUNS = {"real": Text("réel", "real"), "replay": Text("rejoué", "replayed")}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, everyone(Path(folder)) as (set_up, targets, absent):
        done = asyncio.run(audit_all(set_up, targets))
    for lang in ("fr", "en"):
        path = DOCS / lang / "audits.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(done, absent, lang), "utf-8")


if __name__ == "__main__":
    main()
