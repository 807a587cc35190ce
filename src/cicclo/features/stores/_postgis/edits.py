"""Changes of one table: each in a transaction of its own, on the revision that the client has seen.

The revision of a feature is the transaction that wrote its row (xmin): no two visible versions of a row share it.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from cicclo.features.errors import Changed
from cicclo.features.model import Kind
from cicclo.features.stores._merge import merge
from cicclo.features.stores._postgis.counts import Counts
from cicclo.features.stores._postgis.encode import CRS84
from cicclo.features.stores._postgis.model import Bound, Column, Geometry, Table, quoted
from cicclo.features.stores._postgis.pool import Pool
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import NOTHING, Text

_WHOLE = {"int2": 2**15, "int4": 2**31, "int8": 2**63}
_Assigned = list[tuple[str, str]]  # a column and what to put into it, both SQL


class Edits:
    """What `EditableStore` promises, for one table."""

    def __init__(self, pool: Pool, table: Table, counts: Counts) -> None:
        self._pool = pool
        self._table = table
        self._counts = counts
        self._is = f"{table.id.sql} = $1::text::{table.id.type}"

    async def revision(self, id: str) -> str | None:  # noqa: A002 - the standard's word
        row = await self._pool.row(f"SELECT t.xmin::text FROM {self._table.sql} t WHERE {self._is}", id)  # noqa: S608 - names of the catalogue, quoted; values are bound
        return row[0] if row else None

    async def create(self, feature: Mapping[str, Any]) -> str:
        """The database numbers new rows where it can, else the feature's own id is taken."""
        bound = Bound()
        assigned = self._properties(feature.get("properties") or {}, bound)
        assigned += self._geometry(feature.get("geometry"), bound)
        if not self._table.id.default:
            assigned.append((quoted(self._table.id.column), self._given_id(feature, bound)))
        names, values = ", ".join(name for name, _ in assigned), ", ".join(value for _, value in assigned)
        what = f"({names}) VALUES ({values})" if assigned else "DEFAULT VALUES"
        sql = f"INSERT INTO {self._table.sql} AS t {what} RETURNING {self._table.id.sql}::text"
        async with self._change(feature) as lent:
            made = str(await lent.fetchval(sql, *bound.values))
        self._counts.changed(1)
        return made

    async def replace(self, id: str, feature: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        """What the feature does not give gets its default."""
        bound = Bound()
        bound(id, "text")
        given = feature.get("properties") or {}
        assigned = self._properties(given, bound)
        absent = (each for each in self._table.columns if each.name not in given and not each.generated)
        assigned += [(quoted(each.column), "DEFAULT") for each in absent]
        assigned += self._geometry(feature.get("geometry"), bound)
        return await self._write(id, feature, if_match, assigned, bound)

    async def update(self, id: str, patch: Mapping[str, Any], if_match: str) -> bool:  # noqa: A002
        """A JSON merge patch (RFC 7396), within objects too."""
        bound = Bound()
        bound(id, "text")
        given = await self._merged(id, patch.get("properties") or {})
        assigned = self._properties(given, bound)
        if "geometry" in patch:
            assigned += self._geometry(patch["geometry"], bound)
        return await self._write(id, {**patch, "properties": given}, if_match, assigned, bound)

    async def delete(self, id: str, if_match: str) -> bool:  # noqa: A002
        async with self._change({}) as lent:
            if not await self._meant(lent, id, if_match):
                return False
            await lent.execute(f"DELETE FROM {self._table.sql} t WHERE {self._is}", id)  # noqa: S608 - names of the catalogue, quoted; values are bound
        self._counts.changed(-1)
        return True

    async def _write(
        self,
        id: str,  # noqa: A002
        feature: Mapping[str, Any],
        if_match: str,
        assigned: _Assigned,
        bound: Bound,
    ) -> bool:
        sets = ", ".join(f"{name} = {value}" for name, value in assigned)
        async with self._change(feature) as lent:
            if not await self._meant(lent, id, if_match):
                return False
            if sets:
                await lent.execute(f"UPDATE {self._table.sql} t SET {sets} WHERE {self._is}", *bound.values)  # noqa: S608 - names of the catalogue, quoted; values are bound
        return True

    async def _meant(self, lent: Any, id: str, if_match: str) -> bool:  # noqa: A002
        """Lock the row; False when there is none, Changed when it is another revision."""
        sql = f"SELECT t.xmin::text FROM {self._table.sql} t WHERE {self._is} FOR UPDATE"  # noqa: S608 - names of the catalogue, quoted; values are bound
        current = await lent.fetchval(sql, id)
        if current is not None and current != if_match:
            raise Changed(
                Text("l'objet a changé depuis", "the feature has changed since"),
                at="If-Match",
                remedy=Text("le relire, puis recommencer", "read it again, then retry"),
            )
        return current is not None

    @asynccontextmanager
    async def _change(self, feature: Mapping[str, Any]) -> AsyncIterator[Any]:
        """A transaction that may write; what the table refuses comes out with its place in the feature."""
        async with self._pool.connection() as lent:
            try:
                async with lent.transaction():
                    await lent.execute("SET TRANSACTION READ WRITE")
                    yield lent
            except asyncpg.IntegrityConstraintViolationError as error:
                raise self._broken(error) from error
            except asyncpg.RaiseError as error:  # a trigger's own rule, in its own words
                raise _wrong("properties", Text(str(error), str(error))) from error
            except (asyncpg.DataError, asyncpg.InternalServerError, UnicodeError) as error:
                raise await self._culprit(lent, feature) from error

    def _broken(self, error: asyncpg.IntegrityConstraintViolationError) -> BadInput:
        """A rule of the table, named."""
        rule = error.constraint_name or error.column_name or ""
        column = next((each for each in self._table.columns if each.column == error.column_name), None)
        at = f"properties.{column.name}" if column else "properties"
        if isinstance(error, asyncpg.NotNullViolationError):
            at = "geometry" if column is None and error.column_name != self._table.id.column else at
            return _wrong(at, Text("valeur obligatoire", "required value"))
        said = {
            asyncpg.UniqueViolationError: Text(f"cette valeur existe déjà (règle {rule})", f"this value exists already (rule {rule})"),
            asyncpg.ForeignKeyViolationError: Text(f"la valeur liée n'existe pas, ou sert encore (règle {rule})", f"the related value does not exist, or is still in use (rule {rule})"),
        }  # fmt: skip
        other = Text(f"contraire à la règle {rule} de la table", f"against the rule {rule} of the table")
        return _wrong(at, next((text for kind, text in said.items() if isinstance(error, kind)), other))

    async def _culprit(self, lent: Any, feature: Mapping[str, Any]) -> BadInput:
        """Which value the database cannot read."""
        for name, value in (feature.get("properties") or {}).items():
            bound = Bound()
            assigned = self._properties({name: value}, bound)
            try:
                await lent.fetchval(f"SELECT {assigned[0][1]}", *bound.values)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, UnicodeError):
                return _unfit(name, self._table.column(name))
        return _wrong(
            "geometry",
            Text("cette géométrie ne convient pas à la table", "this geometry does not fit the table"),
        )

    def _given_id(self, feature: Mapping[str, Any], bound: Bound) -> str:
        if feature.get("id") is None:
            raise _wrong(
                "id",
                Text("la table ne numérote pas ses lignes", "the table does not number its rows"),
                Text("donner un identifiant à l'objet", "give the feature an identifier"),
            )
        return f"{bound(str(feature['id']), 'text')}::{self._table.id.type}"

    def _properties(self, given: Mapping[str, Any], bound: Bound) -> _Assigned:
        found = []
        for name, value in given.items():
            column = self._table.column(name)
            if column is None or column.generated:
                raise _wrong(
                    f"properties.{name}",
                    Text(
                        "propriété inconnue, ou calculée par la base",
                        "unknown property, or computed by the database",
                    ),
                )
            found.append((quoted(column.column), "NULL" if value is None else _value(column, value, bound)))
        return found

    def _geometry(self, given: Mapping[str, Any] | None, bound: Bound) -> _Assigned:
        geometry = self._table.geometry
        if geometry is None:
            if given is not None:
                raise _wrong(
                    "geometry", Text("cette table n'a pas de géométrie", "this table has no geometry")
                )
            return []
        return [(quoted(geometry.column), "NULL" if given is None else _place(geometry, given, bound))]

    async def _merged(self, id: str, given: Mapping[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Objects within a patch, merged into those of the row."""
        columns = [self._table.column(name) for name, value in given.items() if isinstance(value, dict)]
        merged = dict(given)
        for column in columns:
            if column is None:
                continue
            sql = f"SELECT to_jsonb({column.sql})::text FROM {self._table.sql} t WHERE {self._is}"  # noqa: S608 - names of the catalogue, quoted; values are bound
            row = await self._pool.row(sql, id)
            merged[column.name] = merge(json.loads(row[0]) if row and row[0] else None, given[column.name])
        return merged


def _value(column: Column, value: Any, bound: Bound) -> str:
    """A value of JSON as the column's type; never cast to a size, which would cut it in silence."""
    if column.kind is Kind.INTEGER and not (isinstance(value, int) and _holds(column, value)):
        raise _unfit(column.name, column)
    if column.size and isinstance(value, str) and len(value) > column.size:
        raise _wrong(
            f"properties.{column.name}",
            Text(f"plus de {column.size} caractères", f"more than {column.size} characters"),
        )
    if column.kind is Kind.JSON:
        return _json(column, value, bound)
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if column.base == "timestamp":
        return f"({bound(text, 'text')}::timestamptz AT TIME ZONE 'UTC')"
    return f"{bound(text, 'text')}::{column.type}"


def _holds(column: Column, value: int) -> bool:
    size = _WHOLE.get(column.base, 10**18)
    return -size <= value < size


def _json(column: Column, value: Any, bound: Bound) -> str:
    written = bound(json.dumps(value, ensure_ascii=False), "text")
    if column.base in ("json", "jsonb"):
        return f"{written}::{column.type}"
    if not isinstance(value, list) or not column.array:
        raise _unfit(column.name, column)
    return f"ARRAY(SELECT jsonb_array_elements_text({written}::jsonb))::{column.type}"


def _place(geometry: Geometry, given: Mapping[str, Any], bound: Bound) -> str:
    sql = f"ST_SetSRID(ST_GeomFromGeoJSON({bound(json.dumps(given), 'text')}), {CRS84})"
    sql = sql if geometry.srid == CRS84 else f"ST_Transform({sql}, {geometry.srid:d})"
    shape = {(True, True): "ST_Force4D", (True, False): "ST_Force3D", (False, True): "ST_Force3DM"}
    sql = f"{shape.get((geometry.has_z, geometry.measured), 'ST_Force2D')}({sql})"
    return f"{sql}::geography" if geometry.geography else sql


def _unfit(name: str, column: Column | None) -> BadInput:
    expected = column.type if column else "?"
    return _wrong(
        f"properties.{name}",
        Text("cette valeur ne convient pas", "this value does not fit"),
        Text(f"type de la colonne : {expected}", f"type of the column: {expected}"),
    )


def _wrong(at: str, message: Text, remedy: Text = NOTHING) -> BadInput:
    return BadInput(message, at=at, remedy=remedy)
