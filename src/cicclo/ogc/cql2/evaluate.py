"""The meaning of CQL2, in plain Python: the reference that every engine is compared with.

* Three values: True, False, None (unknown, whatever has a null operand); only True selects.
* Strings are compared by code point; `casei`, `accenti`, `like` are those of `strings`.
* Two integers are compared exactly, else numbers are doubles. Arithmetic is in doubles; what has no finite result
  (division by zero, overflow, 0 to a negative power…) is null; a product, ratio or power below 1e-307 is zero.
  `div` truncates toward zero, `%` has the sign of the dividend (C's fmod), `-5 ^ 2` is 25 (rule `powerTerm`).
* A date is the first moment of its day, UTC. Relations of time: `moments`.
* Arrays are sets (7.9.2): neither order nor repetition counts; dates in them are their text; a property that holds
  no list is unknown.
* Features without geometry: spatial predicates are unknown. Geometries are compared in CRS84, as planes.
"""

import json
import math
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import shapely

from cicclo.ogc.cql2 import operators, strings
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp
from cicclo.ogc.cql2.moments import RELATIONS
from cicclo.ogc.cql2.placing import place
from cicclo.ogc.crs import CRS84

Record = Mapping[str, Any]
Truth = bool | None
Value = Callable[[Record], Any]
Functions = Mapping[str, Callable[..., Any]]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "^": math.pow,
    "%": math.fmod,
    "div": lambda left, right: float(math.trunc(left / right)),
}
_NOTHING = 1e-307  # below, doubles lose digits, and databases raise errors
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_FUNCTIONS: Functions = {}


def matches(expression: Expression, record: Record, functions: Functions = _NO_FUNCTIONS) -> bool:
    """Whether the record is selected. Geometries of records are shapely's, instants are aware, JSON arrays are lists."""
    return value(expression, record, functions) is True


def value(expression: Expression, record: Record, functions: Functions = _NO_FUNCTIONS) -> Any:
    """True, False or None for a condition; any value for a function."""
    prepared = _prepared(_Same(expression)) if functions is _NO_FUNCTIONS else _value(expression, functions)
    return prepared(record)


def ready(expression: Expression) -> Value:
    """The same as `value`, read once: for one who asks it of many records."""
    return _value(expression, _NO_FUNCTIONS)


class _Same:
    """A key that is equal to itself only: Python holds 1 equal to TRUE, and compares trees slowly."""

    __slots__ = ("expression",)

    def __init__(self, expression: Expression) -> None:
        self.expression = expression

    def __hash__(self) -> int:
        return id(self.expression)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.expression is other.expression


@lru_cache(maxsize=64)
def _prepared(same: _Same) -> Value:
    """Literals are read once for many records."""
    return _value(same.expression, _NO_FUNCTIONS)


def _value(node: Expression, functions: Functions) -> Value:
    match node:
        case bool() | int() | float() | str():
            return lambda _: node
        case Name(name):
            return lambda record: _read(record.get(name))
        case Date() | Timestamp():
            moment = microseconds(node)
            return lambda _: moment
        case Span():
            return _span(node, functions)
        case Geometry():
            return _constant(shapely.from_wkb(node.wkb))
        case Box():
            return _constant(shapely.from_wkb(place(node, CRS84).wkb))
        case Array():
            items = [_element(each, functions) for each in node.items]
            return lambda record: [each(record) for each in items]
        case Call():
            return _call(node, functions)


def _constant(value: Any) -> Value:
    return lambda _: value


def _read(value: Any) -> Any:
    """A value of a record: moments as microseconds, NaN as null."""
    if isinstance(value, datetime):
        passed = value - _EPOCH
        return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    if isinstance(value, date):
        return (value.toordinal() - _EPOCH.toordinal()) * 86_400_000_000
    return None if isinstance(value, float) and math.isnan(value) else value


def _call(node: Call, functions: Functions) -> Value:
    if node.op not in operators.ALL:
        function = functions[node.op]
        args = [_value(each, functions) for each in node.args]
        return lambda record: function(*(each(record) for each in args))
    build = next(build for members, build in _BUILDERS if node.op in members)
    return build(node, functions)


def _strict(apply: Callable[..., Any], node: Call, functions: Functions) -> Value:
    """Null when an operand is null."""
    args = [_value(each, functions) for each in node.args]

    def run(record: Record) -> Any:
        values = [each(record) for each in args]
        return None if any(each is None for each in values) else apply(*values)

    return run


def conjunction(values: list[Truth]) -> Truth:
    if any(each is False for each in values):
        return False
    return None if None in values else True


def negation(value: Truth) -> Truth:
    return None if value is None else not value


def _logical(node: Call, functions: Functions) -> Value:
    args = [_value(each, functions) for each in node.args]
    match node.op:
        case "and":
            return lambda record: conjunction([each(record) for each in args])
        case "or":
            return lambda record: negation(conjunction([negation(each(record)) for each in args]))
        case _:
            return lambda record: negation(args[0](record))


