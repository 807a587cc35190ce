"""Geometries of a batch: read, repaired or refused, all at once (shapely works on whole arrays)."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from cicclo.features.model import Box, GeometryKind
from cicclo.features.reading.account import Account
from cicclo.features.reading.reference_systems import Reference

_KINDS = {
    0: GeometryKind.POINT,
    1: GeometryKind.LINESTRING,
    2: GeometryKind.LINESTRING,
    3: GeometryKind.POLYGON,
    4: GeometryKind.MULTIPOINT,
    5: GeometryKind.MULTILINESTRING,
    6: GeometryKind.MULTIPOLYGON,
    7: GeometryKind.COLLECTION,
}
_TYPES = 16  # more than the types of GEOS, curves included


@dataclass(slots=True)
class Geometries:
    """Cleans batch after batch, and remembers what it saw. Extents are in the storage CRS."""

    reference: Reference
    account: Account
    seen: np.ndarray = field(default_factory=lambda: np.zeros(_TYPES, np.int64))
    has_z: bool = False
    extent: Box | None = None

    def clean(self, wkb: pa.Array, ids: pa.Array) -> tuple[pa.Array, np.ndarray]:
        """Return clean WKB and which rows to keep."""
        shapes, keep, touched = self._parsed(wkb, ids)
        touched |= self._without_measures(shapes, ids)
        empty = shapely.is_empty(shapes)
        self.account.note_rows("geometry-empty", empty, ids)
        shapes[empty] = None
        touched |= bool(empty.any())
        touched |= self._repaired(shapes, keep, ids)
        self._placed(shapes, keep, ids)
        self._remember(shapes[keep])
        if not touched:
            return wkb.cast(pa.binary()), keep
        shapes[~keep] = None
        return pa.array(shapely.to_wkb(shapes, byte_order=1, flavor="iso"), pa.binary()), keep

    def _parsed(self, wkb: pa.Array, ids: pa.Array) -> tuple[np.ndarray, np.ndarray, bool]:
        raw = wkb.to_numpy(zero_copy_only=False)
        shapes = _shapes(raw)
        failed = (shapes == None) & np.asarray(pc.is_valid(wkb))  # noqa: E711 - element by element
        keep = np.ones(len(shapes), bool)
        if not failed.any():
            return shapes, keep, False
        closed = np.full(len(shapes), None, object)
        closed[failed] = _shapes(raw[failed], on_invalid="fix")
        mended = failed & (closed != None)  # noqa: E711
        shapes[mended] = closed[mended]
        self.account.note_rows("geometry-closed", mended, ids)
        keep &= ~(failed & ~mended)
        self.account.note_rows("geometry-unreadable", ~keep, ids, refused=True)
        return shapes, keep, True

    def _without_measures(self, shapes: np.ndarray, ids: pa.Array) -> bool:
        measured = shapely.has_m(shapes)
        if not measured.any():
            return False
        self.account.note_rows("measures-dropped", measured, ids)
        flat = shapely.to_wkb(shapes[measured], output_dimension=3)
        high = shapely.has_z(shapes[measured])
        dropped = np.where(high, shapely.from_wkb(flat), shapely.force_2d(shapes[measured]))
        shapes[measured] = dropped
        return True

    def _repaired(self, shapes: np.ndarray, keep: np.ndarray, ids: pa.Array) -> bool:
        """Repair in place what is invalid; what is not finite, or vanishes when repaired, is refused."""
        wrong = ~shapely.is_valid(shapes) & (shapes != None)  # noqa: E711
        if not wrong.any():
            return False
        rows = np.flatnonzero(wrong)
        broken = np.array([not np.isfinite(shapely.get_coordinates(shapes[row])).all() for row in rows])
        infinite = _mask(rows[broken], len(shapes))
        self.account.note_rows("coordinates-not-finite", infinite, ids, refused=True)
        rows = rows[~broken]
        shapes[rows] = _valid(shapes[rows])
        lost = _mask(rows[shapely.is_empty(shapes[rows])], len(shapes))
        self.account.note_rows("geometry-beyond-repair", lost, ids, refused=True)
        self.account.note_rows("geometry-repaired", _mask(rows, len(shapes)) & ~lost, ids)
        keep &= ~(infinite | lost)
        return True

    def _placed(self, shapes: np.ndarray, keep: np.ndarray, ids: pa.Array) -> None:
        """Refuse coordinates that no place on Earth has, note those far from where the CRS is used."""
        bounds = shapely.bounds(shapes)
        impossible = _outside(bounds, self.reference.possible) & keep
        at = self.reference.name
        self.account.note_rows("coordinates-impossible", impossible, ids, at=at, refused=True)
        keep &= ~impossible
        suspect = _outside(bounds, self.reference.usual) & keep
        self.account.note_rows("coordinates-outside", suspect, ids, at=at)
        self._widen(bounds[keep])

    def _widen(self, bounds: np.ndarray) -> None:
        bounds = bounds[~np.isnan(bounds[:, 0])]
        if not len(bounds):
            return
        if self.extent is not None:
            bounds = np.vstack([bounds, self.extent])
        low, high = bounds[:, :2].min(0), bounds[:, 2:].max(0)
        self.extent = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))

    def _remember(self, shapes: np.ndarray) -> None:
        types = shapely.get_type_id(shapes)
        self.seen += np.bincount(types[types >= 0], minlength=_TYPES)
        self.has_z = self.has_z or bool(shapely.has_z(shapes).any())

    def kind(self) -> GeometryKind:
        """The kind of what was kept; several kinds are noted."""
        found = {_KINDS[int(type_id)]: int(self.seen[type_id]) for type_id in np.flatnonzero(self.seen)}
        if len(found) > 1:
            said = ", ".join(f"{kind} {count}" for kind, count in sorted(found.items()))
            self.account.note("geometry-mixed", sum(found.values()), at=said)
            return GeometryKind.ANY
        return next(iter(found), GeometryKind.NONE)


def _shapes(raw: np.ndarray, on_invalid: str = "ignore") -> np.ndarray:
    """Shapes, None for what cannot be read. One curved surface or TIN makes shapely give up the whole array."""
    try:
        shapes: np.ndarray = shapely.from_wkb(raw, on_invalid=on_invalid)
    except NotImplementedError:
        shapes = np.array([_shape(each, on_invalid) for each in raw], object)
    return shapes


def _shape(raw: bytes | None, on_invalid: str) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(raw, on_invalid=on_invalid)
    except NotImplementedError:
        return None


def _valid(shapes: np.ndarray) -> np.ndarray:
    """Repaired shapes; what was of a multiple type stays so."""
    repaired: np.ndarray = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    types, became = shapely.get_type_id(shapes), shapely.get_type_id(repaired)
    for single, multiple, collect in (
        (1, 5, shapely.multilinestrings),
        (3, 6, shapely.multipolygons),
    ):
        for index in np.flatnonzero((types == multiple) & (became == single)):
            repaired[index] = collect([repaired[index]])
    return repaired


def _mask(rows: np.ndarray, length: int) -> np.ndarray:
    mask = np.zeros(length, bool)
    mask[rows] = True
    return mask


def _outside(bounds: np.ndarray, box: Box) -> np.ndarray:
    """Rows that pass the box; those without bounds do not."""
    with np.errstate(invalid="ignore"):
        low = (bounds[:, 0] < box[0]) | (bounds[:, 1] < box[1])
        passed: np.ndarray = low | (bounds[:, 2] > box[2]) | (bounds[:, 3] > box[3])
    return passed
