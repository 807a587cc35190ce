"""The condition of one field: its type, its constraints, its missing values."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from cicclo.validation.constraints import uses
from cicclo.validation.model import Field
from cicclo.validation.predicates.in_python import meets
from cicclo.validation.predicates.patterns import NotPortable, portable
from cicclo.validation.predicates.tree import (
    Always,
    Amount,
    Between,
    Condition,
    In,
    Length,
    Luhn,
    Matches,
    Never,
    NotIn,
    both,
    either,
)

Accepts = Callable[[str], bool]
"""The exact verdict on one text of the field, missing or not."""

YEAR = "[1-9][0-9]{3}"
DAY = "(?:0[1-9]|1[0-9]|2[0-8])"
MONTH = "(?:0[1-9]|1[0-2])"
DATE = (
    rf"{YEAR}-(?:{MONTH}-{DAY}"
    r"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"  # 29 February is left to the exact reading
)
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
LONGITUDE = r"-?(?:1[0-7][0-9]|[1-9]?[0-9])(?:\.[0-9]{1,15})?"
LATITUDE = r"-?(?:[1-8]?[0-9])(?:\.[0-9]{1,15})?"
WORD = r"[A-Za-z0-9]+"
HOST = rf"{WORD}(?:-{WORD})*(?:\.{WORD}(?:-{WORD})*)*\.[A-Za-z]{{2,6}}"
EMAIL = rf"{WORD}(?:[._-]{WORD})*@{HOST}"
URI = "[a-zA-Z][a-zA-Z0-9+.-]*:"  # what follows the scheme is not looked at
UUID4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
QUOTED = r"\x{22}[^\x{22}\x{5C}\x{0}-\x{1F}]*\x{22}"

_BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def surely_valid(field: Field, accepts: Accepts) -> Condition:
    """Return the condition: a text that meets it is read without a fault, missing values included.

    `accepts` is only asked about the few texts that the schema itself names (missing values, enumerations).
    """
    missing = tuple(text for text in field.missing if accepts(text))
    present = _present(field, accepts)
    if isinstance(present, Never):
        return In(missing) if missing else present
    wrong = tuple(text for text in field.missing if text not in missing and meets(present, text))
    filled = both(NotIn(wrong) if wrong else Always(), present)
    return either(In(missing), filled) if missing else filled


def luhn(length: int) -> Condition:
    """SIREN (9) or SIRET (14): written with digits only, check digits right."""
    digits = Matches(rf"\A[0-9]{{{length}}}\z")
    return both(digits, Luhn(length, length), *([Luhn(14, 9)] if length == 14 else []))


def _present(field: Field, accepts: Accepts) -> Condition:
    """Return the condition of a text that is not a missing value."""
    wanted = {constraint.name: bound for constraint, bound in uses(field)}
    if "enum" in wanted or field.type == "boolean":
        return _listed(field, wanted, accepts)
    make = TYPES.get(field.type)
    return make(field, wanted) if make else Never()


def _listed(field: Field, wanted: Mapping[str, Any], accepts: Accepts) -> Condition:
    """Return the texts that the schema names and the exact reading accepts, whatever the other constraints."""
    values = wanted.get("enum", ())
    if field.type == "boolean":
        values = [*field.options.get("trueValues", ("true", "True", "TRUE", "1"))]
        values += field.options.get("falseValues", ("false", "False", "FALSE", "0"))
    if not isinstance(values, list | tuple):
        return Never()
    texts = dict.fromkeys(value if isinstance(value, str) else str(value) for value in values)
    good = tuple(text for text in texts if text not in field.missing and accepts(text))
    return In(good) if good else Never()


def _whole(pattern: str) -> Matches:
    return Matches(rf"\A(?:{pattern})\z")


def _string(field: Field, wanted: Mapping[str, Any]) -> Condition:
    formats: dict[str, Condition] = {
        "default": Always(),
        "email": _whole(EMAIL),
        "uri": Matches(rf"\A(?:{URI})"),
        "uuid": _whole(UUID4),
    }
    written = formats.get(field.format)
    if written is None:
        return Never()
    return both(written, _pattern(wanted), _length(wanted))


def _pattern(wanted: Mapping[str, Any]) -> Condition:
    if "pattern" not in wanted:
        return Always()
    try:
        return Matches(portable(str(wanted["pattern"])))
    except NotPortable:
        return Never()


def _length(wanted: Mapping[str, Any]) -> Condition:
    least, most = wanted.get("minLength", 0), wanted.get("maxLength")
    if not isinstance(least, int) or not isinstance(most, int | None):
        return Never()
    return Length(least, most) if least > 0 or most is not None else Always()


def _number(field: Field, wanted: Mapping[str, Any]) -> Condition:
    point = str(field.options.get("decimalChar") or ".")
    if len(point) != 1 or isinstance(_plainly_written(field), Never):
        return Never()
    dot = rf"\x{{{ord(point):X}}}"
    bounds = _bounds(wanted)
    written = rf"-?(?:[0-9]{{1,15}}|[0-9]{{1,9}}{dot}[0-9]{{1,6}}|[0-9]{{1,3}}{dot}[0-9]{{1,12}})"
    return _amount(written, bounds, readable=point == ".")


def _integer(field: Field, wanted: Mapping[str, Any]) -> Condition:
    return both(_plainly_written(field), _amount("-?[0-9]{1,15}", _bounds(wanted), readable=True))


def _plainly_written(field: Field) -> Condition:
    """Digits, sign and point must mean themselves."""
    group = field.options.get("groupChar") or ""
    return Never() if set(str(group)) & set("0123456789.,-") else Always()


def _bounds(wanted: Mapping[str, Any]) -> dict[str, float] | None:
    """Return the bounds as numbers of at most 15 digits; None when one is not that."""
    names = {"minimum": "least", "maximum": "most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    found: dict[str, float] = {}
    for name in wanted.keys() & _BOUNDS:
        text = str(wanted[name]).strip()
        if isinstance(wanted[name], bool) or not re.fullmatch(
            r"-?\d{1,9}(\.\d{1,6})?|-?\d{1,15}", text, re.ASCII
        ):
            return None
        found[names[name]] = float(text)
    return found


def _amount(written: str, bounds: dict[str, float] | None, *, readable: bool) -> Condition:
    if bounds is None:
        return Never()
    if bounds == {"least": 0.0}:  # by far the most frequent: no sign is enough
        return _whole(written.removeprefix("-?"))
    if not bounds:
        return _whole(written)
    return both(_whole(written), Amount(**bounds)) if readable else Never()


_DIRECTIVES = {
    "%Y": YEAR,
    "%m": MONTH,
    "%d": DAY,
    "%H": "(?:[01][0-9]|2[0-3])",
    "%M": "[0-5][0-9]",
    "%S": "[0-5][0-9]",
}


def _moment(whole: str, default: str) -> Callable[[Field, Mapping[str, Any]], Condition]:
    """Return the rule of a type whose default form is `whole`, texts of one width and in the order of time."""

    def rule(field: Field, wanted: Mapping[str, Any]) -> Condition:
        if wanted.keys() & {"exclusiveMinimum", "exclusiveMaximum"}:
            return Never()
        usual = field.format in ("default", default)
        written = _whole(whole) if usual else _strftime(field.format)
        limits = [wanted.get("minimum"), wanted.get("maximum")]
        if limits == [None, None]:
            return written
        if not usual or not all(limit is None or re.fullmatch(whole, str(limit)) for limit in limits):
            return Never()
        least, most = (None if limit is None else str(limit) for limit in limits)
        return both(written, Between(least, most))

    return rule


def _strftime(form: str) -> Condition:
    parts = re.findall(r"%.|[^%]", form)
    directives = [part for part in parts if part[0] == "%"]
    if (
        "".join(parts) != form
        or len(set(directives)) != len(directives)
        or set(directives) - _DIRECTIVES.keys()
    ):
        return Never()
    if not directives or any(not part.isascii() or part.isspace() for part in parts):
        return Never()
    return _whole("".join(_DIRECTIVES.get(part) or rf"\x{{{ord(part):X}}}" for part in parts))


def _geopoint(field: Field, wanted: Mapping[str, Any]) -> Condition:
    forms: dict[str, Condition] = {
        "default": _whole(f"{LONGITUDE}, ?{LATITUDE}"),
        "array": _whole(rf"\x{{5B}}{LONGITUDE}, ?{LATITUDE}\x{{5D}}"),
    }
    return forms.get(field.format, Never()) if not wanted else Never()


def _array(field: Field, wanted: Mapping[str, Any]) -> Condition:
    if wanted or field.options:
        return Never()
    return _whole(rf"\x{{5B}}(?:{QUOTED}(?:, ?{QUOTED})*)?\x{{5D}}")


def _any(field: Field, wanted: Mapping[str, Any]) -> Condition:  # noqa: ARG001 - every rule has one signature
    return Always() if not wanted else Never()


TYPES: Mapping[str, Callable[[Field, Mapping[str, Any]], Condition]] = {
    "string": _string,
    "number": _number,
    "integer": _integer,
    "date": _moment(DATE, "%Y-%m-%d"),
    "time": _moment(TIME, "%H:%M:%S"),
    "datetime": _moment(f"{DATE}T{TIME}Z", "%Y-%m-%dT%H:%M:%SZ"),
    "year": _moment(YEAR, "default"),
    "yearmonth": _moment(f"{YEAR}-{MONTH}", "default"),
    "geopoint": _geopoint,
    "array": _array,
    "any": _any,
}
"""By type. What is not here (object, geojson, duration…) is decided by the exact reading, once a distinct text."""
