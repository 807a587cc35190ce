"""The catalogue of a database → tables that can be served."""

from collections.abc import Mapping, Sequence
from typing import Any

from cicclo.features.errors import BadSource
from cicclo.features.model import GEOMETRY, ID, GeometryKind, Kind
from cicclo.features.stores._postgis.address import Address
from cicclo.features.stores._postgis.model import Column, Geometry, Table, quoted
from cicclo.features.stores._postgis.pool import Pool
from cicclo.kernel.text import Text

_HOME = """
SELECT n.nspname AS home, current_schemas(false)::text[] AS path, current_setting('server_version_num')::int AS version,
       pg_encoding_to_char(d.encoding) AS encoding
FROM pg_database d LEFT JOIN pg_extension e ON e.extname = 'postgis' LEFT JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE d.datname = current_database()"""

_TABLES = """
SELECT c.oid, n.nspname, c.relname, c.relkind IN ('r', 'p', 'm') AS relation, c.reltuples::float8 AS rows,
       obj_description(c.oid, 'pg_class') AS comment,
       c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, 'INSERT') AND has_table_privilege(c.oid, 'UPDATE')
       AND has_table_privilege(c.oid, 'DELETE') AS editable
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND has_table_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  AND CASE WHEN cardinality($1::text[]) > 0
      THEN n.nspname || '.' || c.relname = ANY ($1) OR (c.relname = ANY ($1) AND n.nspname = ANY ($2::text[]))
      ELSE n.nspname = ANY ($2) AND EXISTS (
        SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND t.typname IN ('geometry', 'geography')) END
ORDER BY n.nspname, c.relname"""

_COLUMNS = """
SELECT a.attname, a.attnum, format_type(a.atttypid, -1) AS type, a.atttypmod,
       coalesce(b.typname, t.typname) AS base, coalesce(b.typtype, t.typtype)::text AS typtype,
       coalesce(b.typcategory, t.typcategory)::text AS category,
       a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS required,
       a.atthasdef OR a.attidentity <> '' AS hasdefault, a.attgenerated <> '' OR a.attidentity = 'a' AS generated,
       col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN co.collname = 'default' THEN d.datcollate ELSE co.collname END AS collation,
       coalesce(co.collisdeterministic, true) AS exact,
       (SELECT array_agg(v.enumlabel::text ORDER BY v.enumsortorder) FROM pg_enum v WHERE v.enumtypid = a.atttypid) AS labels
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
     LEFT JOIN pg_collation co ON co.oid = a.attcollation
     JOIN pg_database d ON d.datname = current_database()
WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"""

_KEYS = """
SELECT array_agg(a.attname::text) AS names, bool_and(a.attnotnull) AS filled, i.indisprimary AS main
FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey[0:i.indnkeyatts - 1]) AS k(attnum)
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate
  AND i.indpred IS NULL AND i.indexprs IS NULL
GROUP BY i.indexrelid, i.indisprimary ORDER BY i.indisprimary DESC, i.indexrelid"""

_INDEXED = """
SELECT EXISTS (SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
WHERE i.indrelid = $1::oid AND m.amname = 'gist' AND i.indkey[0] = $2::int2 AND i.indpred IS NULL AND i.indisvalid)"""

_KINDS = {
    **dict.fromkeys(("int2", "int4", "int8", "oid"), Kind.INTEGER),
    **dict.fromkeys(("float4", "float8", "numeric"), Kind.NUMBER),
    **dict.fromkeys(("timestamp", "timestamptz"), Kind.INSTANT),
    **dict.fromkeys(("json", "jsonb", "hstore"), Kind.JSON),
    "bool": Kind.BOOLEAN,
    "date": Kind.DATE,
}
_SPATIAL = ("geometry", "geography")
_BINARY = ("bytea", "raster", "tsvector", "tsquery")
_CODE_POINTS = ("C", "POSIX", "ucs_basic", "C.utf8", "C.UTF-8", "C.UTF8")
_SHAPES = {kind.value: kind for kind in GeometryKind if kind}
_CURVES = ("circularstring", "compoundcurve", "curvepolygon", "multicurve", "multisurface")


