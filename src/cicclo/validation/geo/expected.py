"""What the user says a layer must be; what is not said is not checked."""

from dataclasses import dataclass
from pathlib import Path

LEGAL_SRS = frozenset(
    {
        # France métropolitaine: RGF93 geographic (v1, v2b), Lambert-93, the nine conical zones
        *(4171, 9777, 9782, 2154, 9793, 9794),
        *range(3942, 3951),
        *range(9822, 9831),  # the same zones on RGF93 v2
        *range(9842, 9851),  # and on v2b
        # overseas: décret 2019-165 and its order, the older ones still in use
        *(5489, 5490, 4559, 32620),  # Guadeloupe, Martinique
        *(4624, 2972, 32622),  # Guyane
        *(4627, 2975, 32740),  # La Réunion
        *(4470, 4471, 32738),  # Mayotte
        *(4463, 4467),  # Saint-Pierre-et-Miquelon
        *(4749, 3163, 4687, 3296, 3297),  # Nouvelle-Calédonie, Polynésie française
        4326,
        4258,
    }
)
"""EPSG codes a French public data set may be in (décrets 2000-1276 and 2019-165); `OGC:CRS84` counts as 4326."""


@dataclass(frozen=True, slots=True)
class Expected:
    """`layers` are the names to look at (all when empty); `rules` the rules to run (those on by default when empty).

    `geometry_type` is an OGC name (`Polygon`; `MultiPolygon` also takes single ones where `promote` is on).
    `dimension` is 2 or 3 coordinates, 0 for either. `srs` are the EPSG codes allowed. `extent` is west, south, east,
    north in degrees; `territory` a French département code whose extent is used instead. `contours` is a file of
    communes with their codes in `contours_code`; `commune` the column that names the commune of a feature (guessed
    among usual names when empty); `margin` (metres) forgives a point just across a boundary. `coverage` says that
    the polygons of a layer must neither overlap nor leave gaps narrower than `gap` (units of the layer, 0 for one
    metre or its like). `vertices` is the most points of one geometry before it is told as too heavy.
    """

    layers: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    geometry_type: str = ""
    promote: bool = True
    dimension: int = 0
    srs: frozenset[int] = LEGAL_SRS
    extent: tuple[float, float, float, float] | None = None
    territory: str = ""
    contours: Path | None = None
    contours_code: str = ""
    commune: str = ""
    margin: float = 200.0
    coverage: bool = False
    gap: float = 0.0
    vertices: int = 500_000
    largest: int = 10_000_000
    """Most coordinates kept in memory by the rules that compare features with one another."""
