"""The commune that a feature names is the one where it lies (contours are a file that the user gives)."""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from cicclo.kernel.text import Text
from cicclo.validation.geo import srs
from cicclo.validation.geo.layers import Batch, Layer, only, values
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work, present
from cicclo.validation.geo.sources import unreadable
from cicclo.validation.model import Fault, Notice, Severity

LOCATION = "geodata/commune/location"
KNOWN = "geodata/commune/known"
COLUMNS = (
    "code_insee", "insee_com", "insee", "code_commune", "code_insee_commune", "codgeo", "code_com", "depcom",
    "commune_insee", "cd_insee", "insee_commune", "consolidated_code_commune", "code_commune_insee", "citycode", "code",
)  # fmt: skip
METRES_PER_DEGREE = 111_320.0


class Contours:
    """Communes by code, found by place: an index of their polygons in CRS84."""

    def __init__(self, path: Path, column: str) -> None:
        with only(path) as layer:
            name = column or _guess(layer.fields)
            if name not in layer.fields:
                raise unreadable(
                    Text(
                        "Le fichier de contours n'a pas de colonne de code.",
                        "The contours have no column of codes.",
                    ),
                    path,
                )
            codes, polygons = _read(layer, name)
        self.codes = np.array(codes, dtype=object)
        self.polygons = polygons
        self.known = {code: index for index, code in enumerate(codes)}
        self.tree = shapely.STRtree(polygons)

    def at(self, points: NDArray[np.object_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        left, right = self.tree.query(points, predicate="intersects")
        return left, right


def _read(layer: Layer, column: str) -> tuple[list[str], NDArray[np.object_]]:
    codes: list[str] = []
    polygons: list[NDArray[np.object_]] = []
    for batch in layer.batches([column]):
        kept = np.flatnonzero(present(batch.geometries))
        found = values(batch.attributes.column(column))
        codes += [str(found[index]) for index in kept]
        polygons.append(_in_degrees(layer.srs, batch.geometries[kept]))
    return codes, np.concatenate(polygons) if polygons else np.empty(0, dtype=object)


def _in_degrees(text: str, geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    crs = srs.read(text)
    if crs is None or srs.code(text) == 4326:
        return geometries
    transformer = pyproj.Transformer.from_crs(crs, "OGC:CRS84", always_xy=True)
    return np.asarray(
        shapely.transform(geometries, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
    )


@lru_cache(maxsize=4)
def contours(path: Path, column: str, changed: int) -> Contours:  # noqa: ARG001 - `changed` makes a new file be read
    return Contours(path, column)


def _guess(fields: tuple[str, ...]) -> str:
    lower = {name.lower(): name for name in fields}
    return next((lower[name] for name in COLUMNS if name in lower), "")


class Communes(Watch):
    def __init__(self, work: Work, column: str, path: Path) -> None:
        super().__init__(work)
        self.column = column
        self.contours = contours(path, work.expected.contours_code, path.stat().st_mtime_ns)

    def see(self, batch: Batch) -> Iterator[Fault]:
        codes = [
            None if value is None else str(value).strip()
            for value in values(batch.attributes.column(self.column))
        ]
        kept = np.array(
            [index for index in np.flatnonzero(present(batch.geometries)) if codes[index]], dtype=np.int64
        )
        if not len(kept):
            return
        points = _in_degrees(self.work.layer.srs, shapely.centroid(batch.geometries[kept]))
        here: dict[int, set[str]] = {}
        for point, commune in zip(*self.contours.at(points), strict=True):
            here.setdefault(int(point), set()).add(str(self.contours.codes[commune]))
        for rank, index in enumerate(kept):
            code = str(codes[index])
            if code not in here.get(rank, set()):
                yield from self._judge(batch, int(index), code, points[rank], sorted(here.get(rank, ())))

    def _judge(self, batch: Batch, index: int, code: str, point: Any, found: list[str]) -> Iterator[Fault]:
        """Yield a fault shown at the feature's centre, where its commune was looked for."""
        commune = self.contours.known.get(code)
        facts: dict[str, Any] = {"code": code, "found": found}
        if commune is None:
            # outside the contours nothing can be said of the code
            kind, requirement, severity, wrong = "COMMUNE_UNKNOWN", KNOWN, Severity.WARNING, bool(found)
        else:
            # the feature itself, not its centre: a commune's centre may be in its neighbour
            (shape,) = _in_degrees(self.work.layer.srs, batch.geometries[index : index + 1])
            metres = float(shapely.distance(self.contours.polygons[commune], shape)) * METRES_PER_DEGREE
            facts["distance"] = int(metres)
            kind, requirement, severity = "COMMUNE_MISMATCH", LOCATION, Severity.ERROR
            wrong = metres > self.work.expected.margin
        if wrong:
            fault = self.work.on(
                batch, index, kind, requirement, column=self.column, facts=facts, severity=severity
            )
            yield replace(fault, point=(round(point.x, 7), round(point.y, 7)))


def _watch(work: Work) -> Communes | None:
    path = work.expected.contours
    if path is None or not work.layer.spatial or srs.read(work.layer.srs) is None:
        return None
    column = work.expected.commune or _guess(work.layer.fields)
    if column not in work.layer.fields:
        work.notices.append(Notice("rule-not-run", LOCATION, facts={"layer": work.layer.name}))
        return None
    return Communes(work, column, path)


def _fields(work: Work) -> tuple[str, ...]:
    column = work.expected.commune or _guess(work.layer.fields)
    return (column,) if column in work.layer.fields and work.expected.contours else ()


RULES.add(Rule("communes", (LOCATION, KNOWN), _watch, _fields))
