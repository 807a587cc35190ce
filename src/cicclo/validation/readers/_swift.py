"""Rows of a worksheet written as spreadsheets write them, read by pattern: three times faster than through a tree.

A row is read so only when it is proven to be of the plain form (each `<c ` starts a match, no entity, no text of its
own); any other row goes through the XML parser. What is not rows at all is left to the caller: `Odd` is raised.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, Any

from lxml import etree

from cicclo.validation.model import Cell

CHUNK = 1 << 20
LONGEST = 64 << 20
START = re.compile(rb"<sheetData\s*>")
EMPTY = re.compile(rb"\s*(?:<row [^>]*/>\s*)*")
ROW = re.compile(rb'<row r="([0-9]+)"[^>]*>')
CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]+"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?'
    rb"(?:/>|>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?(?:<v>([^<&]*)</v>|<v ?/>)?</c>"
    rb'|><is><t(?: xml:space="preserve")?>([^<&\r]*(?:&(?:amp|lt|gt|quot|apos);[^<&\r]*)*)</t></is></c>)'
)
PLAIN = frozenset((b"", b"n", b"s", b"b", b"str", b"e"))
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'

Show = Callable[[str], Cell]


class Odd(Exception):
    """The sheet is not written the usual way (name spaces with a prefix, another encoding)."""


class Swift:
    """`tree` reads a row's element, `shows` the number formats by style, `place` the index of a column's letters."""

    def __init__(
        self, strings: list[str], shows: list[Show], tree: Callable[[Any], list[Cell]], letters: list[str]
    ) -> None:
        self.strings, self.tree = strings, tree
        self.letters = [*(name.encode() for name in letters[:-1]), b""]  # past the last column, nothing fits
        self.places = {name: place for place, name in enumerate(self.letters[:-1])}
        self.shows = {b"%d" % style: show for style, show in enumerate(shows)} | {b"": shows[0]}

    def rows(self, stream: IO[bytes]) -> Iterator[tuple[int, list[Cell]]]:
        """Raise Odd before the first row, or where the sheet stops being written the usual way."""
        for piece in _pieces(stream):
            head = ROW.match(piece, EMPTY.match(piece).end())  # type: ignore[union-attr]  # it matches nothing, too
            if head is None:
                raise Odd
            body = piece[head.end() :]
            cells = self._plain(body)
            yield int(head[1]), self._parsed(piece[head.start() :]) if cells is None else cells

    def _plain(self, body: bytes) -> list[Cell] | None:
        """None when the row needs the XML parser."""
        found = CELL.findall(body)
        if len(found) != body.count(b"<c"):
            return None
        cells: list[Cell] = []
        strings, shows, letters = self.strings, self.shows, self.letters
        for name, style, kind, text, inline in found:
            if name != letters[len(cells)]:
                missing = self.places.get(name, -1) - len(cells)
                if missing < 0:
                    return None
                cells.extend([None] * missing)
            if kind == b"inlineStr":
                if text:
                    return None
                cells.append((inline.decode() if b"&" not in inline else _plainly(inline)) or None)
            elif inline:
                return None
            elif not text:
                cells.append(None)
            elif kind == b"s":
                cells.append(strings[int(text)])
            elif not kind or kind == b"n":
                cells.append(shows[style](text.decode()))
            elif kind == b"b":
                cells.append(text != b"0")
            elif kind in PLAIN:
                cells.append(text.decode())
            else:
                return None
        return cells

    def _parsed(self, row: bytes) -> list[Cell]:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return self.tree(etree.fromstring(MAIN + row + b"</row></sheetData></worksheet>", parser)[0][0])


def _plainly(inline: bytes) -> str:
    """Return a text without the five entities that XML has of its own."""
    text = inline.decode()
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """Each row without its end tag, with the empty rows before it."""
    pending = stream.read(CHUNK)
    start = START.search(pending)
    if start is None:
        raise Odd
    pending = pending[start.end() :]
    while True:
        *pieces, pending = pending.split(b"</row>")
        yield from pieces
        if b"</sheetData>" in pending:
            return
        chunk = stream.read(CHUNK)
        if not chunk or len(pending) > LONGEST:
            raise Odd
        pending += chunk
