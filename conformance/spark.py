"""`python -m conformance spark [ROWS]`: the embedded engine and Spark with two executors, record for record.

Runs in the environment of its own that `make conformance` prepares (`.venv-spark`). The faults, their places and their
order have to be the same; so do the suspects, which the two engines find with the same conditions.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
MASTER = "local-cluster[2,1,1024]"
"""Two executors, each a process of its own."""


def main(wanted: list[str]) -> int:
    """Run the step in its environment; say why when it cannot be."""
    if missing := [name for name, there in _needs().items() if not there]:
        sys.stdout.write(f"spark: skipped, {', '.join(missing)} missing\n")
        return 0
    told = {**os.environ, "CICCLO_SPARK_MASTER": os.environ.get("CICCLO_SPARK_MASTER", MASTER)}
    command = [str(PYTHON), "-m", "conformance.spark", *wanted]
    return subprocess.run(command, env=told, cwd=ROOT, check=False).returncode  # noqa: S603 - ourselves


def _needs() -> dict[str, bool]:
    return {"Java": shutil.which("java") is not None, "pyspark (.venv-spark)": PYTHON.exists()}


def compare(count: int) -> int:
    """Compare the engines on `count` records that have faults of every kind."""
    from cicclo.validation import actions, schemas  # noqa: PLC0415 - this half runs in the other environment
    from cicclo.validation.model import Options  # noqa: PLC0415
    from conformance.spark_data import SCHEMA, write  # noqa: PLC0415

    schema, seen = schemas.read(SCHEMA), {}
    with tempfile.TemporaryDirectory(prefix="cicclo-spark-") as folder:
        file = Path(folder) / "table.csv"
        write(file, count)
        for engine in ("polars", "spark"):
            begun = time.monotonic()
            report = actions.validate(file, schema, Options(limit=0, engine=engine))
            seen[engine] = (list(report.faults), report.columns, report.rows)
            told = f"{engine}: {report.rows} records, {len(report.faults)} faults, {time.monotonic() - begun:.1f} s"
            sys.stdout.write(f"{told}\n")
    same = seen["polars"] == seen["spark"]
    sys.stdout.write(f"spark: {'the same report, record for record' if same else 'THE REPORTS DIFFER'}\n")
    return 0 if same and seen["polars"][0] else 1


if __name__ == "__main__":
    sys.exit(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000))
