"""The rows of a run → targets met or missed, and the page of the docs."""

import json
import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.features.kinds import KINDS

ROOT = Path(__file__).parents[2]
PEERS = ("pygeoapi", "tipg", "MapServer", "QGIS Server")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Target:
    """`figure` says what was measured."""

    kind: str
    store: str
    figure: str
    good: bool
    beyond: bool = False
    """Whether even the limit is below what is asked."""


def rps(rows: Rows, server: str, store: str, kind: str) -> float | None:
    found = [
        row
        for row in rows
        if (row["server"], row["store"], row["kind"]) == (server, store, kind) and row.get("rps")
    ]
    return found[0]["rps"] if found and not found[0]["bad"] else None


def targets(rows: Rows) -> list[Target]:
    """Published: 20 × the best peer, or half of the bare limit. PostGIS: 5 × the best peer."""
    made = []
    for store in ("published", "PostGIS"):
        for kind in KINDS:
            ours = rps(rows, "cicclo", store, kind)
            best = max((rps(rows, peer, "PostGIS", kind) or 0 for peer in PEERS), default=0)
            limit = next(
                (
                    row.get("bare")
                    for row in rows
                    if row["server"] == "cicclo" and (row["store"], row["kind"]) == (store, kind)
                ),
                None,
            )
            if ours is None:
                if any(row["server"] == "cicclo" for row in rows):
                    made.append(Target(kind, store, "–", good=False))
                continue
            times, share = (ours / best if best else None), (ours / limit if limit else None)
            good = (times or 0) >= 20 or (share or 0) >= 0.5 if store == "published" else (times or 0) >= 5
            said = [f"{times:.0f} ×" if times else "", f"{share:.0%}" if share else ""]
            beyond = not good and limit is not None and limit < (20 if store == "published" else 5) * best
            made.append(Target(kind, store, ", ".join(part for part in said if part), good, beyond))
    return made


def table(rows: Rows) -> str:
    """Requests a second: a line per server, a column per kind."""
    head = "| | " + " | ".join(KINDS) + " |"
    lines = [head, "|---|" + "--:|" * len(KINDS)]
    names = dict.fromkeys((row["server"], row["store"]) for row in rows)
    for server, store in names:
        cells = [_cell(rps(rows, server, store, kind)) for kind in KINDS]
        lines.append(f"| {server} ({store}) | " + " | ".join(cells) + " |")
        if server == "cicclo":
            bare = [
                next(
                    (
                        row.get("bare")
                        for row in rows
                        if (row["server"], row["store"], row["kind"]) == (server, store, kind)
                    ),
                    None,
                )
                for kind in KINDS
            ]
            lines.append(f"| *bare ASGI, {store}* | " + " | ".join(_cell(value) for value in bare) + " |")
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}".replace(",", " ") if value >= 20 else f"{value:.1f}"


def text(rows: Rows, lines: list[Target]) -> str:
    """For the terminal."""
    said = [
        f"{'ok    ' if line.good else 'MISSED'} {line.store:10} {line.kind:22} {line.figure}"
        for line in lines
    ]
    return table(rows) + "\n\n" + "\n".join(said)


