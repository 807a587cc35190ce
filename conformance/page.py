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
    "**La suite de cette comparaison a été reconstruite.** L'archive officielle n'est pas sur Maven Central (versions 1.6 à "
    "1.9 essayées). Les classes des groupes Core (tests 1 à 55 et les quatre tests `_v101` de FeatureCollections) et CRS "
    "(tests 56 à 80) ont été retranscrites à la main, sans leurs commentaires, depuis les sources publiques (Apache-2.0) "
    "d'opengeospatial/ets-ogcapi-features10, hors de ce dépôt : AbstractFeatures, FeaturesBBox, Feature, "
    "FeatureCollections, ApiDefinition et JsonUtils au commit 066b37b0a0df, GeneralHttp au 7aab4d3cc685, les autres, dont "
    "tout le groupe CRS, au 211d5b0622a1, avec openapi-parser 4.0.4, rest-assured 5.3.0, JTS 1.18.2, proj4j 1.3.0 et "
    "TestNG 7.4.0. Ce n'est donc ni l'archive officielle ni un seul de ses états. Écarts voulus : un lanceur et une mise en "
    "place réduits, les renvois vers schemas.opengis.net lus dans une copie du même fichier (aucun réseau), les paramètres "
    "dont le renvoi ne se résout pas ignorés, le client HTTP de `Items_v101` pris dans Jersey 2.39 (`javax`), et les "
    "définitions EPSG prises dans proj4j-epsg, où seuls EPSG:4326 et EPSG:4258 reçoivent l'ordre des axes (nord, est) que "
    "leur donne le fichier de la suite. Les chiffres ne valent pas une exécution de la suite officielle.",
    "**The suite of this comparison was rebuilt.** The official archive is not on Maven Central (versions 1.6 to 1.9 were "
    "tried). The classes of the Core group (tests 1 to 55 and the four `_v101` tests of FeatureCollections) and of the CRS "
    "group (tests 56 to 80) were transcribed by hand, without their comments, from the public sources (Apache-2.0) of "
    "opengeospatial/ets-ogcapi-features10, outside this repository: AbstractFeatures, FeaturesBBox, Feature, "
    "FeatureCollections, ApiDefinition and JsonUtils at commit 066b37b0a0df, GeneralHttp at 7aab4d3cc685, the others, with "
    "the whole CRS group, at 211d5b0622a1, with openapi-parser 4.0.4, rest-assured 5.3.0, JTS 1.18.2, proj4j 1.3.0 and "
    "TestNG 7.4.0. So it is neither the official archive nor one state of it. Wanted differences: a smaller runner and "
    "set-up, references to schemas.opengis.net read from a copy of the same file (no network), parameters whose reference "
    "does not resolve skipped, the HTTP client of `Items_v101` taken from Jersey 2.39 (`javax`), and EPSG definitions taken "
    "from proj4j-epsg, where only EPSG:4326 and EPSG:4258 receive the axis order (north, east) that the suite's own file "
    "gives them. The figures are not worth a run of the official suite.",
)
WHY_NOT = Text(
    "Ce qui n'est pas comparable : MapServer n'annonce pas la partie 2 (la suite saute les tests 56 à 80) ; l'API de "
    "QGIS Server 3.22 n'est pas lisible par la suite, qui saute presque tout ; sans liste `crs` ni `storageCrs` commune à "
    "`/collections`, les tests 61 et 62 passent dans la suite et sont sans objet chez nous.",
    "What cannot be compared: MapServer does not announce Part 2 (the suite skips tests 56 to 80); the API definition of "
    "QGIS Server 3.22 cannot be read by the suite, which skips nearly everything; without a `crs` list or `storageCrs` "
    "shared by `/collections`, tests 61 and 62 pass in the suite and are not applicable for us.",
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
        parts += [
            _figures(results, lang),
            WHY_NOT.get(lang),
            DISAGREEMENTS.get(lang),
            _disagreements(results, lang),
        ]
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
