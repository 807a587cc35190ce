"""Geometries of a table: there, of the type asked, valid, where their reference system and the document say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from cicclo.validation.documents.document import Document
from cicclo.validation.documents.model import Column
from cicclo.validation.documents.tables import Rows
from cicclo.validation.geo import srs
from cicclo.validation.geo.rule import first_position
from cicclo.validation.geo.rules.kind import NAMES
from cicclo.validation.geo.threads import spread
from cicclo.validation.model import Fault

_PLACE = re.compile(r"\[(\S+) (\S+?)\]?$")
FORGIVEN = 10.0
"""Metres around the document's footprint (IGN's own buffer)."""


@dataclass(frozen=True, slots=True)
class Geometries:
    """The geometries of some rows, against the column of the model that they fill."""

    document: Document
    rows: Rows
    column: Column
    where: str

    def judge(self) -> Iterator[Fault]:
        shapes = self._shapes
        unreadable = self.rows.unreadable
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        valid = spread(shapely.is_valid, shapes)
        typed = _typed(shapes, self.column)
        inside, covered = _inside(self.document.srs, shapes), _covered(self.document, shapes)
        for rank in np.flatnonzero(~(there & valid & typed & inside & covered)):
            index = int(rank)
            if not there[index]:
                yield from self._absent(index, unreadable=unreadable is not None and bool(unreadable[index]))
                continue
            if not typed[index]:
                found = NAMES.get(int(shapely.get_type_id(shapes[index])), "?")
                yield from self._fault(
                    index, "ATTRIBUTE_INVALID_FORMAT", {"expected": self.column.type, "found": found}
                )
            if not valid[index]:
                yield from self._invalid(index)
            if not inside[index]:
                yield from self._fault(
                    index, "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT", {"srs": self.document.srs}
                )
            if not covered[index]:
                yield from self._fault(index, "CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR")

    @property
    def _shapes(self) -> Any:
        return self.rows.geometries

    def _absent(self, index: int, *, unreadable: bool) -> Iterator[Fault]:
        if unreadable:
            yield from self._fault(index, "ATTRIBUTE_GEOMETRY_INVALID_FORMAT")
        elif self.column.required:
            yield from self._fault(index, "ATTRIBUTE_UNEXPECTED_NULL")

    def _invalid(self, index: int) -> Iterator[Fault]:
        said = str(shapely.is_valid_reason(self._shapes[index]))
        place = _PLACE.search(said)
        at = (float(place[1]), float(place[2])) if place else None
        facts = {"reason": said.partition("[")[0].strip(), **({"x": at[0], "y": at[1]} if at else {})}
        yield from self._fault(index, "ATTRIBUTE_GEOMETRY_INVALID", facts, at)

    def _fault(
        self,
        index: int,
        code: str,
        facts: Mapping[str, Any] | None = None,
        at: tuple[float, float] | None = None,
    ) -> Iterator[Fault]:
        at = at or first_position(self._shapes[index])
        feature = self.rows.ids[index]
        yield from self.document.fault(
            code,
            f"{self.where}/{feature}",
            row=self.rows.number + index,
            column=self.column.name,
            key=str(feature),
            point=srs.point(self.document.srs, *at) if at and np.isfinite(at).all() else None,
            facts=facts,
        )


def _typed(geometries: Any, column: Column) -> Any:
    """Return where the type is the one asked; a single geometry does for a multiple one."""
    if column.type == "Geometry":
        return np.ones(len(geometries), dtype=np.bool_)
    wanted = {column.type, column.type.removeprefix("Multi")}
    # a shapefile does not tell one polygon from several: the model's `Polygon` takes both
    wanted |= {f"Multi{column.type}"} if column.type in {"Polygon", "LineString"} else set()
    allowed = [code for code, name in NAMES.items() if name in wanted]
    return np.isin(shapely.get_type_id(geometries), [*allowed, -1])


def _inside(system: str, geometries: Any) -> Any:
    boxes = srs.domain(system)
    bounds = shapely.bounds(geometries)
    xs, ys = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    return (
        srs.within(boxes, xs, ys) | ~np.isfinite(xs + ys)
        if boxes
        else np.ones(len(geometries), dtype=np.bool_)
    )


def _covered(document: Document, geometries: Any) -> Any:
    if document.footprint is None:
        return np.ones(len(geometries), dtype=np.bool_)
    # what is not valid cannot be compared: its own fault is told
    return shapely.covers(document.footprint, geometries) | ~shapely.is_valid(geometries)
