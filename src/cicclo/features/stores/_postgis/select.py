"""A query → one statement: which rows, in which order, from where on; what they look like is `encode`'s business."""

from dataclasses import dataclass
from typing import Any

from cicclo.features.model import Box, Collection, Interval, Kind, Query, Sort
from cicclo.features.stores import _keyset
from cicclo.features.stores._postgis import places
from cicclo.features.stores._postgis.filters import condition
from cicclo.features.stores._postgis.model import Bound, Column, Table

MOST_OFFSET = 2**62


@dataclass(frozen=True, slots=True)
class Known:
    """What helps to read fast: where the data is, how much there is, the id at an offset."""

    density: places.Density | None = None
    count: float = 0.0
    landmark: tuple[str, int] | None = None  # an id, and the offset that is left from it


FEW = 5_000  # features: fewer are read in the order of their ids, which is the same whatever the box


@dataclass(frozen=True, slots=True)
class Asked:
    """All that makes the rows of one page."""

    table: Table
    collection: Collection
    query: Query
    fields: str
    known: Known


@dataclass(frozen=True, slots=True)
class Rows:
    """`sql` yields `n` (1, 2…), the fields of the view, and what `cursor` (SQL of a JSON text) needs."""

    sql: str
    cursor: str
    values: list[Any]


def rows(asked: Asked) -> Rows:
    """At most one row more than asked, to tell whether there is a next page.

    Limits and offsets are written into the statement, as `int`: PostgreSQL plans a bound LIMIT anew each time (0.2 ms).
    """
    bound = Bound()
    sql, cursor = _gridded(asked, bound) or _ordered(asked, bound)
    return Rows(f"SELECT *, row_number() OVER () AS n FROM ({sql}) r", cursor, bound.values)  # noqa: S608 - names of the catalogue, quoted; values are bound


def everything(table: Table, collection: Collection, query: Query, bound: Bound) -> tuple[str, str]:
    """WHERE and ORDER BY of all that matches, for a stream."""
    conditions = _conditions(table, collection, query, bound)
    keys, _ = _order(table, query.sort)
    return _where(conditions), f"ORDER BY {keys}"


def _ordered(asked: Asked, bound: Bound) -> tuple[str, str]:
    table, query, known = asked.table, asked.query, asked.known
    conditions = _conditions(table, asked.collection, query, bound)
    order, keys = _order(table, query.sort)
    offset = query.offset
    if query.after:
        conditions.append(_after(table, keys, _keyset.read(query.after, len(keys) + 1), bound))
    elif known.landmark is not None:
        start, offset = known.landmark
        conditions.append(f"{table.id.sql} >= {bound(start, 'text')}::{table.id.type}")
    sorts = "".join(f", {column.sql} AS s{i}" for i, (column, _) in enumerate(keys))
    parts = ", ".join([*(f"s{i}::text" for i in range(len(keys))), "k::text"])
    sql = f"SELECT {asked.fields}{sorts} FROM {table.sql} t{_where(conditions)} ORDER BY {order}{_slice(query, offset)}"  # noqa: S608 - names of the catalogue, quoted; values are bound
    return sql, f"json_build_array({parts})::text"


def _slice(query: Query, offset: int) -> str:
    skipped = f" OFFSET {min(offset, MOST_OFFSET):d}" if offset else ""
    return f" LIMIT {query.limit + 1:d}{skipped}"


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _conditions(table: Table, collection: Collection, query: Query, bound: Bound) -> list[str]:
    conditions = []
    if query.box is not None and table.geometry is not None:
        conditions.append(places.met(table.geometry, query, bound))
    if query.interval is not None:
        conditions += _during(table, collection, query.interval, bound)
    if query.filter is not None:
        conditions.append(condition(table, query.filter, bound))
    return conditions


def _during(table: Table, collection: Collection, interval: Interval, bound: Bound) -> list[str]:
    """Features without time match every interval (OGC 17-069r4, 7.15.4)."""
    columns = [table.column(name) for name in collection.instants]
    if not columns or columns[0] is None or columns[-1] is None:
        return []
    conditions = []
    for column, milliseconds, operator in (
        (columns[0], interval.end, "<="),
        (columns[-1], interval.start, ">="),
    ):
        if milliseconds is not None:
            moment = f"to_timestamp({bound(milliseconds / 1000, 'float8')})"
            conditions.append(f"({column.sql} IS NULL OR {column.sql} {operator} {_as(column, moment)})")
    return conditions


def _as(column: Column, moment: str) -> str:
    """A timestamptz in the column's own type: the column stays bare, so that its index serves."""
    if column.kind is Kind.DATE:
        return f"({moment} AT TIME ZONE 'UTC')"  # a date is compared as the start of its day
    return moment if column.base == "timestamptz" else f"({moment} AT TIME ZONE 'UTC')"


Keys = list[tuple[Column, bool]]


def _order(table: Table, sort: tuple[Sort, ...]) -> tuple[str, Keys]:
    keys = [(column, each.descending) for each in sort if (column := table.column(each.name)) is not None]
    written = [
        f"{_sorted(column)}{' DESC' if down else ''}{' NULLS LAST' if column.nullable else ''}"
        for column, down in keys
    ]
    return ", ".join([*written, table.id.sql]), keys


