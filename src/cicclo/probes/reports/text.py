"""For a terminal: what matters first, then what to change, then the counts."""

import io
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from cicclo.probes.compare import KINDS, Change
from cicclo.probes.model import (
    OUTCOME_NAMES,
    STANDING_NAMES,
    Finding,
    KnownProblem,
    Outcome,
    Report,
    Standing,
)
from cicclo.probes.reports import FORMATS, Format
from cicclo.probes.summary import summarise
from cicclo.requirements import find

MARKS = {
    Outcome.PASSED: "✓",
    Outcome.FAILED: "✗",
    Outcome.CANT_TELL: "?",
    Outcome.INAPPLICABLE: "·",
    Outcome.UNTESTED: "–",
}
STYLES = {Outcome.PASSED: "green", Outcome.FAILED: "bold red", Outcome.CANT_TELL: "yellow"}


def write(report: Report, lang: str) -> bytes:
    buffer = io.StringIO()
    show(report, lang, Console(file=buffer, width=110, no_color=True, highlight=False))
    return buffer.getvalue().encode()


def show(report: Report, lang: str, console: Console) -> None:
    """Print a report on a console."""
    for trouble in report.troubles:
        console.print(Line(f"✗ {trouble.target} : {trouble.message.get(lang)}", "bold red"))
    for endpoint in report.endpoints:
        guess = endpoint.software[0] if endpoint.software else None
        software = f" · {guess.name} {guess.version} ({guess.confidence:.0%})" if guess else ""
        console.print(Line(f"\n{endpoint.protocol}  {endpoint.url}{software}", "bold"))
        mine = [f for f in report.findings if f.endpoint == endpoint.url and f.protocol == endpoint.protocol]
        _failures([f for f in mine if f.outcome is Outcome.FAILED], lang, console)
        console.print(_counts(mine, lang))
    if report.clients:
        console.print(Line("\nFonctionne avec" if lang != "en" else "\nWorks with", "bold"))
        console.print(_works_with(report))
    _known(report.known, lang, console)
    console.print()
    for sentence in summarise(report).sentences:
        console.print(Line(sentence.get(lang), "bold"))


def show_changes(changes: list[Change], lang: str, console: Console) -> None:
    """Print what changed between two audits."""
    if not changes:
        console.print("aucun changement" if lang != "en" else "no change")
    for change in changes:
        finding = change.finding
        before, after = (
            f"{OUTCOME_NAMES[f.outcome].get(lang)}" if f else "–" for f in (change.before, change.after)
        )
        place = " · ".join(part for part in (finding.endpoint, finding.subject, finding.facet) if part)
        console.print(
            Line(f"{KINDS[change.kind].get(lang):16} {finding.requirement}  {before} → {after}", "bold")
        )
        console.print(Line(f"    {place}  {finding.message.get(lang)}"))


def _failures(findings: list[Finding], lang: str, console: Console) -> None:
    by_requirement: dict[str, list[Finding]] = {}
    for finding in findings:
        by_requirement.setdefault(finding.requirement, []).append(finding)
    for requirement_id, group in by_requirement.items():
        requirement, first = find(requirement_id), group[0]
        times = f" (×{len(group)})" if len(group) > 1 else ""
        console.print(Line(f"  ✗ {requirement_id}{times}", "red"), Line(requirement.title.get(lang)))
        place = " · ".join(part for part in (first.subject, first.facet, first.at) if part)
        console.print(Line(f"      {first.message.get(lang)}" + (f"  [{place}]" if place else "")))
        console.print(Line(f"      → {requirement.remedy.get(lang)}", "cyan"))
        if first.standing is Standing.CLAIMED_FALSE:
            console.print(Line(f"      ! {STANDING_NAMES[first.standing].get(lang)}", "magenta"))


def _known(problems: list[KnownProblem], lang: str, console: Console) -> None:
    """Recorded problems between programs that a finding betrays: each once, with what others did about it."""
    distinct = {problem.id: problem for problem in problems}
    if distinct:
        console.print(Line("\nProblèmes connus" if lang != "en" else "\nKnown problems", "bold"))
    for problem in distinct.values():
        between = " ↔ ".join(problem.software)
        console.print(Line(f"  ⚑ {problem.title.get(lang)} ({between})", "yellow"))
        console.print(Line(f"      → {problem.fix.get(lang)}", "cyan"), Line(f"[{problem.source}]"))


def _works_with(report: Report) -> Table:
    """The matrix client × endpoint; real clients are marked with a star."""
    endpoints = list(dict.fromkeys((run.protocol, run.endpoint) for run in report.clients))
    table = Table(box=None, padding=(0, 1))
    table.add_column("* = réel / real")
    for protocol, _ in endpoints:
        table.add_column(protocol, justify="center")
    outcomes = {
        (
            f"{run.client} {run.version}{' *' if run.kind == 'real' else ''}",
            run.protocol,
            run.endpoint,
        ): run.outcome
        for run in report.clients
    }
    for client in dict.fromkeys(client for client, _, _ in outcomes):
        cells = (outcomes.get((client, *endpoint)) for endpoint in endpoints)
        table.add_row(client, *(Line(MARKS[cell], STYLES.get(cell, "")) if cell else "" for cell in cells))
    return table


def _counts(findings: list[Finding], lang: str) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=True)
    table.add_column("famille" if lang != "en" else "family")
    for outcome in Outcome:
        table.add_column(f"{MARKS[outcome]} {OUTCOME_NAMES[outcome].get(lang)}", justify="right")
    counts = Counter((finding.requirement.split("/")[0], finding.outcome) for finding in findings)
    for family in sorted({family for family, _ in counts}):
        table.add_row(family, *(str(counts[family, outcome] or "") for outcome in Outcome))
    return table


FORMATS.add(Format("text", "text/plain; charset=utf-8", write))
