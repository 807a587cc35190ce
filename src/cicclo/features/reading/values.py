"""Values written as texts: what kind a column is, and the values themselves, whole columns at a time."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.model import Kind
from cicclo.features.reading.account import Account

_ISO_DATE = r"^\d{4}-\d{2}-\d{2}$"
_FRENCH_DATE = r"^(?:0[1-9]|[12]\d|3[01])/(?:0[1-9]|1[0-2])/\d{4}$"
_MOMENT = (
    r"^\s*(?P<y>-?\d{4,5})[-/](?P<m>\d{2})[-/](?P<d>\d{2})"
    r"(?:[T ](?P<H>\d{2}):(?P<M>\d{2})(?::(?P<S>\d{2})(?P<f>[.,]\d{1,9})?)?)?\s*(?P<z>Z|[+-]\d{2}(?::?\d{2})?)?\s*$"
)
_INTEGER = r"^\s*-?(?:0|[1-9]\d{0,17})\s*$"
_POINT = r"^\s*-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:[eE][+-]?\d+)?\s*$"
_COMMA = r"^\s*-?(?:0|[1-9]\d*)?(?:,\d+)?\s*$"
_BOOLEAN = r"(?i)^(?:true|false|vrai|faux)$"
_INSTANT = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d{2}(?::?\d{2})?)?$"

# in the order they are tried; the first that every value of the column matches wins
_PATTERNS: tuple[tuple[str, Kind], ...] = (
    (_BOOLEAN, Kind.BOOLEAN),
    (_INTEGER, Kind.INTEGER),
    (_POINT, Kind.NUMBER),
    (_COMMA, Kind.NUMBER),
    (_ISO_DATE, Kind.DATE),
    (_FRENCH_DATE, Kind.DATE),
    (_INSTANT, Kind.INSTANT),
)
# codes are texts, even when every one of them is made of digits: 02018, 59000
_CODES = re.compile(
    r"(?i)(?:^|[^a-z])(?:codes?|cp|postal|insee|siren|siret|naf|ape|rna|tel|telephone|phone|pdl|uai|rivoli)"
    r"(?:$|[^a-z])"
)


@dataclass(slots=True)
class Guess:
    """What a column may still be, after the values seen so far."""

    name: str
    possible: list[tuple[str, Kind]] = field(default_factory=list)
    empty: bool = True

    def __post_init__(self) -> None:
        code = _CODES.search(self.name)
        numbers = (Kind.INTEGER, Kind.NUMBER)
        self.possible = [pair for pair in _PATTERNS if not (code and pair[1] in numbers)]

    def look(self, texts: pa.Array) -> None:
        """Take the values of one batch (nulls and empty texts say nothing)."""
        if not self.possible:
            return
        said = texts.filter(pc.fill_null(pc.not_equal(texts, ""), False))  # noqa: FBT003 - pyarrow's signature
        if len(said):
            self.empty = False
            self.possible = [
                pair for pair in self.possible if pc.all(pc.match_substring_regex(said, pair[0])).as_py()
            ]

    @property
    def kind(self) -> Kind:
        return Kind.STRING if self.empty or not self.possible else self.possible[0][1]


def texts(values: pa.Array, _ids: pa.Array, _at: str, _account: Account) -> pa.Array:
    return _filled(values)


def booleans(values: pa.Array, _ids: pa.Array, _at: str, _account: Account) -> pa.Array:
    values = pc.utf8_lower(_filled(values))
    return pc.if_else(pc.is_null(values), None, pc.is_in(values, pa.array(["true", "vrai"])))


def integers(values: pa.Array, _ids: pa.Array, _at: str, _account: Account) -> pa.Array:
    return pc.utf8_trim_whitespace(_filled(values)).cast(pa.int64())


def numbers(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    """Numbers with a point or a comma; what is none is nulled and noted."""
    read, wrong = decimals(values)
    account.note_rows("value-unreadable", wrong, ids, at=at)
    return read


def decimals(values: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Numbers, and a mask of the texts that are none."""
    values = pc.replace_substring(pc.utf8_trim_whitespace(_filled(values)), ",", ".")
    good = pc.match_substring_regex(values, r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$")
    wrong = np.asarray(pc.fill_null(pc.invert(good), False))  # noqa: FBT003 - pyarrow's signature
    values = pc.replace_substring_regex(pc.if_else(good, values, None), r"^\+", "")
    return values.cast(pa.float64()), wrong


def dates(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    moments, _ = _moments(values, ids, at, account)
    return (
        pc.if_else(pc.is_null(moments), None, moments).cast(pa.timestamp("ms")).cast(pa.date32(), safe=False)
    )


def instants(values: pa.Array, ids: pa.Array, at: str, account: Account) -> pa.Array:
    moments, zoneless = _moments(values, ids, at, account)
    account.note_rows("zone-missing", zoneless, ids, at=at)
    return moments.cast(pa.timestamp("ms", "UTC"))


def _moments(values: pa.Array, ids: pa.Array, at: str, account: Account) -> tuple[pa.Array, np.ndarray]:
    """Milliseconds since 1970, UTC, and which had no zone; impossible dates are nulled and noted."""
    values = pc.replace_substring_regex(_filled(values), r"^(\d{2})/(\d{2})/(\d{4})", r"\3-\2-\1")
    parts = pc.extract_regex(values, _MOMENT)
    present = np.asarray(pc.is_valid(values))
    read = np.asarray(pc.is_valid(parts)) & present
    year, month, day, hour, minute, second = (_number(parts, name) for name in "ymdHMS")
    with np.errstate(over="ignore"):
        first = _months(year, month)
        longest = (_months(year + (month == 12), month % 12 + 1) - first).astype(np.int64)
    possible = read & (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest)
    possible &= (hour < 24) & (minute < 60) & (second <= 60)
    near = (year >= 1) & (year <= 9999)
    account.note_rows("date-impossible", present & ~possible, ids, at=at)
    account.note_rows("date-out-of-range", possible & ~near, ids, at=at)
    seconds = (first.astype(np.int64) + day - 1) * 86_400 + hour * 3600 + minute * 60 + second
    zone, zoned = _offset(parts)
    moments = (seconds - zone) * 1000 + _thousandths(parts)
    good = possible & near
    return pa.array(moments, pa.int64(), mask=~good), good & ~zoned


def _months(year: np.ndarray, month: np.ndarray) -> np.ndarray:
    """The first day of months."""
    months = (year - 1970) * 12 + (np.clip(month, 1, 12) - 1)
    days: np.ndarray = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    return days


def _number(parts: pa.StructArray, name: str) -> np.ndarray:
    found = pc.struct_field(parts, name)
    filled = pc.if_else(pc.equal(found, ""), "0", found)
    return np.asarray(pc.fill_null(filled, "0").cast(pa.int64()))


def _thousandths(parts: pa.StructArray) -> np.ndarray:
    digits = pc.utf8_rpad(pc.fill_null(pc.utf8_slice_codeunits(pc.struct_field(parts, "f"), 1), ""), 3, "0")
    return np.asarray(pc.utf8_slice_codeunits(digits, 0, 3).cast(pa.int64()))


def _offset(parts: pa.StructArray) -> tuple[np.ndarray, np.ndarray]:
    """Seconds east of UTC, and which values say a zone."""
    zone = pc.fill_null(pc.struct_field(parts, "z"), "")
    zoned = np.asarray(pc.not_equal(zone, ""))
    signed = pc.extract_regex(zone, r"^(?P<s>[+-])(?P<h>\d{2}):?(?P<m>\d{2})?$")
    minus = np.asarray(pc.fill_null(pc.equal(pc.struct_field(signed, "s"), "-"), False))  # noqa: FBT003
    seconds = _number(signed, "h") * 3600 + _number(signed, "m") * 60
    return np.where(minus, -seconds, seconds), zoned


def _filled(values: pa.Array) -> pa.Array:
    """Empty texts are no values."""
    return pc.if_else(pc.equal(values, ""), None, values)


READERS: dict[Kind, Callable[[pa.Array, pa.Array, str, Account], pa.Array]] = {
    Kind.STRING: texts,
    Kind.BOOLEAN: booleans,
    Kind.INTEGER: integers,
    Kind.NUMBER: numbers,
    Kind.DATE: dates,
    Kind.INSTANT: instants,
}
