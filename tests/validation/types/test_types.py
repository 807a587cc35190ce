"""Each type reads what the standard says, and what frictionless 5.21 takes beyond it (verdicts taken from it)."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from tests.validation.rows import field

from cicclo.validation import schemas
from cicclo.validation.types import TYPES, Unreadable, reader

TAKEN: dict[str, list[tuple[dict[str, Any], Any, Any]]] = {
    "any": [({}, "x", "x"), ({}, 3, 3)],
    "array": [({}, "[1, 2]", [1, 2]), ({}, "[]", []), ({}, '["a", null]', ["a", None])],
    "boolean": [
        *[({}, text, True) for text in ("true", "True", "TRUE", "1")],
        *[({}, text, False) for text in ("false", "False", "FALSE", "0")],
        ({"trueValues": ["oui"], "falseValues": ["non"]}, "oui", True),
        ({}, True, True),
    ],
    "date": [
        ({}, "2021-12-31", date(2021, 12, 31)),
        ({}, "2021-1-5", date(2021, 1, 5)),
        ({}, "2020-02-29", date(2020, 2, 29)),
        ({"format": "%d/%m/%Y"}, "31/12/2021", date(2021, 12, 31)),
        ({"format": "any"}, "31 Dec 2021", date(2021, 12, 31)),
        ({"format": "fmt:%Y"}, "2021", date(2021, 1, 1)),
        ({}, datetime(2021, 12, 31), date(2021, 12, 31)),  # noqa: DTZ001 - what a workbook gives
        ({}, date(2021, 12, 31), date(2021, 12, 31)),
    ],
    "datetime": [
        ({}, "2021-12-31T10:11:12", datetime(2021, 12, 31, 10, 11, 12)),  # noqa: DTZ001
        ({}, "2021-12-31T10:11:12Z", datetime(2021, 12, 31, 10, 11, 12, tzinfo=UTC)),
        ({}, "2021-12-31 10:11:12", datetime(2021, 12, 31, 10, 11, 12)),  # noqa: DTZ001
        ({"format": "%d/%m/%Y %H:%M"}, "31/12/2021 10:11", datetime(2021, 12, 31, 10, 11)),  # noqa: DTZ001
    ],
    "duration": [({}, text, text) for text in ("P1D", "PT2H", "P1Y2M", "-P1D", "P1,5D", "P1DT")],
    "geojson": [
        ({}, '{"type": "Point", "coordinates": [1, 2]}', {"type": "Point", "coordinates": [1, 2]}),
        ({}, '{"type": "FeatureCollection", "features": []}', {"type": "FeatureCollection", "features": []}),
        (
            {"format": "topojson"},
            '{"type": "Topology", "objects": {}, "arcs": []}',
            {"type": "Topology", "objects": {}, "arcs": []},
        ),
    ],
    "geopoint": [
        ({}, "2.35, 48.85", (Decimal("2.35"), Decimal("48.85"))),
        ({"format": "array"}, "[2.5, 48.5]", (Decimal("2.5"), Decimal("48.5"))),
        ({"format": "object"}, '{"lat": 48, "lon": 2}', (Decimal(2), Decimal(48))),
    ],
    "integer": [
        ({}, "12", 12),
        ({}, " 12 ", 12),
        ({}, "+3", 3),
        ({}, "-3", -3),
        ({}, "1_000", 1000),
        ({}, "0001", 1),
        ({}, "٣", 3),
        ({"bareNumber": False}, "12 €", 12),
        ({}, 2.0, 2),
    ],
    "list": [({}, "a,b", ["a", "b"]), ({"itemType": "integer", "delimiter": "|"}, "1|2", [1, 2])],
    "number": [
        ({}, "1.5", Decimal("1.5")),
        ({}, "1e5", Decimal(100000)),
        ({}, " .5 ", Decimal("0.5")),
        ({}, "-Infinity", Decimal("-Infinity")),
        ({"decimalChar": ","}, "1,5", Decimal("1.5")),
        ({"groupChar": " "}, "1 000.5", Decimal("1000.5")),
        ({"bareNumber": False}, "€1.5", Decimal("1.5")),
        ({"floatNumber": True}, "1.5", 1.5),
        ({}, 3, 3),
    ],
    "object": [({}, '{"a": 1}', {"a": 1}), ({}, "{}", {})],
    "string": [
        ({}, " x ", " x "),
        ({"format": "email"}, "prenom.nom@exemple.fr", "prenom.nom@exemple.fr"),
        ({"format": "email"}, "é@élysée.fr", "é@élysée.fr"),
        ({"format": "uri"}, "https://exemple.fr/ü", "https://exemple.fr/ü"),
        ({"format": "uri"}, "mailto:a", "mailto:a"),
        ({"format": "uuid"}, "828e1140-523c-4a41-b466-ab1b64a4a4bd", "828e1140-523c-4a41-b466-ab1b64a4a4bd"),
        ({"format": "binary"}, "YWJj", "YWJj"),
        ({"format": "wkt"}, "POINT Z (1 2 3)", "POINT Z (1 2 3)"),
    ],
    "time": [({}, "10:11:12", time(10, 11, 12)), ({"format": "%Hh%M"}, "10h30", time(10, 30))],
    "year": [({}, "2021", 2021), ({}, "0021", 21), ({}, 2021, 2021)],
    "yearmonth": [({}, "2021-12", (2021, 12)), ({}, "2021-1", (2021, 1))],
}
REFUSED: dict[str, list[tuple[dict[str, Any], Any]]] = {
    "any": [],
    "array": [({}, "{}"), ({}, "[1,"), ({}, "x"), ({}, 3)],
    "boolean": [({}, "oui"), ({}, "tRUE"), ({}, "true "), ({}, 1)],
    "date": [
        ({}, "31/12/2021"),
        ({}, "2021-02-30"),
        ({}, "2021-12-31T00:00:00"),
        ({}, " 2021-12-31"),
        ({}, "20211231"),
        ({}, datetime(2021, 12, 31, 10)),  # noqa: DTZ001
        ({}, 44561),
    ],
    "datetime": [
        ({}, "2021-12-31"),
        ({}, "2021-12-31T10:11"),
        ({}, "2021-12-31 10h"),
        ({}, "20211231T101112"),
    ],
    "duration": [({}, "P"), ({}, "1D"), ({}, "p1d"), ({}, "2 h")],
    "geojson": [
        ({}, '{"type": "Point"}'),
        ({}, '{"type": "Point", "coordinates": [1, 2, 3]}'),
        ({}, '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}'),
        (
            {},
            '{"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": []}, "properties": {}}',
        ),
        ({}, "[1, 2]"),
        ({}, "[" * 100_000),
    ],
    "geopoint": [({}, "48.85;2.35"), ({}, "181,0"), ({}, "0,91"), ({}, "1,2,3"), ({}, "NaN,1"), ({}, 3)],
    "integer": [
        ({}, "1.0"),
        ({}, "12,5"),
        ({}, "1 000"),
        ({}, "douze"),
        ({}, "1__0"),
        ({}, True),
        ({}, 2.5),
        ({}, "1" * 5000),
    ],
    "list": [({"itemType": "integer"}, "1,x"), ({}, 3)],
    "number": [
        ({}, "1,5"),
        ({}, "1 000"),
        ({}, "NaN?"),
        ({"decimalChar": ","}, "1.5"),
        ({"groupChar": " "}, "1 000,5"),
        ({}, True),
    ],
    "object": [({}, "[]"), ({}, "{")],
    "string": [
        ({}, 3),
        ({"format": "email"}, "contact at exemple.fr"),
        ({"format": "email"}, "a@b"),
        ({"format": "email"}, "a..b@exemple.fr"),
        ({"format": "email"}, "a@-exemple.fr"),
        ({"format": "uri"}, "www.exemple.fr"),
        ({"format": "uuid"}, "828e1140-523c-4a41-b466-ab1b64a4a4b"),
        ({"format": "binary"}, "YWJ"),
        ({"format": "wkt"}, "POINT (1)"),
    ],
    "time": [({}, "10:11"), ({}, "25:00:00"), ({}, "10h30")],
    "year": [({}, "21"), ({}, "20212"), ({}, "-021"), ({}, "abcd"), ({}, 12021)],
    "yearmonth": [({}, "2021-13"), ({}, "2021"), ({}, "2021-1-1"), ({}, 202112)],
}


def read(kind: str, more: dict[str, Any], cell: Any) -> Any:
    schema = schemas.read({"fields": [field("a", kind, **more)]})
    return reader(schema.fields[0])(cell)


@pytest.mark.parametrize(("kind", "case"), [(kind, case) for kind, cases in TAKEN.items() for case in cases])
def test_a_cell_of_the_type_gives_its_value(kind: str, case: tuple[dict[str, Any], Any, Any]) -> None:
    more, cell, value = case
    found = read(kind, more, cell)
    assert found == value
    assert isinstance(found, type(value)) or isinstance(value, tuple)


@pytest.mark.parametrize(
    ("kind", "case"), [(kind, case) for kind, cases in REFUSED.items() for case in cases]
)
def test_a_cell_of_another_kind_is_unreadable(kind: str, case: tuple[dict[str, Any], Any]) -> None:
    more, cell = case
    with pytest.raises(Unreadable):
        read(kind, more, cell)


def test_every_type_is_tried_both_ways() -> None:
    assert set(TAKEN) == set(REFUSED) == set(TYPES)


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("number", "1 234,5", "decimal-comma"),
        ("number", "1 234.5", "grouped"),
        ("integer", "12,5", "decimal"),
        ("integer", "1 234", "grouped"),
        ("date", "31/12/2021", "day-first"),
        ("date", "2021-12-31T10:00:00", "with-time"),
        ("geopoint", "200,95", "outside"),
        ("array", "{}", "json-kind"),
        ("array", "[1", "json"),
    ],
)
def test_the_usual_cause_is_recognised(kind: str, cell: str, reason: str) -> None:
    with pytest.raises(Unreadable) as found:
        read(kind, {}, cell)
    assert found.value.reason == reason
