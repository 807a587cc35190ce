"""Clean batches → a snapshot that nobody sees until it is whole."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.errors import BadSource
from cicclo.features.model import Box, Collection, Kind
from cicclo.features.sources import Prepared
from cicclo.features.stores.published import columns, layout, tree, truth
from cicclo.features.stores.published.layout import Manifest
from cicclo.features.stores.published.snapshot import Snapshot
from cicclo.features.stores.published.spool import Spool, ordered
from cicclo.kernel.text import Text

UNFINISHED = ".building-"


@dataclass(frozen=True, slots=True)
class Published:
    """What is served from now on."""

    snapshot: str
    collection: Collection
    rows: int


def build(prepared: Prepared, folder: Path) -> Published:
    """Publish one collection in `folder/<id>`; the former snapshot is served until this one is complete, and after a failure."""
    place = folder / prepared.collection.id
    place.mkdir(parents=True, exist_ok=True)
    with _alone(place):
        _clear(place)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        work = place / f"{UNFINISHED}{name}"
        try:
            collection = _written(prepared, work)
            _safe(work)
            work.rename(place / name)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        former = current(place)
        _serve(place, name)
        if former:
            # whoever reads it has its files mapped: they last until the last reader leaves
            shutil.rmtree(place / former, ignore_errors=True)
    return Published(name, collection, collection.count or 0)


def current(place: Path) -> str:
    """Name of the snapshot that is served; empty when there is none."""
    try:
        return (place / layout.CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """One publication of a collection at a time; the lock goes with the process that holds it."""
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BadSource(
                Text(
                    "cette collection est déjà en cours de publication",
                    "this collection is being published already",
                ),
                at=place.name,
                remedy=Text(
                    "attendre la fin de l'autre publication", "wait until the other publication ends"
                ),
            ) from error
        yield


def _clear(place: Path) -> None:
    """Remove what killed builds left, and snapshots that are served no more."""
    kept = current(place)
    for each in place.iterdir():
        if each.is_dir() and each.name != kept:
            shutil.rmtree(each, ignore_errors=True)


def _written(prepared: Prepared, work: Path) -> Collection:
    work.mkdir()
    spool = Spool(work / "spool", prepared.collection)
    try:
        for batch in prepared.batches:
            spool.add(batch)
    finally:
        spool.close()
    collection = _index(spool, prepared.collection, work)
    shutil.rmtree(spool.folder)
    truth.write(Snapshot(work), work / layout.TRUTH)
    return collection


def _index(spool: Spool, collection: Collection, work: Path) -> Collection:
    """Put everything in order and write the manifest last."""
    order = _order(spool, work)
    boxes, levels = _tree(spool, work, order)
    layout.released(boxes)  # they are read again at the end only
    for name in ("features", "geometry", "ids"):
        ordered(spool.folder, work, name, order)
    _identifiers(work)
    if spool.rows:
        for place, each in enumerate(collection.properties):
            columns.write(work, place, each.kind, spool.column(place), order)
    located = int(np.isfinite(boxes[:, 0]).sum())
    described = replace(
        collection,
        extent=_extent(boxes[:located]),
        interval=_interval(work, collection, spool.rows),
        count=spool.rows,
    )
    manifest = Manifest(layout.VERSION, spool.rows, located, levels, described)
    (work / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return described


def _tree(spool: Spool, work: Path, order: np.ndarray) -> tuple[np.ndarray, int]:
    """Write the boxes in order and the tree above them; return them, mapped, and the number of levels."""
    np.fromfile(spool.folder / "boxes", np.float64).reshape(-1, 4)[order].tofile(work / "boxes")
    boxes = layout.numbers(work / "boxes", np.float64, 4)
    above = tree.levels(boxes)
    for level, nodes in enumerate(above):
        nodes.tofile(work / f"tree.{level}")
    return boxes, len(above)


def _order(spool: Spool, work: Path) -> np.ndarray:
    """Rows by key, then by identifier: the second decides among features of one place, and those of none."""
    keys = np.fromfile(spool.folder / "keys", np.uint64)
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    ranked.tofile(work / "keys")
    same = np.flatnonzero(ranked[1:] == ranked[:-1])
    if not len(same):
        return order
    lengths = np.fromfile(spool.folder / "ids.len", np.int64)
    at = np.concatenate([[0], np.cumsum(lengths)])
    body = np.memmap(spool.folder / "ids.bin", np.uint8, "r")
    for run in np.split(same, np.flatnonzero(np.diff(same) > 1) + 1):
        rows = order[run[0] : run[-1] + 2]
        order[run[0] : run[-1] + 2] = sorted(rows, key=lambda row: bytes(body[at[row] : at[row + 1]]))
    return order


def _identifiers(work: Path) -> None:
    """Rows in the order of identifiers; when all are whole numbers, in that of the numbers, which are kept too."""
    buffers = [pa.py_buffer((work / f"ids.{part}").read_bytes()) for part in ("at", "bin")]
    texts = pa.LargeStringArray.from_buffers(len(buffers[0]) // 8 - 1, *buffers)
    numbers = _whole(texts)
    if numbers is None:
        order = pc.sort_indices(texts.cast(pa.large_binary())).to_numpy()
    else:
        order = np.argsort(numbers, kind="stable")
        numbers[order].tofile(work / "ids.numbers")
    order.astype(np.uint32).tofile(work / "ids.sorted")


def _whole(texts: pa.LargeStringArray) -> np.ndarray | None:
    """The identifiers as numbers, if each is one, as numbers are written."""
    try:
        numbers = texts.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return np.asarray(numbers.to_numpy()) if numbers.cast(pa.large_string()).equals(texts) else None


def _extent(boxes: np.ndarray) -> Box | None:
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(0).tolist()
    east, north = boxes[:, 2:].max(0).tolist()
    return west, south, east, north


def _interval(work: Path, collection: Collection, rows: int) -> tuple[str, str]:
    """First and last moment of the primary instants."""
    names = [each.name for each in collection.properties]
    if not collection.instants or not rows:
        return collection.interval
    ends = []
    for name, last in ((collection.instants[0], False), (collection.instants[-1], True)):
        place = names.index(name)
        kind = collection.properties[place].kind
        ranked = layout.numbers(work / f"{place}.sorted", layout.OF_KIND[kind])
        ends.append(_moment(int(ranked[-1 if last else 0]), kind) if len(ranked) else "")
    return ends[0], ends[1]


def _moment(value: int, kind: Kind) -> str:
    if kind is Kind.DATE:
        return date.fromordinal(value + columns.EPOCH).isoformat()
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _safe(work: Path) -> None:
    """Have everything on the disk before anybody is told of it."""
    for each in [*work.iterdir(), work]:
        number = os.open(each, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _serve(place: Path, name: str) -> None:
    new = place / f"{layout.CURRENT}.new"
    with new.open("w", encoding="ascii") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    new.replace(place / layout.CURRENT)
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
