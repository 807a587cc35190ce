"""Run every client on our own server over every kind of store; write the table."""

import tempfile
import time
from collections.abc import Iterator
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
        with tempfile.TemporaryDirectory(prefix="cicclo-conformance-") as folder:
            try:
                with STORES[name](Path(folder)) as served:
                    yield from _one(served, Path(folder))
            except Absent as missing:
                print(f"{name}: skipped: {missing}")  # noqa: T201
                yield from (
                    Cell(client.name, name, Outcome.MISSING, Text(str(missing), str(missing)))
                    for client in clients()
                )
            except CiccloError as error:
                print(f"{name}: FAILED: {error.say('en')}")  # noqa: T201
                yield Cell("", name, Outcome.FAILED, Text(error.say("fr"), error.say("en")))


def _one(served: Served, folder: Path) -> Iterator[Cell]:
    for number, client in enumerate(clients()):
        place = folder / f"client-{number}"
        place.mkdir()
        start = time.monotonic()
        cell = _cell(client, served, place)
        taken = time.monotonic() - start
        print(f"{served.store}: {client.name}: {cell.outcome}: {cell.said.en} ({taken:.0f} s)", flush=True)  # noqa: T201
        yield cell


def _cell(client: Client, served: Served, folder: Path) -> Cell:
    if missing := client.missing():
        return Cell(client.name, served.store, Outcome.MISSING, Text(missing, missing))
    try:
        said = client.run(served, folder)
    except (Failed, SubprocessError, OSError, RuntimeError, ValueError, LookupError) as error:
        told = f"{'' if isinstance(error, Failed) else type(error).__name__ + ': '}{error}"
        return Cell(client.name, served.store, Outcome.FAILED, Text(told, told))
    return Cell(client.name, served.store, Outcome.SERVED, said)
