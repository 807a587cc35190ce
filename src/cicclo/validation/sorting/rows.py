"""Records of a frame as sequences of cells, each column turned into Python texts only when a cell of it is looked at."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

import polars as pl


class Rows:
    """The records of `frame`; few columns of a suspect record are ever looked at."""

    __slots__ = ("columns", "frame", "width")

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame
        self.width = frame.width
        self.columns: list[list[str] | None] = [None] * frame.width

    def __reduce__(self) -> tuple[type["Rows"], tuple[pl.DataFrame]]:
        return Rows, (self.frame,)

    def column(self, place: int) -> list[str]:
        found = self.columns[place]
        if found is None:
            found = self.columns[place] = self.frame.to_series(place).to_list()
        return found


class Row(Sequence[str]):
    """One record."""

    __slots__ = ("_index", "_rows")

    def __init__(self, rows: Rows, index: int) -> None:
        self._rows = rows
        self._index = index

    def __reduce__(self) -> tuple[type["Row"], tuple[Rows, int]]:
        return Row, (self._rows, self._index)

    def __len__(self) -> int:
        return self._rows.width

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: Any) -> Any:
        if place.__class__ is slice:
            return [self[one] for one in range(*place.indices(len(self)))]
        return (self._rows.columns[place] or self._rows.column(place))[self._index]

    def __iter__(self) -> Iterator[str]:
        return (self[place] for place in range(self._rows.width))
