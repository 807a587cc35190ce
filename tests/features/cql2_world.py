"""Three hundred features of every kind, the same for three engines: plain records, the published index, PostGIS."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import shapely

from cicclo.features.model import Collection, GeometryKind, Kind, Property
from cicclo.features.sources import Account, Prepared
from cicclo.kernel.text import Text

WORDS = [
    "école", "Ecole", "ÉCOLE", "e\u0301cole", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "σίσυφος", "naïve", "100%", "a_b", "c\\d",
    "it's", "", " ", "Zoé", "zoé", "œuvre", "L’Haÿ-les-Roses", "İstanbul", "ı", "\ufb01n", "Ångström", "日本", "😀",
    "tab\tnew\nline", 'quo"te', "'; DROP TABLE x; --", "$1", "NULL", "ǅ", "ŉ", "\u1e9e", "\u0390", "ａ",
]  # fmt: skip
INTEGERS = [0, 1, -1, 2, 3, 7, -7, 10, 2**31, 2**53, 2**53 + 1, -(2**62), 2**63 - 1]
NUMBERS = [0.0, -0.0, 0.1, 0.5, -1.5, 2.25, 3.0, 1e9, -1e-9, 1e200, -1e300, 1e-300]
TAGS = ["bois", "eau", "été", "1", "", 1, 1.5, True, False, None, [1], {"x": 1}]
DAYS = [date(2020, 1, 1) + timedelta(days=day) for day in range(0, 40, 4)] + [
    date(1, 1, 1),
    date(9999, 12, 31),
]
MOMENTS = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=step * 12) for step in range(0, 80, 7)] + [
    datetime(2020, 1, 5, 0, 0, 0, 250_000, tzinfo=UTC),
    datetime(1850, 6, 1, tzinfo=UTC),
]
PROPERTIES = {
    "nom": Kind.STRING,
    "hauteur (m)": Kind.NUMBER,
    "n": Kind.INTEGER,
    "grand": Kind.INTEGER,
    "v": Kind.NUMBER,
    "ok": Kind.BOOLEAN,
    "jour": Kind.DATE,
    "quand": Kind.INSTANT,
    "début": Kind.INSTANT,
    "fin": Kind.INSTANT,
    "select": Kind.JSON,
}
KINDS = {**{name: kind.value for name, kind in PROPERTIES.items()}, "geometry": "geometry"}
_ARROW = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.INSTANT: pa.timestamp("ms", "UTC"),
    Kind.JSON: pa.string(),
}
_SQL = {
    Kind.STRING: "text",
    Kind.INTEGER: "int8",
    Kind.NUMBER: "float8",
    Kind.BOOLEAN: "bool",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamptz",
    Kind.JSON: "jsonb",
}


def records(number: int = 300, seed: int = 5) -> list[dict[str, Any]]:
    """Values as the plain evaluation reads them; one in eight is missing."""
    draw = random.Random(seed)

    def maybe(value: Any) -> Any:
        return None if draw.random() < 0.125 else value

    made = []
    for at in range(number):
        start = draw.choice(MOMENTS)
        made.append(
            {
                "id": f"{draw.choice(['a', 'é', 'x/y', '%'])}{at}",
                "nom": maybe(draw.choice(WORDS)),
                "hauteur (m)": maybe(draw.choice([1.0, 2.5, 3.0, 10.0])),
                "n": maybe(draw.randrange(-4, 8)),
                "grand": maybe(draw.choice(INTEGERS)),
                "v": maybe(draw.choice(NUMBERS)),
                "ok": maybe(draw.random() < 0.5),
                "jour": maybe(draw.choice(DAYS)),
                "quand": maybe(draw.choice(MOMENTS)),
                "début": maybe(start),
                "fin": maybe(start + timedelta(hours=12 * draw.randrange(0, 40))),
                "select": maybe(
                    draw.choice([draw.sample(TAGS, draw.randrange(4)), [1, 1, 1.0], {"x": 1}, "eau", 1])
                ),
                "geometry": maybe(geometry(draw)),
            }
        )
    return made


def geometry(draw: random.Random) -> shapely.Geometry:
    """On a grid of half degrees, so that edges and corners often coincide; always valid."""
    x, y = draw.randrange(0, 12) / 2, 44 + draw.randrange(0, 12) / 2
    w, h = draw.randrange(1, 5) / 2, draw.randrange(1, 5) / 2
    match draw.randrange(9):
        case 0 | 1:
            return shapely.Point(x, y)
        case 2:
            return shapely.LineString([(x, y), (x + w, y + h)])
        case 3:
            return shapely.LineString(
                [(x, y), (x + w, y), (x + w, y + h), (x, y + h), (x, y)][: draw.randrange(2, 6)]
            )
        case 4:
            return shapely.box(x, y, x + w, y + h)
        case 5:
            return shapely.Polygon(
                [(x, y), (x + 2, y), (x + 2, y + 1), (x + 1, y + 1), (x + 1, y + 2), (x, y + 2)]
            )
        case 6:
            return shapely.box(x, y, x + 3, y + 3).difference(shapely.box(x + 1, y + 1, x + 2, y + 2))
        case 7:
            return shapely.MultiPoint([(x, y), (x + w, y - h)])
        case _:
            return shapely.MultiPolygon(
                [shapely.box(x, y, x + 0.5, y + 0.5), shapely.box(x + 1, y, x + 1.5, y + h)]
            )


def collection() -> Collection:
    return Collection(
        "lieux",
        Text("Lieux", "Places"),
        properties=tuple(Property(name, kind) for name, kind in PROPERTIES.items()),
        geometry=GeometryKind.ANY,
    )


def prepared(rows: Sequence[dict[str, Any]]) -> Prepared:
    """What the published index is built from."""
    columns = {"id": pa.array([row["id"] for row in rows], pa.string())}
    for name, kind in PROPERTIES.items():
        values = [row[name] for row in rows]
        if kind is Kind.JSON:
            values = [None if value is None else json.dumps(value) for value in values]
        columns[name] = pa.array(values, _ARROW[kind])
    columns["geometry"] = pa.array(
        [None if row["geometry"] is None else row["geometry"].wkb for row in rows], pa.binary()
    )

    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pydict(columns)

    return Prepared(collection(), batches(), Account(read=len(rows), kept=len(rows)))


async def fill(url: str, rows: Sequence[dict[str, Any]], schema: str) -> None:
    """Make the table `lieux` of a schema."""
    import asyncpg  # noqa: PLC0415 - only where there is PostgreSQL

    quoted = {name: '"' + name.replace('"', '""') + '"' for name in PROPERTIES}
    columns = ", ".join(f"{quoted[name]} {_SQL[kind]}" for name, kind in PROPERTIES.items())
    # dates as text: the driver takes the ends of the calendar for infinities
    places = ", ".join(
        f"${at}::text::{_SQL[kind]}" if kind in (Kind.DATE, Kind.INSTANT) else f"${at}"
        for at, kind in enumerate(PROPERTIES.values(), start=2)
    )
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            f"DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}; CREATE TABLE {schema}.lieux "
            f"(id text PRIMARY KEY, {columns}, geom geometry(Geometry, 4326)); "
            f"CREATE INDEX ON {schema}.lieux USING gist (geom)"
        )
        await connection.executemany(
            f"INSERT INTO {schema}.lieux VALUES ($1, {places}, ST_GeomFromWKB(${len(PROPERTIES) + 2}, 4326))",
            [_row(each) for each in rows],
        )
        await connection.execute(f"ANALYZE {schema}.lieux")
    finally:
        await connection.close()


def _row(record: dict[str, Any]) -> tuple[Any, ...]:
    values = [record[name] for name in PROPERTIES]
    for at, kind in enumerate(PROPERTIES.values()):
        if values[at] is not None and kind in (Kind.DATE, Kind.INSTANT):
            values[at] = values[at].isoformat()
        elif values[at] is not None and kind is Kind.JSON:
            values[at] = json.dumps(values[at])
    return (record["id"], *values, None if record["geometry"] is None else record["geometry"].wkb)
