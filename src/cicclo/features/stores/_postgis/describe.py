"""A table → the collection that clients see."""

import contextlib
from collections.abc import Mapping
from typing import Any

from cicclo.features.errors import BadSource
from cicclo.features.model import Box, Collection, GeometryKind, Kind, Property
from cicclo.features.stores._extents import degrees
from cicclo.features.stores._postgis.address import Address
from cicclo.features.stores._postgis.encode import CRS84, srid
from cicclo.features.stores._postgis.model import Column, Table, literal, quoted
from cicclo.features.stores._postgis.places import Density
from cicclo.features.stores._postgis.pool import Pool
from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc import crs as crss

_SAMPLE = 20_000  # features
_EASY = 2.0  # seconds that opening may spend on one exact figure


def said(text: str) -> Text:
    """A comment of the database, in whatever language it is."""
    text = text.strip()
    return Text(text, text) if text else NOTHING


def storage_crs(table: Table, address: Address) -> str:
    """The CRS of a table's geometries; raise BadSource when neither the table nor the person tells."""
    if table.geometry is None:
        return crss.CRS84
    code = crss.code(address.crs) or f"EPSG:{table.geometry.srid}"
    if table.geometry.srid == 0 or crss.read(code) is None:
        raise BadSource(
            Text(
                "la table ne dit pas son système de coordonnées",
                "the table does not tell its coordinate reference system",
            )
            if table.geometry.srid == 0
            else Text(
                f"système de coordonnées inconnu : SRID {table.geometry.srid}",
                f"unknown coordinate reference system: SRID {table.geometry.srid}",
            ),
            at=f"{address.shown} {table.shown}",
            remedy=Text(
                "SELECT UpdateGeometrySRID(schéma, table, colonne, 2154); avec le bon code EPSG",
                "SELECT UpdateGeometrySRID(schema, table, column, 2154); with the right EPSG code",
            ),
        )
    if table.geometry.srid == CRS84:
        return crss.CRS84
    return f"http://www.opengis.net/def/crs/EPSG/0/{table.geometry.srid}"


async def describe(
    pool: Pool, table: Table, address: Address, name: str, options: Mapping[str, Any]
) -> tuple[Collection, Density | None]:
    """Return the collection and where its features are."""
    storage = storage_crs(table, address)
    bounds = await _bounds(pool, table) if table.geometry else None
    extent = degrees(bounds, storage) if bounds else None
    title, _, rest = table.comment.strip().partition("\n")
    instants = _instants(table, options)
    collection = Collection(
        id=name,
        title=said(title) or Text(table.name, table.name),
        description=said(rest),
        properties=tuple(_property(each) for each in table.columns),
        geometry=table.geometry.kind if table.geometry else GeometryKind.NONE,
        crs=await _offered(pool, storage, extent),
        storage_crs=storage,
        has_z=bool(table.geometry and table.geometry.has_z),
        extent=extent,
        instants=instants,
        interval=await _interval(pool, table, instants),
        count=await _count(pool, table),
        id_kind=Kind.INTEGER if table.id.kind is Kind.INTEGER else Kind.STRING,
    )
    return collection, await _density(pool, table)


def _property(column: Column) -> Property:
    return Property(
        name=column.name,
        kind=column.kind,
        title=said(column.comment),
        required=not column.nullable and not column.default and not column.generated,
        values=column.values,
        sortable=column.kind is not Kind.JSON,
    )


def _instants(table: Table, options: Mapping[str, Any]) -> tuple[str, ...]:
    """What the configuration says; else the only date or instant, if there is one."""
    named = options.get("instants")
    if named:
        return tuple(named) if isinstance(named, list | tuple) else (str(named),)
    temporal = [each.name for each in table.columns if each.kind in (Kind.DATE, Kind.INSTANT)]
    return tuple(temporal) if len(temporal) == 1 else ()


async def _offered(pool: Pool, storage: str, extent: Box | None) -> tuple[str, ...]:
    """What the house offers here, as far as this PostGIS knows it."""
    offered = _wanted(storage, extent)
    numbers = [number for each in offered if (number := srid(each)) is not None]
    rows = await pool.rows("SELECT srid FROM spatial_ref_sys WHERE srid = ANY ($1::int[])", numbers)
    known = {row["srid"] for row in rows} | {CRS84}
    return tuple(each for each in offered if srid(each) in known)


def _wanted(storage: str, extent: Box | None) -> tuple[str, ...]:
    offered = getattr(crss, "offered", None)
    if offered is not None:
        return tuple(offered(storage, extent))
    return tuple(dict.fromkeys((crss.CRS84, storage)))


async def _easily(pool: Pool, sql: str, *values: Any) -> Any:
    """A row, if it comes quickly; None otherwise: serving must not wait for a figure that is only nice to have."""
    with contextlib.suppress(CiccloError):
        async with pool.connection() as lent, lent.transaction(readonly=True):
            await lent.execute(f"SET LOCAL statement_timeout = {int(_EASY * 1000):d}")
            return await lent.fetchrow(sql, *values)
    return None


async def _count(pool: Pool, table: Table) -> int | None:
    row = await _easily(pool, f"SELECT count(*) FROM {table.sql}")  # noqa: S608 - names of the catalogue, quoted; values are bound
    return row[0] if row else None


async def _bounds(pool: Pool, table: Table) -> Box | None:
    geometry = table.geometry
    assert geometry is not None
    box = "ST_XMin(e), ST_YMin(e), ST_XMax(e), ST_YMax(e)"
    row = await _easily(pool, f"SELECT {box} FROM (SELECT ST_Extent({geometry.sql}) e FROM {table.sql} t) s")  # noqa: S608 - names of the catalogue, quoted; values are bound
    if row is None and table.relation and not geometry.geography:  # too large: what ANALYZE saw of it
        names = ", ".join(map(literal, (table.schema, table.name, geometry.column)))
        row = await _easily(pool, f"SELECT {box} FROM (SELECT ST_EstimatedExtent({names}) e) s")  # noqa: S608 - names of the catalogue, quoted; values are bound
    return tuple(row) if row is not None and row[0] is not None else None


async def _density(pool: Pool, table: Table) -> Density | None:
    geometry = table.geometry
    if geometry is None or not geometry.indexed:
        return None
    share = min(100.0, 100 * _SAMPLE / max(table.rows, 1.0))
    corners = await _easily(
        pool,
        f"SELECT array_agg(ST_XMin({geometry.stored})), array_agg(ST_YMin({geometry.stored})) FROM {table.sql} t "  # noqa: S608 - names of the catalogue, quoted; values are bound
        f"TABLESAMPLE SYSTEM ($1) WHERE NOT ST_IsEmpty({geometry.stored})",
        share,
    )
    return Density(list(zip(*corners, strict=True))) if corners and corners[0] else None


async def _interval(pool: Pool, table: Table, instants: tuple[str, ...]) -> tuple[str, str]:
    columns = [column for name in instants if (column := table.column(name)) is not None]
    if not columns:
        return "", ""
    first, last = quoted(columns[0].column), quoted(columns[-1].column)
    row = await _easily(pool, f"SELECT {_moment('min', first)}, {_moment('max', last)} FROM {table.sql}")  # noqa: S608 - names of the catalogue, quoted; values are bound
    return (row[0] or "", row[1] or "") if row else ("", "")


def _moment(which: str, column: str) -> str:
    finite = f"{which}({column}) FILTER (WHERE isfinite({column}))"
    return f"""to_char({finite}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
