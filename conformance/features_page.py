"""docs/{fr,en}/features-clients.md: which client is served well over which store."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from cicclo.kernel.text import Text
from conformance.clients import Client
from conformance.page import DOCS


class Outcome(StrEnum):
    SERVED = "served"
    FAILED = "FAILED"
    MISSING = "skipped"


@dataclass(frozen=True, slots=True)
class Cell:
    client: str
    store: str
    outcome: Outcome
    said: Text


TITLE = Text("# Clients du service d'objets", "# Clients of the features service")
ABOUT = Text(
    "Page produite par `make conformance` : chaque client, le vrai programme, lit `cicclo features serve` sur la boucle "
    "locale, au-dessus de chaque genre de source, avec les mêmes couches réelles (communes, EPCI, départements, bornes de "
    "recharge dont certaines sans géométrie, comptages datés ; deux d'entre elles conservées en Lambert-93). La façade WFS "
    "lit MapServer, qui en sert deux.",
    "Page made by `make conformance`: each client, the real program, reads `cicclo features serve` on loopback, over each "
    "kind of source, with the same real layers (municipalities, their unions, departments, charging points of which some "
    "without geometry, dated counts; two of them kept in Lambert-93). The WFS façade reads MapServer, which serves two.",
)
REBUILT = Text(
    "Quand l'archive de la suite officielle n'est pas là, sa ligne est sautée ; les chiffres donnés ici viennent de la suite "
    "reconstruite que décrit [la page de l'accord](conformance.md), lancée à la main (`ETS_JAR`), avec "
    "`noofcollections` à -1.",
    "When the archive of the official suite is not there, its line is skipped; the figures given here come from the rebuilt "
    "suite that [the page on agreement](conformance.md) describes, run by hand (`ETS_JAR`), with `noofcollections` -1.",
)
CLIENT = Text("client", "client")
STORES = {
    "published": Text("publié (GeoPackage)", "published (GeoPackage)"),
    "geopackage": Text("GeoPackage vivant", "live GeoPackage"),
    "postgis": Text("PostGIS", "PostGIS"),
    "wfs": Text("façade WFS (MapServer)", "WFS façade (MapServer)"),
}
WHAT = Text("## Ce que fait chaque client", "## What each client does")
SIGNS = {
    Outcome.SERVED: Text("oui : {said}", "yes: {said}"),
    Outcome.FAILED: Text("**non** : {said}", "**no**: {said}"),
    Outcome.MISSING: Text("sauté : {said}", "skipped: {said}"),
}


def write(clients: Sequence[Client], cells: Sequence[Cell]) -> None:
    """Write both pages, unless a client was missing: the page keeps the figures of the last whole run."""
    if any(cell.outcome is Outcome.MISSING for cell in cells):
        print("clients: the page is left as it was, something is missing here")  # noqa: T201
        return
    for lang in ("fr", "en"):
        (DOCS / lang / "features-clients.md").write_text(page(clients, cells, lang), "utf-8")


def page(clients: Sequence[Client], cells: Sequence[Cell], lang: str) -> str:
    stores = list(dict.fromkeys(cell.store for cell in cells))
    titles = [STORES[store].get(lang) for store in stores]
    by_place = {(cell.client, cell.store): cell for cell in cells}
    table = [f"| {CLIENT.get(lang)} | {' | '.join(titles)} |", f"| --- |{' --- |' * len(stores)}"]
    for client in clients:
        row = [_cell(by_place.get((client.name, store)), lang) for store in stores]
        table.append(f"| {client.name} | {' | '.join(row)} |")
    does = [
        f"- **{client.name}** : {client.does.get(lang)}."
        if lang == "fr"
        else f"- **{client.name}**: {client.does.get(lang)}."
        for client in clients
    ]
    parts = [TITLE, ABOUT, REBUILT]
    return (
        "\n\n".join([*(part.get(lang) for part in parts), "\n".join(table), WHAT.get(lang), "\n".join(does)])
        + "\n"
    )


def _cell(cell: Cell | None, lang: str) -> str:
    if cell is None:
        return "–"
    said = " ".join(cell.said.get(lang).split()).replace("|", "\\|")[:300]
    return SIGNS[cell.outcome].get(lang).format(said=said)
