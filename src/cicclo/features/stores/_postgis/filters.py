"""CQL2 → SQL: logic, comparisons, strings, numbers. Three-valued logic is SQL's own; values are bound.

What must not fail is guarded: a division by zero, a power without result are unknown, as in the other engines.
Not-a-number stored in a column is compared as PostgreSQL does (greater than every number).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from cicclo.features.model import GEOMETRY, Kind
from cicclo.features.stores._postgis import filter_arrays, filter_places, filter_times
from cicclo.features.stores._postgis.model import Bound, Column, Table
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp

_MARKS = "".join(map(chr, range(0x300, 0x370)))  # combining marks
_COMPARED = {"=", "<>", "<", "<=", ">", ">="}
_MOMENTS = ("date", "timestamp", "timestamptz")
_DEEPEST = 200


@dataclass(frozen=True, slots=True)
class Value:
    """SQL of a scalar and how it compares: text, int8 (any whole number), float8, bool, date, timestamp, timestamptz, jsonb.

    `constant` is the literal it was written from, which may be bound again as what the other side is.
    """

    sql: str
    type: str
    constant: Expression | None = None
    numeric: bool = False  # a column of type numeric, seen as float8
    ordered: bool = False  # a column whose own order is the one of code points
    collated: bool = (
        False  # said to be compared by code point: PostgreSQL then compares the other side so too
    )


def condition(table: Table, expression: Expression, bound: Bound) -> str:
    """Return SQL of type boolean."""
    return Filter(table, bound).predicate(expression)


class Filter:
    """One translation."""

    def __init__(self, table: Table, bound: Bound) -> None:
        self.table = table
        self.bound = bound
        self._depth = 0

    def predicate(self, expression: Expression) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refused("filtre imbriqué trop profondément", "filter nested too deeply")
        try:
            return self._predicate(expression)
        finally:
            self._depth -= 1

    def _predicate(self, expression: Expression) -> str:
        match expression:
            case bool():
                return "TRUE" if expression else "FALSE"
            case Call(op="and" | "or" as op, args=args):
                return f"({f' {op.upper()} '.join(map(self.predicate, args))})"
            case Call(op="not", args=(inner,)):
                return f"(NOT {self.predicate(inner)})"
            case Call(op="isNull", args=(inner,)):
                return self._is_null(inner)
            case Call(op="like", args=(text, pattern)):
                return f"({self.scalar(text).sql} LIKE {self.scalar(pattern).sql})"
            case Call(op="between", args=(value, low, high)):
                return (
                    f"({self.scalar(value).sql} BETWEEN {self.scalar(low).sql} AND {self.scalar(high).sql})"
                )
            case Call(op="in", args=(_, Array(items=()))):
                return "FALSE"  # before anything is bound: the server wants no value that it does not use
            case Call(op="in", args=(value, Array(items=items))):
                return self._in(self.scalar(value), items)
            case Call(op=op, args=(left, right)) if op in _COMPARED:
                return compared(op, self.scalar(left), self.scalar(right))
            case Call(op=op, args=(left, right)) if op.startswith("s_"):
                return filter_places.predicate(self.table, op, left, right, self.bound)
            case Call(op=op, args=(left, right)) if op.startswith("t_"):
                return filter_times.predicate(self, op, left, right)
            case Call(op=op, args=(left, right)) if op.startswith("a_"):
                return filter_arrays.predicate(self, op, left, right)
        read = self.scalar(expression)
        if read.type != "bool":
            raise refused("une condition est attendue", "a condition is expected")
        return read.sql

    def scalar(self, expression: Expression) -> Value:
        match expression:
            case bool():
                return Value("TRUE" if expression else "FALSE", "bool", expression)
            case int():
                return Value(self.bound(expression, "int8"), "int8", expression)
            case float():
                return Value(self.bound(expression, "float8"), "float8", expression)
            case str():
                return Value(self.bound(expression, "text"), "text", expression)
            case Date():
                day = date.fromisoformat(expression.value)
                return Value(_bound_moment(day, "date", self.bound), "date", expression)
            case Timestamp():
                sql = _bound_moment(moment(expression), "timestamptz", self.bound)
                return Value(sql, "timestamptz", expression)
            case Name(name=name):
                return self._property(name)
            case Array(items=items):
                return filter_arrays.array(self, items)
            case Call(op="casei", args=(text,)):
                return Value(_folded(self.scalar(text).sql), "text", collated=True)
            case Call(op="accenti", args=(text,)):
                bare = f"translate(normalize({self.scalar(text).sql}, NFD), '{_MARKS}', '')"
                return Value(f'(normalize({bare}, NFC) COLLATE "C")', "text", collated=True)
            case Call(op="+" | "-" | "*" | "/" | "^" | "%" | "div" as op, args=(left, right)):
                return arithmetic(op, self.scalar(left), self.scalar(right))
            case (
                Call(op="and" | "or" | "not" | "isNull" | "like" | "between" | "in")
                | Call(op="=" | "<>" | "<" | "<=" | ">" | ">=")
            ):
                return Value(self.predicate(expression), "bool")
            case Call(op=op) if op[:2] in ("s_", "t_", "a_"):
                return Value(self.predicate(expression), "bool")
            case Call(op=op):
                raise refused(f"fonction inconnue : {op}", f"unknown function: {op}")
            case Span() | Geometry() | Box():
                raise refused("une valeur simple est attendue", "a simple value is expected")
        raise refused("expression inconnue", "unknown expression")

    def _property(self, name: str) -> Value:
        column = self.table.column(name)
        if column is None:
            raise refused(f"propriété inconnue : {name}", f"unknown property: {name}")
        return _of(column)

    def _is_null(self, inner: Expression) -> str:
        geometry = self.table.geometry
        if isinstance(inner, Name) and inner.name == GEOMETRY and geometry is not None:
            return f"({geometry.stored} IS NULL)"
        if isinstance(inner, Geometry | Box | Span):
            return "FALSE"
        return f"({self.scalar(inner).sql} IS NULL)"

    def _in(self, value: Value, items: Sequence[Expression]) -> str:
        kinds = {type(item) for item in items}
        if kinds == {str} and value.type == "text":
            return f"({value.sql} = ANY ({self.bound(list(items), 'text[]')}))"
        if kinds == {int} and value.type == "int8":
            return f"({value.sql} = ANY ({self.bound(list(items), 'int8[]')}))"
        return f"({' OR '.join(compared('=', value, self.scalar(item)) for item in items)})"


def _of(column: Column) -> Value:
    sql = column.sql
    match column.kind:
        case Kind.INTEGER:
            return Value(sql if column.base != "oid" else f"{sql}::int8", "int8")
        case Kind.NUMBER:
            bare = column.base == "float8"
            return Value(sql if bare else f"{sql}::float8", "float8", numeric=column.base == "numeric")
        case Kind.BOOLEAN:
            return Value(sql, "bool")
        case Kind.DATE:
            return Value(sql, "date")
        case Kind.INSTANT:
            return Value(sql, "timestamptz" if column.base == "timestamptz" else "timestamp")
        case Kind.JSON:
            return Value(sql if column.base == "jsonb" else f"to_jsonb({sql})", "jsonb")
    text = sql if column.base in ("text", "varchar") else f"{sql}::text"
    return Value(
        text if column.exact else f'({text} COLLATE "C")', "text", ordered=column.ordered and text == sql
    )


def moment(literal: Timestamp) -> datetime:
    """A time stamp as bound; digits beyond microseconds are dropped."""
    second, _, part = literal.value.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{second}.{part[:6]:0<6}").replace(tzinfo=UTC)


def _bound_moment(value: date, type_: str, bound: Bound) -> str:
    """As text at the ends of the calendar, which the driver takes for infinities."""
    if value.year in (1, 9999):
        return f"{bound(value.isoformat(), 'text')}::{type_}"
    return bound(value, type_)


def compared(op: str, left: Value, right: Value) -> str:
    """A comparison of two values of one family; any other pair was refused by the check, and is unknown."""
    if left.type in _MOMENTS and right.type in _MOMENTS:
        one, other = same_moment(left, right)
        return f"({one} {op} {other})"
    numbers = ("int8", "float8")
    if left.type in numbers and right.type in numbers:
        return f"({_beside(left, right)} {op} {_beside(right, left)})"
    if left.type != right.type:
        raise refused(
            f"comparaison de valeurs de nature différente ({left.type}, {right.type})",
            f"comparison of values of different natures ({left.type}, {right.type})",
        )
    if left.type == "text" and op in ("<", "<=", ">", ">=") and not _by_code_point(left, right):
        return f'({left.sql} COLLATE "C" {op} {right.sql})'
    return f"({left.sql} {op} {right.sql})"


def _by_code_point(left: Value, right: Value) -> bool:
    columns = [side for side in (left, right) if side.constant is None]
    return left.collated or right.collated or (bool(columns) and all(side.ordered for side in columns))


def _beside(value: Value, other: Value) -> str:
    """A number next to a column of type numeric stays decimal, so that the column's index serves."""
    if value.numeric and other.constant is not None:
        return value.sql.removesuffix("::float8")
    if other.numeric and isinstance(value.constant, float):
        return f"({value.sql})::text::numeric"
    return value.sql


