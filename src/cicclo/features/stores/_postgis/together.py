"""Pages of one shape, several sets of values: one statement that reads them all."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cicclo.features.model import Query
from cicclo.features.stores._postgis.gathering import Gathering
from cicclo.features.stores._postgis.pool import Pool
from cicclo.ogc.cql2.model import Call, Date, Expression, Name, Timestamp

_MOST_SHAPES = 256
# quoted names and texts are passed over: what looks like a parameter in them is none
_PARAMETER = re.compile(
    r"""("(?:[^"]|"")*"|'(?:[^']|'')*')|\$(\d+)::(\w+(?: (?:precision|varying|with(?:out)? time zone))?(?:\[\])?)"""
)


def light(query: Query) -> bool:
    """Whether its plan is the same whatever the values: first pages, and rows that have a value."""
    bare = query.box is None and query.interval is None and not (query.sort or query.offset)
    return bare and (query.filter is None or _equalities(query.filter))


def _equalities(expression: Expression) -> bool:
    match expression:
        case Call(op="and", args=args):
            return all(map(_equalities, args))
        case Call(op="=", args=(Name(), value)):
            return isinstance(value, str | int | float | Date | Timestamp)
        case _:
            return False


def joined(sql: str) -> str | None:
    """The statement that runs `sql`, which yields one row, for each element of its parameters' arrays; None if it cannot."""
    types: dict[int, str] = {}

    def replaced(found: re.Match[str]) -> str:
        if found[1]:
            return found[1]
        types[int(found[2])] = found[3]
        return f"p.a{found[2]}::{found[3]}"

    inner = _PARAMETER.sub(replaced, sql)
    if not types or any(type_.endswith("[]") for type_ in types.values()):
        return None
    numbers = sorted(types)
    arrays = ", ".join(f"${n}::{types[n]}[]" for n in numbers)
    names = ", ".join(f"a{n}" for n in numbers)
    return f"SELECT p.turn, q.* FROM unnest({arrays}) WITH ORDINALITY p({names}, turn) CROSS JOIN LATERAL ({inner}) q"  # noqa: S608 - made of a statement of ours; values are bound


class Together:
    """`row` is the pool's, for those that ask the same at the same time."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._shapes: dict[str, Gathering[tuple[Any, ...], Any]] = {}

    async def row(self, sql: str, values: Sequence[Any]) -> Any:
        shape = self._shapes.get(sql)
        if shape is None:
            if len(self._shapes) >= _MOST_SHAPES:
                self._shapes.clear()  # those under way keep their own reference
            shape = self._shapes[sql] = self._shape(sql)
        return await shape.get(tuple(values))

    def _shape(self, sql: str) -> Gathering[tuple[Any, ...], Any]:
        together = joined(sql)

        async def ask(keys: Sequence[tuple[Any, ...]]) -> Mapping[tuple[Any, ...], Any]:
            if len(keys) == 1 or together is None:
                return {key: await self._pool.row(sql, *key) for key in keys}
            rows = await self._pool.rows(together, *(list(column) for column in zip(*keys, strict=True)))
            return {keys[row[0] - 1]: row[1:] for row in rows}

        return Gathering(ask)
