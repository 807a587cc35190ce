"""Every file of the shared schemas that has a reference report gives an identical one in strict mode."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from cicclo.validation import schemas
from cicclo.validation.actions import validate
from cicclo.validation.errors import SourceUnreadable
from cicclo.validation.model import Options
from cicclo.validation.reports.strict import write

SHARED = Path(__file__).parents[3] / "shared" / "data" / "schemas"
SUFFIX = ".validata-report.json"
EARLIER = ".validata-report.frictionless-5.19.json"
REPORTS = sorted(SHARED.glob(f"*/*{SUFFIX}"))

pytestmark = pytest.mark.skipif(
    not REPORTS, reason="the shared schemas and their reference reports are absent"
)


def reference(path: Path) -> dict[str, Any]:
    """The report to give: that of the earlier version where Validata itself crashes on the later one."""
    earlier = path.with_name(path.name.removesuffix(SUFFIX) + EARLIER)
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if "operation_error" in found and earlier.exists():
        found = json.loads(earlier.read_text("utf-8"))
    return found


def given(path: Path) -> dict[str, Any]:
    schema = schemas.read(schemas.load(path.parent / "schema.json"))
    out = io.BytesIO()
    write(validate(path, schema, Options(strict=True, engine="exact")), out, "fr")
    found: dict[str, Any] = json.loads(out.getvalue())
    found["stats"].pop("seconds")
    return found


@pytest.mark.parametrize(
    "path", REPORTS, ids=lambda path: f"{path.parent.name}/{path.name.removesuffix(SUFFIX)}"
)
def test_the_report_is_identical(path: Path) -> None:
    source = path.with_name(path.name.removesuffix(SUFFIX))
    expected = reference(path)
    if expected.get("operation_error", {}).get("type") == "source-error":
        with pytest.raises(SourceUnreadable):
            given(source)
        return
    if "operation_error" in expected:  # Validata breaks on arrays, in its versions all
        arrays = {
            f["name"] for f in schemas.load(path.parent / "schema.json")["fields"] if f.get("type") == "array"
        }
        assert any(error.get("fieldName") in arrays for error in given(source)["errors"])
        return
    assert given(source) == expected
