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
REBUILT = Text(
    "**La suite de cette comparaison a été reconstruite.** L'archive officielle n'est pas sur Maven Central (toutes ses "
    "versions ont été essayées). Les classes du groupe Core (tests 1 à 55) ont été retranscrites à la main, sans leurs "
    "commentaires, depuis les sources publiques (Apache-2.0) d'opengeospatial/ets-ogcapi-features10, hors de ce dépôt : "
    "AbstractFeatures, FeaturesBBox, Feature, FeatureCollections, ApiDefinition et JsonUtils au commit 066b37b0a0df, "
    "GeneralHttp au 7aab4d3cc685, les autres au 211d5b0622a1, avec openapi-parser 4.0.4, rest-assured 5.3.0, JTS 1.18.2 "
    "et TestNG 7.4.0. Ce n'est donc ni l'archive officielle ni un seul de ses états. Écarts voulus : un lanceur et une "
    "mise en place réduits, les renvois vers schemas.opengis.net lus dans une copie du même fichier (aucun réseau), les "
    "paramètres dont le renvoi ne se résout pas ignorés. **Non reconstruits** : les tests CRS (56 à 80) et les "
    "quatre tests `_v101` de FeatureCollections ; ils comptent comme non comparables. Les chiffres ne valent pas une "
    "exécution de la suite officielle.",
    "**The suite of this comparison was rebuilt.** The official archive is not on Maven Central (all its versions were "
    "tried). The classes of the Core group (tests 1 to 55) were transcribed by hand, without their comments, from the "
    "public sources (Apache-2.0) of opengeospatial/ets-ogcapi-features10, outside this repository: AbstractFeatures, "
    "FeaturesBBox, Feature, FeatureCollections, ApiDefinition and JsonUtils at commit 066b37b0a0df, GeneralHttp at "
    "7aab4d3cc685, the others at 211d5b0622a1, with openapi-parser 4.0.4, rest-assured 5.3.0, JTS 1.18.2 and TestNG "
    "7.4.0. So it is neither the official archive nor one state of it. Wanted differences: a smaller runner and "
    "set-up, references to schemas.opengis.net read from a copy of the same file (no network), parameters whose reference "
    "does not resolve skipped. **Not rebuilt**: the CRS tests (56 to 80) and the four `_v101` tests of "
    "FeatureCollections; they count as not comparable. The figures are not worth a run of the official suite.",
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


def write(results: Mapping[str, Sequence[Compared]], absent: Sequence[str], *, rebuilt: bool = False) -> None:
    for lang in ("fr", "en"):
        path = DOCS / lang / "conformance.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(results, absent, lang, rebuilt=rebuilt), "utf-8")


def page(
    results: Mapping[str, Sequence[Compared]], absent: Sequence[str], lang: str, *, rebuilt: bool = False
) -> str:
    parts = [TITLE.get(lang), ABOUT.get(lang), *([REBUILT.get(lang)] if rebuilt else [])]
    parts += [NOT_RUN.get(lang).format(why=why) for why in absent]
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
        their_message=" ".join(one.their_message.split())[:200] or "–",
        ours=one.ours,
        message=one.message or "–",
        requirement=requirement.id,
        statement=requirement.statement.get(lang),
        source=f"{requirement.source.standard} {requirement.source.version}, {requirement.source.clause}",
        note=one.line.note,
    )
