"""`--fix` mends what it says and nothing else."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from tests.validation.made import DEMO, IRVE, irve, needs_shared, schema, table

from cicclo.kernel.errors import BadInput
from cicclo.validation import fixing
from cicclo.validation.actions import validate
from cicclo.validation.model import Options, Schema
from cicclo.validation.readers import open_table
from cicclo.validation.reports.csv import safe

MADE = schema(
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "prix", "type": "number", "constraints": {"minimum": 0}},
    {"name": "jour", "type": "date"},
    {"name": "ouvert", "type": "boolean"},
    {"name": "acces", "constraints": {"enum": ["Accès libre", "Accès réservé"]}},
    {"name": "code_insee", "constraints": {"pattern": r"^\d{5}$"}},
)
HEADER = "id,prix,jour,ouvert,acces,code_insee\n"
ALL = Options(limit=0)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def changes_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fixed(source: Path, of: Schema = MADE) -> tuple[list[list[str]], list[dict[str, str]], fixing.Mended]:
    out, log = source.with_name("out.csv"), source.with_name("log.csv")
    mended = fixing.fix(open_table(source), of, out, log)
    return rows_of(out), changes_of(log), mended


def every_difference_is_listed(source: Path, rows: list[list[str]], changes: list[dict[str, str]]) -> None:
    """Compare every cell of the two files; the list holds the differences, all of them, and nothing else.

    The list marks with an apostrophe what a spreadsheet would run; the file does not.
    """
    before = open_table(source)
    names = rows[0]
    listed = {(int(c["row"]), c["column"]): (c["before"], c["after"]) for c in changes if int(c["row"]) > 0}
    found = {
        (1, safe(new)): (safe(str(old)), safe(new))
        for old, new in zip(before.header, names, strict=True)
        if str(old) != new
    }
    for (number, cells), after in zip(before.records(), rows[1:], strict=True):
        assert len(cells) == len(after)
        for place, (old, new) in enumerate(zip(cells, after, strict=True)):
            if old != new:
                found[number, safe(names[place])] = (safe(old), safe(new))
    assert found == listed


def test_what_can_be_mended_is_and_the_rest_is_left(tmp_path: Path) -> None:
    source = table(
        tmp_path,
        HEADER + '1,"3,5",31/12/2021,Oui,acces libre,1053\n'
        "2,douze,2021-12-31,true,Accès libre,59350\n"
        '3,"-1,5",,peut-être,Payant,ABC\n',
    )
    rows, changes, mended = fixed(source)
    assert rows[1:] == [
        ["1", "3.5", "2021-12-31", "true", "Accès libre", "01053"],
        ["2", "douze", "2021-12-31", "true", "Accès libre", "59350"],
        ["3", "-1,5", "", "peut-être", "Payant", "ABC"],
    ]
    assert [(c["row"], c["column"], c["repair"]) for c in changes] == [
        ("2", "prix", "decimal-comma"),
        ("2", "jour", "dates"),
        ("2", "ouvert", "boolean-words"),
        ("2", "acces", "enum-accents"),
        ("2", "code_insee", "lost-zeros"),
    ]
    assert (mended.values, mended.rows) == (5, 1)
    every_difference_is_listed(source, rows, changes)


def test_encoding_separator_and_header_are_mended(tmp_path: Path) -> None:
    text = "ID;Prix;jour;ouvert;Accès;code insee\r\n1;2;;;Accès réservé;59350\r\n"
    source = table(tmp_path, text, encoding="cp1252")
    rows, changes, _ = fixed(source)
    assert rows == [
        ["id", "prix", "jour", "ouvert", "acces", "code_insee"],
        ["1", "2", "", "", "Accès réservé", "59350"],
    ]
    assert [(c["repair"], c["before"], c["after"]) for c in changes[:2]] == [
        ("encoding", "cp1252", "utf-8"),
        ("separator", ";", ","),
    ]
    assert (tmp_path / "out.csv").read_bytes().count(b"\r\n") == 2
    every_difference_is_listed(source, rows, changes)


def test_a_right_file_comes_out_as_it_went_in(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + '1,3.5,2021-12-31,true,Accès libre,59350\n2,,,,"Accès réservé",\n')
    rows, changes, mended = fixed(source)
    assert changes == []
    assert mended.values == 0
    every_difference_is_listed(source, rows, changes)


def test_dates_of_a_column_that_may_be_month_first_are_left(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + "1,,05/06/2021,,,\n2,,12/25/2021,,,\n")
    rows, changes, _ = fixed(source)
    assert [row[2] for row in rows[1:]] == ["05/06/2021", "12/25/2021"]
    assert changes == []


def test_short_long_and_empty_rows_are_kept(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + "1,2\n\n2,3,,,,,plus,loin\n")
    rows, changes, _ = fixed(source)
    assert rows[1:] == [["1", "2"], [], ["2", "3", "", "", "", "", "plus", "loin"]]
    assert changes == []


def test_a_change_that_a_check_refuses_is_undone(tmp_path: Path) -> None:
    """The comma is mended in `max` of row 2; in row 3 the check still finds fault with it: nothing is changed."""
    of = schema(
        {"name": "min", "type": "number"},
        {"name": "max", "type": "number"},
        custom_checks=[
            {"name": "compare-columns-value", "params": {"column": "max", "op": ">=", "column2": "min"}}
        ],
    )
    source = table(tmp_path, 'min,max\n1,"2,5"\n5,"2,5"\n')
    rows, changes, _ = fixed(source, of)
    assert rows[1:] == [["1", "2.5"], ["5", "2,5"]]
    assert len(changes) == 1


def test_the_list_of_changes_is_safe_in_a_spreadsheet(tmp_path: Path) -> None:
    of = schema({"name": "=cmd()", "constraints": {"enum": ["=A1"]}})
    source = table(tmp_path, "=cmd()\n=a1\n")
    rows, changes, _ = fixed(source, of)
    assert rows == [["=cmd()"], ["=A1"]]  # the data are not touched
    assert (changes[0]["column"], changes[0]["before"], changes[0]["after"]) == ("'=cmd()", "'=a1", "'=A1")


def test_the_source_is_never_written_to(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER + '1,"3,5",,,,\n')
    (tmp_path / "link.csv").symlink_to(source)
    for out in (source, tmp_path / "link.csv"):
        with pytest.raises(BadInput):
            fixing.fix(open_table(source), MADE, out, tmp_path / "log.csv")
        with pytest.raises(BadInput):
            fixing.fix(open_table(source), MADE, tmp_path / "out.csv", out)
    assert source.read_text() == HEADER + '1,"3,5",,,,\n'


def test_a_run_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut in the middle, the new file does not appear, and one that was there stays."""
    source = table(tmp_path, HEADER + '1,"3,5",,,,\n')
    out = tmp_path / "out.csv"
    out.write_text("before")

    def broken(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(fixing.Mender, "row", broken)
    with pytest.raises(RuntimeError):
        fixing.fix(open_table(source), MADE, out, tmp_path / "log.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.csv", "out.csv"]
    assert out.read_text() == "before"


def test_a_quote_that_is_never_closed_is_not_mended_away(tmp_path: Path) -> None:
    """Closing it at the end of the file would hide that the rows below were swallowed."""
    source = table(tmp_path, HEADER + '1,"3,5,,,,\n2,4,,,,\n')
    with pytest.raises(BadInput) as raised:
        fixed(source)
    assert "line 2" in raised.value.say("en")
    assert [path.name for path in tmp_path.iterdir()] == ["made.csv"]


def test_bytes_of_another_encoding_are_told(tmp_path: Path) -> None:
    """The encoding is guessed from the first 100 kB; the row after them is of another."""
    source = tmp_path / "made.csv"
    first = "".join(f"{i},,,,Accès libre,\n" for i in range(8000)).encode()
    source.write_bytes(HEADER.encode() + first + "8000,,,,Accès libre,\n".encode("cp1252"))
    rows, changes, _ = fixed(source)
    assert {row[4] for row in rows[1:]} == {"Accès libre"}
    assert [(c["repair"], c["before"]) for c in changes] == [("encoding", "cp1252 (1 lines)")]


def test_lone_carriage_returns_become_line_feeds(tmp_path: Path) -> None:
    source = table(tmp_path, HEADER.replace("\n", "\r") + "1,2,,,,\r")
    rows, changes, _ = fixed(source)
    assert rows[1:] == [["1", "2", "", "", "", ""]]
    assert [(c["repair"], c["before"], c["after"]) for c in changes] == [("line-ends", "CR", "LF")]


def test_a_workbook_is_written_as_the_texts_of_its_cells(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(HEADER.strip().split(","))
    sheet.append([1, 3.5, date(2026, 12, 31), True, "Accès libre", 59350])
    sheet.append([2, "3,5", "31/12/2026", None, None, 2408])
    workbook.save(tmp_path / "made.xlsx")
    rows, changes, mended = fixed(tmp_path / "made.xlsx")
    assert rows[1:] == [
        ["1", "3.5", "2026-12-31", "true", "Accès libre", "59350"],
        ["2", "3.5", "2026-12-31", "", "", "02408"],
    ]
    assert (changes[0]["repair"], changes[0]["before"], changes[0]["after"]) == ("format", "xlsx", "csv")
    assert mended.values == 3


CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "3,5", "1 234", "31/12/2021", "Oui", " true ", "acces libre", "1053", "59350.0", "x"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), max_size=6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), min_size=1, max_size=8))
def test_whatever_the_cells_every_difference_is_listed_and_no_fault_is_added(
    tmp_path: Path, cells: list[list[str]]
) -> None:
    source = tmp_path / "made.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(HEADER.strip().split(","))
        writer.writerows([[f"{i}", *row[1:]] for i, row in enumerate(cells)])
    before = validate(source, MADE, ALL)
    rows, changes, _ = fixed(source)
    after = validate(tmp_path / "out.csv", MADE, ALL)
    every_difference_is_listed(source, rows, changes)
    places = [{(fault.row, fault.field) for fault in report.faults} for report in (before, after)]
    assert places[1] <= places[0]


