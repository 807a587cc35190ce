"""What a million and ten million points cost: publication, start, memory, the same requests; and a republication under load.

    python -m benchmarks.features.growth [--large 10000000] [--seconds 4]

Exit code 1 when a target is missed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.features import data, kinds
from benchmarks.features.peers import Place, Server, memory, started
from benchmarks.features.wrk import Rate, load

CICCLO = str(Path(sys.executable).parent / "cicclo")
PORT = 5613
KINDS = [kind for kind in kinds.KINDS if "polygons" not in kind]


@dataclass(frozen=True)
class Line:
    """One figure and its target."""

    fr: str
    what: str
    figure: str
    target: str
    good: bool


def main() -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    asked = parser.parse_args()
    store = data.ROOT / "var" / "bench"
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cicclo-growth-", dir=store) as folder:
        lines = measured(Path(folder), data.points(store, 1_000_000), data.points(store, asked.large), asked)
    for line in lines:
        print(f"{'ok    ' if line.good else 'MISSED'} {line.what:58} {line.figure:32} {line.target}")
    (store / "growth.json").write_text(json.dumps([vars(line) for line in lines], indent=1))
    return 0 if all(line.good for line in lines) else 1


def measured(folder: Path, small: Path, large: Path, asked: argparse.Namespace) -> list[Line]:
    """Measure the small one, then the large one, then compare."""
    (seconds, peak), (seconds_large, peak_large) = (
        publication(small, folder / "s"),
        publication(large, folder / "l"),
    )
    lines = [
        Line("publication, 1 M de points", "publication, 1 M points", f"{seconds:.0f} s, peak {peak:.0f} MB", "≤ 60 s", seconds <= 60),
        Line(f"publication, {asked.large // 10**6} M de points", f"publication, {asked.large // 10**6} M points", f"{seconds_large:.0f} s, peak {peak_large:.0f} MB", "≤ 2 GB", peak_large <= 2048),
    ]  # fmt: skip
    rates, start, pss = served(folder, "s", asked.seconds)
    rates_large, start_large, pss_large = served(folder, "l", asked.seconds)
    size = small.stat().st_size / 2**20
    most = min(1.5 * size, 700)
    lines += [
        Line(
            "démarrage après publication, 1 M",
            "start after publication, 1 M",
            f"{start:.2f} s",
            "≤ 2 s",
            start <= 2,
        ),
        Line(
            "démarrage après publication, grand",
            "start after publication, large",
            f"{start_large:.2f} s",
            "≤ 2 s",
            start_large <= 2,
        ),
        Line(
            "mémoire après la charge (PSS), 1 M",
            "memory after load (PSS), 1 M",
            f"{pss:.0f} MB (file: {size:.0f} MB)",
            f"≤ {most:.0f} MB",
            pss <= most,
        ),
        Line(
            "mémoire après la charge (PSS), grand",
            "memory after load (PSS), large",
            f"{pss_large:.0f} MB",
            "–",
            good=True,
        ),
    ]
    for kind in KINDS:
        ratio = rates[kind].rps / rates_large[kind].rps
        figure = f"{rates[kind].rps:,.0f} → {rates_large[kind].rps:,.0f}/s: {ratio:.2f} ×"
        lines.append(Line(f"croissance, {kind}", f"growth, {kind}", figure, "≤ 2 ×", ratio <= 2))
    return [*lines, *republished(folder, small, asked.seconds)]


def publication(file: Path, folder: Path) -> tuple[float, float]:
    """Publish in a process of its own; return seconds and its peak memory in MB."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [
            CICCLO,
            "features",
            "publish",
            str(file),
            "--folder",
            str(folder),
            "--collection",
            "points",
            "--json",
        ],
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == 2:
        sys.exit(f"publication failed: {file.name}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def server(folder: Path, name: str) -> Server:
    command = [CICCLO, "features", "serve", "--host", "127.0.0.1", "--port", str(PORT), str(folder / name)]
    return Server("cicclo", f"http://127.0.0.1:{PORT}", command, store=name)


def served(folder: Path, name: str, seconds: int) -> tuple[dict[str, Rate], float, float]:
    """Serve a publication: rate of each kind, seconds to the first answer, proportional memory after the load."""
    ours, rates = server(folder, name), {}
    with started(ours, Place(folder, "", {})) as start:
        for kind in KINDS:
            load(ours.base, paths(kind), 1)
            rates[kind] = load(ours.base, paths(kind), seconds)
        pss = memory(_group(ours))
    return rates, start, pss


def paths(kind: str) -> list[str]:
    return kinds.addresses(kinds.KINDS[kind], {"points": "points", "communes": "communes"}, _codes())


def _codes() -> list[str]:
    import pyogrio

    frame = pyogrio.read_arrow(
        data.communes(data.ROOT / "var" / "bench"), columns=["code_insee"], read_geometry=False
    )
    return sorted(set(frame[1]["code_insee"].to_pylist()))[::70]


def _group(ours: Server) -> int:
    """The process group that listens for `ours` (each server is the leader of its own)."""
    found = subprocess.run(
        ["pgrep", "-of", " ".join(ours.command[1:])], capture_output=True, text=True, check=True
    )
    return os.getpgid(int(found.stdout))


def republished(folder: Path, file: Path, seconds: int) -> list[Line]:
    """A mixed load, quiet, then while the same layer is published again beside it, twice."""
    mixed = [path for kind in KINDS for path in paths(kind)[:40]]
    ours = server(folder, "s")
    shutil.rmtree(folder / "l", ignore_errors=True)
    with started(ours, Place(folder, "", {})):
        load(ours.base, mixed, 2)
        quiet = load(ours.base, mixed, max(8, seconds))
        worker = threading.Thread(target=lambda: [publication(file, folder / "s") for _ in range(2)])
        begun = time.monotonic()
        worker.start()
        busy = load(ours.base, mixed, 30)
        worker.join()
        lasted = time.monotonic() - begun
    figure = f"p99 {quiet.p99:.1f} → {busy.p99:.1f} ms, {busy.bad} errors ({lasted:.0f} s of publication)"
    return [
        Line(
            "charge mêlée pendant deux republications",
            "mixed load under two republications",
            figure,
            "0 error, ≤ 3 ×",
            busy.bad == 0 and busy.p99 <= 3 * quiet.p99,
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
