"""Run every client on our own server over every kind of store; write the table."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import SubprocessError

from tests.peers import Absent

from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text
from conformance import features_page
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.features_page import Cell, Outcome
from conformance.stores import STORES


def clients() -> list[Client]:
    return sorted(CLIENTS.values(), key=lambda client: client.rank)


def main(wanted: list[str]) -> int:
    """Run on all stores, or on those that are named (`published`, `postgis`, `wfs`); 1 when a client failed."""
    cells = list(_all(wanted or list(STORES)))
    if not wanted:
        features_page.write(clients(), cells)
    failed = [cell for cell in cells if cell.outcome is Outcome.FAILED]
    print(f"clients: {len(failed)} of {len(cells)} failed")  # noqa: T201
    return 1 if failed else 0


def _all(stores: list[str]) -> Iterator[Cell]:
    for name in stores:
        for everywhere in (True, False):
            chosen = [client for client in clients() if client.everywhere is everywhere]
            with tempfile.TemporaryDirectory(prefix="cicclo-conformance-") as folder:
                yield from _one(name, chosen, Path(folder), everywhere=everywhere)


def _one(store: str, chosen: list[Client], folder: Path, *, everywhere: bool) -> Iterator[Cell]:
    """Run some clients on one store; those that this machine lacks do not need it."""
    missing = {client.name: client.missing() for client in chosen}
    yield from (
        _told(Cell(name, store, Outcome.MISSING, Text(why, why))) for name, why in missing.items() if why
    )
    present = [client for client in chosen if not missing[client.name]]
    if not present:
        return
    try:
        with STORES[store](folder, everywhere=everywhere) as served:
            for number, client in enumerate(present):
                place = folder / f"client-{number}"
                place.mkdir()
                yield _timed(client, replace(served, store=store), place)
    except Absent as absent:
        why = str(absent)
        yield from (_told(Cell(each.name, store, Outcome.MISSING, Text(why, why))) for each in present)
    except CiccloError as error:
        said = Text(error.say("fr"), error.say("en"))
        yield from (_told(Cell(each.name, store, Outcome.FAILED, said)) for each in present)


def _timed(client: Client, served: Served, place: Path) -> Cell:
    start = time.monotonic()
    return _told(_cell(client, served, place), f" ({time.monotonic() - start:.0f} s)")


def _told(cell: Cell, taken: str = "") -> Cell:
    print(f"{cell.store}: {cell.client}: {cell.outcome}: {cell.said.en}{taken}", flush=True)  # noqa: T201
    return cell


def _cell(client: Client, served: Served, folder: Path) -> Cell:
    try:
        said = client.run(served, folder)
    except (Failed, SubprocessError, OSError, RuntimeError, ValueError, LookupError) as error:
        told = f"{'' if isinstance(error, Failed) else type(error).__name__ + ': '}{error}"
        return Cell(client.name, served.store, Outcome.FAILED, Text(told, told))
    return Cell(client.name, served.store, Outcome.SERVED, said)