@needs_shared
@pytest.mark.parametrize(
    "name", ["derive-invalide.csv", "derive-cp1252-pointvirgule-crlf.csv", "derive-entete-casse.csv"]
)
def test_real_files_differ_only_where_it_is_listed(tmp_path: Path, name: str) -> None:
    source = tmp_path / name
    source.write_bytes((IRVE.parent / name).read_bytes())
    rows, changes, _ = fixed(source, irve())
    every_difference_is_listed(source, rows, changes)


@needs_shared
@pytest.mark.parametrize(
    "name", ["irve_statique_hauts_de_france.csv", "irve_doublon_longueau.csv", "irve_coherence_anomalies.csv"]
)
def test_the_demonstration_has_anomalies_that_are_not_for_a_program_to_mend(
    tmp_path: Path, name: str
) -> None:
    """Stations that contradict themselves, points declared twice, old communes: cell for cell the file stays itself."""
    source = tmp_path / name
    source.write_bytes((DEMO / name).read_bytes())
    rows, changes, _ = fixed(source, irve())
    every_difference_is_listed(source, rows, changes)
    assert changes == []


@needs_shared
def test_the_invalid_file_loses_the_faults_that_were_mended(tmp_path: Path) -> None:
    """One fault fewer for each value listed."""
    source = tmp_path / "derive-invalide.csv"
    source.write_bytes((IRVE.parent / source.name).read_bytes())
    before = validate(source, irve(), ALL)
    _, changes, mended = fixed(source, irve())
    after = validate(tmp_path / "out.csv", irve(), ALL)
    assert mended.values == len(changes) > 0
    assert after.faults.errors == before.faults.errors - mended.values
