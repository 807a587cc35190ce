"""docs/{fr,en}/conformance.md: figures, and every disagreement with its requirement."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from cicclo.kernel.text import Text
from cicclo.requirements import find
from conformance.compare import Agreement, Compared, share
from conformance.suite import VERSION

DOCS = Path(__file__).resolve().parent.parent / "docs"

TITLE = Text("# Accord avec la suite officielle", "# Agreement with the official suite")
ABOUT = Text(
    f"Page produite par `make conformance` : ets-ogcapi-features10 {VERSION} et cicclo sur les mêmes serveurs, à travers "
    "`conformance/ets-ogcapi-features10.toml`. Un test est comparable quand les deux côtés ont décidé (réussi ou échec).",
    f"Page made by `make conformance`: ets-ogcapi-features10 {VERSION} and cicclo on the same servers, through "
    "`conformance/ets-ogcapi-features10.toml`. A test is comparable when both sides decided (passed or failed).",
)
FIGURES = Text("| serveur | comparables | d'accord | accord |", "| server | comparable | agree | agreement |")
NOT_RUN = Text("**Pas exécuté ici** : {why}", "**Not run here**: {why}")
DISAGREEMENTS = Text("## Désaccords", "## Disagreements")
NONE = Text("Aucun.", "None.")
ROW = Text(
    "- **{server}**, test {number} `{test}` : la suite dit {theirs} ({their_message}), nous disons {ours} ({message}). "
    "Exigence `{requirement}` : {statement} ({source}). {note}",
    "- **{server}**, test {number} `{test}`: the suite says {theirs} ({their_message}), we say {ours} ({message}). "
    "Requirement `{requirement}`: {statement} ({source}). {note}",
)


def write(results: Mapping[str, Sequence[Compared]], absent: Sequence[str]) -> None:
    for lang in ("fr", "en"):
        path = DOCS / lang / "conformance.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(results, absent, lang), "utf-8")


def page(results: Mapping[str, Sequence[Compared]], absent: Sequence[str], lang: str) -> str:
    parts = [TITLE.get(lang), ABOUT.get(lang), *(NOT_RUN.get(lang).format(why=why) for why in absent)]
    if results:
        parts += [_figures(results, lang), DISAGREEMENTS.get(lang), _disagreements(results, lang)]
    return "\n\n".join(parts) + "\n"


def _figures(results: Mapping[str, Sequence[Compared]], lang: str) -> str:
    rows = [FIGURES.get(lang), "| --- | ---: | ---: | ---: |"]
    for server, compared in results.items():
        agree, comparable = share(compared)
        rows.append(f"| {server} | {comparable} | {agree} | {agree / comparable if comparable else 0:.1%} |")
    return "\n".join(rows)


def _disagreements(results: Mapping[str, Sequence[Compared]], lang: str) -> str:
    rows = [
        _row(server, one, lang)
        for server, compared in results.items()
        for one in compared
        if one.agreement is Agreement.DISAGREE
    ]
    return "\n".join(rows) or NONE.get(lang)


def _row(server: str, one: Compared, lang: str) -> str:
    requirement = find(one.line.requirement)
    return ROW.get(lang).format(
        server=server,
        number=one.line.number,
        test=one.line.test,
        theirs=one.theirs,
        their_message=one.their_message or "–",
        ours=one.ours,
        message=one.message or "–",
        requirement=requirement.id,
        statement=requirement.statement.get(lang),
        source=f"{requirement.source.standard} {requirement.source.version}, {requirement.source.clause}",
        note=one.line.note,
    )
