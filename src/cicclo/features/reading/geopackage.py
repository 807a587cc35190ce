"""What GDAL does not tell of a GeoPackage, asked of SQLite itself: true counts, dates that no calendar has."""

import sqlite3
from pathlib import Path

import numpy as np

from cicclo.features.errors import BadSource
from cicclo.kernel.text import Text

# what other programs keep in the same file
NOT_DATA = frozenset({"layer_styles", "qgis_projects", "sqlite_sequence"})

Impossible = dict[str, np.ndarray]


def look(path: Path, table: str, key: str, dated: list[str]) -> tuple[int | None, Impossible]:
    """Count the rows of a table, and find the rows whose dates are none (GDAL would shift or hide them).

    A day that does not exist is one that SQLite writes back differently: 2022-02-30 → 2022-03-02.
    """
    try:
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as database:
            database.execute("pragma trusted_schema = off")
            count = database.execute(f"select count(*) from {_quoted(table)}").fetchone()[0]  # noqa: S608
            wrong = {column: _impossible(database, table, key, column) for column in dated if key}
    except sqlite3.OperationalError:
        return None, {}  # a view or an extension that only GDAL can read: it will speak for itself
    except sqlite3.DatabaseError as error:
        raise BadSource(
            Text(f"GeoPackage abîmé ({error})", f"damaged GeoPackage ({error})"),
            at=path.name,
            remedy=Text("le transférer ou l'exporter à nouveau", "transfer or export it again"),
        ) from error
    finally:
        if "database" in locals():
            database.close()
    return count, {column: rows for column, rows in wrong.items() if rows.size}


def _impossible(database: sqlite3.Connection, table: str, key: str, column: str) -> np.ndarray:
    value = _quoted(column)
    rows = database.execute(
        f"select {_quoted(key)} from {_quoted(table)} where {value} is not null and "  # noqa: S608
        f"(datetime({value}) is null or date(substr({value}, 1, 10), '+0 days') is not substr({value}, 1, 10))"
    )
    return np.sort(np.fromiter((row[0] for row in rows), np.int64))


def _quoted(name: str) -> str:
    """An identifier of SQL: it comes from the file, so it is quoted, not trusted."""
    return '"' + name.replace('"', '""') + '"'
