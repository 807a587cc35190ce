"""Walk a type from a position: page after page, each one tied to the one before it by the feature they share.

Positions alone are not enough: between two requests features come and go, and some services have no fixed order.
Each page therefore starts one feature early, on the last one given; when that is another feature, it is looked for.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from cicclo.features.model import Box
from cicclo.features.stores import _keyset
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.reading import Features
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

_AROUND = 500  # how far a feature is looked for, on either side


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked: a type, or what of it meets a box or passes a filter (Filter Encoding)."""

    type: Type
    box: Box | None = None
    filter: str = ""

    async def features(self, start: int, count: int) -> Features:
        more = {"FILTER": self.filter} if self.filter else {}
        return await self.type.features(start=start, count=count, box=self.box, more=more)


async def pages(walk: Walk, position: int, last: str, size: int) -> AsyncIterator[tuple[int, Features]]:
    """Yield features with the position of the first; `last` is the identifier just before `position`, if any.

    Ends when the service has no more. A service may give fewer than it is asked for: an empty page alone ends.
    """
    if last:
        position = await _found(walk, position, last)
    while True:
        # one early, to see that the order held
        early = 1 if last else 0
        page = await walk.features(position - early, size + early)
        if early and (not page.ids or page.ids[0] != last):
            position = await _found(walk, position, last)
            page = await walk.features(position - 1, size + 1)
            if not page.ids or page.ids[0] != last:
                raise _unstable(walk.type)
        fresh = _after(page, early)
        if not len(fresh):
            return
        if len(set(fresh.ids)) < len(fresh):
            raise _unstable(walk.type)
        yield position, fresh
        position += len(fresh)
        last = fresh.ids[-1]


async def _found(walk: Walk, position: int, last: str) -> int:
    """The position after the feature `last`, near where it was; raise BadInput when it is gone."""
    here = await walk.features(position - 1, 1)
    if here.ids == [last]:
        return position
    start = max(0, position - _AROUND)
    around = await walk.features(start, 2 * _AROUND)
    if last not in around.ids:
        raise _keyset.stale()
    return start + around.ids.index(last) + 1


def _after(page: Features, first: int) -> Features:
    values = {name: column[first:] for name, column in page.values.items()}
    return Features(page.ids[first:], values, page.shapes[first:], page.matched)


def _unstable(type_: Type) -> Unavailable:
    return Unavailable(
        Text(
            "le service WFS ne garde pas l'ordre de ses objets d'une page à l'autre",
            "the WFS does not keep the order of its features from one page to the next",
        ),
        at=type_.about.name,
        remedy=Text("publier un fichier exporté du service", "publish a file exported from the service"),
    )