def _comparison(node: Call, functions: Functions) -> Value:
    compare = _COMPARE[node.op]

    def apply(left: Any, right: Any) -> bool:
        if isinstance(left, float) or isinstance(right, float):  # Python would compare an integer exactly
            left, right = float(left), float(right)
        return compare(left, right)

    return _strict(apply, node, functions)


def _arithmetic(node: Call, functions: Functions) -> Value:
    compute = _COMPUTE[node.op]

    def apply(left: float, right: float) -> float | None:
        try:
            result = compute(float(left), float(right))
        except (ArithmeticError, ValueError):
            return None
        if abs(result) < _NOTHING and node.op in {"*", "/", "^"}:
            return 0.0
        return result if math.isfinite(result) else None

    return _strict(apply, node, functions)


def _folding(node: Call, functions: Functions) -> Value:
    return _strict(strings.casei if node.op == "casei" else strings.accenti, node, functions)


def _like(node: Call, functions: Functions) -> Value:
    return _strict(lambda text, pattern: bool(strings.like(pattern).fullmatch(text)), node, functions)


def _between(node: Call, functions: Functions) -> Value:
    """`low <= x AND x <= high`: false when one bound says so, whatever the other."""
    tested, low, high = node.args
    return _logical(Call("and", (Call("<=", (low, tested)), Call("<=", (tested, high)))), functions)


def _in(node: Call, functions: Functions) -> Value:
    tested, listed = node.args
    items = listed.items if isinstance(listed, Array) else ()
    return _logical(Call("or", tuple(Call("=", (tested, each)) for each in items)), functions)


def _is_null(node: Call, functions: Functions) -> Value:
    tested = _value(node.args[0], functions)
    return lambda record: tested(record) is None


def _spatial(node: Call, functions: Functions) -> Value:
    relation = getattr(shapely, node.op.removeprefix("s_"))
    return _strict(lambda left, right: bool(relation(left, right)), node, functions)


def _span(node: Span, functions: Functions) -> Value:
    start = _constant(-math.inf) if node.start is None else _value(node.start, functions)
    end = _constant(math.inf) if node.end is None else _value(node.end, functions)
    return lambda record: (start(record), end(record))


def _temporal(node: Call, functions: Functions) -> Value:
    first, second = (_ends(each, functions) for each in node.args)
    relation = RELATIONS[node.op]

    def run(record: Record) -> Truth:
        (a, b), (c, d) = first(record), second(record)
        held = {"a": a, "b": b, "c": c, "d": d}
        results = [_compared(held[left], op, held[right]) for left, op, right in relation]
        if node.op in {"t_disjoint", "t_intersects"}:
            apart = negation(conjunction([negation(each) for each in results]))
            return apart if node.op == "t_disjoint" else negation(apart)
        return conjunction(results)

    return run


def _ends(node: Expression, functions: Functions) -> Value:
    read = _value(node, functions)
    if isinstance(node, Span):
        return read

    def both(record: Record) -> tuple[Any, Any]:
        moment = read(record)
        return moment, moment

    return both


def _compared(left: Any, op: str, right: Any) -> Truth:
    return None if left is None or right is None else _COMPARE[op](left, right)


def _element(node: Expression, functions: Functions) -> Value:
    return _constant(node.value) if isinstance(node, Date | Timestamp) else _value(node, functions)


def _array(node: Call, functions: Functions) -> Value:
    relation: dict[str, Callable[[set[Any], set[Any]], bool]] = {
        "a_equals": operator.eq,
        "a_contains": operator.ge,
        "a_containedBy": operator.le,
        "a_overlaps": lambda left, right: not left.isdisjoint(right),
    }
    apply = relation[node.op]

    def run(left: Any, right: Any) -> Truth:
        if not isinstance(left, list | tuple) or not isinstance(right, list | tuple):
            return None
        return apply(set(map(_key, left)), set(map(_key, right)))

    return _strict(run, node, functions)


def _key(value: Any) -> Any:
    """Equal for equal JSON values: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, list | dict):
        return "json", json.dumps(value, sort_keys=True)
    return (
        "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
    ), value


_BUILDERS: tuple[tuple[frozenset[str], Callable[[Call, Functions], Value]], ...] = (
    (operators.LOGICAL, _logical),
    (operators.COMPARISONS, _comparison),
    (operators.ARITHMETIC, _arithmetic),
    (operators.FOLDINGS, _folding),
    (operators.SPATIAL, _spatial),
    (operators.TEMPORAL, _temporal),
    (operators.ARRAYS, _array),
    (frozenset({"like"}), _like),
    (frozenset({"between"}), _between),
    (frozenset({"in"}), _in),
    (frozenset({"isNull"}), _is_null),
)
