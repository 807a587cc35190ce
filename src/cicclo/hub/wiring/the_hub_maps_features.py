"""The hub maps what a features service serves: the service is mounted under `/features`, one page draws it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.routing import Mount

from cicclo.features import layers, overview, showing
from cicclo.features.asgi import Application, application
from cicclo.features.model import Box
from cicclo.features.opening import close
from cicclo.features.pages import Address
from cicclo.features.service import Service
from cicclo.kernel.text import Text
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.replies import Page

PREFIX = "/features"
PAGE = "/carte"
INKS = ("soft", "mark", "accent")


class NoParams(Params, frozen=True):
    pass


@dataclass(slots=True)
class Atlas:
    """`open_service` is called when the hub starts; `drawn` are the collections of the map, from the bottom up."""

    open_service: Callable[[], Awaitable[Service]]
    drawn: Sequence[str]
    _app: Application | None = field(default=None, init=False)

    places = ((PAGE, Text("Carte", "Map")),)

    @property
    def mounts(self) -> tuple[Mount, ...]:
        return (Mount(PREFIX, app=self),)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert self._app is not None, "requests come after the start"
        await self._app(scope, receive, send)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        service = await self.open_service()
        self._app = application(service)
        try:
            yield
        finally:
            await close(service.stores.values())

    def operations(self) -> list[Operation]:
        return [Operation("GET", PAGE, self.page, Text("Carte des données", "Map of the data"), NoParams)]

    def page(self, visit: Visit, _params: NoParams) -> Page:
        assert self._app is not None
        service = self._app.site.service
        address = Address(PREFIX, visit.lang)
        shown = [service.stores[name].collection for name in self.drawn]
        drawn = [
            layer
            for collection, ink in zip(shown, INKS, strict=False)
            for layer in layers.whole(collection, address.to, visit.lang, ink)
        ]
        extent = _around([collection.extent for collection in shown if collection.extent])
        data = {"service": service, "to": address.to, "layers": drawn, "extent": extent}
        return Page("hub/map.html", {**data, "overview": overview, "showing": showing})


def _around(extents: Sequence[Box]) -> Box | None:
    if not extents:
        return None
    west, south, east, north = zip(*extents, strict=True)
    return min(west), min(south), max(east), max(north)
