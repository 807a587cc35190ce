"""Random CQL2 that fits the features of `cql2_world`, over all families of operators; and text that is no CQL2."""

import json
import random
from datetime import timedelta
from typing import Any

import shapely
from tests.features import cql2_world as world

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import json as cql2_json
from cicclo.ogc.cql2 import operators, text
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp


class Maker:
    """One seed, one series of expressions."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def condition(self, depth: int = 3) -> Expression:
        if depth and self.draw.random() < 0.4:
            return self._logic(depth - 1)
        leaves = [
            self._comparison, self._comparison, self._like, self._between, self._in, self._is_null,
            self._spatial, self._spatial, self._temporal, self._temporal, self._array,
        ]  # fmt: skip
        return self.draw.choice(leaves)()

    def _logic(self, depth: int) -> Expression:
        match self.draw.randrange(5):
            case 0 | 1:
                return Call("and", tuple(self.condition(depth) for _ in range(self.draw.randrange(2, 4))))
            case 2:
                return Call("or", tuple(self.condition(depth) for _ in range(self.draw.randrange(2, 4))))
            case 3:
                return Call("not", (self.condition(depth),))
            case _:
                rare = self.draw.choice([True, False, Call("isNull", (self.condition(depth),))])
                return Call(self.draw.choice(["and", "or"]), (rare, self.condition(depth)))

    def _scalars(self) -> Any:
        return self.draw.choice([self.number, self.string, self.moment])

    def _comparison(self) -> Expression:
        op = self.draw.choice(sorted(operators.COMPARISONS))
        if self.draw.random() < 0.1:
            return Call(op, (Name("ok"), self.draw.choice([True, False, Name("ok")])))
        if self.draw.random() < 0.05:  # a text is read as a date beside one
            return Call(op, (Name(self.draw.choice(["jour", "quand"])), self._instant().value))
        make = self._scalars()
        return Call(op, (make(), make()))

    def number(self, depth: int = 2) -> Expression:
        if depth and self.draw.random() < 0.35:
            op = self.draw.choice(sorted(operators.ARITHMETIC))
            return Call(op, (self.number(depth - 1), self.number(depth - 1)))
        names = [Name(each) for each in ("n", "n", "grand", "v", "hauteur (m)")]
        literals = [*world.INTEGERS, *world.NUMBERS, 2, -3, 0.3, 9007199254740993.0]
        return self.draw.choice(names) if self.draw.random() < 0.55 else self.draw.choice(literals)

    def string(self) -> Expression:
        value: Expression = Name("nom") if self.draw.random() < 0.6 else self.draw.choice(world.WORDS)
        return self._folded(value)

    def _folded(self, value: Expression) -> Expression:
        while self.draw.random() < 0.35:
            value = Call(self.draw.choice(["casei", "accenti"]), (value,))
        return value

    def moment(self) -> Expression:
        return (
            Name(self.draw.choice(["jour", "quand", "début", "fin"]))
            if self.draw.random() < 0.5
            else self._instant()
        )

    def _instant(self) -> Date | Timestamp:
        if self.draw.random() < 0.5:
            return Date(self.draw.choice(world.DAYS).isoformat())
        moment = self.draw.choice(world.MOMENTS) + timedelta(microseconds=self.draw.choice([0, 0, 1, -1000]))
        return Timestamp(moment.replace(tzinfo=None).isoformat() + "Z")

    def _like(self) -> Expression:
        pieces = [
            self.draw.choice([each, each, each, "_", "%"]) if each not in "%_\\" else f"\\{each}"
            for each in self.draw.choice(world.WORDS)
        ]
        pattern = self._folded("".join(pieces) + self.draw.choice(["", "%"]))
        return Call("like", (self._folded(Name("nom")), pattern))

    def _between(self) -> Expression:
        return Call("between", (self.number(1), self.number(1), self.number(1)))

    def _in(self) -> Expression:
        make = self._scalars()
        return Call("in", (make(), Array(tuple(make() for _ in range(self.draw.randrange(0, 4))))))

    def _is_null(self) -> Expression:
        make = self.draw.choice(
            [self.number, self.string, self.moment, lambda: Name(self.draw.choice(list(world.KINDS)))]
        )
        return Call("isNull", (make(),))

    def _spatial(self) -> Expression:
        op = self.draw.choice(sorted(operators.SPATIAL))
        mixed = op in {"s_intersects", "s_disjoint", "s_equals"}
        sides = [Name("geometry"), self.place(mixed=mixed)]
        self.draw.shuffle(sides)
        if self.draw.random() < 0.05:
            sides = [self.place(mixed=mixed), self.place(mixed=mixed)]
        return Call(op, tuple(sides))

    def place(self, *, mixed: bool) -> Expression:
        x, y = self.draw.randrange(0, 12) / 2, 44 + self.draw.randrange(0, 12) / 2
        w, h = self.draw.randrange(0, 7) / 2, self.draw.randrange(0, 7) / 2
        match self.draw.randrange(8):
            case 0:
                return Box((x, y, x + w, y + h))
            case 1:
                return self.draw.choice([Box((170.0, 40.0, x, y)), Box((x, y, -10.0, x + w, y + h, 10.0))])
            case 2:
                shape: Any = shapely.Polygon([(x, y), (x + w, y), (x + 1, y + h), (x, y)])
            case 3:
                shape = shapely.LineString([(x, y), (x + w, y + h), (x + 1, y)])
            case 4 if mixed:
                shape = shapely.GeometryCollection([world.geometry(self.draw), shapely.Point(x, y)])
            case 5:
                boxes = [shapely.box(x, y, x + w + 1, y + 1), shapely.box(x + 1, y, x + 2, y + h + 1)]
                shape = self.draw.choice([shapely.GeometryCollection(boxes), shapely.MultiPolygon(boxes)])
            case _:
                shape = world.geometry(self.draw)
        if self.draw.random() < 0.05 and not shape.has_z:
            shape = shapely.force_3d(shape, 5.0)
        return Geometry(shapely.to_wkb(shape))

    def _temporal(self) -> Expression:
        op = self.draw.choice(sorted(operators.TEMPORAL))
        either = op in operators.INSTANTS_OR_INTERVALS
        make = [self.moment if either and self.draw.random() < 0.5 else self._span for _ in range(2)]
        return Call(op, tuple(each() for each in make))

    def _span(self) -> Span:
        if self.draw.random() < 0.4:
            return Span(Name("début"), Name("fin"))
        start, end = sorted([self._instant(), self._instant()], key=microseconds)
        return Span(
            self.draw.choice([start, start, None, Name("début"), Name("jour")]),
            self.draw.choice([end, end, None, Name("fin")]),
        )

    def _array(self) -> Expression:
        scalars = [each for each in world.TAGS if isinstance(each, str | int | float)]
        items = [
            self.draw.choice([*scalars, Date("2020-01-01"), Name("nom"), Name("n"), Name("ok")])
            for _ in range(self.draw.randrange(4))
        ]
        sides: list[Expression] = [
            Name("select"),
            self.draw.choice([Array(tuple(items))] * 6 + [Name("select")]),
        ]
        self.draw.shuffle(sides)
        return Call(self.draw.choice(sorted(operators.ARRAYS)), tuple(sides))


def written(tree: Expression, *, as_json: bool) -> tuple[str, str]:
    """The filter and its language; what text cannot say is said in JSON."""
    if not as_json:
        try:
            return text.write(tree), "cql2-text"
        except BadInput:
            pass
    return json.dumps(cql2_json.write(tree)), "cql2-json"


PIECES = ["(", ")", "'", '"', ",", " AND ", " NOT ", "=", "<", "DATE('2020-13-01')", "BBOX(", "POINT(", "\\", "\x00", "é", "1e999", "..", "😀", "--", ";", " IS ", "nope", "foo(1)", "LIKE", "%", "{", "[", "]", ":", "null", '"op"', "'x'", " + "]  # fmt: skip


def mutated(draw: random.Random, valid: str) -> str:
    """A filter with pieces cut and pasted: most are none any more."""
    for _ in range(draw.randrange(1, 4)):
        at = draw.randrange(len(valid) + 1)
        cut = draw.choice([0, 0, 1, 2, 5])
        valid = valid[:at] + draw.choice(PIECES) + valid[at + cut :]
    return valid
