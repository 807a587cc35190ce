"""Small layers written with GDAL, whose faults are known by arithmetic."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyogrio.raw import write as write_raw

from cicclo.validation.geo.actions import validate_geodata
from cicclo.validation.geo.expected import Expected
from cicclo.validation.model import Fault, Options, Report

ALL = Options(limit=0)


def write(
    path: Path,
    geometries: Sequence[Any],
    *,
    srs: str = "EPSG:2154",
    kind: str = "Polygon",
    columns: Mapping[str, Sequence[Any]] | None = None,
    driver: str | None = None,
    layer: str | None = None,
) -> Path:
    """Write one layer; `columns` default to one number a feature."""
    given = columns or {"number": list(range(len(geometries)))}
    data = [
        np.array(values, dtype=object if isinstance(values[0], str) else None) for values in given.values()
    ]
    written = np.array([None if one is None else shapely.to_wkb(one) for one in geometries], dtype=object)
    write_raw(
        path,
        geometry=written,
        field_data=data,
        fields=list(given),
        crs=srs,
        geometry_type=kind,
        driver=driver,
        layer=layer,
    )
    return path


def square(x: float, y: float, side: float = 10.0) -> Any:
    return shapely.box(x, y, x + side, y + side)


PARIS = (652_000.0, 6_862_000.0)
"""A place in Lambert-93 where layers are put."""


def here(geometry: Any) -> Any:
    """Move a geometry drawn near the origin to Paris, in Lambert-93."""
    return shapely.transform(geometry, lambda xy: xy + np.array(PARIS))


def faults(path: Path, **expected: Any) -> list[Fault]:
    return list(judge(path, **expected).faults)


def judge(path: Path, **expected: Any) -> Report:
    return validate_geodata(path, None, ALL, Expected(**expected))
