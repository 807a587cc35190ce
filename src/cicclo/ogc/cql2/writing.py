"""A tree → CQL2 text that parses to the same tree, with no more brackets than that takes."""

from typing import Any

import shapely
from shapely.geometry import mapping

from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import limits, operators
from cicclo.ogc.cql2.lexer import IDENTIFIER, RESERVED
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp

_LEVELS = {"or": 1, "and": 2, "not": 3, "like": 4, "between": 4, "in": 4, "isNull": 4, "+": 5, "-": 5}
_LEVELS |= dict.fromkeys(operators.COMPARISONS, 4) | dict.fromkeys(("*", "/", "%", "div"), 6) | {"^": 7}
_PRIMARY = 8
_SPECIAL = {"DATE", "TIMESTAMP", "INTERVAL", "BBOX", "POINT", "LINESTRING", "POLYGON", "MULTIPOINT"}
_SPECIAL |= {"MULTILINESTRING", "MULTIPOLYGON", "GEOMETRYCOLLECTION"}


def write(expression: Expression) -> str:
    """Raise BadInput for the rare tree that text cannot say (JSON can)."""
    return _text(expression, 1)


def _text(node: Expression, least: int) -> str:
    """`least` is the weakest operator that needs no brackets here."""
    match node:
        case bool():
            return "TRUE" if node else "FALSE"
        case int() | float():
            return repr(node).upper()
        case str():
            return _string(node)
        case Name():
            return _name(node.name)
        case Date():
            return f"DATE('{node.value}')"
        case Timestamp():
            return f"TIMESTAMP('{node.value}')"
        case Span():
            return f"INTERVAL({_end(node.start)}, {_end(node.end)})"
        case Geometry():
            return wkt(mapping(shapely.from_wkb(node.wkb)))
        case Box():
            return f"BBOX({', '.join(map(repr, node.bounds))})"
        case Array():
            return _array(node)
        case Call():
            written = _call(node)
            return f"({written})" if level(node) < least else written


def level(node: Call) -> int:
    if _negates(node):
        return 4
    return _LEVELS.get(node.op, _PRIMARY)


def _negates(node: Call) -> bool:
    """NOT LIKE, NOT BETWEEN, NOT IN, IS NOT NULL."""
    inner = node.args[0] if node.op == "not" else None
    return isinstance(inner, Call) and inner.op in {"like", "between", "in", "isNull"}


def _call(node: Call) -> str:
    if node.op == "not":
        inner = node.args[0]
        if isinstance(inner, Call) and _negates(node):
            return _tested(inner, "NOT ")
        return f"NOT {_text(inner, 4)}"
    if node.op in {"like", "between", "in", "isNull"}:
        return _tested(node, "")
    if node.op in {"and", "or"}:
        return f" {node.op.upper()} ".join(_text(each, level(node) + 1) for each in node.args)
    if node.op in _LEVELS:
        return _infix(node)
    return _function(node)


def _tested(node: Call, negation: str) -> str:
    left = _text(node.args[0], 5)
    match node.op:
        case "like":
            return f"{left} {negation}LIKE {_text(node.args[1], 5)}"
        case "between":
            return f"{left} {negation}BETWEEN {_text(node.args[1], 5)} AND {_text(node.args[2], 5)}"
        case "in":
            items = node.args[1].items if isinstance(node.args[1], Array) else ()
            return f"{left} {negation}IN ({', '.join(_text(each, 5) for each in items)})"
    return f"{left} IS {negation}NULL"


def _infix(node: Call) -> str:
    """Sums and products group to the left; comparisons and powers do not chain."""
    own = level(node)
    left, right = {4: (5, 5), 7: (8, 8)}.get(own, (own, own + 1))
    return f"{_text(node.args[0], left)} {node.op} {_text(node.args[1], right)}"


def _function(node: Call) -> str:
    name = node.op
    if name not in operators.ALL and (
        not IDENTIFIER.fullmatch(name)
        or name.upper() in RESERVED | _SPECIAL
        or name.lower() in operators.CALLED
    ):
        raise _unwritable(f"la fonction « {name} »", f"the function “{name}”")
    outer = _array if node.op in operators.ARRAYS else _element
    written = (outer(each) if isinstance(each, Array) else _element(each) for each in node.args)
    return f"{name.upper() if name in operators.ALL else name}({', '.join(written)})"


def _array(node: Array) -> str:
    return f"({', '.join(map(_element, node.items))})"


def _element(node: Expression) -> str:
    """An array of one operation takes two pairs of brackets where one pair would only group."""
    written = _text(node, 1)
    if isinstance(node, Array) and len(node.items) == 1:
        only = node.items[0]
        if isinstance(only, Call) and only.op in _LEVELS:
            return f"({written})"
    return written


def _string(value: str) -> str:
    if value.endswith("\\"):
        raise _unwritable("une valeur qui finit par \\", "a value that ends with \\")
    return "'" + value.replace("\\'", "\\\0").replace("'", "''").replace("\\\0", "\\\\'") + "'"


def _unwritable(fr: str, en: str) -> Exception:
    return limits.bad(
        f"{fr} ne peut pas s’écrire en CQL2 texte",
        f"{en} cannot be written in CQL2 text",
        remedy=Text("employer CQL2 JSON", "use CQL2 JSON"),
    )


def _name(name: str) -> str:
    if IDENTIFIER.fullmatch(name) and name.upper() not in RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def _end(value: Expression | None) -> str:
    match value:
        case None:
            return "'..'"
        case Date() | Timestamp():
            return f"'{value.value}'"
        case _:
            return _text(value, _PRIMARY)


def wkt(geometry: Any) -> str:
    """A GeoJSON geometry → WKT with every digit."""
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return f"GEOMETRYCOLLECTION({', '.join(map(wkt, geometry['geometries']))})"
    coordinates = geometry["coordinates"]
    inner = (
        f"({_places(coordinates)})" if kind == "Point" else _places(coordinates, points=kind == "MultiPoint")
    )
    return f"{kind.upper()}{_dimension(coordinates)}{inner}"


def _dimension(coordinates: Any) -> str:
    while not isinstance(coordinates[0], int | float):
        coordinates = coordinates[0]
    return " Z " if len(coordinates) == 3 else ""


def _places(value: Any, *, points: bool = False) -> str:
    if isinstance(value[0], int | float):
        written = " ".join(map(repr, value))
        return f"({written})" if points else written
    return f"({', '.join(_places(each, points=points) for each in value)})"