def _sorted(column: Column) -> str:
    """Strings by code point, as in filters; other kinds as PostgreSQL orders them."""
    if column.kind is Kind.STRING and (not column.ordered or column.base not in ("text", "varchar")):
        return f'{column.sql}::text COLLATE "C"'
    return f"{column.sql}::text" if column.base in ("json", "hstore") else column.sql


def _after(table: Table, keys: Keys, parts: list[_keyset.Part], bound: Bound) -> str:
    """Rows beyond the cursor's: some key is beyond while those before it are the same."""
    if parts[-1] is None:
        raise _keyset.stale()
    alternatives: list[str] = []
    same: list[str] = []
    for (column, down), part in zip(keys, parts, strict=False):
        sql = _sorted(column)
        if part is None:
            same.append(f"{sql} IS NULL")
            continue
        value = bound(str(part), "text")
        if sql == column.sql:
            value += f"::{column.type}"
        beyond = f"{sql} {'<' if down else '>'} {value}"
        beyond = f"({beyond} OR {sql} IS NULL)" if column.nullable else beyond
        alternatives.append(" AND ".join([*same, beyond]))
        same.append(f"{sql} = {value}")
    last = f"{table.id.sql} > {bound(str(parts[-1]), 'text')}::{table.id.type}"
    alternatives.append(" AND ".join([*same, last]))
    return f"({' OR '.join(f'({each})' for each in alternatives)})"


def _gridded(asked: Asked, bound: Bound) -> tuple[str, str] | None:
    """A box alone is read cell by cell; with a filter, PostgreSQL chooses between its indexes."""
    table, query = asked.table, asked.query
    geometry, box = table.geometry, query.box
    if geometry is None or box is None or query.filter is not None or query.sort:
        return None
    if not geometry.indexed or box[0] > box[2] or (outer := places.stored(box, geometry.srid)) is None:
        return None
    if not _cell_by_cell(query, outer, asked.known):
        return None
    grid, cell, after = _resume(query, outer, asked.known)
    beyond = f"{table.id.sql} > {bound(after, 'text')}::{table.id.type}" if after is not None else ""
    others = _conditions(table, asked.collection, Query(interval=query.interval), bound)
    parts = []
    if cell < grid.side**2:
        edges = ", ".join(bound(edge, "float8[]") for edge in grid.cells(cell))
        x, y = _corner(table, outer, bound)
        inside = [
            f"{geometry.stored} && ST_MakeEnvelope(c.x0, c.y0, c.x1, c.y1, {geometry.srid})",
            f"{x} >= c.x0 AND {x} < c.x1 AND {y} >= c.y0 AND {y} < c.y1",
            places.exact(geometry, box, query.area, bound),
            *others,
            *([f"(c.i > 1 OR {beyond})"] if beyond else []),
        ]
        parts.append(
            f"SELECT q.*, c.i + {cell - 1:d} AS b FROM unnest({edges}) WITH ORDINALITY c(x0, y0, x1, y1, i)"  # noqa: S608 - names of the catalogue, quoted; values are bound
            f" CROSS JOIN LATERAL (SELECT {asked.fields} FROM {table.sql} t{_where(inside)} ORDER BY k) q"
        )
    if geometry.nullable:
        outside = [f"{geometry.stored} IS NULL", *others, *([beyond] if beyond and not parts else [])]
        parts.append(
            f"(SELECT {asked.fields}, {grid.side**2:d}::bigint AS b FROM {table.sql} t{_where(outside)} ORDER BY k)"  # noqa: S608 - names of the catalogue, quoted; values are bound
        )
    if not parts:
        raise _keyset.stale()
    cursor = f"json_build_array({bound(grid.write(), 'text')}, b, k::text)::text"
    return f"{' UNION ALL '.join(parts)}{_slice(query, query.offset)}", cursor


def _cell_by_cell(query: Query, outer: Box, known: Known) -> bool:
    """A cursor tells how its page was read; else it is how much the box holds."""
    if query.after:
        return not _keyset.holds(query.after, 1)
    return known.density is None or known.count * known.density.within(outer)[0] > FEW


def _resume(query: Query, outer: Box, known: Known) -> tuple[places.Grid, int, str | None]:
    if not query.after:
        return places.grid(outer, known.density, known.count, query.limit), 0, None
    written, cell, after = _keyset.read(query.after, 3)
    grid = places.read_grid(str(written), outer)
    if grid is None or not isinstance(cell, int) or not 0 <= cell <= grid.side**2 or after is None:
        raise _keyset.stale()
    return grid, cell, str(after)


def _corner(table: Table, outer: Box, bound: Bound) -> tuple[str, str]:
    """The lower left corner of a geometry's bounds, within the box: it lies in one cell only."""
    geometry = table.geometry
    assert geometry is not None
    if geometry.point:
        return f"ST_X({geometry.stored})", f"ST_Y({geometry.stored})"
    west, south = bound(outer[0], "float8"), bound(outer[1], "float8")
    return f"greatest(ST_XMin({geometry.stored}), {west})", f"greatest(ST_YMin({geometry.stored}), {south})"
