"""Ask Validata, as a black box, which cells it reads in the files of `expected.json`; write them there.

Not a test: run it with a Python where validata-table 0.13.0 and frictionless 5.21.0 are installed. The files were drawn
at random (separators, quotes, line ends, encodings, ragged rows); those that Validata cannot judge were left out. Every
field has an `enum` that nothing meets, so that Validata tells every cell that it reads.
"""

import base64
import json
import tempfile
from pathlib import Path

EXPECTED = Path(__file__).with_name("expected.json")
FIELDS = [{"name": name, "type": "any", "constraints": {"enum": ["§§§"]}} for name in "abc"]


def main() -> None:
    from validata_core import validate  # noqa: PLC0415 - the black box, never a dependency of ours

    found = json.loads(EXPECTED.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        for case in found.values():
            path.write_bytes(base64.b64decode(case["file"]))
            report = validate(path, {"fields": FIELDS}).to_dict()
            case["rows"] = report["stats"]["rows"]
            case["cells"] = [
                [error["rowNumber"], error["fieldNumber"], error["cell"]]
                for error in report["errors"]
                if error["type"] == "constraint-error"
            ]
    EXPECTED.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    main()
