"""Where the faults are: an SVG that stands alone, north up, at the scale of what it shows."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, MARGIN = 640, 480, 24
SMALLEST = 0.01  # degrees: a single point is not drawn at the scale of a doorstep
MOST_POINTS = 2000
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45)


@dataclass(frozen=True, slots=True)
class Point:
    longitude: float
    latitude: float
    severity: str
    title: str


@dataclass(frozen=True, slots=True)
class Drawn:
    x: float
    y: float
    severity: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid: `at` is a place on the x or the y axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    points: Sequence[Drawn]
    meridians: Sequence[Tick]
    parallels: Sequence[Tick]
    width: int = WIDTH
    height: int = HEIGHT


def draw(points: Iterable[Point]) -> Map | None:
    """Place the points (equirectangular at their middle latitude); None when there are none."""
    kept = list(points)
    if not kept:
        return None
    west, east = _span([p.longitude for p in kept])
    south, north = _span([p.latitude for p in kept])
    squeeze = max(0.1, math.cos(math.radians((south + north) / 2)))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * squeeze), (HEIGHT - 2 * MARGIN) / (north - south))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2

    def x(longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - middle_x) * squeeze * scale, 1)

    def y(latitude: float) -> float:
        return round(HEIGHT / 2 - (latitude - middle_y) * scale, 1)

    step = next((s for s in _STEPS if max(east - west, north - south) / s <= 6), _STEPS[-1])
    return Map(
        [Drawn(x(p.longitude), y(p.latitude), p.severity, p.title) for p in kept],
        [Tick(x(degree), _degrees(degree)) for degree in _ticks(west, east, step)],
        [Tick(y(degree), _degrees(degree)) for degree in _ticks(south, north, step)],
    )


def _span(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    missing = max(0.0, SMALLEST - (high - low)) / 2
    return low - missing, high + missing


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _degrees(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") + "°"
