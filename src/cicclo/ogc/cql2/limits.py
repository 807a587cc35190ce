"""How big a filter may be: a hostile one is refused before it costs anything."""

from collections.abc import Iterator

from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2.model import Array, Call, Expression, Geometry, Span

LENGTH = 100_000  # characters of text
DEPTH = 30  # operators, functions and brackets inside one another
NODES = 2_000  # leaves and operators
COORDINATES = 20_000  # positions of all geometries
COST = 10_000  # see `cost`

_SPATIAL = 10  # a spatial predicate, compared with a comparison of numbers
_WILDCARD = 5
_BYTES_A_UNIT = 160  # of a geometry: about ten positions


def bad(fr: str, en: str, *, position: int | None = None, remedy: Text = NOTHING) -> BadInput:
    """What is wrong in a filter; `position` counts characters from 1."""
    if position is not None:
        fr, en = f"caractère {position} : {fr}", f"character {position}: {en}"
    return BadInput(Text(fr, en), at="filter", remedy=remedy)


def too_much(what_fr: str, what_en: str, maximum: int) -> BadInput:
    return bad(
        f"trop de {what_fr} (au plus {maximum})",
        f"too many {what_en} (at most {maximum})",
        remedy=Text("simplifier le filtre", "simplify the filter"),
    )


def too_deep(position: int | None = None) -> BadInput:
    return bad(
        f"imbrication trop profonde (au plus {DEPTH} niveaux)",
        f"nested too deeply (at most {DEPTH} levels)",
        position=position,
        remedy=Text("simplifier le filtre", "simplify the filter"),
    )


def children(expression: Expression) -> tuple[Expression, ...]:
    match expression:
        case Call():
            return expression.args
        case Array():
            return expression.items
        case Span():
            return tuple(each for each in (expression.start, expression.end) if each is not None)
        case _:
            return ()


def walk(expression: Expression) -> Iterator[tuple[Expression, int]]:
    """Every node with its depth, without recursion: chains of operators may be deeper than Python's stack."""
    waiting = [(expression, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting.extend((each, depth + 1) for each in children(node))


def measure(expression: Expression) -> Expression:
    """Return the expression itself, or raise BadInput when later steps would choke on it."""
    for number, (_, depth) in enumerate(walk(expression), start=1):
        if number > NODES:
            raise too_much("termes", "terms", NODES)
        if depth > DEPTH + 2:  # the leaves of the deepest operator, in the list of an IN
            raise too_deep()
    return expression


def cost(expression: Expression) -> int:
    """A rough price per feature: one comparison costs 1."""
    return sum(_price(node) for node, _ in walk(expression))


def _price(node: Expression) -> int:
    match node:
        case Geometry():
            return len(node.wkb) // _BYTES_A_UNIT
        case Call(op="like", args=(_, pattern)):
            return 1 + _WILDCARD * str(pattern).count("%")
        case Call(op=op) if op.startswith("s_"):
            return _SPATIAL
        case _:
            return 1
