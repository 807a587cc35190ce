"""Extents of the French départements, in degrees; made from communes' contours (see `territories.csv`)."""

import csv
from functools import lru_cache
from importlib.resources import files

Extent = tuple[float, float, float, float]


@lru_cache(maxsize=1)
def extents() -> dict[str, Extent]:
    text = files("cicclo.validation.geo").joinpath("territories.csv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {
        row["code"]: (float(row["west"]), float(row["south"]), float(row["east"]), float(row["north"]))
        for row in csv.DictReader(lines)
    }


def extent(code: str) -> Extent | None:
    """Return the extent of a département (`59`, `2A`, `974`, also `059`), None when it is not one."""
    return extents().get(code) or extents().get(code.removeprefix("0"))
