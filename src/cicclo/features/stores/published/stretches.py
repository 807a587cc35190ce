"""Conditions that a column's sorted rows answer: where these rows stand, hence how many they are, without a look at them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cicclo.features.model import Interval, Kind
from cicclo.features.stores.published import layout
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.operands import MICRO
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Array, Call, Date, Expression, Name, Timestamp

LAST = "\U0010ffff"  # after any text that goes on
DAY = 86_400_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Stretch:
    """`spans` (first, after last) of `column.order`, apart; unless `exact`, their rows are still to be tested.

    `answers` are the numbers of the conditions that it stands for.
    """

    column: Column
    spans: tuple[tuple[int, int], ...]
    exact: bool = True
    answers: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        return sum(end - begin for begin, end in self.spans)

    def rows(self) -> np.ndarray:
        """Its rows, sorted."""
        parts = [self.column.order[begin:end] for begin, end in self.spans]
        return np.sort(np.concatenate([*parts, np.empty(0, np.uint32)])).astype(np.int64)


def best(snapshot: Snapshot, parts: list[Expression], interval: Interval | None) -> Stretch | None:
    """The shortest stretch; conditions on one column are taken together. The interval is condition -1."""
    found: dict[str, Stretch] = {}
    rest: list[Stretch] = []
    for number, part in enumerate(parts):
        stretch = _stretch(snapshot, part)
        if stretch is None:
            continue
        stretch = replace(stretch, answers=(number,))
        name = stretch.column.name
        if not stretch.exact or len(stretch.spans) > 1:
            rest.append(stretch)
        else:
            found[name] = _both(found[name], stretch) if name in found else stretch
    if interval is not None and (during := _during(snapshot, interval)) is not None:
        rest.append(during)
    return min([*found.values(), *rest], key=lambda each: each.size, default=None)


def _both(first: Stretch, second: Stretch) -> Stretch:
    (a, b), (c, d) = first.spans[0], second.spans[0]
    begin = max(a, c)
    return Stretch(first.column, ((begin, max(begin, min(b, d))),), answers=(*first.answers, *second.answers))


def _during(snapshot: Snapshot, interval: Interval) -> Stretch | None:
    """`datetime` on the primary instant: the moments within, and those that are unknown."""
    names = snapshot.collection.instants
    if len(set(names)) != 1 or names[0] not in snapshot.columns:
        return None
    column = snapshot.columns[names[0]]
    low, high = interval.start, interval.end
    if column.kind is Kind.DATE:  # the first moment of the day is within
        low, high = (None if low is None else -(-low // DAY)), (None if high is None else high // DAY)
    within, nulls = column.span(low, high), (column.known, len(column.order))
    return Stretch(column, (within, nulls), answers=(-1,))


def _stretch(snapshot: Snapshot, part: Expression) -> Stretch | None:
    """The stretch of a comparison with literals; None for any other condition."""
    match part:
        case Call("=" | "<" | "<=" | ">" | ">=" as op, (Name(name), literal)):
            low = literal if op in ("=", ">", ">=") else None
            high = literal if op in ("=", "<", "<=") else None
            return _between(snapshot, name, low, high, low_in=op != ">", high_in=op != "<")
        case Call("between", (Name(name), low, high)):
            return _between(snapshot, name, low, high)
        case Call("in", (Name(name), Array(items))):
            return _among(_between(snapshot, name, each, each) for each in items)
        case Call("like", (Name(name), str() as pattern)) if beginning := _beginning(pattern):
            found = _between(snapshot, name, beginning, beginning + LAST)
            return found and replace(found, exact=False)
    return None


def _between(
    snapshot: Snapshot, name: str, low: Expression | None, high: Expression | None, **ends: bool
) -> Stretch | None:
    column = snapshot.columns.get(name)
    if column is None:
        return None
    bounds = [_bound(column, each) for each in (low, high)]
    if any(isinstance(each, _Unfit) for each in bounds):
        return None
    return Stretch(column, (column.span(*bounds, **ends),))


def _among(each: Iterator[Stretch | None]) -> Stretch | None:
    found = list(each)
    known = [stretch for stretch in found if stretch is not None]
    if not known or len(known) < len(found):
        return None
    spans = {stretch.spans[0] for stretch in known if stretch.size}
    return Stretch(known[0].column, tuple(sorted(spans)))


def _beginning(pattern: str) -> str:
    """What every text that matches a pattern begins with."""
    found = re.match(r"[^%_\\]*", pattern)
    return found.group() if found else ""


class _Unfit:
    """No bound of this column."""


UNFIT = _Unfit()


def _bound(column: Column, literal: Expression | None) -> Any:
    if literal is None:
        return None
    if layout.words(column.kind):
        return literal if isinstance(literal, str) else UNFIT
    if isinstance(literal, Date | Timestamp):
        scale = MICRO.get(column.kind)
        moment = microseconds(literal)
        return UNFIT if scale is None else moment // scale if moment % scale == 0 else moment / scale
    return literal if isinstance(literal, bool | int | float) else UNFIT