async def home(pool: Pool, address: Address) -> tuple[str, tuple[str, ...]]:
    """Return the search path that finds PostGIS, and the role's own schemas."""
    row = await pool.row(_HOME)
    if row["home"] is None:
        raise BadSource(
            Text("l'extension PostGIS n'est pas installée", "the PostGIS extension is not installed"),
            at=address.shown,
            remedy=Text("CREATE EXTENSION postgis;", "CREATE EXTENSION postgis;"),
        )
    if row["version"] < 140000 or row["encoding"] != "UTF8":
        raise BadSource(
            Text(
                "il faut PostgreSQL 14 ou plus, et une base en UTF8",
                "PostgreSQL 14 or later and a database in UTF8 are needed",
            ),
            at=address.shown,
            remedy=Text(
                "mettre à niveau, ou exporter vers une base récente",
                "upgrade, or dump into a recent database",
            ),
        )
    return f"pg_catalog, {quoted(row['home'])}", tuple(row["path"])


async def tables(pool: Pool, address: Address, path: Sequence[str]) -> list[Table]:
    """Every table asked for; raise BadSource when one is missing or cannot be served."""
    found = await pool.rows(_TABLES, list(address.tables), list(address.schemas or path))
    known = {name for row in found for name in (row["relname"], f"{row['nspname']}.{row['relname']}")}
    missing = [name for name in address.tables if name not in known]
    if missing or not found:
        names = ", ".join(missing) or ", ".join(address.schemas or path)
        raise BadSource(
            Text(f"aucune table lisible : {names}", f"no readable table: {names}"),
            at=address.shown,
            remedy=Text(
                "écrire table=schema.nom, et accorder SELECT au compte",
                "write table=schema.name, and grant SELECT to the account",
            ),
        )
    return [await _table(pool, address, row) for row in found]


async def _table(pool: Pool, address: Address, row: Mapping[str, Any]) -> Table:
    columns = await pool.rows(_COLUMNS, row["oid"])
    at = f"{address.shown} {row['nspname']}.{row['relname']}"
    key = await _key(pool, address, row, {each["attname"] for each in columns}, at)
    spatial = [each for each in columns if each["base"] in _SPATIAL]
    chosen = next((each for each in spatial if address.geometry in ("", each["attname"])), None)
    if chosen is None and address.geometry:
        raise _no_column(address.geometry, at)
    identity = next(_column(each, each["attname"]) for each in columns if each["attname"] == key)
    kept = [each for each in columns if each["attname"] != key and each["base"] not in (*_SPATIAL, *_BINARY)]
    return Table(
        schema=row["nspname"],
        name=row["relname"],
        id=identity,
        columns=tuple(_column(each, name) for each, name in zip(kept, _names(kept), strict=True)),
        geometry=await _geometry(pool, row, chosen, at) if chosen else None,
        comment=row["comment"] or "",
        rows=row["rows"],
        relation=row["relation"],
        editable=row["editable"],
    )


