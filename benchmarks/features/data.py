"""The bench's two layers: 35,357 French communes, and points drawn inside their boxes (the recipe of the reference measures)."""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

ROOT = Path(__file__).parents[2]
COMMUNES = ROOT.parent / "shared" / "data" / "bench" / "communes_france.gpkg"
TYPES = np.array(
    ["école", "mairie", "hydrant", "arrêt", "borne", "musée", "stade", "forage", "arbre", "commerce"]
)
SLICE = 1_000_000
Communes = tuple[np.ndarray, np.ndarray, np.ndarray]  # boxes, codes, names


def communes(folder: Path) -> Path:
    """Write communes.gpkg: id, code_insee, nom, dep, population, surface_ha, polygons in EPSG:4326."""
    target = folder / "communes.gpkg"
    if target.exists():
        return target
    if not COMMUNES.exists():
        sys.exit("the bench's communes are not here (../shared/data/bench/communes_france.gpkg)")
    _, table = pyogrio.read_arrow(COMMUNES, columns=["code", "nom", "dep", "population"])
    geometry = table.column(table.column_names[-1])
    n = table.num_rows
    rng = np.random.default_rng(20260101)
    population = [value or 0 for value in table["population"].to_pylist()]
    columns = {
        "id": pa.array(np.arange(1, n + 1)),
        "code_insee": table["code"],
        "nom": table["nom"],
        "dep": table["dep"],
        "population": pa.array(population, pa.int64()),
        "surface_ha": pa.array(np.round(rng.uniform(100, 5000, n), 1)),
        "geometry": geometry.cast(pa.binary()),
    }
    _write(target, pa.table(columns), "communes", "MultiPolygon")
    return target


def points(folder: Path, count: int) -> Path:
    """Write the points: id, nom, code_insee, type, date, value. A GeoPackage up to two million, GeoParquet above."""
    small = count <= 2_000_000
    target = folder / (
        f"points{'' if count == 1_000_000 else f'_{count}'}." + ("gpkg" if small else "parquet")
    )
    if target.exists():
        return target
    _, table = pyogrio.read_arrow(communes(folder), columns=["code_insee", "nom"])
    boxes = shapely.bounds(
        shapely.from_wkb(table.column(table.column_names[-1]).to_numpy(zero_copy_only=False))
    )
    codes, names = table["code_insee"].to_numpy(), table["nom"].to_numpy()
    of_communes = (boxes, codes, names)
    rng = np.random.default_rng(20260101)
    slices = (_slice(rng, start, min(SLICE, count - start), of_communes) for start in range(0, count, SLICE))
    if small:
        _write(target, pa.concat_tables(slices), "points", "Point")
    else:
        _write_parquet(target, slices)
    return target


def _slice(rng: np.random.Generator, start: int, n: int, of_communes: Communes) -> pa.Table:
    boxes, codes, names = of_communes
    of = rng.integers(0, len(boxes), n)
    west, south, east, north = boxes[of].T
    x = np.round(west + rng.random(n) * (east - west), 6)
    y = np.round(south + rng.random(n) * (north - south), 6)
    kind = TYPES[rng.integers(0, len(TYPES), n)]
    days = np.datetime64("2010-01-01") + rng.integers(0, 5800, n).astype("timedelta64[D]")
    return pa.table(
        {
            "id": np.arange(start + 1, start + n + 1),
            "nom": np.char.add(np.char.add(kind.astype(str), " de "), names[of].astype(str)),
            "code_insee": codes[of].astype(str),
            "type": kind,
            "date": days.astype(str),
            "value": np.round(rng.gamma(2.0, 50.0, n), 2),
            "geometry": shapely.to_wkb(shapely.points(x, y)),
        }
    )


def _write(target: Path, table: pa.Table, layer: str, kind: str) -> None:
    pyogrio.write_arrow(
        table, target, layer=layer, driver="GPKG", geometry_name="geometry", geometry_type=kind, crs="EPSG:4326",
        layer_options={"FID": "id", "GEOMETRY_NAME": "geom"},
    )  # fmt: skip


def _write_parquet(target: Path, slices: object) -> None:
    writer = None
    meta = {
        b"geo": b'{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Point"]}}}'
    }
    for each in slices:  # type: ignore[attr-defined]
        writer = writer or pq.ParquetWriter(target, each.schema.with_metadata(meta), compression="zstd")
        writer.write_table(each.cast(writer.schema), row_group_size=100_000)
    if writer:
        writer.close()
