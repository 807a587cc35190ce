"""Filters of every sort about the places of `postgis_world`, and what the plain evaluation of CQL2 selects."""

import random
from typing import Any

from tests.features.postgis_world import TAGS, WORDS

from cicclo.ogc.cql2 import check, evaluate, text


def expected(filters: list[str], rows: list[dict[str, Any]]) -> list[set[str]]:
    kinds = {
        "nom": "string", "code": "string", "n": "integer", "petit": "integer", "v": "number", "d": "number",
        "ok": "boolean", "jour": "date", "quand": "instant", "naif": "instant", "debut": "instant",
        "fin": "instant", "tags": "json", "doc": "json", "geometry": "geometry",
    }  # fmt: skip
    checked = [check.check(text.parse(each), kinds) for each in filters]
    return [{row["id"] for row in rows if evaluate.matches(each, row)} for each in checked]


def quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


SOME = [
    "nom = 'école'", "nom <> 'école'", "nom < 'f'", "nom >= 'œ'", "nom IN ('école', 'mairie', 'x')", "NOT nom IN ('école')",
    "nom LIKE '%e'", "nom LIKE '_cole'", "nom LIKE '100\\%'", "nom LIKE 'a\\_b'", "nom NOT LIKE '%a%'", "nom LIKE ''",
    "CASEI(nom) = CASEI('strasse')", "CASEI(nom) = CASEI('σίσυφος')", "CASEI(nom) LIKE CASEI('ÉC%')",
    "ACCENTI(nom) = ACCENTI('ete')", "CASEI(ACCENTI(nom)) = CASEI(ACCENTI('Ecole'))", "CASEI(nom) < CASEI('M')",
    "nom = code", "nom > code", "n = petit", "n = v", "v > n", "d = 12.5", "d > 0", "d = n", "n BETWEEN -2 AND 3",
    "v NOT BETWEEN 0 AND 1", "n + petit > 3", "n / petit = 2", "n DIV petit = -2", "n % 3 = -1", "v * 2 >= d", "n ^ 2 = 9",
    "n ^ -1 > 0", "v ^ 0.5 < 2", "petit ^ n > 100", "n - 1.5 = 0.5", "n / 0 = 1", "NOT n / 0 = 1", "v * 1e308 > 1",
    "v / 1e-300 > 5", "1e-200 * v * 1e-200 = 0", "n IN (1, 2.0, 3)", "n IN (1, petit)", "ok = TRUE", "NOT ok = TRUE", "ok = FALSE",
    "ok <> FALSE AND n > 0", "ok = TRUE OR n IS NULL", "nom IS NULL", "geometry IS NULL", "tags IS NOT NULL",
    "jour = DATE('2020-01-15')", "jour > DATE('2020-01-15')", "jour < TIMESTAMP('2020-01-15T12:00:00Z')",
    "quand >= TIMESTAMP('2020-01-20T06:00:00Z')", "naif = TIMESTAMP('2020-01-20T06:00:00.25Z')", "quand = naif",
    "quand > DATE('2020-02-01')", "jour = quand", "naif >= jour", "TRUE", "FALSE", "NOT (n > 0 AND v > 0)", "n > 0 OR v > 0",
    "T_AFTER(quand, DATE('2020-02-01'))", "T_BEFORE(jour, DATE('2020-02-01'))", "T_DISJOINT(jour, INTERVAL('2020-01-10','..'))",
    "T_DURING(INTERVAL(debut, fin), INTERVAL('2020-01-10', '2020-02-10'))", "T_INTERSECTS(INTERVAL(debut, '..'), INTERVAL('..', fin))",
    "A_CONTAINS(tags, ('bois', 'eau'))", "A_EQUALS(tags, ('eau', 'bois'))", "A_OVERLAPS(tags, ('Ü', '1'))",
    "A_CONTAINEDBY(tags, ('bois', 'eau', 'feu'))", "A_CONTAINS(doc, (1))", "A_EQUALS(doc, (1, 2))", "A_OVERLAPS(doc, (TRUE, 'a'))",
    "A_CONTAINS(tags, (code))", "A_EQUALS(doc, ())", "A_CONTAINS(doc, tags)",
    "S_INTERSECTS(geometry, BBOX(4, 44, 5, 45))", "S_WITHIN(geometry, POLYGON((3 43, 6 43, 6 46, 3 43)))",
    "S_DISJOINT(geometry, BBOX(4, 44, 5, 45))", "NOT S_INTERSECTS(geometry, BBOX(4, 44, 5, 45))", "S_EQUALS(geometry, POINT(4 44))",
    "S_TOUCHES(geometry, BBOX(4, 44, 5, 45))", "S_CROSSES(geometry, LINESTRING(3 43, 7 47))", "S_CONTAINS(geometry, POINT(4.55 44.55))",
    "S_OVERLAPS(geometry, BBOX(4, 44, 5, 45))", "S_INTERSECTS(geometry, BBOX(170, -10, -170, 50))",
    "S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(4 44), LINESTRING(5 45, 6 46), POLYGON((3 43, 4 43, 4 44, 3 43))))",
    "S_WITHIN(geometry, GEOMETRYCOLLECTION(POINT(4 44), POLYGON((3 43, 6 43, 6 46, 3 43))))", "S_INTERSECTS(geometry, geometry)",
]  # fmt: skip


