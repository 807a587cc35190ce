"""Run every benchmark and write its figures into the docs: `python -m benchmarks`, or `make bench`.

Exit code 1 when a target is missed; the page says which.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Line:
    """One figure against its target; `good` tells whether the target is met."""

    fr: str
    en: str
    figure: str
    target: str
    good: bool
    script: str


def figures(script: str, *arguments: str) -> dict[str, Any]:
    """Run one benchmark; its exit code may say that a target is missed, its figures are wanted all the same."""
    command = [sys.executable, f"benchmarks/{script}.py", "--json", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if not run.stdout.strip():
        sys.exit(run.stderr)
    result: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return result


def scale() -> list[Line]:
    """Audit of the simulated platform of a thousand."""
    found = figures("audit_at_scale")
    audit, bare = found["audit"], found["bare"]
    return [
        Line(
            "Audit de 1 000 collections, 1 000 couches WMS et 1 000 types WFS (réponses à 20 ms) : temps, rapporté à un client nu",
            "Audit of 1,000 collections, 1,000 WMS layers, 1,000 WFS types (20 ms answers): wall time over a bare client",
            f"{found['ratio']:.2f} ({audit['seconds']:.0f} s / {bare['seconds']:.0f} s, {audit['requests']} × HTTP, "
            f"{audit['findings']} findings, {found['concurrency']} connections)",
            "≤ 1.5",
            found["ratio"] <= 1.5,
            "audit_at_scale.py",
        ),
        Line(
            "Mémoire la plus haute de cet audit",
            "Peak memory of that audit",
            f"{audit['memory_mb']:.0f} MB",
            "≤ 200 MB",
            audit["memory_mb"] <= 200,
            "audit_at_scale.py",
        ),
    ]


def metadata() -> list[Line]:
    """Metadata rules against OWSLib's reader."""
    found = figures("metadata_rules")
    rate, ratio = found["cicclo_records_per_second"], found["ratio"]
    return [
        Line(
            "Fiches ISO jugées par seconde et par cœur",
            "ISO records judged per second and core",
            f"{rate:.0f}",
            "≥ 1000",
            rate >= 1000,
            "metadata_rules.py",
        ),
        Line(
            "La même chose, rapportée à la lecture par OWSLib",
            "The same over OWSLib's reader",
            f"{ratio:.2f}",
            "≥ 1",
            ratio >= 1,
            "metadata_rules.py",
        ),
    ]


def start() -> list[Line]:
    """What a person waits for."""
    found = figures("start_up")

    def line(fr: str, en: str, name: str, target: float) -> Line:
        median = found[name]["median"]
        said = f"{median:.2f} s (python: {found['python']['median']:.2f} s)"
        return Line(fr, en, said, f"< {target} s", median < target, "start_up.py")

    return [
        line("« cicclo --help »", "`cicclo --help`", "help", 0.3),
        line(
            "« cicclo serve », jusqu'à la première page", "`cicclo serve`, until its first page", "serve", 2.0
        ),
    ]


def reports() -> list[Line]:
    """Pages of the report of a very large audit; the downloads are whole on purpose."""
    found = figures("report_pages")
    shown = {name: told for name, told in found["pages"].items() if name != "report.html"}
    slowest = max(shown, key=lambda name: shown[name]["seconds"])
    heaviest = max(shown, key=lambda name: shown[name]["kilobytes"])
    seconds, kilobytes = shown[slowest]["seconds"], shown[heaviest]["kilobytes"]
    return [
        Line(
            f"Rapport de {found['findings']} constats : page la plus lente",
            f"Report of {found['findings']} findings: slowest page",
            f"{seconds:.2f} s ({slowest})",
            "≤ 3 s",
            seconds <= 3,
            "report_pages.py",
        ),
        Line(
            "La plus lourde de ses pages, avant compression",
            "Its heaviest page, before compression",
            f"{kilobytes:.0f} KB ({heaviest})",
            "≤ 400 KB",
            kilobytes <= 400,
            "report_pages.py",
        ),
    ]


def page(lines: list[Line], lang: str) -> str:
    """The page of the docs."""
    fr = lang == "fr"
    machine = f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    head = ["# Mesures" if fr else "# Benchmarks", ""]
    head += [
        f"Écrit par `make bench` ({machine}). Chaque rapport vient d'une même exécution, sur une même machine."
        if fr
        else f"Written by `make bench` ({machine}). Each ratio comes from one run on one machine.",
        "",
        "| mesure | valeur | cible | tenue | script |"
        if fr
        else "| measure | figure | target | met | script |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {line.fr if fr else line.en} | {line.figure} | {line.target} | {'✓' if line.good else '✗'} "
        f"| [{line.script}](../../benchmarks/{line.script}) |"
        for line in lines
    ]
    return "\n".join([*head, *rows, ""])


def main() -> int:
    lines = [*start(), *metadata(), *scale(), *reports()]
    for lang in ("fr", "en"):
        (ROOT / "docs" / lang / "benchmarks.md").write_text(page(lines, lang), "utf-8")
    sys.stdout.write(page(lines, "en"))
    return 0 if all(line.good for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
