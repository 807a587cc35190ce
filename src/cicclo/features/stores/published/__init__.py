"""Published collections: prepared once as an immutable, memory-mapped index; every page is a slice of it."""

from pathlib import Path

from cicclo.features.ports import Store
from cicclo.features.stores.published.build import Published, build
from cicclo.features.stores.published.store import PublishedStore

__all__ = ["Published", "build", "open_store"]


def open_store(place: Path) -> Store:
    """Open the collection that is published in a folder; raise BadSource when there is none."""
    return PublishedStore(place)
