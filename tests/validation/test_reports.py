"""Each format of the report says the same faults, and is safe where it is opened."""

import csv
import gzip
import io
import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
from lxml import html
from tests.validation.made import DEMO, irve, needs_shared, schema, table

from cicclo.validation import coherence
from cicclo.validation.actions import validate
from cicclo.validation.documents.actions import validate_json
from cicclo.validation.model import Fault, Options, Report
from cicclo.validation.readers import open_table
from cicclo.validation.reports import REPORTS, _map
from cicclo.validation.reports.csv import safe

LANGS = ("fr", "en")
SARIF = Path(__file__).parent / "standards" / "sarif-2.1.0-rtm.5.json.gz"
OF = schema(
    {"name": "id", "type": "integer", "constraints": {"required": True}},
    {"name": "prix", "type": "number"},
    {"name": "xy", "type": "geopoint", "format": "array"},
    {"name": "absent"},
)
TEXT = (
    "id;prix;xy;<img src=x onerror=alert(1)>\n"
    '1;"3,5";[2.35, 48.85];\n'
    '2;=HYPERLINK("http://x");[48.85, 2.35];</script><script>alert(1)</script>\n'
    ";@SUM(A1);;\n"
)


@pytest.fixture
def report(tmp_path: Path) -> Report:
    opened = open_table(table(tmp_path, TEXT))
    return coherence.observed(validate(opened, OF, Options(limit=0, key=("id",))), opened)


def written(report: Report, form: str, lang: str) -> bytes:
    out = io.BytesIO()
    REPORTS[form].write(report, out, lang)
    return out.getvalue()


@pytest.mark.parametrize("lang", LANGS)
def test_json_says_everything_once(report: Report, lang: str) -> None:
    told = json.loads(written(report, "json", lang))
    assert told["valid"] is False
    assert (told["counts"]["errors"], told["counts"]["warnings"], told["counts"]["rows"]) == (4, 1, 3)
    assert len(told["faults"]) == 5
    assert (
        sum(kind["count"] for kind in told["kinds"]) == sum(cause["count"] for cause in told["causes"]) == 5
    )
    assert [column["name"] for column in told["columns"]] == [
        "id",
        "prix",
        "xy",
        "<img src=x onerror=alert(1)>",
    ]
    assert sum(sum(column["faults"].values()) for column in told["columns"]) == 4
    assert {notice["column"] for notice in told["notices"]} == {"absent", "<img src=x onerror=alert(1)>"}
    assert {(repair["name"], repair["count"]) for repair in told["repairs"]} == {
        ("decimal-comma", 1),
        ("separator", 0),
    }
    comma = next(cause for cause in told["causes"] if cause["name"] == "decimal-comma")
    assert comma["samples"][0] == {
        "row": 2,
        "key": "1",
        "value": "3,5",
        "proposed": "3.5",
        "where": "",
        "message": "",
    }