def moments(draw: random.Random) -> str:
    day = f"2020-{draw.choice(['01', '02'])}-{draw.randrange(1, 29):02d}"
    return draw.choice(
        [
            "jour",
            "quand",
            "naif",
            "debut",
            "fin",
            f"DATE('{day}')",
            f"TIMESTAMP('{day}T{draw.choice(['00', '06', '12'])}:00:00Z')",
        ]
    )


def spans(draw: random.Random) -> str:
    days = sorted(f"2020-01-{draw.randrange(1, 29):02d}" for _ in range(2))
    return draw.choice(
        [
            "INTERVAL(debut, fin)",
            f"INTERVAL('{days[0]}', '{days[1]}')",
            f"INTERVAL('{days[0]}', '..')",
            f"INTERVAL('..', '{days[1]}T06:00:00Z')",
            "INTERVAL(debut, '..')",
            "INTERVAL('..', '..')",
            "INTERVAL(jour, fin)",
        ]
    )


def numbers(draw: random.Random, depth: int = 2) -> str:
    if depth == 0 or draw.random() < 0.4:
        return draw.choice(["n", "petit", "v", "d", "0", "1", "-2", "3", "2.5", "-0.5", "1e200", "1000000"])
    op = draw.choice(["+", "-", "*", "/", "DIV", "%", "^"])
    return f"({numbers(draw, depth - 1)} {op} {numbers(draw, depth - 1)})"


def strings(draw: random.Random) -> str:
    base = draw.choice(["nom", "code", quoted(draw.choice(WORDS))])
    return draw.choice([base, base, f"CASEI({base})", f"ACCENTI({base})", f"CASEI(ACCENTI({base}))"])


def places(draw: random.Random) -> str:
    x, y = draw.randrange(30, 70) / 10, draw.randrange(430, 470) / 10
    return draw.choice(
        [
            f"POINT({x} {y})",
            f"BBOX({x}, {y}, {x + 1:.1f}, {y + 1:.1f})",
            f"LINESTRING({x} {y}, {x + 1:.1f} {y + 0.5:.1f})",
            f"POLYGON(({x} {y}, {x + 2:.1f} {y}, {x + 1:.1f} {y + 1:.1f}, {x} {y}))",
            f"MULTIPOINT(({x} {y}), (4 44))",
        ]
    )


TEMPORAL = [
    "CONTAINS",
    "DURING",
    "FINISHEDBY",
    "FINISHES",
    "MEETS",
    "METBY",
    "OVERLAPPEDBY",
    "OVERLAPS",
    "STARTEDBY",
    "STARTS",
]


def drawn(draw: random.Random, depth: int = 2) -> str:
    """A well-typed filter at random."""
    if depth and draw.random() < 0.4:
        left, right = drawn(draw, depth - 1), drawn(draw, depth - 1)
        return draw.choice([f"({left} AND {right})", f"({left} OR {right})", f"NOT ({left})"])
    op = draw.choice(["=", "<>", "<", "<=", ">", ">="])
    tags = [quoted(each) for each in draw.sample(TAGS, draw.randrange(1, 4))]
    return draw.choice(
        [
            f"{numbers(draw)} {op} {numbers(draw)}",
            f"{strings(draw)} {op} {strings(draw)}",
            f"{moments(draw)} {op} {moments(draw)}",
            f"{numbers(draw)} BETWEEN {numbers(draw, 1)} AND {numbers(draw, 1)}",
            f"nom IN ({quoted(draw.choice(WORDS))}, {quoted(draw.choice(WORDS))})",
            f"nom LIKE '%{draw.choice('aeioué')}%'",
            f"{draw.choice(['nom', 'n', 'quand', 'tags', 'geometry', 'ok'])} IS {draw.choice(['', 'NOT '])}NULL",
            "ok = TRUE",
            f"T_{draw.choice(['AFTER', 'BEFORE', 'DISJOINT', 'EQUALS', 'INTERSECTS'])}({draw.choice([moments, spans])(draw)}, {draw.choice([moments, spans])(draw)})",
            f"T_{draw.choice(TEMPORAL)}({spans(draw)}, {spans(draw)})",
            f"A_{draw.choice(['EQUALS', 'CONTAINS', 'CONTAINEDBY', 'OVERLAPS'])}({draw.choice(['tags', 'doc'])}, ({', '.join(tags)}))",
            f"S_{draw.choice(['INTERSECTS', 'EQUALS', 'DISJOINT', 'TOUCHES', 'WITHIN', 'OVERLAPS', 'CROSSES', 'CONTAINS'])}(geometry, {places(draw)})",
        ]
    )
