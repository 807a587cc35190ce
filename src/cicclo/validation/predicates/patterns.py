r"""A Python regular expression → one that RE2, Rust and Java read alike, and that accepts no more than Python does.

Translated from the parsed expression, never from its text. Without look-around a regular expression is monotone: an
atom that accepts less makes the whole accept less, so every doubtful atom is narrowed:

* `\d \w \s` and classes made of them depend on the Unicode tables of each engine: they become the characters of a
  small universe (Latin letters, punctuation, the euro) that Python itself puts in them;
* `$` becomes `\z` (Python also takes a final newline there), `.` the class of all but a newline;
* back-references, look-arounds, word boundaries, flags, large repetitions: not translated.
"""

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]  # the parsed form is only known there
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

UNIVERSE = (*range(0x250), *range(0x2010, 0x2040), 0x20AC)
MOST_REPEATS = 1000
"""RE2's own limit."""

Parsed = Iterable[tuple[Any, Any]]


class NotPortable(ValueError):
    """The expression needs something that not every engine has."""


def portable(pattern: str) -> str:
    """Return the translation of Validata's reading of a `pattern` constraint; raise NotPortable.

    That reading is `re.match("^" + pattern + "$", text)`, without grouping: in `a|b` only one side of each is anchored.
    """
    try:
        parsed = parser.parse(f"^{pattern}$")
    except (re.error, RecursionError, OverflowError) as error:
        raise NotPortable(str(error)) from error
    if parsed.state.flags & ~re.UNICODE:
        raise NotPortable("flags")
    return _anchored(parsed)


def _anchored(parsed: Parsed) -> str:
    """Write the whole: one expression has one writing, so that a condition said twice is asked once."""
    items = list(parsed)
    closed = False
    while items and items[-1] == (op.AT, op.AT_END):
        closed = bool(items.pop())
    while items and items[0] == (op.AT, op.AT_BEGINNING):
        items.pop(0)
    body = _sequence(items)
    return rf"\A{body}\z" if closed else rf"\A(?:{body})"


def _sequence(items: Parsed) -> str:
    return "".join(_item(code, value) for code, value in items)


def _item(code: Any, value: Any) -> str:
    if code is op.LITERAL:
        return _character(value)
    if code is op.NOT_LITERAL:
        return f"[^{_character(value)}]"
    if code is op.ANY:
        return r"[^\n]"
    if code is op.IN:
        return _class(value)
    if code is op.AT:
        return _anchor(value)
    if code is op.BRANCH:
        return f"(?:{'|'.join(_sequence(branch) for branch in value[1])})"
    if code is op.SUBPATTERN:
        return _group(value)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT):
        return _repeat(*value)
    raise NotPortable(str(code))


def _character(number: int) -> str:
    """Return a character as every engine reads it, in a class or out of it."""
    if chr(number).isascii() and chr(number).isalnum():
        return chr(number)
    return rf"\x{{{number:X}}}"


def _anchor(value: Any) -> str:
    if value in (op.AT_BEGINNING, op.AT_BEGINNING_STRING):
        return r"\A"
    if value in (op.AT_END, op.AT_END_STRING):
        return r"\z"
    raise NotPortable(str(value))


def _group(value: Any) -> str:
    _, added, removed, items = value
    if added or removed:
        raise NotPortable("flags")
    return f"(?:{_sequence(items)})"


def _repeat(least: int, most: Any, items: Parsed) -> str:
    if least > MOST_REPEATS or (most is not op.MAXREPEAT and most > MOST_REPEATS):
        raise NotPortable("repetition")
    inner = _sequence(items)
    inner = inner if _ATOM.fullmatch(inner) else f"(?:{inner})"
    if most is op.MAXREPEAT:
        return inner + {0: "*", 1: "+"}.get(least, f"{{{least},}}")
    return inner + (f"{{{least}}}" if least == most else f"{{{least},{most}}}")


_ATOM = re.compile(r"\[[^\]]*\]|\\x\{[0-9A-F]+\}|[A-Za-z0-9]")


def _class(items: list[tuple[Any, Any]]) -> str:
    if any(code is op.CATEGORY for code, _ in items):
        return _narrowed(items)
    negated = items[0][0] is op.NEGATE
    return f"[{'^' if negated else ''}{''.join(_member(*item) for item in items[negated:])}]"


def _member(code: Any, value: Any) -> str:
    if code is op.LITERAL:
        return _character(value)
    if code is op.RANGE:
        return f"{_character(value[0])}-{_character(value[1])}"
    raise NotPortable(str(code))


def _narrowed(items: list[tuple[Any, Any]]) -> str:
    """Return the characters of the universe that Python itself finds in the class."""
    accepts = re.compile(_python(items)).match
    found = [number for number in UNIVERSE if accepts(chr(number))]
    if not found:
        raise NotPortable("empty class")
    return f"[{''.join(_span(low, high) for low, high in _spans(found))}]"


_CATEGORIES = {
    op.CATEGORY_DIGIT: r"\d",
    op.CATEGORY_NOT_DIGIT: r"\D",
    op.CATEGORY_SPACE: r"\s",
    op.CATEGORY_NOT_SPACE: r"\S",
    op.CATEGORY_WORD: r"\w",
    op.CATEGORY_NOT_WORD: r"\W",
}


def _python(items: list[tuple[Any, Any]]) -> str:
    negated = items[0][0] is op.NEGATE
    members = "".join(_python_member(*item) for item in items[negated:])
    return f"[{'^' if negated else ''}{members}]"


def _python_member(code: Any, value: Any) -> str:
    if code is op.CATEGORY:
        return _CATEGORIES[value]
    if code is op.RANGE:
        return rf"\U{value[0]:08x}-\U{value[1]:08x}"
    if code is op.LITERAL:
        return rf"\U{value:08x}"
    raise NotPortable(str(code))


def _spans(numbers: list[int]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


def _span(low: int, high: int) -> str:
    return _character(low) if low == high else f"{_character(low)}-{_character(high)}"
