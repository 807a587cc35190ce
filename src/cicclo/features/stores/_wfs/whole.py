"""A type held whole in memory: small ones, and those of services that do not page. Asked again after a while."""

import asyncio
import hashlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cicclo.features.encoding import encode
from cicclo.features.model import ID, Collection, View
from cicclo.features.stores._wfs import walking
from cicclo.features.stores._wfs.asking import Type
from cicclo.features.stores._wfs.reading import Features
from cicclo.kernel.errors import CiccloError, Unavailable
from cicclo.kernel.text import Text

log = logging.getLogger(__name__)
_PATIENCE = 5.0  # seconds before a service that failed is asked again
_STALE = 10  # lives: how long features are still served while the service does not answer


@dataclass(slots=True)
class Copy:
    """Features in the order of their identifiers. `encoded` is filled when somebody first wants them as GeoJSON."""

    rows: pa.RecordBatch
    version: str
    taken: float
    places: dict[str, int] = field(default_factory=dict)
    encoded: list[bytes] = field(default_factory=list)

    def json(self, collection: Collection) -> list[bytes]:
        if not self.encoded:
            self.encoded = encode(self.rows, collection, View())
        return self.encoded


class Whole:
    """Gives the copy, renewed in the background while the former one is served."""

    def __init__(self, type_: Type) -> None:
        self._type = type_
        self._copy: Copy | None = None
        self._task: asyncio.Task[Copy] | None = None
        self._began = -_PATIENCE

    @property
    def version(self) -> str:
        return self._copy.version if self._copy else ""

    async def copy(self) -> Copy:
        age = time.monotonic() - self._copy.taken if self._copy else 0.0
        life = self._type.remote.address.seconds
        if self._copy is not None and age < life:
            return self._copy
        loop = asyncio.get_running_loop()
        rested = time.monotonic() - self._began > min(_PATIENCE, life)
        if self._task is None or self._task.get_loop() is not loop or (self._task.done() and rested):
            self._began = time.monotonic()
            self._task = asyncio.create_task(self._renew())
            self._task.add_done_callback(_told)
        if self._copy is not None and age < life * _STALE:
            return self._copy
        return await asyncio.shield(self._task)

    async def _renew(self) -> Copy:
        parts = [part async for part in self._parts()]
        self._copy = await asyncio.to_thread(_copied, self._type, parts)
        return self._copy

    async def _parts(self) -> AsyncIterator[Features]:
        if not self._type.pages:
            yield await self._type.features()
            return
        async for _, page in walking.pages(walking.Walk(self._type), 0, "", self._type.remote.address.page):
            yield page

    async def close(self) -> None:
        if self._task is not None and not self._task.done():
            self._task.cancel()


def _told(task: asyncio.Task[Copy]) -> None:
    """A renewal that fails is told once, and tried again by the next request."""
    if not task.cancelled() and isinstance(task.exception(), CiccloError):
        log.warning("WFS not read again: %s", task.exception())


def _copied(type_: Type, parts: list[Features]) -> Copy:
    batches = [type_.batch(part) for part in parts] or [type_.batch(Features([], {}, np.zeros(0, object)))]
    rows = pa.Table.from_batches(batches).combine_chunks()
    rows = rows.take(pc.sort_indices(rows, sort_keys=[(ID, "ascending")])).combine_chunks()
    batch = rows.to_batches()[0] if rows.num_rows else batches[0]
    places = {name: index for index, name in enumerate(batch.column(ID).to_pylist())}
    _check(type_, batch.num_rows, len(places))
    digest = hashlib.sha256()
    for column in batch.columns:
        for buffer in column.buffers():
            digest.update(buffer or b"\0")
    return Copy(batch, digest.hexdigest()[:16], time.monotonic(), places)


def _check(type_: Type, rows: int, different: int) -> None:
    """All of them, each once: a service that gives only some, or one twice, is not served as if it were whole."""
    if different < rows:
        raise Unavailable(
            Text(f"{rows - different} identifiants en double", f"{rows - different} duplicate identifiers"),
            at=type_.about.name,
            remedy=Text("publier un fichier exporté du service", "publish a file exported from the service"),
        )
    if type_.count is not None and rows < type_.count and not type_.pages:
        raise Unavailable(
            Text(
                f"le service WFS ne donne que {rows} objets sur {type_.count}, et ne pagine pas",
                f"the WFS gives only {rows} features of {type_.count}, and does not page",
            ),
            at=type_.about.name,
            remedy=Text("publier un fichier exporté du service", "publish a file exported from the service"),
        )
