"""Ask Validata, as a black box, what it says of the cases of `cases.py`; write `expected.json`.

Not a test: run it with a Python where validata-table 0.13.0 and frictionless 5.21.0 are installed:

    python tests/validation/checks/record.py
"""

import json
import runpy
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    from validata_core import validate  # noqa: PLC0415 - the black box, never a dependency of ours

    cases = runpy.run_path(str(HERE / "cases.py"))
    expected = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for name, case in cases["CASES"].items():
            path.write_text(cases["table"](case), "utf-8")
            report = validate(path, cases["schema"](case)).to_dict()
            report["stats"].pop("seconds")
            expected[name] = report
    (HERE / "expected.json").write_text(
        json.dumps(expected, ensure_ascii=False, indent=1, default=str) + "\n", "utf-8"
    )


if __name__ == "__main__":
    main()
