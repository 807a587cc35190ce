"""Does the exact reader take this text for this field? Asked by repairs and causes; never decides a verdict."""

from collections.abc import Callable

from cicclo.validation.constraints import compiled
from cicclo.validation.model import Field
from cicclo.validation.types import Unreadable, reader

MOST_REMEMBERED = 65_536


def acceptance(field: Field) -> Callable[[str], bool]:
    """Return the question for one field, its answers remembered."""
    read = reader(field)
    tests = [holds for _constraint, _bound, holds in compiled(field, read)]
    known: dict[str, bool] = {}

    def judge(text: str) -> bool:
        if text in field.missing:
            return not field.required
        try:
            value = read(text)
        except Unreadable:
            return False
        return all(holds(value) for holds in tests)

    def accepts(text: str) -> bool:
        if text not in known:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[text] = judge(text)
        return known[text]

    return accepts
