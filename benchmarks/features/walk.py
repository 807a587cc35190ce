"""Walk through all pages of the million points, over HTTP: each feature once, and equal to the source.

    python -m benchmarks.features.walk [--points 1000000]

At several page sizes, with a filter, in two CRS; then again while the same data is published anew beside it.
Exit code 1 when a walk differs from the source.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import numpy as np
import pyogrio
import pyproj
import shapely
from benchmarks.features import data
from benchmarks.features.growth import CICCLO, publication
from benchmarks.features.peers import Place, Server, started

PORT = 5614
LAMBERT = "http://www.opengis.net/def/crs/EPSG/0/2154"
COLUMNS = ("nom", "code_insee", "type", "date", "value")
MILLIMETRE = 0.001
MOST_WALKS = 100
TAGGED = "/collections/points/items?limit=1"  # its tag changes with the data, and with nothing else


@dataclass(frozen=True)
class Source:
    """What GDAL reads in the file: identifiers, places, values by column."""

    ids: np.ndarray
    places: np.ndarray
    values: dict[str, list[Any]]


def main() -> int:
    """Run; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--points", type=int, default=1_000_000)
    asked = parser.parse_args()
    store = data.ROOT / "var" / "bench"
    store.mkdir(parents=True, exist_ok=True)
    file = data.points(store, asked.points)
    source = read(file)
    with tempfile.TemporaryDirectory(prefix="cicclo-walk-", dir=store) as folder:
        publication(file, Path(folder) / "p")
        command = [CICCLO, "features", "serve", "--host", "127.0.0.1", "--port", str(PORT), f"{folder}/p"]
        server = Server("cicclo", f"http://127.0.0.1:{PORT}", command)
        with started(server, Place(Path(folder), "", {})):
            told = list(walks(server.base, source, file, Path(folder) / "p"))
    (store / "walk.json").write_text(json.dumps(told, indent=1))
    return 0 if all(walk["good"] for walk in told) else 1


def walks(base: str, source: Source, file: Path, folder: Path) -> Iterator[dict[str, Any]]:
    """Every walk, said on one line each."""
    everything = np.ones(len(source.ids), np.bool_)
    mairies = np.array([value == "mairie" for value in source.values["type"]])
    some = np.char.startswith(np.array(source.values["code_insee"]).astype(str), "59")
    yield said("pages of 10000", base, source, everything, "limit=10000")
    yield said("pages of 997", base, source, everything, "limit=997")
    yield said(
        "pages of 1000, type = 'mairie'", base, source, mairies, "limit=1000&filter=type%3D%27mairie%27"
    )
    yield said(
        "pages of 100, code_insee LIKE '59%'",
        base,
        source,
        some,
        "limit=100&filter=code_insee%20LIKE%20%2759%25%27",
    )
    yield said("pages of 10000, Lambert-93", base, source, everything, f"limit=10000&crs={LAMBERT}")
    over = threading.Event()
    again = threading.Thread(target=_publish_again, args=(file, folder, over))
    again.start()
    try:
        yield said(
            "pages of 1000, republished meanwhile", base, source, everything, "limit=1000", crossing=True
        )
        yield said(
            "pages of 1000, type = 'mairie', republished",
            base,
            source,
            mairies,
            "limit=1000&filter=type%3D%27mairie%27",
            crossing=True,
        )
    finally:
        over.set()
        again.join()


def _publish_again(file: Path, folder: Path, over: threading.Event) -> None:
    while not over.is_set():
        publication(file, folder)


def read(file: Path) -> Source:
    meta, fids, geometry, fields = pyogrio.raw.read(file, return_fids=True)
    names = list(meta["fields"])
    values = {name: fields[names.index(name)].tolist() for name in COLUMNS}
    return Source(fids, shapely.get_coordinates(shapely.from_wkb(geometry)), values)


def said(
    what: str, base: str, source: Source, wanted: np.ndarray, query: str, *, crossing: bool = False
) -> dict[str, Any]:
    """Walk, compare, tell. `crossing`: walk until the data was republished in the middle of a walk."""
    begun, walks = time.monotonic(), 0
    while True:
        walks += 1
        fault, pages, versions = compared(base, source, wanted, query)
        if fault or not crossing or versions > 1:
            break
        if walks == MOST_WALKS:
            fault = "never republished meanwhile: nothing is shown"
            break
    lasted = time.monotonic() - begun
    figure = f"{int(wanted.sum()):>9,} features, {pages:>5,} pages, {versions} versions"
    print(
        f"{'ok    ' if not fault else 'FAILED'} {what:48} {figure} of the data, {walks} walks, {lasted:.0f} s {fault}",
        flush=True,
    )
    return {"what": what, "figure": figure.strip(), "good": not fault, "fault": fault}


def compared(base: str, source: Source, wanted: np.ndarray, query: str) -> tuple[str, int, int]:
    """Return what is wrong (empty: nothing), how many pages there were, from how many versions."""
    row_of = {int(id_): row for row, id_ in enumerate(source.ids.tolist())}
    seen = np.zeros(len(source.ids), np.int64)
    places = source.places
    if LAMBERT in query:
        places = np.stack(pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(*places.T), 1)
    pages, versions = 0, set()
    for features, version in walked(base, f"/collections/points/items?{query}"):
        pages += 1
        versions.add(version)
        rows = [row_of[int(each["id"])] for each in features]
        seen[rows] += 1
        found = np.array([each["geometry"]["coordinates"] for each in features])
        if np.abs(found - places[rows]).max(initial=0) > (MILLIMETRE if LAMBERT in query else 0):
            return "a place differs", pages, len(versions)
        for name in COLUMNS:
            if [each["properties"][name] for each in features] != [source.values[name][row] for row in rows]:
                return f"{name} differs", pages, len(versions)
    if (seen != wanted).any():
        return (
            f"{int((seen > 1).sum())} twice, {int((seen < wanted).sum())} missing, {int((seen > wanted).sum())} too many",
            pages,
            len(versions),
        )
    return "", pages, len(versions)


def walked(base: str, path: str) -> Iterator[tuple[list[dict[str, Any]], str]]:
    """Features of each page by the `next` links, and the tag of the data that the server has by then."""
    connection = HTTPConnection(urlsplit(base).netloc, timeout=60)
    while path:
        document = msgspec.json.decode(_got(connection, "GET", path)[0])
        yield document["features"], _got(connection, "HEAD", TAGGED)[1]
        following = [link["href"] for link in document["links"] if link["rel"] == "next"]
        parts = urlsplit(following[0]) if following else None
        path = f"{parts.path}?{parts.query}" if parts else ""


def _got(connection: HTTPConnection, method: str, path: str) -> tuple[bytes, str]:
    connection.request(method, path)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        msg = f"{answer.status} {path}: {body[:300]!r}"
        raise RuntimeError(msg)
    return body, answer.getheader("ETag") or ""


if __name__ == "__main__":
    sys.exit(main())
