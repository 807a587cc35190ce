"""`cicclo features publish`: a thin door on `actions.publish`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from cicclo.features.actions import Publication, Tell
from cicclo.features.actions import publish as run
from cicclo.features.sources import Remark
from cicclo.kernel.errors import BadInput, CiccloError
from cicclo.kernel.text import Text
from cicclo.web.locale import Words

FailOn = Literal["refused", "changed", "never"]
_PATIENCE = 2.0  # seconds without a word before a bar is shown


def publish(
    *sources: str,
    folder: Path = Path("publications"),
    layer: str = "",
    collection: str = "",
    title: str = "",
    id_column: str = "",
    crs: str = "",
    encoding: str = "",
    fail_on: FailOn = "refused",
    lang: Literal["fr", "en"] = "fr",
    json: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Publier des fichiers, pour les servir ensuite. / Publish files, to serve them afterwards.

    Code de sortie : 0 tout va bien, 1 des objets sont laissés de côté (voir --fail-on), 2 publication impossible.
    Une publication qui échoue laisse servie la précédente.

    Parameters
    ----------
    sources
        GeoPackage, FlatGeobuf, Shapefile (aussi en zip), GeoJSON, GeoParquet, ou CSV avec coordonnées.
    folder
        Dossier des publications.
    layer
        Couche à publier (toutes, sinon).
    collection
        Identifiant de la collection (d'après la couche, sinon).
    title
        Titre de la collection.
    id_column
        Colonne des identifiants, stables d'une publication à l'autre.
    crs
        Système de coordonnées, quand le fichier ne le dit pas ou se trompe : EPSG:2154…
    encoding
        Jeu de caractères, quand le fichier ne le dit pas ou se trompe : UTF-8, CP1252…
    fail_on
        Quand sortir avec le code 1 : objets refusés, aussi objets modifiés (réparés…), ou jamais.
    lang
        Langue du compte rendu.
    json
        Compte rendu en JSON.
    """
    if not sources:
        raise BadInput(
            Text("aucun fichier à publier", "no file to publish"),
            remedy=Text("cicclo features publish FICHIER…", "cicclo features publish FILE…"),
        )
    done: list[Publication] = []
    failures: list[CiccloError] = []
    with _progress(lang) as tell:
        for source in sources:
            try:
                done += run(
                    source,
                    folder,
                    layer=layer,
                    id_column=id_column,
                    crs=crs,
                    encoding=encoding,
                    collection=collection,
                    title=Text(title, title) if title else None,
                    tell=tell,
                )
            except CiccloError as error:
                failures.append(error)
    _show(done, lang, as_json=json)
    for failure in failures:
        Console(stderr=True, highlight=False).print(f"cicclo: {failure.say(lang)}", markup=False)
    return 2 if failures else int(any(_counts(each, fail_on) for each in done))


def _counts(publication: Publication, fail_on: FailOn) -> bool:
    if fail_on == "never":
        return False
    remarks = publication.account.remarks
    return publication.account.refused > 0 or (fail_on == "changed" and any(each.changed for each in remarks))


@contextmanager
def _progress(lang: str) -> Iterator[Tell]:
    """A bar for what lasts: nothing is shown of what takes less than two seconds."""
    words = Text("{task.description} objets", "{task.description} features").get(lang)
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, TaskID] = {}
    start = monotonic()

    def tell(collection: str, read: int, of: int | None) -> None:
        if monotonic() - start < _PATIENCE:
            return
        bar.start()
        if collection not in tasks:
            tasks[collection] = bar.add_task(collection)
        bar.update(tasks[collection], completed=read, total=of)

    try:
        yield tell
    finally:
        if tasks:  # stopping a bar that was never shown writes an empty line
            bar.stop()


def _show(done: list[Publication], lang: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.buffer.write(
            msgspec.json.format(msgspec.json.encode([_record(each, lang) for each in done]))
        )
        sys.stdout.buffer.write(b"\n")
        return
    console = Console(highlight=False, soft_wrap=True)
    for each in done:
        for line in lines(each, lang):
            console.print(line, markup=False)


def lines(publication: Publication, lang: str) -> Iterator[str]:
    """The account as plain sentences, one per line."""
    words, account = Words(lang), publication.account
    collection = publication.collection
    read, kept, refused = (words.number(n) for n in (account.read, account.kept, account.refused))
    yield f"{collection}{words.colon} " + Text(
        f"{read} objets lus, {kept} publiés, {refused} refusés",
        f"{read} features read, {kept} published, {refused} refused",
    ).get(lang)
    for remark in account.remarks:
        yield f"  {_verdict(remark).get(lang)}{words.colon} {_sentence(remark, words)}"


def _verdict(remark: Remark) -> Text:
    if remark.refused:
        return Text("refusé", "refused")
    return Text("modifié", "changed") if remark.changed else Text("noté", "noted")


def _sentence(remark: Remark, words: Words) -> str:
    parts = [words.say(remark.text)]
    if remark.count:
        parts.append(f"– {words.count(remark.count, ('objet', 'feature'), ('objets', 'features'))}")
    if remark.examples:
        more = "…" if remark.count > len(remark.examples) else ""
        parts.append(f"({', '.join(remark.examples)}{more})")
    return " ".join(parts)


def _record(publication: Publication, lang: str) -> dict[str, Any]:
    account = publication.account
    remarks = [
        {
            "code": each.code,
            "text": each.text.get(lang),
            "count": each.count,
            "refused": each.refused,
            "changed": each.changed,
            "examples": each.examples,
        }
        for each in account.remarks
    ]
    return {
        "collection": publication.collection,
        "folder": str(publication.folder),
        "read": account.read,
        "kept": account.kept,
        "refused": account.refused,
        "seconds": round(publication.seconds, 3),
        "remarks": remarks,
    }