INTRO = {
    "fr": """# Bancs d'essai du serveur d'objets géographiques

Écrit par `python -m benchmarks.features --write` (`benchmarks/features/`) : ne pas modifier à la main.

Requêtes par seconde, un processus par serveur, `wrk` à 8 connexions sur la même machine ({machine}), sans compression.
Données : 35 357 communes et 1 000 000 de points tirés dans leurs boîtes. Les quatre autres serveurs et notre magasin PostGIS lisent
les mêmes tables. « bare ASGI » : les mêmes octets, prêts d'avance, envoyés par le même serveur web : c'est la limite. Aucune réponse n'est
gardée en cache par notre serveur pendant ces mesures. Un tiret : ce serveur ne sait pas répondre, ou a répondu par des erreurs.
Sous 5 requêtes par seconde, peu d'échantillons. Ces chiffres ne valent que pour les versions et la machine du jour.
""",
    "en": """# Benchmarks of the feature server

Written by `python -m benchmarks.features --write` (`benchmarks/features/`): do not edit by hand.

Requests a second, one process per server, `wrk` with 8 connections on the same machine ({machine}), no compression.
Data: 35,357 communes and 1,000,000 points drawn inside their boxes. The four other servers and our PostGIS store read the same
tables. “bare ASGI”: the same bytes, ready beforehand, sent by the same web server: the limit. Our server caches no
answer during these measures. A dash: this server cannot answer that, or answered with errors.
Below 5 requests a second, few samples. The figures hold for the day's versions and machine only.
""",
}
HEAD = {
    "fr": ("Objectifs", "| Requête | Magasin | Rapport au meilleur autre serveur, part de la limite | |", ("atteint", "**manqué**", "**manqué** : la limite elle-même est en dessous"),
           "Publié : 20 fois le meilleur autre serveur, ou la moitié de la limite. PostGIS : 5 fois le meilleur autre serveur."),
    "en": ("Targets", "| Request | Store | Over the best peer, share of the limit | |", ("met", "**missed**", "**missed**: the limit itself is below"),
           "Published: 20 times the best peer, or half of the limit. PostGIS: 5 times the best peer."),
}  # fmt: skip
GROWTH = {
    "fr": "## Croissance, mémoire, republication\n\nUn million de points, puis dix (`benchmarks/features/growth.py`).\n\n| Mesure | Valeur | Objectif | |\n|---|---|---|---|",
    "en": "## Growth, memory, republication\n\nA million points, then ten (`benchmarks/features/growth.py`).\n\n| Measure | Value | Target | |\n|---|---|---|---|",
}
WALKS = {
    "fr": "## Toutes les pages\n\nPar les liens `next`, chaque objet une fois et égal à la source (`benchmarks/features/walk.py`).\n\n| Parcours | Lu | |\n|---|---|---|",
    "en": "## Every page\n\nBy the `next` links, each feature once and equal to the source (`benchmarks/features/walk.py`).\n\n| Walk | Read | |\n|---|---|---|",
}


def write(rows: Rows, lines: list[Target]) -> None:
    """Write both pages."""
    machine = f"{os.cpu_count()} × {platform.machine()}, Python {platform.python_version()}"
    for lang, intro in INTRO.items():
        title, head, verdicts, rule = HEAD[lang]
        body = [f"| {t.kind} | {t.store} | {t.figure} | {verdicts[_verdict(t)]} |" for t in lines]
        page = [intro.format(machine=machine), table(rows), "", f"## {title}", "", rule, "", head, "|---|---|---|---|", *body, ""]  # fmt: skip
        page += [*_growth(lang, verdicts), *_walks(lang, verdicts)]
        (ROOT / "docs" / lang / "features-benchmarks.md").write_text("\n".join(page), "utf-8")


def _verdict(target: Target) -> int:
    return 0 if target.good else 2 if target.beyond else 1


def _growth(lang: str, verdicts: tuple[str, ...]) -> list[str]:
    lines = [
        f"| {each['fr' if lang == 'fr' else 'what']} | {each['figure']} | {each['target']} | {verdicts[not each['good']]} |"
        for each in _kept("growth.json")
    ]
    return [GROWTH[lang], *lines, ""] if lines else []


def _walks(lang: str, verdicts: tuple[str, ...]) -> list[str]:
    lines = [
        f"| {each['what']} | {each['figure']} | {verdicts[not each['good']]} |" for each in _kept("walk.json")
    ]
    return [WALKS[lang], *lines, ""] if lines else []


def _kept(name: str) -> list[dict[str, Any]]:
    """What another script of this folder measured, if it ran."""
    file = ROOT / "var" / "bench" / name
    return json.loads(file.read_text("utf-8")) if file.exists() else []  # type: ignore[no-any-return]