def same_moment(left: Value, right: Value) -> tuple[str, str]:
    """Both sides as one type; a literal takes the column's, so that its index serves."""
    if left.type == right.type:
        return left.sql, right.sql
    if left.constant is None and left.type == "timestamp" and right.constant is not None:
        return left.sql, _naive(right)
    if right.constant is None and right.type == "timestamp" and left.constant is not None:
        return _naive(left), right.sql
    return _zoned(left), _zoned(right)


def _naive(value: Value) -> str:
    return f"({value.sql} AT TIME ZONE 'UTC')" if value.type == "timestamptz" else f"{value.sql}::timestamp"


def _zoned(value: Value) -> str:
    if value.type == "timestamptz":
        return value.sql
    return f"({value.sql}{'::timestamp' if value.type == 'date' else ''} AT TIME ZONE 'UTC')"


def arithmetic(op: str, left: Value, right: Value) -> Value:
    """Doubles; what has no finite result is null, what is nearer to zero than a double tells is zero."""
    operands = f"SELECT {left.sql}::float8 AS x, {right.sql}::float8 AS y"
    return Value(f"(SELECT {_COMPUTED[op]} FROM ({operands}) p)", "float8")  # noqa: S608 - of bound values


# PostgreSQL raises an error where a result is too big or too small: that is known before, from the operands alone
_BIG, _SMALL = "1.7976931348623157e308", "1e-307"
_SUM = (
    "CASE WHEN abs(x) < 1e291 OR abs(y) < 1e291 THEN x {op} y "
    "WHEN abs(x / 2 {op} y / 2) > 8.98846567431158e307 THEN NULL ELSE x {op} y END"
)
_RATIO = (
    f"CASE WHEN y = 0 THEN NULL WHEN x = 0 THEN x * y WHEN abs(y) < 1 AND abs(x) > abs(y) * {_BIG} THEN NULL "
    f"WHEN abs(y) > 1 AND abs(x) < abs(y) * {_SMALL} THEN 0 ELSE x / y END"
)
# of two doubles, exactly, as C's fmod: both as whole multiples of the smaller one's last bit
_REMAINDER = """
SELECT sign(x) * mod(mx * power(2::numeric, ex - e), my * power(2::numeric, ey - e))::float8
  * power(2::float8, e / 2) * power(2::float8, e - e / 2)
FROM (SELECT *, least(ex, ey) AS e FROM (
  SELECT (bx & 4503599627370495 | CASE WHEN bx >> 52 > 0 THEN 4503599627370496 ELSE 0 END)::numeric AS mx,
         (b2 & 4503599627370495 | CASE WHEN b2 >> 52 > 0 THEN 4503599627370496 ELSE 0 END)::numeric AS my,
         greatest(bx >> 52, 1)::int - 1075 AS ex, greatest(b2 >> 52, 1)::int - 1075 AS ey
  FROM (SELECT ('x' || encode(float8send(abs(x)), 'hex'))::bit(64)::int8 AS bx,
               ('x' || encode(float8send(abs(y)), 'hex'))::bit(64)::int8 AS b2) bits) parts) scaled"""