@pytest.mark.parametrize("lang", LANGS)
def test_sarif_is_what_its_schema_says(report: Report, lang: str) -> None:
    told = json.loads(written(report, "sarif", lang))
    standard = json.loads(gzip.decompress(SARIF.read_bytes()))
    jsonschema.validators.validator_for(standard)(standard).validate(told)
    results = told["runs"][0]["results"]
    assert len(results) == 5 + len(report.notices)
    rules = told["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in results)
    assert results[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


@pytest.mark.parametrize("lang", LANGS)
def test_csv_is_safe_in_a_spreadsheet(report: Report, lang: str) -> None:
    lines = list(csv.DictReader(io.StringIO(written(report, "csv", lang).decode("utf-8-sig"))))
    assert len(lines) == 5 + len(report.notices)
    cells = [cell for line in lines for cell in line.values()]
    assert not [cell for cell in cells if cell[:1] in tuple("=+@\t\r\n")]
    assert '\'=HYPERLINK("http://x")' in cells


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("-2+3", "'-2+3"),
        ("-1,5", "-1,5"),
        ("+33123", "+33123"),
        ("@x", "'@x"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_only_what_a_spreadsheet_would_run_is_marked(cell: str, shown: str) -> None:
    assert safe(cell) == shown


@pytest.mark.parametrize("lang", LANGS)
def test_html_is_one_page_that_runs_nothing(report: Report, lang: str) -> None:
    page = html.fromstring(written(report, "html", lang))
    assert page.get("lang") == lang
    assert not page.xpath("//script | //link | //img | //@onerror | //iframe | //@src | //@href")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert "</script><script>alert(1)</script>" not in written(report, "html", lang).decode()


@pytest.mark.parametrize("lang", LANGS)
def test_html_is_accessible_in_its_structure(report: Report, lang: str) -> None:
    """One h1, headings in order, headers with a scope, a name for the map and for what scrolls."""
    page = html.fromstring(written(report, "html", lang))
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1 | //h2 | //h3")]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(cell.get("scope") for cell in page.xpath("//th"))
    assert page.xpath("//svg/@role") == ["img"]
    assert page.xpath("string(//svg/@aria-labelledby)") == page.xpath("string(//svg/title/@id)")
    assert all(region.get("aria-label") for region in page.xpath("//*[@role='region']"))
    assert len(page.xpath("//svg/rect")) == 1  # the point whose coordinates are exchanged


@pytest.mark.parametrize("lang", LANGS)
def test_text_begins_with_the_verdict_and_the_counts(report: Report, lang: str) -> None:
    lines = written(report, "text", lang).decode().splitlines()
    assert lines[0].startswith("✗ made.csv")
    numbers = "3 lignes, 4 colonnes ; 4 erreurs" if lang == "fr" else "3 rows, 4 columns; 4 errors"
    assert numbers in lines[1]
    assert "--fix" in lines[-1]


def test_no_format_mixes_the_languages(report: Report) -> None:
    """Nothing of ours is French in an English report (the data may be)."""
    for form in ("text", "html", "csv", "sarif"):
        english = written(report, form, "en").decode()
        assert not [word for word in (" lignes", "valeurs de", "colonne ", "À corriger") if word in english]


def test_a_valid_file_is_said_to_be(tmp_path: Path) -> None:
    found = validate(table(tmp_path, "id,prix,xy,absent\n1,2,,\n"), OF)
    assert written(found, "text", "en").decode().startswith("✓ made.csv: conforms to the schema Made")
    assert json.loads(written(found, "json", "fr"))["valid"] is True


def test_reports_are_written_as_they_are_read(tmp_path: Path) -> None:
    """50,000 faults: the JSON report's own memory stays under 10 MB."""
    import tracemalloc  # noqa: PLC0415

    source = table(tmp_path, "id\n" + "x\n" * 50_000)
    found = validate(source, schema({"name": "id", "type": "integer"}), Options(limit=0))
    tracemalloc.start()
    with (tmp_path / "r.json").open("wb") as out:
        REPORTS["json"].write(found, out, "fr")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10e6


def test_the_map_is_north_up_and_holds_its_points() -> None:
    drawn = _map.draw([_map.Point(2.0, 49.0, "error", "a"), _map.Point(3.0, 50.0, "warning", "b")])
    assert drawn is not None
    south_west, north_east = drawn.points
    assert south_west.x < north_east.x
    assert south_west.y > north_east.y
    assert all(0 <= p.x <= drawn.width and 0 <= p.y <= drawn.height for p in drawn.points)
    # at 49.5° north a degree of longitude is 0.65 degree of latitude
    assert (north_east.x - south_west.x) / (south_west.y - north_east.y) == pytest.approx(0.649, abs=0.01)
    assert _map.draw([]) is None


def test_one_point_alone_is_drawn() -> None:
    drawn = _map.draw([_map.Point(2.0, 49.0, "error", "a")])
    assert drawn is not None
    assert (drawn.points[0].x, drawn.points[0].y) == (drawn.width / 2, drawn.height / 2)


def test_a_fault_without_row_or_field_is_written_in_every_format() -> None:
    class One(list[Fault]):
        errors = 1

    fault = Fault("coherence", "coherence/row/duplicate", where="layer/12", facts={"first": 1})
    report = Report("x.csv", None, One([fault]))
    for form in ("text", "json", "csv", "sarif", "html"):
        assert written(report, form, "fr")


@pytest.mark.parametrize("form", ["text", "json", "csv", "sarif", "html"])
def test_a_cell_that_no_encoding_carries_is_written_all_the_same(tmp_path: Path, form: str) -> None:
    """JSON lets half of a surrogate pair through; and a cell may try to command the terminal."""
    document = tmp_path / "made.json"
    document.write_text('{"a": "\\ud800\\u001b[2J"}')
    found = validate_json(document, {"properties": {"a": {"type": "integer"}}})
    data = written(found, form, "fr").decode()
    assert found.faults.errors == 1
    assert form in ("html", "csv") or "\x1b" not in data
    if form in ("json", "sarif"):
        json.loads(data)


@needs_shared
@pytest.mark.parametrize("name", ["irve_doublon_longueau.csv", "irve_coherence_anomalies.csv"])
def test_the_demonstration_is_explained_in_both_languages(name: str) -> None:
    opened = open_table(DEMO / name)
    report = coherence.observed(
        validate(opened, irve(), Options(limit=0, key=coherence.key_of(irve()))), opened
    )
    texts = [written(report, "text", lang).decode() for lang in LANGS]
    expected = {
        "irve_doublon_longueau.csv": (
            "publié par deux producteurs : ChargePoint et RAIDEN",
            "published by two producers: ChargePoint and RAIDEN",
        ),
        "irve_coherence_anomalies.csv": (
            "89 valeurs de « coordonneesXY » diffèrent d'une ligne à l'autre du même objet",
            "89 values of “coordonneesXY” differ between rows of the same thing",
        ),
    }[name]
    assert [part in text for part, text in zip(expected, texts, strict=True)] == [True, True]
