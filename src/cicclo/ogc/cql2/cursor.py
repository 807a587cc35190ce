"""A place in the tokens of a CQL2 text, and the geometries that may stand there (WKT, rule `geometryLiteral`)."""

from collections.abc import Callable
from typing import Any, TypeVar

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2 import limits, literals
from cicclo.ogc.cql2.lexer import Token
from cicclo.ogc.cql2.model import Geometry

Item = TypeVar("Item")

SHAPES = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
    "GEOMETRYCOLLECTION": "GeometryCollection",
}


class Cursor:
    """Every reader leaves it after what it has read."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._index = 0
        self._depth = 0

    @property
    def _here(self) -> Token:
        return self._tokens[self._index]

    @property
    def _after(self) -> Token:
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._here
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def _accept(self, word: str) -> bool:
        if self._here.word != word:
            return False
        self._take()
        return True

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._expected(f"« {word} »", f"“{word}”")

    def _expected(self, fr: str, en: str, token: Token | None = None, remedy: Text = NOTHING) -> BadInput:
        token = token or self._here
        seen = (
            Text("la fin", "the end")
            if token.kind == "end"
            else Text(f"« {token.value[:40]} »", f"“{token.value[:40]}”")
        )
        return limits.bad(
            f"attendu : {fr} ; trouvé : {seen.fr}",
            f"expected: {en}; found: {seen.en}",
            position=token.position,
            remedy=remedy,
        )

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > limits.DEPTH:
            raise limits.too_deep(self._here.position)

    def _listed(self, item: Callable[[], Item]) -> list[Item]:
        items = [item()]
        while self._accept(","):
            items.append(item())
        return items

    def _number(self, sign: str) -> int | float:
        token = self._here
        if token.kind != "number":
            raise self._expected("un nombre", "a number")
        self._take()
        written = sign + token.value
        whole = token.value.isdecimal() and len(token.value) < 300
        return literals.number(int(written) if whole else float(written), token.position)


class Shapes(Cursor):
    """Geometry literals."""

    def _geometry(self) -> Geometry:
        position = self._here.position
        return literals.geometry(self._shape(), position)

    def _shape(self) -> dict[str, Any]:
        kind = SHAPES.get(self._here.word)
        if kind is None:
            raise self._expected("une géométrie (POINT, POLYGON…)", "a geometry (POINT, POLYGON…)")
        self._take()
        self._accept("Z")
        if kind == "GeometryCollection":
            return {"type": kind, "geometries": self._within(self._shape)}
        return {"type": kind, "coordinates": self._coordinates(kind)}

    def _coordinates(self, kind: str) -> Any:
        match kind:
            case "Point":
                self._expect("(")
                place = self._place()
                self._expect(")")
                return place
            case "LineString":
                return self._within(self._place)
            case "MultiPoint":
                return self._within(self._point)
            case "Polygon":
                return self._within(lambda: self._coordinates("LineString"))
        return self._within(lambda: self._coordinates(kind.removeprefix("Multi")))

    def _point(self) -> list[float]:
        """Of a multipoint: the grammar wants brackets around it, WKT and the standard's own tests do not."""
        return self._coordinates("Point") if self._here.word == "(" else self._place()

    def _within(self, item: Callable[[], Any]) -> list[Any]:
        self._deeper()
        self._expect("(")
        items = self._listed(item)
        self._expect(")")
        self._depth -= 1
        return items

    def _place(self) -> list[float]:
        place = [self._coordinate(), self._coordinate()]
        return place if self._here.word in {",", ")"} else [*place, self._coordinate()]

    def _coordinate(self) -> int | float:
        sign = self._take().word if self._here.word in {"+", "-"} else ""
        return self._number(sign)
