"""`/health`: whether every store answers, for whoever watches over the server."""

import asyncio

import msgspec

from cicclo.features.errors import TooSlow
from cicclo.features.model import Query
from cicclo.features.ports import Store
from cicclo.features.resources import JSON, RESOURCES, Ask, Content, Reply, Resource
from cicclo.kernel.errors import CiccloError
from cicclo.kernel.text import Text

SECONDS = 5.0
AT_ONCE = 8


async def health(ask: Ask) -> Reply:
    turn = asyncio.Semaphore(AT_ONCE)
    stores = ask.service.stores
    states = await asyncio.gather(*(_state(store, turn) for store in stores.values()))
    good = all(state == "ok" for state in states)
    body = msgspec.json.encode(
        {"status": "ok" if good else "degraded", "collections": dict(zip(stores, states, strict=True))}
    )
    return Content(body, JSON.media_type, 200 if good else 503, (("Cache-Control", "no-store"),))


async def _state(store: Store, turn: asyncio.Semaphore) -> str:
    """`ok`, or the kind of trouble; never the message, which may name a machine of the operator's."""
    try:
        async with turn, asyncio.timeout(SECONDS):
            await store.encoded_page(Query(limit=1))
    except TimeoutError:
        return TooSlow.slug
    except CiccloError as error:
        return error.slug
    return "ok"


RESOURCES.add(
    Resource(
        name="health",
        path="/health",
        handler=health,
        summary=Text("État du service", "Health"),
        representations=(JSON,),
        prepared=False,
        listed=False,
    )
)
