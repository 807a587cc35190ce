"""Validation against validata-table, in one run and on one machine; the reports have to be identical.

    python -m benchmarks.validation [--write] [--only NAME,…] [--million 1000000] [--spark]

`VALIDATA` names a Python that has validata-table 0.13 (`.venv-validata/bin/python` by default). Exit code 1 when a
target of the project is missed; the page says which.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.validation import data, report
from benchmarks.validation.report import Figure

HERE = Path(__file__).parent
VALIDATA = os.environ.get("VALIDATA") or str(data.ROOT / ".venv-validata" / "bin" / "python")
GB = 1_000_000_000
PATIENCE = 240
"""Seconds left to the reference when every record is faulty."""


def main() -> int:
    """Measure; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="write docs/{fr,en}/validation-benchmarks.md")
    parser.add_argument("--only", default="")
    parser.add_argument("--million", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=2, help="our runs; the best one counts")
    parser.add_argument(
        "--spark", action="store_true", help="Spark on the IRVE million too (Java, .venv-spark)"
    )
    asked = parser.parse_args()
    wanted = set(asked.only.split(",")) - {""}
    cases = {name: case for name, case in CASES.items() if not wanted or name in wanted}
    figures: list[Figure] = []
    for case in cases.values():
        for figure in case(asked):
            print(figure.line(), flush=True)
            figures.append(figure)
    kept = report.keep(figures)
    if asked.write:
        report.write(kept)
    return 0 if all(figure.good is not False for figure in figures) else 1


def run(command: list[str], patience: float | None = None, **environment: str) -> dict[str, Any]:
    """Run a command that prints a line of JSON; return it with the wall and processor times.

    Raise TimeoutExpired when it has not ended after `patience` seconds.
    """
    begun = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env={**os.environ, **environment}, cwd=data.ROOT
    ) as process:
        watch = threading.Timer(patience or threading.TIMEOUT_MAX, process.kill)
        watch.start()
        told = process.stdout.read() if process.stdout else b""
        watch.cancel()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL and patience:
        raise subprocess.TimeoutExpired(command, patience)
    lines = told.decode().strip().splitlines()
    found = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    if process.returncode:
        raise RuntimeError(f"{command}: exit code {process.returncode}")
    return {**found, "wall": time.perf_counter() - begun, "cpu": used.ru_utime + used.ru_stime}


def compared(file: Path, kind: str, limit: int, repeat: int, patience: float | None = None) -> dict[str, Any]:
    """Validate with both; return the figures and whether the reports are identical."""
    schema = str(data.schema(kind))
    with tempfile.TemporaryDirectory(prefix="cicclo-bench-") as folder:
        theirs, ours = Path(folder) / "theirs.json", Path(folder) / "ours.json"
        command = [VALIDATA, str(HERE / "reference.py"), str(file), schema, str(limit), str(theirs)]
        reference = run(command, patience)
        runs = [own(file, kind, limit, str(ours)) for _ in range(repeat)]
        best = min(runs, key=lambda each: each["seconds"])
        same = _told(theirs) == _told(ours)
    return {
        "reference": reference,
        "own": best,
        "same": same,
        "ratio": reference["seconds"] / best["seconds"],
    }


def own(file: Path, kind: str, limit: int, out: str = "", engine: str = "auto") -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.validation.own", str(file), str(data.schema(kind))]
    return run([*command, str(limit), out, engine])


def _told(file: Path) -> Any:
    found = json.loads(file.read_text("utf-8"))
    return found["errors"], found["warnings"]


def ratio(name: str, found: dict[str, Any], target: float) -> Figure:
    good = found["ratio"] >= target and found["same"]
    return Figure(name, f"{found['ratio']:.1f} ×", f"≥ {target:g} ×", good, report.told(found))


def ten(asked: argparse.Namespace) -> list[Figure]:
    return [ratio("ten", compared(data.table("ten", asked.million), "ten", 0, asked.repeat), 80)]


def irve(asked: argparse.Namespace) -> list[Figure]:
    return [ratio("irve", compared(data.table("irve", asked.million), "irve", 0, asked.repeat), 50)]


def capped(asked: argparse.Namespace) -> list[Figure]:
    return [
        ratio(f"capped-{kind}", compared(data.table(kind, asked.million), kind, 1000, asked.repeat), 25)
        for kind in ("ten", "irve")
    ]


