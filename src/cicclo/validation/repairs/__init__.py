"""One file adds one repair that `--fix` may apply; a cause that has a repair proposes exactly what the repair would do.

A repair of values only *proposes* a text; the proposal counts when the exact reader accepts it, never otherwise. What is
right is never touched. `rank` says which proposal is tried first.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import Text
from cicclo.validation.model import Dialect, Field

Mend = Callable[[Field, str], str | None]


@dataclass(frozen=True, slots=True)
class Repair:
    """`title` names it; `one` and `many` end the sentence “value(s) of X …”; `remedy` says what to change.

    `mend` proposes a text for a value that is not accepted. `doubt` tells a value which shows that the column is not
    written as the repair supposes (a month that would be 25): the repair then leaves the whole column alone.
    """

    name: str
    rank: int
    title: Text
    one: Text
    many: Text
    remedy: Text
    mend: Mend
    doubt: Callable[[Field, str], bool] | None = None


@dataclass(frozen=True, slots=True)
class FileRepair:
    """What is mended by writing the file again: `seen` gives before and after when the file has the defect."""

    name: str
    title: Text
    seen: Callable[[Dialect], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class HeaderRepair:
    """`mend` proposes, for a column that no field has the name of, the name of one of the fields that are absent."""

    name: str
    title: Text
    mend: Callable[[str, list[str]], str | None]


AnyRepair = Repair | FileRepair | HeaderRepair
REPAIRS: Registry[AnyRepair] = Registry("cicclo.validation.repairs", name=lambda repair: repair.name)


def of_values() -> list[Repair]:
    """Return the repairs of values, in the order they are tried."""
    found = [repair for repair in REPAIRS.values() if isinstance(repair, Repair)]
    return sorted(found, key=lambda repair: repair.rank)
