"""Walk a type from a position: page after page, each one tied to the one before it by the feature they share.

Positions alone are not enough: between two requests features come and go, and some services have no fixed order.
Each page therefore starts one feature early, on the last one given; when that is another feature, it is looked for.
"""

from collections.abc import AsyncIterator

from cicclo.features.model import Box
from cicclo.features.stores import _keyset
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.reading import Features
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

_AROUND = 500  # how far a feature is looked for, on either side


async def pages(
    type_: Type, position: int, last: str, box: Box | None, size: int
) -> AsyncIterator[tuple[int, Features]]:
    """Yield features with the position of the first; `last` is the identifier just before `position`, if any.

    Ends when the service has no more. A service may give fewer than it is asked for: an empty page alone ends.
    """
    if last:
        position = await _found(type_, position, last, box)
    while True:
        # one early, to see that the order held
        early = 1 if last else 0
        page = await type_.features(start=position - early, count=size + early, box=box)
        if early and (not page.ids or page.ids[0] != last):
            position = await _found(type_, position, last, box)
            page = await type_.features(start=position - 1, count=size + 1, box=box)
            if not page.ids or page.ids[0] != last:
                raise _unstable(type_)
        fresh = _after(page, early)
        if not len(fresh):
            return
        if len(set(fresh.ids)) < len(fresh):
            raise _unstable(type_)
        yield position, fresh
        position += len(fresh)
        last = fresh.ids[-1]


async def _found(type_: Type, position: int, last: str, box: Box | None) -> int:
    """The position after the feature `last`, near where it was; raise BadInput when it is gone."""
    here = await type_.features(start=position - 1, count=1, box=box)
    if here.ids == [last]:
        return position
    start = max(0, position - _AROUND)
    around = await type_.features(start=start, count=2 * _AROUND, box=box)
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
