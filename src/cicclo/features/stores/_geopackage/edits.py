"""Changes of one layer, within a transaction: the row, the index (the file's own triggers), what the file says of itself."""

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely

from cicclo.features.errors import Changed
from cicclo.features.model import Kind
from cicclo.features.reprojection import reproject
from cicclo.features.stores._geopackage import blob
from cicclo.features.stores._geopackage.catalogue import Column, Layer
from cicclo.features.stores._geopackage.file import quoted
from cicclo.features.stores._geopackage.rows import moment
from cicclo.features.stores._merge import merge
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.crs import CRS84

Work = Callable[[sqlite3.Connection], Any]
_COLUMN = re.compile(r"constraint failed: [^.]+\.(.+)$")


def revision(layer: Layer, connection: sqlite3.Connection, id_: int) -> str | None:
    """A digest of the row."""
    row = connection.execute(f"SELECT * FROM {layer.sql} WHERE {quoted(layer.key)} = ?", (id_,)).fetchone()  # noqa: S608 - names of the catalogue, quoted; values are bound
    return None if row is None else hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:32]


def create(layer: Layer, feature: Mapping[str, Any]) -> Work:
    def work(connection: sqlite3.Connection) -> str:
        values = _row(layer, feature.get("properties") or {}) | _shape(layer, feature.get("geometry"))
        names, marks = ", ".join(map(quoted, values)), ", ".join("?" * len(values))
        what = f"({names}) VALUES ({marks})" if values else "DEFAULT VALUES"
        made = _run(layer, connection, f"INSERT INTO {layer.sql} {what}", list(values.values()))
        _touched(layer, connection, values)
        return str(made.lastrowid)

    return work


def replace(layer: Layer, id_: int, feature: Mapping[str, Any], if_match: str) -> Work:
    """What the feature does not give is null, or the column's default."""
    given = feature.get("properties") or {}

    def work(connection: sqlite3.Connection) -> bool:
        if not _meant(layer, connection, id_, if_match):
            return False
        defaults = _defaults(layer, connection)
        whole = {each.column: defaults.get(each.column) for each in layer.columns}
        _update(layer, connection, id_, whole | _row(layer, given) | _shape(layer, feature.get("geometry")))
        return True

    return work


def update(layer: Layer, id_: int, patch: Mapping[str, Any], if_match: str) -> Work:
    def work(connection: sqlite3.Connection) -> bool:
        if not _meant(layer, connection, id_, if_match):
            return False
        given = {
            name: _merged(layer, connection, id_, name, value)
            for name, value in (patch.get("properties") or {}).items()
        }
        values = _row(layer, given) | (_shape(layer, patch["geometry"]) if "geometry" in patch else {})
        _update(layer, connection, id_, values)
        return True

    return work


def delete(layer: Layer, id_: int, if_match: str) -> Work:
    def work(connection: sqlite3.Connection) -> bool:
        if not _meant(layer, connection, id_, if_match):
            return False
        _run(layer, connection, f"DELETE FROM {layer.sql} WHERE {quoted(layer.key)} = ?", [id_])  # noqa: S608 - names of the catalogue, quoted; values are bound
        _touched(layer, connection, {})
        return True

    return work


def _meant(layer: Layer, connection: sqlite3.Connection, id_: int, if_match: str) -> bool:
    current = revision(layer, connection, id_)
    if current is not None and current != if_match:
        raise Changed(
            Text("l'objet a changé depuis", "the feature has changed since"),
            at="If-Match",
            remedy=Text("le relire, puis recommencer", "read it again, then retry"),
        )
    return current is not None


def _update(layer: Layer, connection: sqlite3.Connection, id_: int, values: Mapping[str, Any]) -> None:
    if values:
        sets = ", ".join(f"{quoted(name)} = ?" for name in values)
        sql = f"UPDATE {layer.sql} SET {sets} WHERE {quoted(layer.key)} = ?"  # noqa: S608 - names of the catalogue, quoted; values are bound
        _run(layer, connection, sql, [*values.values(), id_])
        _touched(layer, connection, values)


