"""What a GeoPackage says of its layers."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cicclo.features.errors import BadSource
from cicclo.features.model import GEOMETRY, ID, Box, GeometryKind, Kind
from cicclo.features.reading.reference_systems import reference
from cicclo.features.stores._geopackage.file import quoted
from cicclo.kernel.text import Text
from cicclo.ogc import crs as crss

_INTEGERS = {"TINYINT": 2**7, "SMALLINT": 2**15, "MEDIUMINT": 2**31, "INT": 2**63, "INTEGER": 2**63}
_KINDS = {
    **dict.fromkeys(_INTEGERS, Kind.INTEGER),
    **dict.fromkeys(("FLOAT", "DOUBLE", "REAL"), Kind.NUMBER),
    "BOOLEAN": Kind.BOOLEAN,
    "DATE": Kind.DATE,
    "DATETIME": Kind.INSTANT,
}
_TYPE = re.compile(r"(\w+)(?:\((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Column:
    """`size`: characters at most, or one more than the largest integer; 0 for no limit."""

    name: str
    column: str
    kind: Kind
    required: bool = False
    size: int = 0
    title: str = ""
    description: str = ""

    @property
    def sql(self) -> str:
        return f"t.{quoted(self.column)}"


@dataclass(frozen=True, slots=True)
class Layer:
    """`rtree` names the spatial index, empty when there is none; `geometry` is empty for a table of attributes."""

    name: str
    key: str
    columns: tuple[Column, ...]
    title: str
    description: str
    geometry: str = ""
    kind: GeometryKind = GeometryKind.NONE
    has_z: bool = False
    srs: int = 0
    storage_crs: str = crss.CRS84
    bounds: Box | None = None
    rtree: str = ""

    @property
    def sql(self) -> str:
        return quoted(self.name)

    @property
    def id(self) -> str:
        return f"t.{quoted(self.key)}"

    @property
    def shape(self) -> str:
        return f"t.{quoted(self.geometry)}"

    def column(self, name: str) -> Column | None:
        return next((each for each in self.columns if each.name == name), None)


def layers(connection: sqlite3.Connection, at: str) -> list[Layer]:
    """Every layer of features and every table of attributes."""
    connection.row_factory = sqlite3.Row
    try:
        rows = connection.execute(_CONTENTS).fetchall()
    except sqlite3.DatabaseError as error:
        raise BadSource(
            Text(f"ce n'est pas un GeoPackage ({error})", f"not a GeoPackage ({error})"),
            at=at,
            remedy=Text("donner un fichier .gpkg", "give a .gpkg file"),
        ) from error
    try:
        return [_layer(connection, row, f"{at} {row['table_name']}") for row in rows]
    finally:
        connection.row_factory = None


_CONTENTS = """
SELECT c.table_name, c.identifier, c.description, g.column_name, g.geometry_type_name, g.z, g.srs_id,
       s.organization, s.organization_coordsys_id, c.min_x, c.min_y, c.max_x, c.max_y
FROM gpkg_contents c LEFT JOIN gpkg_geometry_columns g ON g.table_name = c.table_name
     LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id
WHERE c.data_type IN ('features', 'attributes') ORDER BY c.table_name"""


def _layer(connection: sqlite3.Connection, row: sqlite3.Row, at: str) -> Layer:
    table, geometry = row["table_name"], row["column_name"] or ""
    info = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    keys = [each for each in info if each["pk"]]
    if len(keys) != 1 or keys[0]["type"].upper() != "INTEGER":
        raise BadSource(
            Text("pas de clé primaire entière", "no integer primary key"),
            at=at,
            remedy=Text(
                "GeoPackage en demande une : refaire la table",
                "GeoPackage asks for one: make the table again",
            ),
        )
    said = _said(connection, table)
    kept = [
        each
        for each in info
        if each["name"] not in (keys[0]["name"], geometry) and each["type"].upper() != "BLOB"
    ]
    taken = {each["name"] for each in info}
    rtree = f"rtree_{table}_{geometry}" if geometry else ""
    found = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE", (rtree,)
    ).fetchone()
    return Layer(
        name=table,
        key=keys[0]["name"],
        columns=tuple(_column(each, said.get(each["name"], {}), taken) for each in kept),
        title=row["identifier"] or table,
        description=row["description"] or "",
        geometry=geometry,
        kind=_shape(row) if geometry else GeometryKind.NONE,
        has_z=row["z"] == 1,
        srs=row["srs_id"] or 0,
        storage_crs=_crs(row, at) if geometry else crss.CRS84,
        bounds=_bounds(connection, rtree if found else "", row),
        rtree=rtree if found else "",
    )


def _said(connection: sqlite3.Connection, table: str) -> Mapping[str, Mapping[str, Any]]:
    """The schema extension: titles, descriptions, and which texts are JSON."""
    try:
        rows = connection.execute("SELECT * FROM gpkg_data_columns WHERE table_name = ?", (table,)).fetchall()
    except sqlite3.OperationalError:
        return {}
    return {row["column_name"]: dict(row) for row in rows}


def _column(info: sqlite3.Row, said: Mapping[str, Any], taken: set[str]) -> Column:
    match = _TYPE.match(info["type"].upper())
    base, size = (match[1], int(match[2] or 0)) if match else ("TEXT", 0)
    kind = Kind.JSON if said.get("mime_type") == "application/json" else _KINDS.get(base, Kind.STRING)
    name = info["name"]
    while name in (ID, GEOMETRY) or (name != info["name"] and name in taken):
        name += "_"
    return Column(
        name=name,
        column=info["name"],
        kind=kind,
        required=bool(info["notnull"]) and info["dflt_value"] is None,
        size=_INTEGERS.get(base, size),
        title=said.get("title") or said.get("name") or "",
        description=said.get("description") or "",
    )


def _shape(row: sqlite3.Row) -> GeometryKind:
    known = {kind.value: kind for kind in GeometryKind if kind}
    return known.get(row["geometry_type_name"].lower(), GeometryKind.ANY)


def _crs(row: sqlite3.Row, at: str) -> str:
    identifier = f"{row['organization']}:{row['organization_coordsys_id']}".upper()
    return reference(crss.read(identifier), "", at).uri


def _bounds(connection: sqlite3.Connection, rtree: str, row: sqlite3.Row) -> Box | None:
    """The index knows better than what the file announces, which edits may have left behind."""
    found = tuple(row[name] for name in ("min_x", "min_y", "max_x", "max_y"))
    if rtree:
        sql = f"SELECT min(minx), min(miny), max(maxx), max(maxy) FROM {quoted(rtree)}"  # noqa: S608 - a name of the file
        found = tuple(connection.execute(sql).fetchone())
    return None if None in found else found
