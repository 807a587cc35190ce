"""Whole collections that a store keeps as a file: they need not be written again, and their length is known."""

from pathlib import Path

from cicclo.features.ports import Store

PREPARED = "geoparquet"


def prepared(store: Store) -> Path | None:
    """The collection as GeoParquet, where its store keeps it so (`truth`): published ones do."""
    found = getattr(store, "truth", None)
    return found if isinstance(found, Path) and found.is_file() else None
