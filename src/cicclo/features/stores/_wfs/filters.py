"""The part of a CQL2 filter that a WFS may be trusted with, as OGC Filter Encoding (2.0, or 1.1).

It only spares the service from sending what cannot match: everything it gives is judged again here. What is said of
`not`, of functions, of texts compared by order… depends on each server, so it is left out.
"""

from xml.sax.saxutils import escape

from cicclo.features.model import Kind
from cicclo.features.stores._wfs.schema import Schema
from cicclo.ogc.cql2.model import Array, Call, Expression, Name

_OPERATORS = {
    "=": "PropertyIsEqualTo",
    "<": "PropertyIsLessThan",
    "<=": "PropertyIsLessThanOrEqualTo",
    ">": "PropertyIsGreaterThan",
    ">=": "PropertyIsGreaterThanOrEqualTo",
}
_REVERSED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)
_LONGEST = 2000  # of what goes into an address
_NAMESPACES = {True: "http://www.opengis.net/fes/2.0", False: "http://www.opengis.net/ogc"}


def write(expression: Expression, schema: Schema, *, is_2: bool) -> str:
    """A `<Filter>` that lets through all that matches, and maybe more; empty when nothing useful can be said."""
    inner = _condition(expression, schema, "ValueReference" if is_2 else "PropertyName")
    return whole(inner, is_2=is_2) if inner else ""


def whole(inner: str, *, is_2: bool) -> str:
    written = f'<Filter xmlns="{_NAMESPACES[is_2]}">{inner}</Filter>'
    return written if len(written) <= _LONGEST else ""


def missing(name: str, *, is_2: bool) -> str:
    """The filter of features that have no value of a property."""
    tag = "ValueReference" if is_2 else "PropertyName"
    return whole(f"<PropertyIsNull><{tag}>{escape(name)}</{tag}></PropertyIsNull>", is_2=is_2)


def _condition(node: Expression, schema: Schema, tag: str) -> str:
    match node:
        case Call("and", args):
            return _joined("And", [part for each in args if (part := _condition(each, schema, tag))])
        case Call("or", args):
            parts = [_condition(each, schema, tag) for each in args]
            return _joined("Or", parts) if all(parts) else ""
        case Call("in", (Name() as name, Array(items))):
            parts = [_compared("=", name, each, schema, tag) for each in items]
            return _joined("Or", parts) if all(parts) else ""
        case Call("between", (Name() as name, low, high)):
            parts = [_compared(">=", name, low, schema, tag), _compared("<=", name, high, schema, tag)]
            return _joined("And", parts) if all(parts) else ""
        case Call(op, (Name() as name, value)) if op in _OPERATORS:
            return _compared(op, name, value, schema, tag)
        case Call(op, (value, Name() as name)) if op in _OPERATORS:
            return _compared(_REVERSED[op], name, value, schema, tag)
        case _:
            return ""


def _joined(operator: str, parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<{operator}>{''.join(parts)}</{operator}>" if parts else ""


def _compared(op: str, name: Name, value: Expression, schema: Schema, tag: str) -> str:
    """Texts by equality only: their order is the database's affair."""
    found = [
        (source, each.kind)
        for source, each in zip(schema.names, schema.properties, strict=True)
        if each.name == name.name
    ]
    if not found or isinstance(value, bool):
        return ""
    source, kind = found[0]
    textual = isinstance(value, str) and kind is Kind.STRING and op == "="
    if not textual and not (isinstance(value, int | float) and kind in _NUMBERS):
        return ""
    literal = escape(value) if isinstance(value, str) else repr(value)
    operator = _OPERATORS[op]
    return f"<{operator}><{tag}>{escape(source)}</{tag}><Literal>{literal}</Literal></{operator}>"
