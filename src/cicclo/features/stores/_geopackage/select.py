"""A query → SQLite: which rows, in which order, from where on.

The R-tree and plain comparisons narrow the rows in SQL; what they leave is tested by functions in Python, so that
every filter means what the plain evaluation of CQL2 means.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from cicclo.features.model import GEOMETRY, Box, Collection, Interval, Kind, Query, View
from cicclo.features.reprojection import reproject
from cicclo.features.stores import _keyset
from cicclo.features.stores._geopackage.catalogue import Column, Layer
from cicclo.features.stores._geopackage.file import Test, quoted
from cicclo.features.stores._geopackage.rows import milliseconds, record_value, shape
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss
from cicclo.ogc.cql2 import evaluate
from cicclo.ogc.cql2.limits import walk
from cicclo.ogc.cql2.model import Array, Call, Date, Expression, Geometry, Name


@dataclass
class Statement:
    """`tests` are called by the SQL as `cicclo_test(number, …)`."""

    layer: Layer
    has_nulls: bool
    values: list[Any] = field(default_factory=list)
    tests: list[Test] = field(default_factory=list)

    def bind(self, value: Any) -> str:
        self.values.append(value)
        return f"?{len(self.values)}"

    def test(self, function: Test, *columns: str) -> str:
        self.tests.append(function)
        return f"cicclo_test({', '.join([str(len(self.tests) - 1), *columns])})"


def columns_of(layer: Layer, view: View) -> list[Column]:
    return [each for each in layer.columns if view.properties is None or each.name in view.properties]


def rows(
    layer: Layer, collection: Collection, query: Query, statement: Statement, *, paged: bool
) -> tuple[str, int]:
    """The statement, and how many sort keys its rows begin with."""
    keys = [(column, each.descending) for each in query.sort if (column := layer.column(each.name))]
    conditions = list(_conditions(layer, collection, query, statement))
    if paged and query.after:
        conditions.append(_after(layer, keys, _keyset.read(query.after, len(keys) + 1), statement))
    fields = [
        *(each.sql for each, _ in keys),
        layer.id,
        *(each.sql for each in columns_of(layer, query.view)),
    ]
    fields += [layer.shape if query.view.geometry else "NULL"] if layer.geometry else []
    order = [f"{each.sql} IS NULL, {each.sql} COLLATE BINARY{' DESC' if down else ''}" for each, down in keys]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    limits = f" LIMIT {query.limit + 1:d} OFFSET {min(query.offset, 2**62):d}" if paged else ""
    sql = f"SELECT {', '.join(fields)} FROM {layer.sql} t{where} ORDER BY {', '.join([*order, layer.id])}{limits}"  # noqa: S608 - names of the catalogue, quoted; values are bound
    return sql, len(keys)


def _conditions(layer: Layer, collection: Collection, query: Query, statement: Statement) -> Iterator[str]:
    if query.box is not None and layer.geometry:
        yield from _box(layer, query.box, query.area, statement)
    if query.interval is not None and collection.instants:
        yield _during(layer, collection, query.interval, statement)
    if query.filter is not None:
        yield from _narrowed(layer, query.filter, statement)
        yield _tested(layer, query.filter, statement)


def _box(layer: Layer, box: Box, area: bytes | None, statement: Statement) -> Iterator[str]:
    """Features without geometry match every box."""
    outlines = [shapely.from_wkb(area)] if area else [_rectangle(each) for each in _halves(box)]
    near = [_near(layer, outline.bounds, statement) for outline in outlines]
    missing = [f"SELECT {quoted(layer.key)} FROM {layer.sql} WHERE {quoted(layer.geometry)} IS NULL"]  # noqa: S608 - names of the catalogue, quoted; values are bound
    if all(near):
        yield f"{layer.id} IN ({' UNION ALL '.join([*near, *(missing if statement.has_nulls else [])])})"
    met = shapely.union_all(outlines)
    shapely.prepare(met)
    yield statement.test(_meets(layer, met), layer.shape)


def _halves(box: Box) -> list[Box]:
    west, south, east, north = box
    return [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]


def _rectangle(box: Box) -> shapely.Geometry:
    if box[0] < box[2] and box[1] < box[3]:
        return shapely.box(*box)
    return shapely.Point(box[:2]) if box[:2] == box[2:] else shapely.LineString([box[:2], box[2:]])


def _meets(layer: Layer, met: shapely.Geometry) -> Callable[[bytes | None], bool]:
    def test(geometry: bytes | None) -> bool:
        found = in_degrees(layer, shape(geometry))
        return found is None or bool(met.intersects(found))

    return test


def in_degrees(layer: Layer, geometry: shapely.Geometry | None) -> shapely.Geometry | None:
    if geometry is None or layer.storage_crs == crss.CRS84:
        return geometry
    moved: shapely.Geometry = reproject(_alone(geometry), layer.storage_crs, crss.CRS84)[0]
    return moved


def _alone(geometry: shapely.Geometry) -> np.ndarray:
    array = np.empty(1, dtype=object)
    array[0] = geometry
    return array


def _near(layer: Layer, bounds: Box, statement: Statement) -> str:
    """The ids that the index finds near a box in degrees; empty without an index, or where a projection is not tame."""
    if not layer.rtree or layer.storage_crs != crss.CRS84:
        return ""
    west, south, east, north = (statement.bind(value) for value in bounds)
    return f"SELECT id FROM {quoted(layer.rtree)} WHERE maxx >= {west} AND minx <= {east} AND maxy >= {south} AND miny <= {north}"  # noqa: S608 - names of the catalogue, quoted; values are bound


def _during(layer: Layer, collection: Collection, interval: Interval, statement: Statement) -> str:
    """Features without time match every interval."""
    columns = [column for name in collection.instants if (column := layer.column(name))]
    first, last = columns[0], columns[-1]

    def test(start: Any, end: Any) -> bool:
        begins, ends = milliseconds(first, start), milliseconds(last, end)
        early = interval.end is None or begins is None or begins <= interval.end
        return early and (interval.start is None or ends is None or ends >= interval.start)

    return statement.test(test, first.sql, last.sql)


def _tested(layer: Layer, expression: Expression, statement: Statement) -> str:
    """The whole filter, on the columns that it names."""
    names = sorted({node.name for node, _ in walk(expression) if isinstance(node, Name)} - {GEOMETRY})
    columns = [_known(layer, name) for name in names]
    shown = any(isinstance(node, Name) and node.name == GEOMETRY for node, _ in walk(expression))
    ready = evaluate.ready(expression)

    def test(*values: Any) -> bool:
        record = {
            column.name: record_value(column, value) for column, value in zip(columns, values, strict=False)
        }
        if shown:
            record[GEOMETRY] = in_degrees(layer, shape(values[-1]))
        return ready(record) is True

    return statement.test(test, *(each.sql for each in columns), *([layer.shape] if shown else []))


def _known(layer: Layer, name: str) -> Column:
    column = layer.column(name)
    if column is None:
        raise BadInput(Text(f"propriété inconnue : {name}", f"unknown property: {name}"), at="filter")
    return column


def _narrowed(layer: Layer, expression: Expression, statement: Statement) -> Iterator[str]:
    """What SQL can tell of the parts of an AND, so that indexes serve. Each part is implied by the filter."""
    match expression:
        case Call(op="and", args=args):
            for each in args:
                yield from _narrowed(layer, each, statement)
        case Call(op="=" | "<" | "<=" | ">" | ">=" as op, args=(Name(name=name), literal)):
            if sql := _comparable(layer, name, literal, statement):
                yield f"{sql[0]} {op} {sql[1]}"
        case Call(op="in", args=(Name(name=name), Array(items=items))) if items:
            if all(_fits(layer.column(name), item) for item in items):
                pairs = [pair for item in items if (pair := _comparable(layer, name, item, statement))]
                yield f"{pairs[0][0]} IN ({', '.join(value for _, value in pairs)})"
        case Call(op=op, args=(Name(name=name), Geometry(wkb=wkb))) if (
            op.startswith("s_") and op != "s_disjoint"
        ):
            if name == GEOMETRY and (near := _near(layer, shapely.from_wkb(wkb).bounds, statement)):
                yield f"{layer.id} IN ({near})"


def _fits(column: Column | None, literal: Expression) -> bool:
    """Whether SQLite compares the column with the literal as CQL2 does."""
    if column is None or isinstance(literal, bool):
        return False
    fitting = {Kind.STRING: str, Kind.INTEGER: int | float, Kind.NUMBER: int | float, Kind.DATE: Date}
    return column.kind in fitting and isinstance(literal, fitting[column.kind])


def _comparable(layer: Layer, name: str, literal: Expression, statement: Statement) -> tuple[str, str] | None:
    column = layer.column(name)
    if column is None or not _fits(column, literal):
        return None
    if isinstance(literal, Date):
        return f"substr({column.sql}, 1, 10)", statement.bind(literal.value)
    sql = f"{column.sql} COLLATE BINARY" if column.kind is Kind.STRING else column.sql
    return sql, statement.bind(literal)


def _after(
    layer: Layer, keys: list[tuple[Column, bool]], parts: list[_keyset.Part], statement: Statement
) -> str:
    """Rows beyond the cursor's: some key is beyond while those before it are the same."""
    if not isinstance(parts[-1], int):
        raise _keyset.stale()
    alternatives, same = [], []
    for (column, down), part in zip(keys, parts, strict=False):
        if part is None:
            same.append(f"{column.sql} IS NULL")
            continue
        value = statement.bind(part)
        beyond = f"({column.sql} COLLATE BINARY {'<' if down else '>'} {value} OR {column.sql} IS NULL)"
        alternatives.append(" AND ".join([*same, beyond]))
        same.append(f"{column.sql} COLLATE BINARY = {value}")
    alternatives.append(" AND ".join([*same, f"{layer.id} > {statement.bind(parts[-1])}"]))
    return f"({' OR '.join(f'({each})' for each in alternatives)})"
