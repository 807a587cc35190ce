"""The small portable language of conditions: what Polars, Spark, Trino and ClickHouse understand alike.

Conditions of a cell speak of “the cell”, always a text and never null. Conditions of a row name their columns by
position (0-based) through `Holds` and `Ordered`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Always:
    """Any text will do."""


@dataclass(frozen=True, slots=True)
class Never:
    """Nothing cheap is sufficient: the exact reading decides on each distinct text."""


@dataclass(frozen=True, slots=True)
class In:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotIn:
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matches:
    """`pattern` is in the subset common to RE2, Rust and Java, anchored at both ends by itself."""

    pattern: str


@dataclass(frozen=True, slots=True)
class Length:
    """Number of characters; `most` None: no upper bound."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """The order of the texts themselves (code points), for texts of one width such as ISO dates."""

    least: str | None = None
    most: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """The number written in at most 15 digits lies within bounds; only ever beside a `Matches` that says so.

    Two decimals of at most 15 digits are equal, or in the same order, exactly when their nearest doubles are.
    """

    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Luhn:
    """The first `digits` of a number of `length` digits have a right check digit; beside a `Matches`."""

    length: int
    digits: int


@dataclass(frozen=True, slots=True)
class All:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Holds:
    """The cell at `position` meets `condition`."""

    position: int
    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Ordered:
    """`left operator right`, as the order of texts, or of numbers of at most 15 digits."""

    left: int
    operator: str
    right: int
    numbers: bool = False


Condition = (
    Always | Never | In | NotIn | Matches | Length | Between | Amount | Luhn | All | Some | Holds | Ordered
)


def both(*parts: Condition) -> Condition:
    """Return the conjunction, flat, without what is always true."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, All) else [part])
    if any(isinstance(part, Never) for part in flat):
        return Never()
    kept = tuple(dict.fromkeys(part for part in flat if not isinstance(part, Always)))
    return Always() if not kept else kept[0] if len(kept) == 1 else All(kept)


def either(*parts: Condition) -> Condition:
    """Return the disjunction, flat, without what is never true."""
    flat: list[Condition] = []
    for part in parts:
        flat.extend(part.parts if isinstance(part, Some) else [part])
    if any(isinstance(part, Always) for part in flat):
        return Always()
    named = [text for part in flat if isinstance(part, In) for text in part.texts]
    others = [part for part in flat if not isinstance(part, In | Never)]
    kept = tuple(dict.fromkeys([*([In(tuple(dict.fromkeys(named)))] if named else []), *others]))
    return Never() if not kept else kept[0] if len(kept) == 1 else Some(kept)
