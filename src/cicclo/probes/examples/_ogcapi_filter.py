"""CQL2 for the example: a few operators, from text or JSON, evaluated on features in memory."""

import json
import operator
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from shapely import from_wkt, transform
from shapely.geometry import box, shape

from cicclo.ogc.crs import from_crs84

Node = Any
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[\w.]+)|(?P<mark><>|<=|>=|[=<>(),]))"
)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip
_WKT = re.compile(r"(?:POINT|LINESTRING|POLYGON)\s*\((?:[^()a-zA-Z]|\([^()a-zA-Z]*\))*\)", re.IGNORECASE)


class FilterError(ValueError):
    """A filter that cannot be understood, or that names an unknown property."""


def from_text(text: str) -> Node:
    """CQL2 Text to CQL2 JSON; geometries are kept as WKT."""
    geometries: list[str] = []

    def keep(match: re.Match[str]) -> str:
        geometries.append(match[0])
        return f"WKT{len(geometries) - 1}"

    parser = _Parser(_tokens(_WKT.sub(keep, text)), geometries)
    node = parser.either()
    if parser.tokens:
        raise FilterError(parser.tokens[0])
    return node


def _tokens(text: str) -> list[str]:
    found, position = [], 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if not match:
            raise FilterError(text[position:])
        found.append(match[0].strip())
        position = match.end()
    return found


class _Parser:
    """Recursive descent over tokens, each method consuming what it recognises."""

    def __init__(self, tokens: list[str], geometries: list[str]) -> None:
        self.tokens, self.geometries = tokens, geometries

    def either(self) -> Node:
        return self._chain("or", self._both)

    def _both(self) -> Node:
        return self._chain("and", self._term)

    def _chain(self, word: str, part: Callable[[], Node]) -> Node:
        args = [part()]
        while self._next(word):
            args.append(part())
        return {"op": word, "args": args} if len(args) > 1 else args[0]

    def _term(self) -> Node:
        if self._next("not"):
            return {"op": "not", "args": [self._term()]}
        left = self._value()
        if isinstance(left, dict) and left.get("op") == "s_intersects":
            return left
        word = self._take().lower()
        if word == "between":
            low = self._value()
            self._expect("and")
            return {"op": "between", "args": [left, low, self._value()]}
        if word == "in":
            return {"op": "in", "args": [left, self._arguments()]}
        if word in _COMPARE or word == "like":
            return {"op": word, "args": [left, self._value()]}
        raise FilterError(word)

    def _value(self) -> Node:
        token = self._take()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            return float(token)
        if token.startswith("WKT"):
            return {"wkt": self.geometries[int(token[3:])]}
        if token.lower() in ("casei", "s_intersects", "bbox"):
            args = self._arguments()
            return {"bbox": args} if token.lower() == "bbox" else {"op": token.lower(), "args": args}
        return {"property": token}

    def _arguments(self) -> list[Node]:
        self._expect("(")
        args = [self._value()]
        while self._next(","):
            args.append(self._value())
        self._expect(")")
        return args

    def _take(self) -> str:
        if not self.tokens:
            raise FilterError("…")
        return self.tokens.pop(0)

    def _next(self, word: str) -> bool:
        if self.tokens and self.tokens[0].lower() == word:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, word: str) -> None:
        if self._take().lower() != word:
            raise FilterError(word)


def predicate(text: str, language: str, names: set[str], crs: str) -> Callable[[dict[str, Any]], bool]:
    """A test of one feature; raise FilterError for a bad filter or a property that is not among `names`."""
    try:
        node = json.loads(text) if language == "cql2-json" else from_text(text)
    except json.JSONDecodeError as error:
        raise FilterError(text) from error
    unknown = _properties(node) - names
    if unknown or not isinstance(node, dict):
        raise FilterError(", ".join(unknown))
    return lambda feature: bool(_evaluate(node, feature, crs))


def _properties(node: Node) -> set[str]:
    if isinstance(node, dict):
        own = {node["property"]} if "property" in node else set()
        return own.union(*(_properties(value) for value in node.values()))
    return set().union(*(_properties(value) for value in node)) if isinstance(node, list) else set()


def _evaluate(node: Node, feature: dict[str, Any], crs: str) -> Any:
    if not isinstance(node, dict):
        return node
    if "property" in node:
        return feature["properties"].get(node["property"])
    args = node.get("args", [])
    match node.get("op"):
        case "and":
            return all(_evaluate(arg, feature, crs) for arg in args)
        case "or":
            return any(_evaluate(arg, feature, crs) for arg in args)
        case "not":
            return not _evaluate(args[0], feature, crs)
        case "s_intersects":
            return _intersects(args[1], feature, crs)
    values = [
        [_evaluate(v, feature, crs) for v in arg] if isinstance(arg, list) else _evaluate(arg, feature, crs)
        for arg in args
    ]
    return _scalar(str(node.get("op")), values)


def _scalar(name: str, values: list[Any]) -> Any:
    if name == "casei":
        return str(values[0]).casefold()
    if name == "between":
        return values[1] <= values[0] <= values[2]
    if name == "in":
        return values[0] in values[1]
    if name == "like":
        return fnmatchcase(str(values[0]), str(values[1]).replace("%", "*").replace("_", "?"))
    if name not in _COMPARE:
        raise FilterError(name)
    return _COMPARE[name](*values)


def _intersects(node: Node, feature: dict[str, Any], crs: str) -> bool:
    if feature["geometry"] is None:
        return False
    other = from_wkt(node["wkt"]) if "wkt" in node else box(*node["bbox"]) if "bbox" in node else shape(node)
    transformer = from_crs84(crs)
    placed = shape(feature["geometry"])
    return bool(
        other.intersects(
            transform(placed, transformer.transform, interleaved=False) if transformer else placed
        )
    )
