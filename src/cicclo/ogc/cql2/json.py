"""CQL2 JSON (a decoded document) → tree, and back (schema cql2.json)."""

from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry import mapping

from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2 import limits, literals, operators
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp

_LEAVES = ("property", "date", "timestamp", "interval", "bbox", "type")


def parse(document: Any) -> Expression:
    """Raise BadInput with the path of the first thing that is not CQL2 JSON."""
    expression = limits.measure(_read(document, "$", 1))
    if not isinstance(expression, bool | Call) or (
        isinstance(expression, Call) and expression.op in operators.ARITHMETIC | operators.FOLDINGS
    ):
        raise _wrong("$", "attendu : une condition", "expected: a condition")
    return expression


def write(expression: Expression) -> Any:
    """A document for any JSON encoder."""
    match expression:
        case bool() | int() | float() | str():
            return expression
        case Name():
            return {"property": expression.name}
        case Date():
            return {"date": expression.value}
        case Timestamp():
            return {"timestamp": expression.value}
        case Span():
            return {"interval": [_written_end(expression.start), _written_end(expression.end)]}
        case Geometry():
            return _lists(mapping(shapely.from_wkb(expression.wkb)))
        case Box():
            return {"bbox": list(expression.bounds)}
        case Array():
            return [write(each) for each in expression.items]
        case Call():
            return {"op": expression.op, "args": [write(each) for each in expression.args]}


def _written_end(end: Expression | None) -> Any:
    if end is None:
        return ".."
    return end.value if isinstance(end, Date | Timestamp) else write(end)


def _lists(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _lists(each) for key, each in value.items()}
    return [_lists(each) for each in value] if isinstance(value, list | tuple) else value


def _wrong(path: str, fr: str, en: str, remedy: Text = NOTHING) -> Exception:
    return limits.bad(f"{path} : {fr}", f"{path}: {en}", remedy=remedy)


def _read(value: Any, path: str, depth: int) -> Expression:
    if depth > limits.DEPTH + 1:
        raise limits.too_deep()
    match value:
        case bool():
            return value
        case int() | float():
            return literals.number(value)
        case str():
            return literals.string(value)
        case list():
            return Array(tuple(_read(each, f"{path}[{at}]", depth + 1) for at, each in enumerate(value)))
        case {"op": op}:
            return _call(op, value, path, depth)
        case dict():
            return _leaf(value, path, depth)
    raise _wrong(path, "valeur inattendue", "unexpected value")


def _leaf(value: dict[str, Any], path: str, depth: int) -> Expression:
    kind = next((each for each in _LEAVES if each in value), "")
    held = value.get(kind)
    match kind, held:
        case "property", str() if held:
            return Name(literals.string(held))
        case "date", str():
            return literals.date_(held)
        case "timestamp", str():
            return literals.timestamp(held)
        case "interval", [start, end]:
            return Span(_end(start, f"{path}.interval[0]", depth), _end(end, f"{path}.interval[1]", depth))
        case "bbox", list():
            return literals.box(held)
        case "type", str():
            return literals.geometry(value)
    known = ", ".join(_LEAVES)
    raise _wrong(
        path,
        "objet inconnu ou incorrect",
        "unknown or incorrect object",
        Text(f"un objet a « op » et « args », ou {known}", f"an object has “op” and “args”, or {known}"),
    )


def _end(value: Any, path: str, depth: int) -> Name | Date | Timestamp | Call | None:
    if isinstance(value, str):
        return literals.end(value)
    read = _read(value, path, depth + 1)
    if isinstance(read, Name) or (isinstance(read, Call) and read.op not in operators.ALL):
        return read
    raise _wrong(path, "attendu : une date, une propriété ou « .. »", "expected: a date, a property or “..”")


def _call(op: Any, value: dict[str, Any], path: str, depth: int) -> Call:
    arguments = value.get("args")
    if not isinstance(op, str) or not op or not isinstance(arguments, list):
        raise _wrong(
            path, "attendu : « op » (texte) et « args » (liste)", "expected: “op” (text) and “args” (list)"
        )
    least, most = operators.arity(op)
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise _wrong(f"{path}.args", f"{op} veut {least} argument(s)", f"{op} takes {least} argument(s)")
    read = tuple(_read(each, f"{path}.args[{at}]", depth + 1) for at, each in enumerate(arguments))
    if op == "in" and not isinstance(read[1], Array):
        raise _wrong(f"{path}.args[1]", "attendu : une liste", "expected: a list")
    return Call(literals.string(op), read)
