"""The reference engine: every record judged, rows and filled cells counted, progress told."""

from pathlib import Path

from tests.validation.rows import field

from cicclo.validation import schemas
from cicclo.validation.actions import validate
from cicclo.validation.model import Options

SCHEMA = schemas.read({"fields": [field("a", "integer"), field("b", missingValues=["", "NA"])]})


def a_file(folder: Path, rows: int, last: str = "1,x") -> Path:
    path = folder / "table.csv"
    path.write_text("a,b\n" + "1,NA\n" * (rows - 1) + last + "\n", "utf-8")
    return path


def test_progress_grows_and_ends_at_the_whole(tmp_path: Path) -> None:
    told: list[float] = []
    validate(a_file(tmp_path, 20_000), SCHEMA, Options(engine="exact", progress=told.append))
    assert len(told) > 3
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_filled_cells_are_counted_over_whole_and_short_records(tmp_path: Path) -> None:
    found = validate(a_file(tmp_path, 1_000, "1"), SCHEMA, Options(engine="exact"))
    assert (found.rows, [column.filled for column in found.columns]) == (1_000, [1_000, 0])


def test_rows_are_counted_to_the_end_even_when_the_report_is_full(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "x,y\n" * 500, "utf-8")
    found = validate(path, SCHEMA, Options(engine="exact", limit=10))
    assert (found.rows, found.rows_processed, [column.filled for column in found.columns]) == (
        500,
        10,
        [10, 10],
    )