def _names(columns: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of properties: `id` and `geometry` are taken by the feature's own."""
    taken = {each["attname"] for each in columns}
    names = []
    for each in columns:
        name = each["attname"]
        while name in (ID, GEOMETRY) or (name != each["attname"] and name in taken):
            name += "_"
        names.append(name)
    return names


async def _key(pool: Pool, address: Address, row: Mapping[str, Any], names: set[str], at: str) -> str:
    keys = await pool.rows(_KEYS, row["oid"])
    single = [each["names"][0] for each in keys if each["filled"] and len(each["names"]) == 1]
    if address.id_column:
        if address.id_column not in names:
            raise _no_column(address.id_column, at)
        if address.id_column in single or not row["relation"]:
            return address.id_column
    elif single:
        return str(single[0])
    raise BadSource(
        Text(
            "pas de colonne qui identifie chaque ligne (clé primaire d'une seule colonne)",
            "no column that identifies each row (a primary key of one column)",
        ),
        at=at,
        remedy=Text(
            "ajouter une clé : ALTER TABLE … ADD COLUMN gid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY ; "
            "pour une vue, écrire id_column=colonne",
            "add a key: ALTER TABLE … ADD COLUMN gid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY; "
            "for a view, write id_column=column",
        ),
    )


def _no_column(name: str, at: str) -> BadSource:
    return BadSource(
        Text(f"pas de colonne « {name} »", f"no column “{name}”"),
        at=at,
        remedy=Text("vérifier le nom, majuscules comprises", "check the name, upper case included"),
    )


def _column(row: Mapping[str, Any], name: str) -> Column:
    return Column(
        name=name,
        column=row["attname"],
        type=row["type"],
        base=row["base"],
        kind=_kind(row),
        nullable=not row["required"],
        default=row["hasdefault"],
        generated=row["generated"],
        ordered=row["collation"] in (None, *_CODE_POINTS),
        exact=row["exact"],
        comment=row["comment"] or "",
        values=tuple(row["labels"] or ()),
        size=max(0, row["atttypmod"] - 4) if row["base"] in ("varchar", "bpchar") else 0,
        array=row["category"] == "A",
    )


def _kind(row: Mapping[str, Any]) -> Kind:
    if row["category"] in ("A", "C"):  # arrays and composites
        return Kind.JSON
    if row["base"] == "numeric" and row["atttypmod"] >= 4:
        precision, scale = (row["atttypmod"] - 4) >> 16, (row["atttypmod"] - 4) & 0x7FF
        return Kind.INTEGER if scale == 0 and precision <= 18 else Kind.NUMBER
    return _KINDS.get(row["base"], Kind.STRING)


async def _geometry(pool: Pool, row: Mapping[str, Any], column: Mapping[str, Any], at: str) -> Geometry:
    name = column["attname"]
    table = f"{quoted(row['nspname'])}.{quoted(row['relname'])}"
    declared = await pool.row(
        "SELECT postgis_typmod_type($1::int) AS shape, postgis_typmod_srid($1::int) AS srid",
        column["atttypmod"],
    )
    sample = await pool.row(
        f"SELECT ST_SRID({quoted(name)}::geometry) AS srid, ST_Zmflag({quoted(name)}::geometry) AS zm "  # noqa: S608 - names of the catalogue, quoted
        f"FROM {table} WHERE {quoted(name)} IS NOT NULL LIMIT 1"
    )
    typed = column["atttypmod"] >= 0
    shape = declared["shape"].lower() if typed else "geometry"
    flag = sample["zm"] if sample else 0
    has_z = shape.endswith(("z", "zm")) if typed else flag in (2, 3)
    measured = shape.endswith("m") if typed else flag in (1, 3)
    bare = shape.removesuffix("m").removesuffix("z")
    if bare in ("tin", "triangle", "polyhedralsurface"):
        raise BadSource(
            Text(
                f"géométries de type {bare}, sans équivalent en GeoJSON",
                f"geometries of type {bare}, without equivalent in GeoJSON",
            ),
            at=at,
            remedy=Text(
                "servir une vue qui les convertit en multipolygones",
                "serve a view that turns them into multipolygons",
            ),
        )
    srid = (declared["srid"] if typed else 0) or (sample["srid"] if sample else 0)
    return Geometry(
        column=name,
        kind=_SHAPES.get(bare, GeometryKind.ANY),
        srid=srid or (4326 if column["base"] == "geography" else 0),
        has_z=has_z,
        measured=measured,
        curved=bare in _CURVES or bare == "geometry",
        geography=column["base"] == "geography",
        nullable=not column["required"],
        indexed=bool((await pool.row(_INDEXED, row["oid"], column["attnum"]))[0])
        and column["base"] == "geometry",
        type=column["type"],
    )
