"""Whole collections that a store keeps as a file: they need not be written again, and their length is known."""

from email.utils import formatdate
from pathlib import Path

from cicclo.features.ports import Store

PREPARED = "geoparquet"


def prepared(store: Store) -> Path | None:
    """The collection as GeoParquet, where its store keeps it so (`truth`): published ones do."""
    found = getattr(store, "truth", None)
    return found if isinstance(found, Path) and found.is_file() else None


def modified(store: Store) -> bytes:
    """When that file was made, as HTTP writes it; empty where there is none."""
    file = prepared(store)
    return formatdate(file.stat().st_mtime, usegmt=True).encode() if file else b""
