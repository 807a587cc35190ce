"""Figures of several workers: each writes its own to a file now and then, whichever is asked adds them up."""

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from cicclo.features.http.usage import Key, Tally, Usage


class Row(msgspec.Struct, array_like=True):
    key: Key
    tally: Tally


class Shared:
    """`folder` is this server's own; a file per worker, named for its process."""

    def __init__(self, folder: Path, usage: Usage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._usage = usage
        self._own = folder / f"{os.getpid()}.json"
        usage.others = lambda: list(self._others())

    def write(self) -> None:
        """Replace our file whole: nobody reads half of it."""
        rows = [Row(key, tally) for key, tally in list(self._usage.tallies.items())]
        draft = self._own.with_suffix(".new")
        draft.write_bytes(msgspec.json.encode(rows))
        draft.replace(self._own)

    def _others(self) -> Iterator[dict[Key, Tally]]:
        for each in self._folder.glob("*.json"):
            if each == self._own:
                continue
            if not _alive(int(each.stem)):
                each.unlink(missing_ok=True)
                continue
            rows = msgspec.json.decode(each.read_bytes(), type=list[Row])
            yield {row.key: row.tally for row in rows}


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
