"""One condition, in one situation: true, false, undetermined (None), or a condition on the rows that are asked for."""

from collections.abc import Iterable, Mapping

from cicclo.ogc.cql2.model import Call, Expression
from cicclo.policies.model import Condition, Constraint, Logical
from cicclo.policies.operands import Operand, Unfit, left_of
from cicclo.policies.report import Place, Premise
from cicclo.policies.situation import Situation

Operands = Mapping[str, Operand]


class Judge:
    """`lenient` is the closed side of what cannot be determined: false for a permission, true for a prohibition."""

    def __init__(self, operands: Operands, situation: Situation, *, lenient: bool = False) -> None:
        self.operands = operands
        self.situation = situation
        self.lenient = lenient

    def all(self, conditions: Iterable[Condition], place: Place) -> tuple[Premise, ...]:
        return tuple(self.judge(condition, place) for condition in conditions)

    def judge(self, condition: Condition, place: Place, *, top: bool = True) -> Premise:
        if isinstance(condition, Constraint):
            return self._constraint(condition, place, top=top)
        inside = top and condition.operator in {"and", "andSequence"}
        parts = tuple(self.judge(part, place, top=inside) for part in condition.parts)
        satisfied, rows = self._joined(condition, parts)
        return Premise(place, satisfied, condition, parts=parts, rows=rows)

    def _constraint(self, constraint: Constraint, place: Place, *, top: bool) -> Premise:
        operand = self.operands.get(constraint.left)
        if operand is None or constraint.reference:
            return Premise(place, None, constraint)
        try:
            left = left_of(operand, self.situation, constraint.unit)
            right = tuple(map(operand.read, constraint.right))
            if not left:
                return self._on_rows(operand, constraint, place, top=top)
            satisfied = operand.compare(constraint.operator, left, right, self.situation) if right else None
        except (Unfit, TypeError):  # a term of another kind: dates against words
            return Premise(place, None, constraint)
        return Premise(place, satisfied, constraint, left)

    def _on_rows(self, operand: Operand, constraint: Constraint, place: Place, *, top: bool) -> Premise:
        """Nothing is known yet of what the rows, or the attributes, are."""
        if operand.mask and top:
            return Premise(place, True, constraint, masks=True)  # noqa: FBT003 - satisfied
        if operand.rows is None:
            return Premise(place, None, constraint)
        return Premise(place, True, constraint, rows=operand.rows(constraint))  # noqa: FBT003

    def _joined(self, logical: Logical, parts: tuple[Premise, ...]) -> tuple[bool | None, Expression | None]:
        match logical.operator:
            case "and" | "andSequence":
                return conjunction(parts)
            case "or":
                return self._disjunction(parts)
        return self._one_only(parts)

    def _disjunction(self, parts: tuple[Premise, ...]) -> tuple[bool | None, Expression | None]:
        if any(part.satisfied and part.rows is None for part in parts):
            return True, None
        rows = [part.rows for part in parts if part.satisfied and part.rows is not None]
        unknown = any(part.satisfied is None for part in parts)
        if not rows:
            return (None if unknown else False), None
        if unknown and self.lenient:
            return None, None  # it may hold on every row
        return True, either(rows)

    def _one_only(self, parts: tuple[Premise, ...]) -> tuple[bool | None, Expression | None]:
        """Exactly one; what could not be determined leaves the whole undetermined."""
        if any(part.satisfied is None for part in parts):
            return None, None
        true = sum(1 for part in parts if part.satisfied and part.rows is None)
        rows = [part.rows for part in parts if part.satisfied and part.rows is not None]
        if true > 1 or not rows:
            return true == 1, None
        if true:
            return True, Call("not", (either(rows),))
        return True, either([_alone(rows, index) for index in range(len(rows))])


def conjunction(parts: Iterable[Premise]) -> tuple[bool | None, Expression | None]:
    """All of them: false wins over what is not known."""
    parts = tuple(parts)
    if any(part.satisfied is False for part in parts):
        return False, None
    if any(part.satisfied is None for part in parts):
        return None, None
    return True, both([part.rows for part in parts if part.rows is not None])


def both(rows: list[Expression]) -> Expression | None:
    """Rows that are in each; None is all rows."""
    if not rows:
        return None
    return rows[0] if len(rows) == 1 else Call("and", tuple(rows))


def either(rows: list[Expression]) -> Expression:
    return rows[0] if len(rows) == 1 else Call("or", tuple(rows))


def _alone(rows: list[Expression], index: int) -> Expression:
    others = [row for place, row in enumerate(rows) if place != index]
    return Call("and", (rows[index], Call("not", (either(others),)))) if others else rows[index]