def faulty(asked: argparse.Namespace) -> list[Figure]:
    """The reference's time may grow faster than its faults: it is stopped, and the ratio is then more than what is told."""
    made = []
    for kind in ("ten", "irve"):
        try:
            found = compared(data.table(kind, asked.million // 10, 1.0), kind, 0, asked.repeat, PATIENCE)
            made.append(ratio(f"faulty-{kind}", found, 25))
        except subprocess.TimeoutExpired:
            made.append(_stopped(kind, asked))
    return made


def _stopped(kind: str, asked: argparse.Namespace) -> Figure:
    """The reports are compared on a fiftieth of the records."""
    ours = own(data.table(kind, asked.million // 10, 1.0), kind, 0)
    least = PATIENCE / ours["seconds"]
    small = compared(data.table(kind, asked.million // 500, 1.0), kind, 0, 1)
    said = f"Validata stopped after {PATIENCE} s, unfinished; cicclo {ours['seconds']:.2f} s, {ours['errors']} errors; "
    said += f"{asked.million // 500} rows: {report.told(small)}"
    return Figure(f"faulty-{kind}", f"> {least:.0f} ×", "≥ 25 ×", least >= 25 and small["same"], said)


def workbook(asked: argparse.Namespace) -> list[Figure]:
    return [ratio("workbook", compared(data.workbook(asked.million // 10), "ten", 0, asked.repeat), 10)]


def memory(asked: argparse.Namespace) -> list[Figure]:
    """A CSV of 5 GB, without a key and with one."""
    made = []
    for kind in ("irve", "ten"):
        size = asked.million * 5000
        found = own(data.large(kind, size), kind, 1_000_000_000)
        said = f"{found['rows']} rows, {found['errors']} errors, {found['seconds']:.0f} s"
        made.append(
            Figure(f"memory-{kind}", f"{found['memory'] / GB:.2f} GB", "≤ 1 GB", found["memory"] <= GB, said)
        )
    return made


def shell(_asked: argparse.Namespace) -> list[Figure]:
    """10,000 records from the command line, start included; the best of five."""
    made = []
    # an installed package has its bytecode; a checkout under PYTHONDONTWRITEBYTECODE has none
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(data.ROOT / "src")], check=False)
    cicclo = str(Path(sys.executable).with_name("cicclo"))
    for kind in ("ten", "irve"):
        command = [cicclo, "validate", str(data.table(kind, 10_000)), "--schema", str(data.schema(kind))]
        best = min(_wall([*command, "--format", "json", "--no-coherence"]) for _ in range(5))
        plain = min(_wall([*command, "--format", "json"]) for _ in range(3))
        said = f"--no-coherence; {plain:.2f} s with the checks of coherence"
        made.append(Figure(f"shell-{kind}", f"{best:.2f} s", "≤ 0.6 s", best <= 0.6, said))
    return made


def _wall(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - begun


def spark(asked: argparse.Namespace) -> list[Figure]:
    """The same file on Spark: the same faults, positions and order. Only when asked: it takes minutes."""
    if not asked.spark:
        return []
    file = data.table("irve", asked.million)
    python = str(data.ROOT / ".venv-spark" / "bin" / "python")
    told, found = {}, {}
    with tempfile.TemporaryDirectory(prefix="cicclo-bench-") as folder:
        for engine in ("polars", "spark"):
            out = Path(folder) / f"{engine}.json"
            command = [python, "-m", "benchmarks.validation.own", str(file), str(data.schema("irve")), "0"]
            found = run([*command, str(out), engine], CICCLO_SPARK_MASTER="local-cluster[2,1,1024]")
            told[engine] = _told(out)
    same = told["polars"] == told["spark"]
    return [
        Figure(
            "spark", "=" if same else "≠", "=", same, f"{found['seconds']:.0f} s, {found['errors']} errors"
        )
    ]


def geometry(_asked: argparse.Namespace) -> list[Figure]:
    """Geometry is measured beside its rules: `benchmarks.validation_geo`."""
    from benchmarks import validation_geo

    return [Figure(*line) for line in validation_geo.figures()]


CASES = {
    case.__name__: case for case in (shell, faulty, workbook, ten, irve, capped, memory, spark, geometry)
}

if __name__ == "__main__":
    sys.exit(main())