def _defaults(layer: Layer, connection: sqlite3.Connection) -> dict[str, Any]:
    """Defaults that are constants; SQL of the file, evaluated as it does itself."""
    info = connection.execute(f"PRAGMA table_info({layer.sql})").fetchall()
    return {
        row[1]: connection.execute(f"SELECT {row[4]}").fetchone()[0] for row in info if row[4] is not None
    }


def _merged(layer: Layer, connection: sqlite3.Connection, id_: int, name: str, value: Any) -> Any:
    column = layer.column(name)
    if column is None or not isinstance(value, dict):
        return value
    sql = f"SELECT {quoted(column.column)} FROM {layer.sql} WHERE {quoted(layer.key)} = ?"  # noqa: S608 - names of the catalogue, quoted; values are bound
    (old,) = connection.execute(sql, (id_,)).fetchone()
    try:
        return merge(json.loads(old) if old else None, value)
    except ValueError:
        return value


def _run(layer: Layer, connection: sqlite3.Connection, sql: str, values: list[Any]) -> sqlite3.Cursor:
    try:
        return connection.execute(sql, values)
    except sqlite3.IntegrityError as error:
        found = _COLUMN.search(str(error))
        column = next((each for each in layer.columns if found and each.column == found[1]), None)
        geometry = found is not None and found[1] == layer.geometry
        at = f"properties.{column.name}" if column else "geometry" if geometry else "properties"
        raise _wrong(
            at, Text(f"contraire à une règle de la table ({error})", f"against a rule of the table ({error})")
        ) from error


def _row(layer: Layer, given: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in given.items():
        column = layer.column(name)
        if column is None:
            raise _wrong(f"properties.{name}", Text("propriété inconnue", "unknown property"))
        values[column.column] = None if value is None else _value(column, value)
    return values


def _value(column: Column, value: Any) -> Any:
    at = f"properties.{column.name}"
    match column.kind:
        case Kind.INTEGER:
            if (
                isinstance(value, bool)
                or not isinstance(value, int)
                or not -column.size <= value < column.size
            ):
                raise _wrong(at, _UNFIT)
        case Kind.NUMBER:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise _wrong(at, _UNFIT)
        case Kind.BOOLEAN:
            return int(bool(value))
        case Kind.INSTANT:
            read = moment(value)
            if read is None:
                raise _wrong(at, _UNFIT)
            return read.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case Kind.JSON:
            return json.dumps(value, ensure_ascii=False)
        case Kind.STRING:
            if not isinstance(value, str) or (column.size and len(value) > column.size):
                raise _wrong(at, _UNFIT)
    return value


_UNFIT = Text("cette valeur ne convient pas à la colonne", "this value does not fit the column")


def _shape(layer: Layer, given: Mapping[str, Any] | None) -> dict[str, Any]:
    if not layer.geometry:
        return {}
    if given is None:
        return {layer.geometry: None}
    try:
        read = shapely.from_geojson(json.dumps(given))
    except shapely.GEOSException as error:
        raise _wrong("geometry", Text("géométrie illisible", "unreadable geometry")) from error
    moved = np.empty(1, dtype=object)
    moved[0] = read if layer.has_z else shapely.force_2d(read)
    geometry = reproject(moved, CRS84, layer.storage_crs)[0]
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise _wrong(
            "geometry", Text("hors du système de coordonnées", "outside the coordinate reference system")
        )
    return {layer.geometry: blob.pack(geometry, layer.srs)}


def _touched(layer: Layer, connection: sqlite3.Connection, values: Mapping[str, Any]) -> None:
    """The contents table: when the layer changed, and an extent that covers what was written."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    connection.execute("UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?", (now, layer.name))
    bounds = blob.envelope(values.get(layer.geometry)) if layer.geometry else None
    if bounds:
        connection.execute(
            "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, ?1), ?1), max_x = max(coalesce(max_x, ?2), ?2), "
            "min_y = min(coalesce(min_y, ?3), ?3), max_y = max(coalesce(max_y, ?4), ?4) WHERE table_name = ?5",
            (*bounds, layer.name),
        )


def _wrong(at: str, message: Text, remedy: Text = NOTHING) -> BadInput:
    return BadInput(message, at=at, remedy=remedy)
