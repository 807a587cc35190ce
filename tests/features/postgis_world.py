"""A few hundred places of every kind, as rows of a real database and as plain records to compare with."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import shapely
from pyproj import Transformer

WORDS = ["école", "Ecole", "ÉCOLE", "mairie", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "naïve", "100%", "a_b", "c\\d", "it's", "", "Zoé", "zoé", "œuvre", "été", "été", "ı", "😀 smile", "\ufb01n", "tab\tnew\nline", 'quo"te']  # fmt: skip
TAGS = ["bois", "eau", "feu", "Ü", "1"]
COLUMNS = "nom, code, n, petit, v, d, ok, jour, quand, naif, debut, fin, tags, doc"


def records(number: int = 400, seed: int = 3) -> list[dict[str, Any]]:
    """Rows as Python values; one value in eight is missing."""
    draw = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if draw.random() < 0.125 else value

    made = []
    for identity in range(1, number + 1):
        moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=draw.randrange(0, 24 * 60, 6))
        later = moment + timedelta(hours=draw.randrange(0, 72, 6))
        made.append(
            {
                "id": str(identity * 3),
                "nom": maybe(draw.choice(WORDS)),
                "code": maybe(f"{draw.randrange(20):02d}"),
                "n": maybe(draw.randrange(-10, 11)),
                "petit": maybe(draw.randrange(-3, 4)),
                "v": maybe(draw.choice([0.0, -1.5, 2.25, 1e9, -3.0, 0.1, round(draw.uniform(-5, 5), 2)])),
                "d": maybe(draw.choice([0.5, 12.5, -7.25, 0.1, 100.0])),
                "ok": maybe(draw.random() < 0.5),
                "jour": maybe(date(2020, 1, 1) + timedelta(days=draw.randrange(60))),
                "quand": maybe(moment),
                "naif": maybe(moment + timedelta(milliseconds=draw.choice([0, 250]))),
                "debut": maybe(moment),
                "fin": maybe(later),
                "tags": maybe(draw.sample(TAGS, draw.randrange(4))),
                "doc": maybe(
                    draw.choice([[1, 2, 2], ["a", 1], [], [True, None], {"x": 1}, "text", [[1, 2], 3]])
                ),
                "geometry": maybe(shape(draw)),
            }
        )
    return made


def shape(draw: random.Random) -> Any:
    """Points, lines and polygons of south-eastern France, on coordinates that often coincide."""
    x, y = draw.randrange(30, 70) / 10, draw.randrange(430, 470) / 10
    match draw.randrange(4):
        case 0:
            return shapely.Point(x, y)
        case 1:
            return shapely.LineString(
                [(x, y), (x + draw.randrange(1, 9) / 10, y + draw.randrange(-5, 6) / 10)]
            )
        case 2:
            return shapely.box(x, y, x + draw.randrange(1, 9) / 10, y + draw.randrange(1, 6) / 10)
        case _:
            return shapely.MultiPoint([(x, y), (x + 0.3, y - 0.2)])


async def build(url: str, schema: str = "monde") -> list[dict[str, Any]]:
    """Make the tables `lieux` (degrees), `lieux_93` (Lambert-93) and `points`; return the records of `lieux`."""
    rows = records()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_SCHEMA.format(schema=schema))
        await connection.executemany(
            f"INSERT INTO {schema}.lieux VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, "
            "ST_GeomFromWKB($16, 4326))",
            [_row(each) for each in rows],
        )
        await connection.execute(_REST.format(schema=schema))
    finally:
        await connection.close()
    return rows


def _row(record: dict[str, Any]) -> tuple[Any, ...]:
    values = [int(record["id"]), *(record[name.strip()] for name in COLUMNS.split(","))]
    values[10] = values[10].replace(tzinfo=None) if values[10] else None
    values[14] = None if record["doc"] is None else json.dumps(record["doc"])
    return (*values, shapely.to_wkb(record["geometry"]) if record["geometry"] is not None else None)


_SCHEMA = """
DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema};
CREATE TABLE {schema}.lieux (
  gid bigint PRIMARY KEY, nom text COLLATE "fr-x-icu", code varchar(10), n integer, petit smallint,
  v double precision, d numeric(10, 2), ok boolean, jour date, quand timestamptz, naif timestamp, debut timestamptz,
  fin timestamptz, tags text[], doc jsonb, geom geometry(Geometry, 4326));
CREATE INDEX ON {schema}.lieux USING gist (geom);
COMMENT ON TABLE {schema}.lieux IS 'Lieux dits
Quelques centaines de lieux';
COMMENT ON COLUMN {schema}.lieux.nom IS 'Nom du lieu';
"""
_REST = """
CREATE TABLE {schema}.lieux_93 (LIKE {schema}.lieux INCLUDING COMMENTS);
ALTER TABLE {schema}.lieux_93 ALTER geom TYPE geometry(Geometry, 2154) USING ST_Transform(geom, 2154);
INSERT INTO {schema}.lieux_93 SELECT gid, nom, code, n, petit, v, d, ok, jour, quand, naif, debut, fin, tags, doc,
  ST_Transform(geom, 2154) FROM {schema}.lieux;
ALTER TABLE {schema}.lieux_93 ADD PRIMARY KEY (gid);
CREATE INDEX ON {schema}.lieux_93 USING gist (geom);
CREATE TABLE {schema}.points (gid serial PRIMARY KEY, nom text NOT NULL, jour date, geom geometry(Point, 4326));
INSERT INTO {schema}.points (nom, jour, geom)
  SELECT 'p' || i % 97, date '2020-01-01' + i % 100,
    CASE WHEN i % 50 <> 0 THEN ST_SetSRID(ST_MakePoint(((i * 7919) % 6000) / 1000.0, 42 + ((i * 104729) % 8000) / 1000.0), 4326) END
  FROM generate_series(1, 20000) i;
CREATE INDEX ON {schema}.points USING gist (geom);
ANALYZE {schema}.lieux; ANALYZE {schema}.lieux_93; ANALYZE {schema}.points;
"""


def to_lambert(geometry: Any) -> Any:
    transformer = Transformer.from_crs("OGC:CRS84", "EPSG:2154", always_xy=True)
    return shapely.transform(geometry, transformer.transform, interleaved=False)
