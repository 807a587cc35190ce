"""The figures of a run → lines, and the page of the docs."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.validation import data

NAMES = {
    "ten": (
        "1 000 000 lignes × 10 colonnes (clé, SIRET, comparaison), toutes les erreurs",
        "1,000,000 rows × 10 columns (key, SIRET, comparison), all errors",
    ),
    "irve": (
        "1 000 000 lignes × 40 colonnes (IRVE), toutes les erreurs",
        "1,000,000 rows × 40 columns (IRVE), all errors",
    ),
    "capped-ten": (
        "10 colonnes, arrêt à 1 000 erreurs, contre Validata arrêté de même",
        "10 columns, stop at 1,000 errors, against Validata stopped likewise",
    ),
    "capped-irve": (
        "40 colonnes, arrêt à 1 000 erreurs, contre Validata arrêté de même",
        "40 columns, stop at 1,000 errors, against Validata stopped likewise",
    ),
    "faulty-ten": ("100 000 lignes × 10 colonnes, toutes fautives", "100,000 rows × 10 columns, all faulty"),
    "faulty-irve": ("100 000 lignes × 40 colonnes, toutes fautives", "100,000 rows × 40 columns, all faulty"),
    "workbook": ("XLSX de 100 000 lignes × 10 colonnes", "XLSX of 100,000 rows × 10 columns"),
    "memory-irve": (
        "mémoire la plus haute, CSV de 5 Go, 40 colonnes",
        "highest memory, CSV of 5 GB, 40 columns",
    ),
    "memory-ten": (
        "mémoire la plus haute, CSV de 5 Go, 10 colonnes, clé primaire",
        "highest memory, CSV of 5 GB, 10 columns, primary key",
    ),
    "shell-ten": (
        "« cicclo validate », 10 000 lignes × 10 colonnes, démarrage compris",
        "“cicclo validate”, 10,000 rows × 10 columns, start included",
    ),
    "shell-irve": (
        "« cicclo validate », 10 000 lignes × 40 colonnes, démarrage compris",
        "“cicclo validate”, 10,000 rows × 40 columns, start included",
    ),
    "geo-validity-communes": (
        "validité de géométrie, communes répétées",
        "geometry validity, communes repeated",
    ),
    "geo-validity-cells": (
        "validité de géométrie, mailles de 9 sommets",
        "geometry validity, cells of 9 vertices",
    ),
    "geo-overlaps-communes": ("chevauchements, communes répétées", "overlaps, communes repeated"),
    "geo-overlaps-cells": ("chevauchements, mailles de 9 sommets", "overlaps, cells of 9 vertices"),
    "spark": (
        "le million de lignes IRVE sur Spark, deux exécuteurs : même rapport",
        "the IRVE million on Spark, two executors: same report",
    ),
}
HEADS = (
    """# Mesures de la validation

Écrit par `make bench-validation` ({where}). Référence : validata-table 0.13 (frictionless 5.21), même exécution, même machine,
temps de l'appel seul ; sans le plafond de 1 000 erreurs sauf mention. Le meilleur de deux passages pour cicclo, un seul
pour la référence ; « = » : les deux rapports sont identiques. Script :
[benchmarks/validation](../../benchmarks/validation/__main__.py).

| mesure | valeur | cible | tenue | détail |
|---|---|---|---|---|
""",
    """# Benchmarks of validation

Written by `make bench-validation` ({where}). Reference: validata-table 0.13 (frictionless 5.21), same run, same machine, time
of the call only; without its cap of 1,000 errors unless told. The best of two runs for cicclo, one for the reference;
“=”: both reports are identical. Script: [benchmarks/validation](../../benchmarks/validation/__main__.py).

| measure | value | target | met | detail |
|---|---|---|---|---|
""",
)


@dataclass(frozen=True)
class Figure:
    """`good` None: there is no target."""

    name: str
    value: str
    target: str
    good: bool | None
    said: str = ""

    def line(self, lang: int = 1) -> str:
        name = NAMES.get(self.name, (self.name, self.name))[lang]
        mark = {True: "✓", False: "✗", None: ""}[self.good]
        return f"| {name} | {self.value} | {self.target} | {mark} | {self.said} |"


def told(found: dict[str, Any]) -> str:
    """Return both times, both memories, and whether the reports are identical."""
    sides = [
        f"{name} {side['seconds']:.2f} s (processor {side['cpu']:.1f} s), {side['memory'] / 1e9:.2f} GB"
        for name, side in (("Validata", found["reference"]), ("cicclo", found["own"]))
    ]
    same = "=" if found["same"] else "≠ (reports differ)"
    return f"{'; '.join(sides)}; {found['own']['errors']} errors, {same}"


def keep(figures: list[Figure]) -> list[Figure]:
    """Put the figures beside those of runs before (`--only`), in the order of the page; return them all."""
    file = data.STORE / "validation.json"
    known = json.loads(file.read_text("utf-8")) if file.exists() else []
    found = {each["name"]: Figure(**each) for each in known} | {figure.name: figure for figure in figures}
    order = {name: place for place, name in enumerate(NAMES)}
    kept = sorted(found.values(), key=lambda figure: order.get(figure.name, len(order)))
    file.write_text(json.dumps([asdict(figure) for figure in kept], indent=1), "utf-8")
    return kept


def write(figures: list[Figure]) -> None:
    """Write docs/{fr,en}/validation-benchmarks.md."""
    where = f"{platform.system()}, Python {platform.python_version()}, {os.cpu_count()} cores"
    for lang, (folder, head) in enumerate(zip(("fr", "en"), HEADS, strict=True)):
        text = head.format(where=where) + "\n".join(figure.line(lang) for figure in figures) + "\n"
        (data.ROOT / "docs" / folder / "validation-benchmarks.md").write_text(text, "utf-8")
