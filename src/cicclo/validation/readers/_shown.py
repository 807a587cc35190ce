"""How a workbook shows a number or a date, as far as frictionless follows it (its option `preserve_formatting`)."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import lru_cache

LITERAL = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
DATE_LETTER = re.compile(r"(?<![_\\])[dmhysDMHYS]")
ELAPSED = re.compile(r"\[hh?\](:mm(:ss(\.0*)?)?)?|\[mm?\](:ss(\.0*)?)?|\[ss?\](\.0*)?", re.IGNORECASE)

CODES = {
    "yyyy": "%Y",
    "yy": "%y",
    "dddd": "%A",
    "ddd": "%a",
    "dd": "%d",
    "d": "%-d",
    "mmmmmm": "%b",
    "mmmm": "%B",
    "mmm": "%b",
    "hh": "%H",
    "h": "%-H",
    "ss": "%S",
    "s": "%-S",
    "am/pm": "%p",
    "a/p": "%p",
}
MINUTES = {"mm": "%M", "m": "%-M"}
MONTHS = {"mm": "%m", "m": "%-m"}
SIGNS = frozenset("$+(:^'{<=-/)!&~}> ")


@lru_cache(maxsize=1024)
def is_date(code: str) -> bool:
    """Only the first section counts; quoted text, colours and languages do not."""
    return DATE_LETTER.search(LITERAL.sub("", code.split(";", maxsplit=1)[0])) is not None


@lru_cache(maxsize=1024)
def is_elapsed(code: str) -> bool:
    return ELAPSED.search(code) is not None


@lru_cache(maxsize=1024)
def date_pattern(code: str) -> str | None:
    """The `strftime` pattern of a date format; None when it has a code that is not known, empty when it shows nothing."""
    tokens = list(_tokens(code))
    parts: list[str] = []
    before = ""
    for place, (kind, text) in enumerate(tokens):
        if kind == "sign":
            parts.append(text)
            continue
        name = text.lower()
        if name in CODES:
            parts.append(CODES[name])
        elif name in MINUTES:
            after = next(
                (other.lower() for other_kind, other in tokens[place + 1 :] if other_kind == "code"), ""
            )
            minute = before in ("h", "hh") or after in ("s", "ss")
            parts.append((MINUTES if minute else MONTHS)[name])
        else:
            return None
        before = name
    return "".join(parts)


def _tokens(code: str) -> Iterator[tuple[str, str]]:
    """Codes and signs in turn; a code that nothing ends is `last`: it does not tell minutes from months before it.

    A code that quoted text cuts goes on after it, and the quoted text comes before it.
    """
    current, escaped, quoted = "", False, False
    for letter in code:
        if escaped or (quoted and letter != '"'):
            escaped = False
            yield "sign", letter
        elif letter == '"':
            quoted = not quoted
        elif letter == ";":
            break
        else:
            name = current.lower()
            sign = letter in SIGNS and (letter != "/" or name not in ("am", "a"))
            if name and (letter == "\\" or sign or _starts_anew(name, letter)):
                yield "code", current
                current = ""
            if letter == "\\":
                escaped = True
            elif sign:
                yield "sign", letter
            else:
                current += letter
    if current:
        yield "last", current


def _starts_anew(name: str, letter: str) -> bool:
    return not name.startswith(letter.lower()) and (not name.startswith("a") or name == "am/pm")


def number_text(code: str, value: float) -> str | float | None:
    """The number as its format rounds it; the number itself for `General`, None when the format is not followed."""
    percent = code.endswith("%")
    if percent:
        value, code = value * 100, code[:-1]
    if code == "General":
        return value
    sections = code.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 else sections[0]
    pieces = section.split(".")
    if len(pieces) > 2:
        return None
    places = "".join(sign for sign in pieces[1] if sign in "0#?") if len(pieces) == 2 else ""
    shown = f"{value:.{len(places)}f}"
    for _ in range(len(places) - len(places.rstrip("#"))):
        shown = shown.removesuffix("0")
    return f"{shown}%" if percent else shown


def moment(value: float, epoch: datetime, *, elapsed: bool) -> datetime | time | timedelta:
    """What a serial number means, to the millisecond; raise OverflowError or ValueError when it means nothing."""
    if elapsed:
        found = timedelta(days=value)
        if found.microseconds:
            found = timedelta(seconds=found.total_seconds() // 1, microseconds=round(found.microseconds, -3))
        return found
    day, fraction = divmod(value, 1)
    rest = timedelta(milliseconds=round(fraction * 86_400_000))
    if 0 <= value < 1 and rest.days == 0:
        return (epoch + rest).time()
    if 0 < value < 60 and epoch.year == 1899:
        day += 1  # Excel believes that 1900 was a leap year
    return epoch + timedelta(days=day) + rest
