"""The real anomalies of the demonstration's data are found, and explained in both languages."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from tests.validation.made import DEMO, irve, needs_shared, schema, table

from cicclo.validation import coherence
from cicclo.validation.actions import validate
from cicclo.validation.causes import causes
from cicclo.validation.model import Fault, Options, Schema, Severity
from cicclo.validation.readers import open_table
from cicclo.validation.reports.text import quoted

HAUTS_DE_FRANCE = Path(coherence.__file__).parents[2] / (
    "hub/demo/data/hauts-de-france/irve_statique_hauts_de_france.csv"
)
# what `known/` needs of the schema is its name; the columns are those of the file
NAMED_IRVE = schema({"name": "coordonneesXY", "type": "geopoint"}, name="schema-irve-statique")


def found(path: Path, of: Schema = NAMED_IRVE) -> list[Fault]:
    return list(coherence.look(open_table(path), of))


def rows(faults: list[Fault], requirement: str, column: str = "") -> list[int]:
    return [f.row for f in faults if f.requirement == requirement and f.field in (column, column or f.field)]


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_shared
def test_stations_that_contradict_themselves_are_those_of_the_published_analysis() -> None:
    """The analysis of January 2025 says in its own columns which rows break which dependency: 89, 52, 21, 4 and 4."""
    path = DEMO / "irve_coherence_anomalies.csv"
    faults = found(path)
    told = lines(path)
    counts = {}
    for column in (
        "coordonneesXY",
        "nbre_pdc",
        "nom_station",
        "implantation_station",
        "horaires",
        "condition_acces",
    ):
        theirs = [n for n, row in enumerate(told, 2) if row[f"{column} - id_station_itinerance"] == "False"]
        assert rows(faults, "coherence/key/constant-columns", column) == theirs
        counts[column] = len(theirs)
    assert list(counts.values()) == [89, 52, 21, 4, 4, 0]


@needs_shared
def test_a_point_published_by_two_producers_is_found() -> None:
    """In Longueau one concession is published twice: the same charging point, the same address, two operators."""
    faults = found(DEMO / "irve_doublon_longueau.csv")
    assert rows(faults, "coherence/key/duplicate") == [5]
    assert rows(faults, "coherence/place/same-place", "adresse_station") == [5]
    [twice] = [f for f in faults if f.requirement == "coherence/key/duplicate"]
    assert coherence.say(twice).fr == (
        "id_pdc_itinerance ATHTBE1012062 est déjà à la ligne 3, publié par deux producteurs : ChargePoint et RAIDEN"
    )
    assert coherence.say(twice).en == (
        "id_pdc_itinerance ATHTBE1012062 is already on row 3, published by two producers: ChargePoint and RAIDEN"
    )


@needs_shared
def test_old_communes_of_the_demonstration_are_found() -> None:
    """The demonstration's map says which communes were merged; Lomme (59355) is in Lille since 27 February 2000 (INSEE)."""
    features = json.loads((HAUTS_DE_FRANCE.parent / "communes_hauts_de_france.geojson").read_text("utf-8"))[
        "features"
    ]
    merged = {
        f["properties"]["code"]: f["properties"]["code_2026"]
        for f in features
        if f["properties"]["statut_cog_2026"] == "fusionnee"
    } | {"59355": "59350"}
    report = validate(HAUTS_DE_FRANCE, irve(), Options(limit=0))
    assert report.valid
    told = enumerate(lines(HAUTS_DE_FRANCE), 2)
    theirs = [(n, row["code_insee_commune"]) for n, row in told if row["code_insee_commune"] in merged]
    assert [(f.row, f.cell) for f in report.faults] == theirs
    [cause] = causes(report)
    assert (cause.name, cause.count) == ("old-commune-code", 19)
    assert {str(f.cell): f.facts["merged"] for f in report.faults} == {
        code: merged[code] for code in ("62549", "62743", "59355")
    }
    assert Counter(f.cell for f in report.faults) == {"62549": 10, "62743": 5, "59355": 4}
    assert all(sample.note.fr != sample.note.en for sample in cause.samples)


def test_numbers_of_points_are_held_against_the_rows_of_the_station() -> None:
    path = HAUTS_DE_FRANCE
    points: Counter[str] = Counter()
    said: dict[str, tuple[int, str]] = {}
    for number, row in enumerate(lines(path), 2):
        points[row["id_station_itinerance"]] += (
            1  # each row of this file is one point: its identifiers are unique
        )
        said.setdefault(row["id_station_itinerance"], (number, row["nbre_pdc"]))
    theirs = [number for station, (number, count) in said.items() if str(points[station]) != count]
    assert len(theirs) == 64
    assert rows(found(path), "coherence/key/count") == theirs


def test_anomalies_never_make_a_file_invalid() -> None:
    assert {fault.severity for fault in found(HAUTS_DE_FRANCE)} == {Severity.WARNING}


@needs_shared
@pytest.mark.parametrize("name", ["irve_doublon_longueau.csv", "irve_coherence_anomalies.csv"])
def test_every_anomaly_is_said_in_both_languages(name: str) -> None:
    for fault in found(DEMO / name, irve()):
        said = coherence.say(fault)
        assert said.fr != said.en
        assert fault.key in said.fr or not fault.key or fault.key == "Non concerné"


@pytest.mark.parametrize(
    ("text", "requirement", "expected"),
    [
        ("a,b\n1,2\n3,4\n1,2\n", "coherence/row/duplicate", [4]),
        ("a,b\n,\n,\n", "coherence/row/duplicate", []),
    ],
)
def test_rules_that_need_no_schema(tmp_path: Path, text: str, requirement: str, expected: list[int]) -> None:
    faults = list(coherence.look(open_table(table(tmp_path, text)), None))
    assert rows(faults, requirement) == expected


def test_swapped_coordinates_are_seen_and_drawn_where_they_are(tmp_path: Path) -> None:
    of = schema({"name": "id"}, {"name": "xy", "type": "geopoint", "format": "array"})
    text = 'id,xy\na,"[2.35, 48.85]"\nb,"[48.85, 2.35]"\nc,"[-0.13, 51.5]"\nd,\n'
    [swapped] = found(table(tmp_path, text), of)
    assert (swapped.requirement, swapped.row, swapped.point) == (
        "coherence/place/axis-order",
        3,
        (2.35, 48.85),
    )
    assert swapped.facts["proposed"] == "[2.35, 48.85]"
    assert quoted(swapped.cell, "fr") == "« [48.85, 2.35] »"


def test_every_rule_serves_a_requirement_of_the_library() -> None:
    from cicclo.requirements import library  # noqa: PLC0415

    mine = {rid for rid in library() if rid.startswith("coherence/")}
    assert {rule.requirement for rule in coherence.RULES.values()} == mine
