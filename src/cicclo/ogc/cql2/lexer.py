"""CQL2 text → tokens (rules of the lower half of cql2.bnf)."""

import re
from dataclasses import dataclass

from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.cql2 import limits, literals

_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_START = (
    ":_A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1ffe\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PART = f"{_START}.0-9\u0300-\u036f\u203f\u2040"
IDENTIFIER = re.compile(f"[{_START}][{_PART}]*")
_TOKEN = re.compile(
    rf"[{_SPACE}]*(?:"
    rf"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    rf"|(?P<name>(?![{_SPACE}])[{_START}][{_PART}]*)"
    rf"|(?P<string>'(?:''|\\'|[^'])*+')"
    rf'|(?P<quoted>"(?:""|[^"])*+")'
    rf"|(?P<symbol><[{_SPACE}]*>|[<>][{_SPACE}]*=|[-=<>()+*/%^,])"
    rf"|(?P<end>\Z))"
)
_ESCAPED = re.compile(r"''|\\'")
_SPACES = re.compile(f"[{_SPACE}]*")

RESERVED = frozenset(
    "AND OR NOT LIKE BETWEEN IN IS NULL TRUE FALSE DIV".split()  # noqa: SIM905 - as the grammar lists them
)


@dataclass(frozen=True, slots=True)
class Token:
    """`value`: what a string or a quoted name holds, else as written. `word`: a name in capitals, else a symbol."""

    kind: str
    value: str
    word: str
    position: int  # from 1


def tokens(text: str) -> list[Token]:
    """End with a token of kind `end`. Raise BadInput at the first character that starts none."""
    if len(text) > limits.LENGTH:
        raise limits.too_much("caractères", "characters", limits.LENGTH)
    result: list[Token] = []
    at = 0
    while not result or result[-1].kind != "end":
        found = _TOKEN.match(text, at)
        if found is None:
            raise _stray(text, at)
        result.append(_token(found))
        at = found.end()
    return result


def _token(found: re.Match[str]) -> Token:
    kind = found.lastgroup or "end"
    raw, position = found[kind], found.start(kind) + 1
    if kind == "string":
        return Token(kind, literals.string(_ESCAPED.sub("'", raw[1:-1]), position), "", position)
    if kind == "quoted":
        return Token(kind, _quoted(raw, position), "", position)
    if kind == "symbol":
        return Token(kind, raw, raw[0] + raw[-1] if len(raw) > 1 else raw, position)
    return Token(kind, raw, raw.upper() if kind == "name" else "", position)


def _quoted(raw: str, position: int) -> str:
    """A name between quotes may hold anything: columns of files do."""
    name = literals.string(raw[1:-1].replace('""', '"'), position)
    if not name:
        raise limits.bad("nom vide", "empty name", position=position)
    return name


def _stray(text: str, at: int) -> Exception:
    spaces = _SPACES.match(text, at)
    at = spaces.end() if spaces else at
    remedy = NOTHING
    if text[at] in "'\"":
        remedy = Text(
            f"fermer par {text[at]} ; doubler celui qui est dans la valeur",
            f"close it with {text[at]}; double the one inside the value",
        )
        return limits.bad("guillemet jamais fermé", "quote never closed", position=at + 1, remedy=remedy)
    shown = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
    return limits.bad(
        f"caractère inattendu « {shown} »", f"unexpected character “{shown}”", position=at + 1, remedy=remedy
    )
