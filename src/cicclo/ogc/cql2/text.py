"""CQL2 text → tree, by recursive descent over the rules of cql2.bnf; `write` goes the other way."""

from dataclasses import dataclass
from typing import Any

from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2 import limits, literals, operators
from cicclo.ogc.cql2.cursor import SHAPES, Shapes
from cicclo.ogc.cql2.lexer import RESERVED, Token, tokens
from cicclo.ogc.cql2.model import Array, Call, Date, Expression, Name, Span, Timestamp
from cicclo.ogc.cql2.writing import write

__all__ = ["parse", "write"]


@dataclass(frozen=True, slots=True)
class _Group:
    """What stands between brackets, until its place tells whether they group or make a list."""

    items: tuple["Expression | _Group", ...]


_Node = Expression | _Group


def parse(text: str) -> Expression:
    """Raise BadInput with the position of the first thing that is not CQL2, and what was expected there."""
    return limits.measure(_Parser(tokens(text)).whole())


class _Parser(Shapes):
    """One method per rule; each leaves `index` after what it has read."""

    def whole(self) -> Expression:
        start = self._here
        result = self._truth(self._disjunction(), start)
        if self._here.kind != "end":
            raise self._expected("un opérateur ou la fin", "an operator or the end")
        return result

    # booleanExpression, booleanTerm, booleanFactor

    def _disjunction(self) -> _Node:
        return self._joined("OR", self._conjunction)

    def _conjunction(self) -> _Node:
        return self._joined("AND", self._negation)

    def _joined(self, word: str, operand: Any) -> _Node:
        start = self._here
        first = operand()
        if self._here.word != word:
            return first  # type: ignore[no-any-return]
        operands = [self._truth(first, start)]
        while self._accept(word):
            start = self._here
            operands.append(self._truth(operand(), start))
        return Call(word.lower(), tuple(operands))

    def _negation(self) -> _Node:
        if not self._accept("NOT"):
            return self._predicate()
        start = self._here
        return Call("not", (self._truth(self._predicate(), start),))

    def _truth(self, node: _Node, start: Token) -> Expression:
        """A boolean expression, which a property alone is not."""
        result = self._single(node, start)
        if isinstance(result, bool) or (
            isinstance(result, Call) and result.op not in operators.ARITHMETIC | operators.FOLDINGS
        ):
            return result
        remedy = (
            Text("par exemple « nom = TRUE »", "for instance “name = TRUE”")
            if isinstance(result, Name)
            else NOTHING
        )
        raise self._expected("une condition", "a condition", start, remedy)

    def _single(self, node: _Node, start: Token) -> Expression:
        while isinstance(node, _Group):
            if len(node.items) != 1:
                raise self._expected("une seule valeur", "a single value", start)
            node = node.items[0]
        return node

    # comparisonPredicate

    def _predicate(self) -> _Node:
        start = self._here
        left = self._sum()
        word = self._here.word
        if word in operators.COMPARISONS:
            self._take()
            return Call(word, (self._single(left, start), self._value()))
        if word == "IS":
            return self._is_null(self._single(left, start))
        if word == "NOT" and self._after.word in {"LIKE", "BETWEEN", "IN"}:
            self._take()
            return Call("not", (self._tested(self._single(left, start)),))
        if word in {"LIKE", "BETWEEN", "IN"}:
            return self._tested(self._single(left, start))
        return left

    def _tested(self, left: Expression) -> Call:
        word = self._take().word
        if word == "LIKE":
            return Call("like", (left, self._value()))
        if word == "BETWEEN":
            low = self._value()
            self._expect("AND")
            return Call("between", (left, low, self._value()))
        self._expect("(")
        items = [] if self._here.word == ")" else self._listed(self._value)
        self._expect(")")
        return Call("in", (left, Array(tuple(items))))

    def _is_null(self, left: Expression) -> Call:
        self._take()
        negated = self._accept("NOT")
        self._expect("NULL")
        test = Call("isNull", (left,))
        return Call("not", (test,)) if negated else test

    def _value(self) -> Expression:
        start = self._here
        return self._single(self._sum(), start)

    # arithmeticExpression

    def _sum(self) -> _Node:
        return self._chain({"+", "-"}, self._product)

    def _product(self) -> _Node:
        return self._chain({"*", "/", "%", "DIV"}, self._power)

    def _chain(self, words: set[str], operand: Any) -> _Node:
        start = self._here
        left: _Node = operand()
        while self._here.word in words:
            op = self._take().word.lower()
            second = self._here
            left = Call(op, (self._single(left, start), self._single(operand(), second)))
        return left

    def _power(self) -> _Node:
        start = self._here
        left = self._factor()
        if not self._accept("^"):
            return left
        second = self._here
        return Call("^", (self._single(left, start), self._single(self._factor(), second)))

    def _factor(self) -> _Node:
        """A sign before a number is a part of it; before anything else it multiplies by -1 (example 85)."""
        sign = self._here.word
        if sign not in {"+", "-"}:
            return self._primary()
        self._take()
        if self._here.kind == "number":
            return self._number(sign)
        if sign == "+":
            raise self._expected("un nombre", "a number")
        start = self._here
        return Call("*", (-1, self._single(self._signed(), start)))

    def _signed(self) -> _Node:
        """`- -5` is in the grammar, `- - -5` is not: signs do not nest."""
        if self._here.word in {"+", "-"}:
            sign = self._take().word
            return self._number(sign)
        return self._primary()

    # operands

    def _primary(self) -> _Node:
        token = self._here
        match token.kind:
            case "number":
                return self._number("")
            case "string":
                return self._take().value
            case "quoted":
                return Name(self._take().value)
            case "name":
                return self._named()
        if token.word == "(":
            return self._brackets()
        raise self._expected("une valeur, une propriété ou « ( »", "a value, a property or “(”")

    def _brackets(self) -> _Group:
        self._deeper()
        self._expect("(")
        items = [] if self._here.word == ")" else self._listed(self._disjunction)
        self._expect(")")
        self._depth -= 1
        return _Group(tuple(items))

    def _named(self) -> _Node:
        token = self._here
        if token.word in {"TRUE", "FALSE"}:
            return self._take().word == "TRUE"
        if token.word in RESERVED:
            raise self._expected(
                "une valeur ou une propriété",
                "a value or a property",
                remedy=Text(
                    'une propriété de ce nom s’écrit entre guillemets "…"',
                    'a property of this name is written between quotes "…"',
                ),
            )
        if token.word in SHAPES and self._after.word in {"(", "Z"}:
            return self._geometry()
        if self._after.word != "(":
            return Name(self._take().value)
        return self._called()

    def _called(self) -> Expression:
        token = self._take()
        match token.word:
            case "DATE":
                return literals.date_(*self._one_string())
            case "TIMESTAMP":
                return literals.timestamp(*self._one_string())
            case "INTERVAL":
                return self._interval()
            case "BBOX":
                self._expect("(")
                bounds = self._listed(self._coordinate)
                self._expect(")")
                return literals.box(bounds, token.position)
        return self._function(token)

    def _one_string(self) -> tuple[str, int]:
        self._expect("(")
        token = self._here
        if token.kind != "string":
            raise self._expected("une valeur entre apostrophes", "a value between single quotes")
        self._take()
        self._expect(")")
        return token.value, token.position

    def _interval(self) -> Span:
        self._expect("(")
        start = self._end()
        self._expect(",")
        end = self._end()
        self._expect(")")
        return Span(start, end)

    def _end(self) -> Name | Date | Timestamp | Call | None:
        token = self._here
        if token.kind == "string":
            self._take()
            return literals.end(token.value, token.position)
        value = self._primary() if token.kind in {"name", "quoted"} else None
        if isinstance(value, Name | Date | Timestamp) or (
            isinstance(value, Call) and value.op not in operators.ALL
        ):
            return value
        raise self._expected("une date, une propriété ou '..'", "a date, a property or '..'", token)

    def _function(self, token: Token) -> Call:
        op = operators.CALLED.get(token.value.lower(), token.value)
        self._deeper()
        self._expect("(")
        as_array = op in operators.ARRAYS
        arguments = [] if self._here.word == ")" else self._listed(lambda: self._argument(as_array=as_array))
        self._expect(")")
        self._depth -= 1
        least, most = operators.arity(op)
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise self._expected(
                f"{least} argument(s) pour {token.word}", f"{least} argument(s) for {token.word}", token
            )
        return Call(op, tuple(arguments))

    def _argument(self, *, as_array: bool) -> Expression:
        start = self._here
        node = self._disjunction()
        if as_array and isinstance(node, _Group):
            return self._array(node, start)
        return self._element(node, start)

    def _array(self, group: _Group, start: Token) -> Array:
        return Array(tuple(self._element(item, start) for item in group.items))

    def _element(self, node: _Node, start: Token) -> Expression:
        """Brackets around an operation group it; around anything else they make an array (rule `arrayElement`)."""
        if not isinstance(node, _Group):
            return node
        only = node.items[0] if len(node.items) == 1 else None
        if isinstance(only, Call) and only.op not in operators.CALLED.values() and only.op in operators.ALL:
            return only
        return self._array(node, start)
