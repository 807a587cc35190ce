"""A PostgreSQL of our own with PostGIS, filled with the bench's layers; the peers and our store read the same tables."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyogrio

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
LAYERS = {
    "communes": (
        "code_insee text, nom text, dep text, population int, surface_ha double precision",
        "MultiPolygon",
    ),
    "points": ("nom text, code_insee text, type text, date text, value double precision", "Point"),
}
# what a careful administrator sets on a machine of this size
OPTIONS = "-c listen_addresses=127.0.0.1 -c shared_buffers=1GB -c jit=off -c fsync=off -c max_wal_size=4GB"


def _as_user(command: list[str]) -> list[str]:
    return ["runuser", "-u", "postgres", "--", *command] if os.getuid() == 0 else command


@contextmanager
def cluster(port: int) -> Iterator[str]:
    """Yield the address of a new server on `port`, gone at the end."""
    if not PROGRAMS or (os.getuid() == 0 and not shutil.which("runuser")):
        msg = "PostgreSQL (Debian: postgresql, postgresql-15-postgis-3)"
        raise LookupError(msg)
    made = subprocess.run(
        _as_user(["mktemp", "-d", "-t", "cicclo-pg-XXXXXX"]), check=True, capture_output=True, text=True
    )
    folder = Path(made.stdout.strip())
    programs, data = PROGRAMS[-1].parent, folder / "data"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        _as_user(
            [str(programs / "initdb"), "-D", str(data), "-U", "bench", "-A", "trust", "-E", "UTF8", "-N"]
        ),
        check=True,
        capture_output=True,
        cwd=folder,
    )
    started = [*control, "-l", str(folder / "log"), "-o", f"-k {folder} -p {port} {OPTIONS}", "start"]
    subprocess.run(_as_user(started), check=True, capture_output=True, cwd=folder)
    try:
        yield f"postgresql://bench:bench@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            _as_user([*control, "-m", "immediate", "stop"]), check=True, capture_output=True, cwd=folder
        )
        subprocess.run(_as_user(["rm", "-r", str(folder)]), check=True, cwd="/")


def fill(dsn: str, files: dict[str, Path]) -> None:
    """Copy each layer into its table, index it, analyse it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create extension if not exists postgis")
        for name, (columns, kind) in LAYERS.items():
            connection.execute(
                f"create table {name} (id int primary key, {columns}, geom geometry({kind}, 4326))"
            )
            _copy(connection, name, files[name])
            connection.execute(f"create index on {name} (code_insee)")
            connection.execute(f"create index on {name} using gist (geom)")
            connection.execute(f"vacuum analyze {name}")


def _copy(connection: psycopg.Connection, name: str, file: Path) -> None:
    columns = [part.split()[0] for part in LAYERS[name][0].split(", ")]
    statement = f"copy {name} (id, {', '.join(columns)}, geom) from stdin"
    with (
        connection.cursor() as cursor,
        cursor.copy(statement) as copy,
        pyogrio.open_arrow(file, use_pyarrow=True, batch_size=50_000, return_fids=True) as (meta, reader),
    ):
        for batch in reader:
            rows = batch.to_pydict()
            shapes = [wkb.hex() for wkb in rows[meta["geometry_name"] or "wkb_geometry"]]
            for row in zip(
                rows[meta["fid_column"] or "OGC_FID"], *(rows[each] for each in columns), shapes, strict=True
            ):
                copy.write_row(row)
