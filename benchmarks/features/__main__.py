"""Compare our server with four peers and with the limit of our own web server; write the table into the docs.

    python -m benchmarks.features [--seconds 4] [--only cicclo,tipg] [--kinds bbox,item] [--write]

Exit code 1 when a target of the project is missed; the page says which.
"""

import argparse
import json
import pickle
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pyogrio
from benchmarks.features import data, database, kinds, peers, report
from benchmarks.features.peers import Place, Server, nginx, started
from benchmarks.features.wrk import Rate, load

DATABASE = 5433
SLOW = 0.05  # requests left behind keep a slow server busy: no warm-up, a longer run, then a pause


def main() -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--only", default="")
    parser.add_argument("--kinds", default="")
    parser.add_argument("--write", action="store_true", help="write docs/{fr,en}/features-benchmarks.md")
    parser.add_argument("--points", type=int, default=1_000_000)
    asked = parser.parse_args()
    store = data.ROOT / "var" / "bench"
    store.mkdir(parents=True, exist_ok=True)
    files = {"communes": data.communes(store), "points": data.points(store, asked.points)}
    with tempfile.TemporaryDirectory(prefix="cicclo-bench-") as folder, database.cluster(DATABASE) as dsn:
        Path(folder).chmod(0o755)
        database.fill(dsn, files)
        place = Place(Path(folder), dsn, files)
        publish(place)
        results = compare(place, asked)
    (store / "features.json").write_text(json.dumps(results, indent=1))
    lines = report.targets(results)
    print(report.text(results, lines))
    if asked.write:
        report.write(results, lines)
    return 0 if all(line.good for line in lines) else 1


def publish(place: Place) -> None:
    """Publish the layers beforehand, so that starting the server is only that."""
    server = peers.own(place)[0]
    begun = time.monotonic()
    with started(server, place, 600):
        print(f"published in {time.monotonic() - begun:.1f} s", file=sys.stderr)


def compare(place: Place, asked: argparse.Namespace) -> list[dict[str, Any]]:
    """Return one row per server and kind."""
    rows: list[dict[str, Any]] = []
    wanted = set(asked.only.split(",")) - {""}
    with nginx(place):
        for server in [*peers.own(place), *peers.peers(place)]:
            if wanted and server.name not in wanted:
                continue
            try:
                with started(server, place) as seconds:
                    rows += measure(server, place, asked, seconds)
            except RuntimeError as error:
                print(f"left out: {error}", file=sys.stderr)
    return rows


def measure(server: Server, place: Place, asked: argparse.Namespace, start: float) -> list[dict[str, Any]]:
    """Measure every kind on one running server; for ours, the bare limit of the same bytes right after each."""
    rows = []
    some = set(asked.kinds.split(",")) - {""}
    for kind, template in {**kinds.KINDS, **server.paths}.items():
        if template is None or (some and kind not in some):
            continue
        paths = kinds.addresses(template, server.names, codes(place))
        row: dict[str, Any] = {
            "server": server.name,
            "store": server.store,
            "kind": kind,
            "start": round(start, 2),
        }
        try:
            row |= {**_checked(server, paths[0]), **vars(rate(server, paths, asked.seconds))}
            if server.name == "cicclo":
                row["bare"] = bare(server, paths, place, asked.seconds).rps
        except (OSError, RuntimeError, ValueError) as error:
            row["error"] = str(error)[:200]
        print(json.dumps(row, ensure_ascii=False), file=sys.stderr)
        rows.append(row)
    return rows


def rate(server: Server, paths: list[str], seconds: int) -> Rate:
    """Load it; slow servers get a longer run, and time to forget."""
    prefix = "/" + server.base.split("/", 3)[3] if server.base.count("/") > 2 else ""
    host = "/".join(server.base.split("/", 3)[:3])
    begun = time.monotonic()
    _get(server.base + paths[-1])
    one = time.monotonic() - begun
    full = [prefix + path for path in paths]
    if one < SLOW:
        load(host, full, 1)
    found = load(host, full, max(seconds, min(20, round(one * 24))))
    if one >= SLOW:
        time.sleep(min(30, 0.3 + one * 10))
    return found


def bare(server: Server, paths: list[str], place: Place, seconds: int) -> Rate:
    """What the same web server sends when the same bytes are ready."""
    prepared = {}
    for path in dict.fromkeys(paths):
        kind, body = _get(server.base + path)
        prepared[path.encode()] = (kind.encode(), body)
    file = place.folder / "bare.pickle"
    file.write_bytes(pickle.dumps(prepared))
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        "5610",
        "--no-access-log",
        "--log-level",
        "error",
    ]
    limit = Server(
        "bare", "http://127.0.0.1:5610", [*command, "benchmarks.features.bare:app"],
        {"BARE": str(file), "PYTHONPATH": str(data.ROOT)}, {"landing": paths[0]}, store="-",
    )  # fmt: skip
    with started(limit, place):
        load(limit.base, paths, 1)
        return load(limit.base, paths, seconds)


def codes(place: Place) -> list[str]:
    """Some INSEE codes that points have."""
    frame = pyogrio.read_arrow(place.files["communes"], columns=["code_insee"], read_geometry=False)[1]
    return sorted(set(frame["code_insee"].to_pylist()))[::70]


def _get(address: str) -> tuple[str, bytes]:
    request = urllib.request.Request(
        address, headers={"Accept": "application/geo+json, application/json;q=0.9"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers["content-type"], answer.read()


def _checked(server: Server, path: str) -> dict[str, Any]:
    """What one answer says: a server that sends an error quickly wins nothing."""
    document = json.loads(_get(server.base + path)[1])
    if "features" in document:
        return {"returned": len(document["features"]), "matched": document.get("numberMatched")}
    return {}


if __name__ == "__main__":
    sys.exit(main())