_COMPUTED = {
    "+": _SUM.format(op="+"),
    "-": _SUM.format(op="-"),
    "*": f"CASE WHEN x = 0 OR y = 0 THEN x * y WHEN abs(y) > 1 AND abs(x) > {_BIG} / abs(y) THEN NULL "
    f"WHEN abs(y) < 1 AND abs(x) < {_SMALL} / abs(y) THEN 0 ELSE x * y END",
    "/": _RATIO,
    "div": f"trunc({_RATIO})",
    "%": "CASE WHEN y = 0 OR NOT abs(x) < 'Infinity' OR y = 'NaN' THEN NULL WHEN abs(y) = 'Infinity' THEN x "
    "WHEN x = trunc(x) AND y = trunc(y) AND abs(x) < 9e15 AND abs(y) < 9e15 THEN mod(x::int8, y::int8)::float8 "
    f"ELSE ({_REMAINDER}) END",
    "^": "CASE WHEN y IS NULL OR x = 0 AND y < 0 OR x < 0 AND y <> trunc(y) THEN NULL WHEN x = 0 THEN power(x, y) "
    "WHEN greatest(least(y, 1e300), -1e300) * ln(abs(x)) > 709.79 THEN NULL "
    # beside the largest double the logarithm is too coarse: half of the power tells
    "WHEN greatest(least(y, 1e300), -1e300) * ln(abs(x)) > 709.78 "
    "THEN CASE WHEN power(abs(x), y / 2) > 1.3407807929942596e154 THEN NULL ELSE power(x, y) END "
    "WHEN greatest(least(y, 1e300), -1e300) * ln(abs(x)) < -706.89 THEN 0 ELSE power(x, y) END",
}
_FOLDED_AGAIN = "".join(map(chr, (*range(0xAB70, 0xABC0), *range(0x13F8, 0x13FE))))
_FOLDED = "".join(map(chr, (*range(0x13A0, 0x13F0), *range(0x13F0, 0x13F6))))


def _folded(text: str) -> str:
    """Full case folding of Unicode, which PostgreSQL has only since version 18.

    Lower, upper and lower again give it for all characters (compared one by one) but the Turkish dotless i, kept aside in a character that no text holds,
    the sigma of word ends, and Cherokee, folded to capitals.
    """
    lower = f"translate(lower(({text}) COLLATE \"und-x-icu\"), 'ı', '\ufdd1')"
    folded = f'lower(upper({lower} COLLATE "und-x-icu") COLLATE "und-x-icu")'
    return f"(translate({folded}, 'ς\ufdd1{_FOLDED_AGAIN}', 'σı{_FOLDED}') COLLATE \"C\")"


def refused(fr: str, en: str) -> BadInput:
    return BadInput(Text(fr, en), at="filter", remedy=Text("voir queryables", "see queryables"))
