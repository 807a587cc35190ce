"""How one type of one service is asked: in which format, CRS and order of axes, and whether it pages honestly.

Nothing of this is believed because a document says so: a few features are asked for, and looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyarrow as pa
import shapely
from pyproj import Transformer
from pyproj.exceptions import ProjError

from cicclo.features.model import Box, Kind
from cicclo.features.stores._wfs import filters, reading, schema
from cicclo.features.stores._wfs.capabilities import FeatureType, Service
from cicclo.features.stores._wfs.reading import Features
from cicclo.features.stores._wfs.remote import Refused, Remote
from cicclo.features.stores._wfs.schema import Schema
from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss
from cicclo.ogc.cql2.model import Call, Name
from cicclo.ogc.crs import CRS84

_SAMPLE = 4
_SLACK = 0.05  # of the extent's size: boxes of capabilities are rounded, or a little old


@dataclass(frozen=True, slots=True)
class Type:
    """A type, and the habits of its service.

    `storage` is the CRS of coordinates once in traditional order; `swapped`: they come the other way round.
    `pages`: startIndex and count are obeyed. `box` tells how to write a box: `written` (as the CRS is written),
    `swapped`, or empty when boxes do not work. `by_id` is the parameter that finds one feature, or empty.
    `filters`: simple comparisons are understood.
    """

    remote: Remote
    service: Service
    about: FeatureType
    schema: Schema
    json: bool = False
    storage: str = CRS84
    swapped: bool = False
    pages: bool = False
    box: str = ""
    by_id: str = ""
    filters: bool = False
    sort: str = ""
    count: int | None = None

    async def features(
        self,
        start: int | None = None,
        count: int | None = None,
        box: Box | None = None,
        more: Mapping[str, str] = MappingProxyType({}),
    ) -> Features:
        """Features as they come, coordinates in traditional order. `box` is in the storage CRS."""
        asked = self._asking(more)
        if count is not None:
            asked["COUNT" if self.service.is_2 else "MAXFEATURES"] = str(count)
        if start:
            asked["STARTINDEX"] = str(start)
        if self.sort:
            asked["SORTBY"] = self.sort
        if box is not None:
            asked["BBOX"] = self._box(box)
        if self.json:
            asked["OUTPUTFORMAT"] = self.service.json
        found = reading.read(await self.remote.ask(asked), json=self.json)
        return replace(found, shapes=_exchanged(found.shapes)) if self.swapped else found

    def batch(self, found: Features) -> pa.RecordBatch:
        return reading.batch(found, self.schema, found.shapes)

    async def hits(self) -> int | None:
        """How many there are; None when the service does not tell. No count is sent: some count only that far."""
        try:
            return reading.hits(await self.remote.ask(self._asking({"RESULTTYPE": "hits"})))
        except Unavailable:
            return None

    def _asking(self, more: Mapping[str, str]) -> dict[str, str]:
        names = "TYPENAMES" if self.service.is_2 else "TYPENAME"
        asked = {
            "SERVICE": "WFS",
            "VERSION": self.service.version,
            "REQUEST": "GetFeature",
            names: self.about.name,
        }
        if self.about.crs:
            asked["SRSNAME"] = self.about.crs
        return {**asked, **more}

    def _box(self, box: Box) -> str:
        corners = (box[1], box[0], box[3], box[2]) if self.box == "swapped" else box
        written = ",".join(repr(float(each)) for each in corners)
        return f"{written},{self.about.crs}" if self.about.crs else written


async def learn(remote: Remote, service: Service, about: FeatureType) -> Type:
    """Find the habits of a type, with half a dozen small requests."""
    names = "TYPENAMES" if service.is_2 else "TYPENAME"
    described = {
        "SERVICE": "WFS",
        "VERSION": service.version,
        "REQUEST": "DescribeFeatureType",
        names: about.name,
    }
    if service.is_2:
        described["TYPENAME"] = about.name  # 2.0 renamed it for features; some look for it here, some there
    known = schema.read(await remote.ask(described), about.name)
    plain = Type(remote, service, about, known)
    plain = replace(plain, count=await plain.hits())
    seen = await _sample(plain)
    if seen is None:
        return plain
    chosen, sample = seen
    chosen = _placed(chosen, sample)
    if chosen.swapped:
        sample = replace(sample, shapes=_exchanged(sample.shapes))
    chosen = await _paging(chosen, sample)
    chosen = replace(chosen, by_id=await _identified(chosen, sample))
    chosen = replace(chosen, filters=await _filtered(chosen, sample))
    if chosen.filters and await _nowhere(chosen):
        return chosen  # boxes must find features without geometry too, and a WFS's do not
    return replace(chosen, box=await _boxed(chosen, sample))


async def _sample(plain: Type) -> tuple[Type, Features] | None:
    """JSON when it is offered, reads, and has identifiers; else GML; None for an empty type."""
    if plain.service.json:
        try:
            found = await replace(plain, json=True).features(count=_SAMPLE)
        except Unavailable:
            found = None
        if found and len(found) and all(found.ids):
            return replace(plain, json=True), found
    found = await plain.features(count=_SAMPLE)
    if len(found) and not all(found.ids):
        raise Unavailable(
            Text(
                "les objets du service WFS n'ont pas d'identifiant",
                "the features of the WFS have no identifier",
            ),
            at=plain.about.name,
            remedy=Text("publier un fichier exporté du service", "publish a file exported from the service"),
        )
    return (plain, found) if len(found) else None


def _placed(chosen: Type, sample: Features) -> Type:
    """Decide the CRS and the order of axes by where the features fall; by the rules when nothing tells."""
    default = crss.uri(chosen.about.crs) or CRS84
    storage = CRS84 if crss.code(default) in ("EPSG:4326", "OGC:CRS84") else default
    formal = crss.form(chosen.about.crs) in ("urn", "uri") and crss.northing_first(default)
    likely = (storage, formal and not chosen.json)
    bounds = shapely.total_bounds(sample.shapes)
    if chosen.about.box is not None and np.isfinite(bounds).all():
        for storage_, swapped in dict.fromkeys(
            (likely, (storage, not likely[1]), (CRS84, False), (CRS84, True))
        ):
            if _falls(bounds, storage_, chosen.about.box, swapped=swapped):
                return replace(chosen, storage=storage_, swapped=swapped)
    return replace(chosen, storage=likely[0], swapped=likely[1])


def _falls(bounds: Sequence[float], storage: str, box: Box, *, swapped: bool) -> bool:
    """Whether coordinates read so are within the box that the service announces."""
    west, south, east, north = (bounds[1], bounds[0], bounds[3], bounds[2]) if swapped else bounds
    try:
        to = Transformer.from_crs(crss.read(storage), "OGC:CRS84", always_xy=True)
        found = to.transform_bounds(west, south, east, north)
    except ProjError:
        return False
    wide, high = max(box[2] - box[0], 0.01) * _SLACK, max(box[3] - box[1], 0.01) * _SLACK
    return bool(
        found[0] >= box[0] - wide
        and found[1] >= box[1] - high
        and found[2] <= box[2] + wide
        and found[3] <= box[3] + high
    )


async def _paging(chosen: Type, sample: Features) -> Type:
    """Whether the second page starts where the first ended, as it is or sorted by a property."""
    for sort in ("", *_sortable(chosen)):
        tried = replace(chosen, sort=sort)
        try:
            if await _follows(tried, await tried.features(count=_SAMPLE) if sort else sample):
                return replace(tried, pages=True)
        except Unavailable:
            continue
    return chosen


async def _follows(chosen: Type, first: Features) -> bool:
    if len(first) > _SAMPLE:
        return False
    if len(first) < 2:
        return True
    then = await chosen.features(start=1, count=2)
    return then.ids == first.ids[1:3]


def _sortable(chosen: Type) -> Sequence[str]:
    """The property most likely to be a key."""
    return chosen.schema.names[:1]


async def _identified(chosen: Type, sample: Features) -> str:
    wanted = sample.ids[-1]
    for name in ("RESOURCEID", "FEATUREID") if chosen.service.is_2 else ("FEATUREID",):
        try:
            found = await replace(chosen, sort="").features(more={name: wanted})
        except Unavailable:
            continue
        if found.ids == [wanted]:
            return name
    return ""


async def _filtered(chosen: Type, sample: Features) -> bool:
    """Whether equality selects: the feature that has a value comes, and only such features come."""
    rows = chosen.batch(sample)
    for each in chosen.schema.properties:
        values = rows.column(each.name).to_pylist()
        if each.kind is not Kind.STRING or not values[-1]:
            continue
        written = filters.write(
            Call("=", (Name(each.name), values[-1])), chosen.schema, is_2=chosen.service.is_2
        )
        try:
            found = await chosen.features(count=_SAMPLE * 25, more={"FILTER": written})
        except Unavailable:
            return False
        got = chosen.batch(found).column(each.name).to_pylist()
        return bool(got) and set(got) == {values[-1]}
    return False


async def _nowhere(chosen: Type) -> bool:
    """Whether some features are known to have no geometry."""
    if not chosen.schema.geometry:
        return True
    written = filters.missing(chosen.schema.geometry, is_2=chosen.service.is_2)
    try:
        found = await chosen.features(count=1, more={"FILTER": written})
    except Unavailable:
        return False
    return any(each is None for each in found.shapes)


async def _boxed(chosen: Type, sample: Features) -> str:
    """How a box must be written for the service to find a feature that is in it, and not all of them."""
    shape = next((each for each in sample.shapes if each is not None), None)
    if shape is None:
        return ""
    west, south, east, north = (float(each) for each in shape.bounds)
    margin = max(east - west, north - south, 1e-6) * 1e-3
    box = (west - margin, south - margin, east + margin, north + margin)
    wanted = sample.ids[list(sample.shapes).index(shape)]
    first = (
        "swapped"
        if crss.form(chosen.about.crs) in ("urn", "uri") and crss.northing_first(chosen.about.crs)
        else "written"
    )
    for order in (first, "written" if first == "swapped" else "swapped"):
        tried = replace(chosen, box=order)
        try:
            found = await tried.features(count=_SAMPLE * 25, box=box)
        except (Refused, Unavailable):
            continue
        if wanted in found.ids and _near(found, box):
            return order
    return ""


def _near(found: Features, box: Box) -> bool:
    """Whether what was found meets the box: a service that ignores boxes gives anything."""
    bounds = shapely.bounds(found.shapes)
    inside = (
        (bounds[:, 0] <= box[2])
        & (bounds[:, 2] >= box[0])
        & (bounds[:, 1] <= box[3])
        & (bounds[:, 3] >= box[1])
    )
    return bool(inside.all())


def _exchanged(shapes: np.ndarray) -> np.ndarray:
    """Shapes with their first two coordinates the other way round."""
    flipped: np.ndarray = shapely.transform(shapes, lambda x, y: (y, x), interleaved=False)
    high = shapely.has_z(shapes)
    if high.any():
        flipped[high] = shapely.transform(
            shapes[high], lambda x, y, z: (y, x, z), include_z=True, interleaved=False
        )
    return flipped
