"""Does a filter fit a collection: names, kinds of operands, geometries within the CRS, cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import limits, literals, operators
from cicclo.ogc.cql2.literals import microseconds
from cicclo.ogc.cql2.model import Array, Box, Call, Date, Expression, Geometry, Name, Span, Timestamp
from cicclo.ogc.cql2.placing import mixed, place
from cicclo.ogc.crs import CRS84

TRUTH, TEXT, NUMBER, BOOLEAN, TIME = "truth", "text", "number", "boolean", "time"
INTERVAL, GEOMETRY, ARRAY = "interval", "geometry", "array"
SCALARS = frozenset({TEXT, NUMBER, BOOLEAN, TIME})

_FAMILIES = {  # of the kinds of queryables
    "string": TEXT,
    "integer": NUMBER,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": TIME,
    "instant": TIME,
    "json": ARRAY,
    "geometry": GEOMETRY,
}
_SAID = {
    TRUTH: Text("une condition", "a condition"),
    TEXT: Text("un texte", "a text"),
    NUMBER: Text("un nombre", "a number"),
    BOOLEAN: Text("un booléen", "a boolean"),
    TIME: Text("une date", "a date"),
    INTERVAL: Text("un intervalle", "an interval"),
    GEOMETRY: Text("une géométrie", "a geometry"),
    ARRAY: Text("une liste", "a list"),
}
_Judged = tuple[Expression, str]


@dataclass(frozen=True, slots=True)
class _Scope:
    queryables: Mapping[str, str]
    crs: str
    functions: Mapping[str, str] = field(default_factory=dict)


def check(
    expression: Expression,
    queryables: Mapping[str, str],
    *,
    crs: str = CRS84,
    functions: Mapping[str, str] | None = None,
) -> Expression:
    """Return the expression with its geometries in CRS84, boxes among them. `functions`: what each returns, as a kind."""
    limits.measure(expression)
    checked, family = _judge(expression, _Scope(queryables, crs, functions or {}))
    _fit("filter", expression, family, {TRUTH, BOOLEAN})
    if limits.cost(checked) > limits.COST:
        raise limits.bad(
            "filtre trop coûteux",
            "filter too costly",
            remedy=Text("simplifier le filtre", "simplify the filter"),
        )
    return checked


def _judge(node: Expression, scope: _Scope) -> _Judged:
    match node:
        case bool():
            return node, BOOLEAN
        case int() | float():
            return node, NUMBER
        case str():
            return node, TEXT
        case Date() | Timestamp():
            return node, TIME
        case Name():
            return node, _family(node, scope)
        case Span():
            return _span(node, scope), INTERVAL
        case Geometry() | Box():
            return place(node, scope.crs), GEOMETRY
        case Array():
            return Array(tuple(_element(each, scope) for each in node.items)), ARRAY
        case Call():
            return _call(node, scope)


def _family(name: Name, scope: _Scope) -> str:
    if name.name not in scope.queryables:
        known = ", ".join(list(scope.queryables)[:20])
        raise limits.bad(
            f"propriété inconnue : « {name.name[:80]} »",
            f"unknown property: “{name.name[:80]}”",
            remedy=Text(f"propriétés : {known}", f"properties: {known}"),
        )
    return _FAMILIES[scope.queryables[name.name]]


def _span(span: Span, scope: _Scope) -> Span:
    for end in (span.start, span.end):
        if end is not None:
            _fit("INTERVAL", end, _judge(end, scope)[1], {TIME})
    fixed = [microseconds(end) for end in (span.start, span.end) if isinstance(end, Date | Timestamp)]
    if len(fixed) == 2 and fixed[0] > fixed[1]:
        raise limits.bad("intervalle qui finit avant de commencer", "interval that ends before it starts")
    return span


def _element(node: Expression, scope: _Scope) -> Expression:
    """Values as JSON knows them; a property only where it is one of them as it stands."""
    checked, family = _judge(node, scope)
    plain = not isinstance(node, Call | Array) and not (isinstance(node, Name) and family == TIME)
    if family not in SCALARS or not plain:
        raise limits.bad(
            "élément de liste qui n’est ni un texte, ni un nombre, ni un booléen, ni une date",
            "element of a list that is no text, number, boolean or date",
        )
    return checked


def _call(node: Call, scope: _Scope) -> _Judged:
    if node.op in operators.ALL:
        rule = next(rule for members, rule in _RULES if node.op in members)
        return rule(node, scope)
    if node.op not in scope.functions:
        raise limits.bad(
            f"fonction inconnue : « {node.op[:80]} »",
            f"unknown function: “{node.op[:80]}”",
            remedy=Text("ce serveur n’en offre aucune", "this server offers none")
            if not scope.functions
            else Text(
                f"fonctions : {', '.join(scope.functions)}", f"functions: {', '.join(scope.functions)}"
            ),
        )
    args = tuple(_judge(each, scope)[0] for each in node.args)
    return Call(node.op, args), _FAMILIES[scope.functions[node.op]]


def _fit(where: str, node: Expression, family: str, wanted: set[str]) -> None:
    if family in wanted:
        return
    subject = (
        Text(f"« {node.name} »", f"“{node.name}”")
        if isinstance(node, Name)
        else Text("un opérande", "an operand")
    )
    names = [_SAID[each] for each in sorted(wanted)]
    raise limits.bad(
        f"{where} : {subject.fr} est {_SAID[family].fr} ; attendu : {' ou '.join(each.fr for each in names)}",
        f"{where}: {subject.en} is {_SAID[family].en}; expected: {' or '.join(each.en for each in names)}",
        remedy=_remedy(family, wanted),
    )


def _remedy(family: str, wanted: set[str]) -> Text:
    if TIME in wanted and family == TEXT:
        return Text("écrire DATE('2026-11-24')", "write DATE('2026-11-24')")
    if INTERVAL in wanted and family == TIME:
        return Text("écrire INTERVAL(début, fin)", "write INTERVAL(start, end)")
    if TEXT in wanted:
        return Text("un texte s’écrit entre apostrophes", "a text is written between single quotes")
    return Text("voir les propriétés filtrables (queryables)", "see the queryables")


def _operands(node: Call, scope: _Scope, wanted: set[str]) -> Call:
    judged = [_judge(each, scope) for each in node.args]
    return _fitting(node, judged, wanted)


def _fitting(node: Call, judged: list[_Judged], wanted: set[str]) -> Call:
    for original, (_, family) in zip(node.args, judged, strict=True):
        _fit(node.op, original, family, wanted)
    return Call(node.op, tuple(checked for checked, _ in judged))


def _alike(node: Call, scope: _Scope) -> Call:
    """All operands of one scalar family. A text beside a date is read as one (permission type-casts of the standard)."""
    judged = [_judge(each, scope) for each in node.args]
    if any(family == TIME for _, family in judged):
        judged = [(_moment(each), TIME) if isinstance(each, str) else (each, kind) for each, kind in judged]
    return _fitting(node, judged, {judged[0][1]} & SCALARS or set(SCALARS))


def _moment(value: str) -> Date | Timestamp:
    return literals.timestamp(value) if "T" in value else literals.date_(value)


def _uniform(wanted: set[str], result: str) -> "_Rule":
    """Every operand is of one of these families."""
    return lambda node, scope: (_operands(node, scope, wanted), result)


def _spatial(node: Call, scope: _Scope) -> _Judged:
    """Most relations are between points, lines or surfaces: engines that relate a mixture of them disagree."""
    checked = _operands(node, scope, {GEOMETRY})
    whole = node.op in {"s_intersects", "s_disjoint", "s_equals"}
    if not whole and any(isinstance(each, Geometry) and mixed(each) for each in checked.args):
        raise limits.bad(
            f"{node.op} : collection qui mêle points, lignes et surfaces",
            f"{node.op}: collection that mixes points, lines and surfaces",
            remedy=Text(
                "une condition par géométrie, jointes par OR", "one condition for each geometry, joined by OR"
            ),
        )
    return checked, TRUTH


def _like(node: Call, scope: _Scope) -> _Judged:
    pattern = node.args[1]
    while isinstance(pattern, Call) and pattern.op in operators.FOLDINGS:
        pattern = pattern.args[0]
    if not isinstance(pattern, str):
        raise limits.bad(
            "LIKE : le motif doit être un texte écrit dans le filtre",
            "LIKE: the pattern must be a text written in the filter",
        )
    if (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise limits.bad(
            "LIKE : le motif finit par \\, qui n’y protège rien",
            "LIKE: the pattern ends with \\, which escapes nothing there",
        )
    return _operands(node, scope, {TEXT}), TRUTH


def _in(node: Call, scope: _Scope) -> _Judged:
    listed = node.args[1]
    if not isinstance(listed, Array):
        raise limits.bad("IN : attendu une liste", "IN: expected a list")
    left, *items = _alike(Call("in", (node.args[0], *listed.items)), scope).args
    return Call("in", (left, Array(tuple(items)))), TRUTH


def _is_null(node: Call, scope: _Scope) -> _Judged:
    return Call("isNull", (_judge(node.args[0], scope)[0],)), TRUTH


_Rule = Callable[[Call, _Scope], _Judged]
_RULES: tuple[tuple[frozenset[str], _Rule], ...] = (
    (operators.LOGICAL, _uniform({TRUTH, BOOLEAN}, TRUTH)),
    (operators.COMPARISONS, lambda node, scope: (_alike(node, scope), TRUTH)),
    (operators.ARITHMETIC, _uniform({NUMBER}, NUMBER)),
    (frozenset({"between"}), _uniform({NUMBER}, TRUTH)),
    (operators.FOLDINGS, _uniform({TEXT}, TEXT)),
    (operators.SPATIAL, _spatial),
    (operators.INSTANTS_OR_INTERVALS, _uniform({TIME, INTERVAL}, TRUTH)),
    (operators.INTERVALS_ONLY, _uniform({INTERVAL}, TRUTH)),
    (operators.ARRAYS, _uniform({ARRAY}, TRUTH)),
    (frozenset({"like"}), _like),
    (frozenset({"in"}), _in),
    (frozenset({"isNull"}), _is_null),
)
