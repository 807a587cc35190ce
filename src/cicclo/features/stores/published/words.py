"""Conditions on one column of words: asked once of each distinct word, and remembered."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cicclo.features.model import Kind
from cicclo.features.stores.published.columns import Column
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.ogc.cql2 import evaluate, strings
from cicclo.ogc.cql2.classes import names
from cicclo.ogc.cql2.model import Call, Expression, Name

REMEMBERED = 8  # conditions of a snapshot: one byte per distinct word each
ASKED_NEVER, NO, YES, UNKNOWN = -1, 0, 1, 2
_VERDICTS = {False: NO, True: YES, None: UNKNOWN}


def about(node: Call, snapshot: Snapshot) -> Column | None:
    """The column of words that a condition on nothing else is about."""
    used = set(names(node))
    if len(used) != 1 or node.op.startswith("a_"):
        return None
    column = snapshot.columns.get(used.pop())
    return column if column is not None and column.kind is Kind.STRING else None


def verdicts(node: Call, column: Column, snapshot: Snapshot) -> Callable[[np.ndarray], np.ndarray]:
    """Return what tells NO, YES or UNKNOWN for each row."""
    known, ask = _remembered(node, column, snapshot), _question(node, column.name)
    words = column.words

    def run(rows: np.ndarray) -> np.ndarray:
        ranks = column.values[rows]
        found = known[ranks]
        new = ranks[found == ASKED_NEVER]
        if len(new):
            new = np.unique(new)
            known[new] = [_VERDICTS[ask(words[i].decode() if i >= 0 else None)] for i in new.tolist()]
            found = known[ranks]
        return np.asarray(found)

    return run


def _remembered(node: Call, column: Column, snapshot: Snapshot) -> np.ndarray:
    """Verdicts by rank; the last place is that of null, whose rank is -1."""
    held, key = snapshot.verdicts, repr(node)
    if key in held:
        held.move_to_end(key)
    else:
        held[key] = np.full(len(column.words) + 1, ASKED_NEVER, np.int8)
        if len(held) > REMEMBERED:
            held.popitem(last=False)
    return held[key]


def _question(node: Call, name: str) -> Callable[[str | None], Any]:
    """The condition as a function of a word: a short one for what is asked most."""
    match node:
        case Call("like", (subject, str() as pattern)):
            return _short(_folding(subject), strings.like(pattern).fullmatch) or _long(node, name)
        case Call("=", (subject, wanted)) if isinstance(text := _text(wanted), str):
            return _short(_folding(subject), text.__eq__) or _long(node, name)
    return _long(node, name)


def _text(node: Expression) -> Any:
    """What a node that names no property is worth; None for another."""
    return None if set(names(node)) else evaluate.value(node, {})


def _short(
    fold: Callable[[str], str] | None, test: Callable[[str], Any]
) -> Callable[[str | None], Any] | None:
    if fold is None:
        return None
    return lambda word: None if word is None else bool(test(fold(word)))


def _long(node: Call, name: str) -> Callable[[str | None], Any]:
    ask = evaluate.ready(node)
    return lambda word: ask({name: word})


def _folding(node: Expression) -> Callable[[str], str] | None:
    match node:
        case Name():
            return str
        case Call("casei" | "accenti" as op, (inner,)):
            within = _folding(inner)
            return None if within is None else _folded(strings.casei if op == "casei" else _accenti, within)
    return None


def _folded(fold: Callable[[str], str], within: Callable[[str], str]) -> Callable[[str], str]:
    return lambda word: fold(within(word))


def _accenti(word: str) -> str:
    return word if word.isascii() else strings.accenti(word)
