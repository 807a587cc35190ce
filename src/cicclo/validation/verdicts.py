"""The exact reading of one cell, remembered by text."""

from collections.abc import Mapping
from typing import Any

from cicclo.validation.constraints import Holds, compiled
from cicclo.validation.model import Cell, Field
from cicclo.validation.types import Read, Unreadable, array, reader

LONGEST = 256
"""Characters of a text that is worth remembering."""
MOST = 400_000
"""Verdicts remembered, all columns together (about 100 MB at worst)."""

FREE = ("string", "any")
"""Types that any text is a value of."""

Wrong = tuple[str, str, Mapping[str, Any]]
"""A fault without its place: kind, requirement, facts."""


class Verdict:
    """What one cell gives: `value` (None: missing or unreadable), whether it is `blank`, and what is `wrong`."""

    __slots__ = ("blank", "value", "wrong")

    def __init__(self, value: Any, *, blank: bool = False, wrong: tuple[Wrong, ...] = ()) -> None:
        self.value = value
        self.blank = blank
        self.wrong = wrong


class Texts(set[str]):
    """Every text: those of a column that asks nothing of them need no memory."""

    def __contains__(self, cell: object) -> bool:
        return cell.__class__ is str

    def add(self, text: str) -> None:
        """Nothing is kept."""


class Column:
    """One column of the file: its field when the schema knows it, and the exact reading of its cells.

    `memory` has the verdicts on texts met before, `dull` the texts that are right; `needed` when rules that look at
    several cells or rows want values.
    """

    __slots__ = (
        "_checks", "_empty", "_item", "_read", "_room", "_type",
        "dull", "field", "known", "label", "memory", "missing", "name", "needed", "position", "unique",
    )  # fmt: skip

    def __init__(self, position: int, label: str, field: Field | None, room: int = MOST) -> None:
        self.position = position
        self.label = label
        self.known = field is not None
        self.field = field or Field(label, "any")
        self.name = self.field.name
        self.unique = bool(self.field.constraints.get("unique"))
        self.needed = False
        self.memory: dict[str, Verdict] = {}
        self.dull: set[str] = set()
        self._room = room
        self.missing = frozenset(self.field.missing)
        self._read: Read = reader(self.field)
        self._checks: list[tuple[Wrong, Holds]] = [
            (("constraint-error", use.requirement, self._bound(use.name, bound)), holds)
            for use, bound, holds in compiled(self.field, self._read)
        ]
        required = (
            "constraint-error",
            "tableschema/constraint/required",
            self._bound("required", bound=True),
        )
        self._empty = Verdict(None, blank=True, wrong=(required,) if self.field.required else ())
        item = array.item(self.field) if self.field.type == "array" else None
        self._item = Column(position, label, item, room) if item else None
        if (
            self.field.type in FREE
            and self.field.format == "default"
            and not (self._checks or self.field.required)
        ):
            self.dull = Texts()
        self._type: dict[str, Any] = {
            "type": self.field.type,
            "form": self.field.format,
            "options": {name: value for name, value in self.field.options.items() if name != "arrayItem"},
        }

    def _bound(self, name: str, bound: Any) -> dict[str, Any]:
        facts: dict[str, Any] = {"constraint": name, "bound": bound, "type": self.field.type}
        if name == "pattern":
            facts["example"] = self.field.example
        return facts

    def verdict(self, cell: Cell) -> Verdict:
        """Return the verdict on one cell, and remember it."""
        if not isinstance(cell, str):
            return self._judge(cell)
        found = self.memory.get(cell)
        if found is None:
            found = self._judge(cell)
            if len(cell) <= LONGEST:
                self._remember(cell, found)
        return found

    def _remember(self, text: str, verdict: Verdict) -> None:
        """Keep a verdict that will be asked again: of a text that is right, only that, when no rule wants its value."""
        if len(self.memory) + len(self.dull) >= self._room:
            self.memory.clear()
            self.dull.clear()
        if not verdict.wrong:
            self.dull.add(text)
        if verdict.wrong or self.needed:
            self.memory[text] = verdict

    def _judge(self, cell: Cell) -> Verdict:
        if cell is None or (cell if cell.__class__ is str else str(cell)) in self.missing:
            return self._empty
        try:
            value = self._read(cell)
        except Unreadable as error:
            facts = {**self._type, "reason": error.reason, **error.facts} if error.reason else self._type
            return Verdict(None, wrong=(("type-error", f"tableschema/type/{self.field.type}", facts),))
        if self._checks and (wrong := tuple([wrong for wrong, holds in self._checks if not holds(value)])):
            return Verdict(value, wrong=wrong)
        return Verdict(value, wrong=self._items(value) if self._item else ())

    def _items(self, values: list[Any]) -> tuple[Wrong, ...]:
        """Return what is wrong with the items of an array: once for each rule, however many items break it."""
        assert self._item is not None
        found: dict[str, Wrong] = {}
        for value in values:
            for kind, requirement, facts in self._item.verdict(value).wrong:
                if kind == "type-error":
                    found["type"] = (kind, "tableschema/type/array", {**self._type, "reason": "item"})
                else:
                    found[facts["constraint"]] = (kind, requirement, {**facts, "item": True})
        return tuple(sorted(found.values(), key=lambda wrong: wrong[0] != "type-error"))
