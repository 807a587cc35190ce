"""Geographic rules timed: `python -m benchmarks.validation_geo [--json] [--features 500000]`.

Two layers, because the cost of a geometry is the number of its vertices: the bench's communes repeated, 62 vertices on
average, and a coverage of octagon-like cells of 9 vertices. Figures are features a second, reading apart; “per core
pair” is twice the features by second of processor time, which other work on the machine does not change.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.validation.geo.expected import Expected
from cicclo.validation.geo.layers import BATCH, Batch, Layer, open_layers
from cicclo.validation.geo.rule import RULES, Work
from cicclo.validation.geo.threads import CORES

COMMUNES = Path(__file__).parents[1].parent / "shared" / "data" / "bench" / "communes_france.gpkg"
TARGETS = {"validity": 1_000_000, "overlaps": 60_000}
NAMES = ("validity", "presence", "duplicates", "axes", "overlaps", "edges")


def cells(side: int) -> NDArray[np.object_]:
    """A coverage of side × side squares of ten metres, each edge with a point in its middle (nine vertices)."""
    ring = np.array(
        [(0, 0), (5, 0), (10, 0), (10, 5), (10, 10), (5, 10), (0, 10), (0, 5), (0, 0)], dtype=float
    )
    places = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 1, 2) * 10.0
    return np.asarray(shapely.polygons(ring[None] + places + np.array([600_000.0, 6_800_000.0])))


def communes(most: int) -> tuple[NDArray[np.object_], float]:
    """The bench's communes, and how many are read by second."""
    (layer,) = open_layers(COMMUNES)
    start = time.perf_counter()
    whole = np.concatenate([batch.geometries for batch in layer.batches([])])
    return whole[:most], len(whole) / (time.perf_counter() - start)


def repeated(geometries: NDArray[np.object_], features: int, step: float) -> NDArray[np.object_]:
    """Repeat a layer, each copy moved aside: no copy is the neighbour of another, none is its duplicate."""
    copies = [
        shapely.transform(geometries, lambda xy, i=i: xy + i * step)
        for i in range(-(-features // len(geometries)))
    ]
    return np.concatenate(copies)[:features]


def batches(geometries: NDArray[np.object_]) -> Iterator[Batch]:
    import pyarrow as pa

    for first in range(0, len(geometries), BATCH):
        piece = geometries[first : first + BATCH]
        nothing = pa.RecordBatch.from_arrays([], names=[])
        yield Batch(
            first, np.arange(first, first + len(piece)), piece, np.zeros(len(piece), dtype=np.bool_), nothing
        )


def timed(call: Callable[[], Any]) -> tuple[float, float, Any]:
    wall, processor = time.perf_counter(), time.process_time()
    found = call()
    return time.perf_counter() - wall, time.process_time() - processor, found


def rule(name: str, geometries: NDArray[np.object_], srs: str) -> dict[str, Any]:
    layer = Layer(COMMUNES, "bench", "geopackage", srs, "MultiPolygon", len(geometries), ())
    watch = RULES[name].watch(Work(layer, Expected(coverage=True, largest=10**12)))
    if watch is None:
        raise LookupError(name)

    def walk() -> int:
        found = sum(len(list(watch.see(batch))) for batch in batches(geometries))
        return found + len(list(watch.end()))

    wall, processor, found = timed(walk)
    size = len(geometries)
    return {
        "features": size,
        "faults": found,
        "per_second": size / wall,
        "per_core_pair": 2 * size / processor,
    }


def measure(features: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"cores": CORES, "targets": TARGETS}
    side = int(features**0.5)
    layers = {"cells": (cells(side), "EPSG:2154")}
    if COMMUNES.is_file():
        contours, figures["read_per_second"] = communes(10**9)
        layers["communes"] = (repeated(contours, features, 100.0), "EPSG:4326")
    for name, (geometries, srs) in layers.items():
        vertices = float(shapely.get_num_coordinates(geometries).mean())
        figures[name] = {"vertices": vertices, **{one: rule(one, geometries, srs) for one in NAMES}}
    return figures


def told(figures: dict[str, Any]) -> Iterator[str]:
    for layer in ("cells", "communes"):
        if layer not in figures:
            yield f"{layer}: shared/data/bench is not here"
            continue
        yield f"{layer} ({figures[layer]['vertices']:.0f} vertices on average)"
        for name in NAMES:
            one = figures[layer][name]
            target = TARGETS.get(name)
            verdict = (
                ""
                if target is None
                else f"  target {target:,}: {'met' if one['per_core_pair'] >= target else 'missed'}"
            )
            yield f"  {name:12} {one['per_second']:>12,.0f}/s {one['per_core_pair']:>12,.0f} per core pair{verdict}"


def figures(features: int = 200_000) -> Iterator[tuple[str, str, str, bool, str]]:
    """The lines of the page of validation: name, value, target, whether it is met, detail."""
    found = measure(features)
    for name, target in TARGETS.items():
        for layer in ("communes", "cells"):
            if layer not in found:
                continue
            one = found[layer][name]
            good = one["per_second"] >= target
            said = f"{found[layer]['vertices']:.0f} vertices a feature, {one['features']:,} features"
            yield f"geo-{name}-{layer}", f"{one['per_second']:,.0f}/s", f"≥ {target:,}/s", good, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--features", type=int, default=200_000)
    asked = parser.parse_args()
    figures = measure(asked.features)
    print(json.dumps(figures, indent=1) if asked.json else "\n".join(told(figures)))


if __name__ == "__main__":
    main()
