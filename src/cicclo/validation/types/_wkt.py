"""Well-known text (OGC 06-103r4, section 7.2), as frictionless reads it: what follows the geometry is not looked at."""

import re
from collections.abc import Callable

TOKEN = re.compile(
    r"\s*([A-Z]+(?![A-Za-z0-9_])|[(),]|[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
)
DEEPEST = 100
"""Collections within collections; beyond this a text is not a geometry but an attack."""


class _Unfit(Exception):
    """The text is not a geometry."""


class _Scanner:
    """Tokens of a text, read when they are asked for: what is after the geometry is never read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def peek(self) -> str:
        found = TOKEN.match(self.text, self.place)
        return found.group(1) if found else ""

    def take(self) -> str:
        found = TOKEN.match(self.text, self.place)
        if not found:
            raise _Unfit
        self.place = found.end()
        return found.group(1)

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise _Unfit

    def number(self) -> bool:
        """Take a number if there is one."""
        token = self.peek()
        if not token or token[0] not in "+-.0123456789":
            return False
        self.take()
        return True


Part = Callable[[_Scanner, int], None]


def _several(part: Part) -> Part:
    """`EMPTY`, or parts between parentheses with commas."""

    def read(scan: _Scanner, depth: int) -> None:
        if scan.peek() == "EMPTY":
            scan.take()
            return
        scan.expect("(")
        part(scan, depth)
        while scan.peek() == ",":
            scan.take()
            part(scan, depth)
        scan.expect(")")

    return read


def _one(part: Part) -> Part:
    """`EMPTY`, or one part between parentheses."""

    def read(scan: _Scanner, depth: int) -> None:
        if scan.peek() == "EMPTY":
            scan.take()
            return
        scan.expect("(")
        part(scan, depth)
        scan.expect(")")

    return read


def _position(scan: _Scanner, _depth: int) -> None:
    if not (scan.number() and scan.number()):
        raise _Unfit
    if scan.number():
        scan.number()


def _or(named: tuple[str, ...], bare: Part) -> Part:
    """One of the named geometries, else the bare text of the usual one."""

    def read(scan: _Scanner, depth: int) -> None:
        name = scan.peek()
        if name in named:
            scan.take()
            _dimensions(scan, name)
            TEXTS[name](scan, depth)
        else:
            bare(scan, depth)

    return read


def _dimensions(scan: _Scanner, name: str) -> None:
    if scan.peek() in ("ZM", "Z", "M") and name:
        scan.take()


def _geometry(scan: _Scanner, depth: int) -> None:
    name = scan.take()
    if name not in TEXTS or depth > DEEPEST:
        raise _Unfit
    _dimensions(scan, name)
    TEXTS[name](scan, depth + 1)


_line = _several(_position)
_polygon = _several(_line)
_single = _or(("CIRCULARSTRING",), _line)
_curve = _or(("CIRCULARSTRING", "COMPOUNDCURVE"), _line)


def _surface(scan: _Scanner, depth: int) -> None:
    if scan.peek() == "CURVEPOLYGON":
        scan.take()
        TEXTS["CURVEPOLYGON"](scan, depth)
    else:
        _polygon(scan, depth)


TEXTS: dict[str, Part] = {
    "POINT": _one(_position),
    "LINESTRING": _line,
    "CIRCULARSTRING": _line,
    "COMPOUNDCURVE": _several(_single),
    "CURVEPOLYGON": _several(_curve),
    "POLYGON": _polygon,
    "TRIANGLE": _one(_line),
    "MULTIPOINT": _several(_one(_position)),
    "MULTICURVE": _several(_curve),
    "MULTILINESTRING": _several(_line),
    "MULTISURFACE": _several(_surface),
    "MULTIPOLYGON": _several(_polygon),
    "POLYHEDRALSURFACE": _several(_polygon),
    "TIN": _several(_one(_line)),
    "GEOMETRYCOLLECTION": _several(_geometry),
}


def is_wkt(text: str) -> bool:
    """Tell whether `text` begins with a geometry."""
    try:
        _geometry(_Scanner(text), 0)
    except _Unfit:
        return False
    return True
