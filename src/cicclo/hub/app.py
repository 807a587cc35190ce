"""Settings → one ASGI application. The only place that knows everyone."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from cicclo.hub.access import Access
from cicclo.hub.settings import Settings
from cicclo.hub.wiring.the_hub_maps_features import Atlas
from cicclo.kernel.access import Policy
from cicclo.kernel.text import Text
from cicclo.probes.actions import USER_AGENT, nothing_known
from cicclo.probes.jobs import Jobs
from cicclo.probes.ports import KnownProblems
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.probes.store import Store
from cicclo.probes.web import Desk, operations
from cicclo.web.openapi import document
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.outgoing import AddressPolicy, Limits, LiveTransport, Pace, Transport
from cicclo.web.pages import Pages
from cicclo.web.replies import Data, Page
from cicclo.web.site import Site

Announce = Callable[[str], None]


class NoParams(Params, frozen=True):
    pass


def asgi(
    settings: Settings,
    audits: AuditSettings,
    *,
    known: KnownProblems = nothing_known,
    transport: Callable[[], Transport] | None = None,
    announce: Announce = lambda _password: None,
    atlas: Atlas | None = None,
) -> Starlette:
    """Return the hub. `announce` is told the operator's password when one had to be made.

    `atlas` mounts a features service, open to all readers, and maps it.
    """
    store = Store(audits.state)
    store.migrate()
    access = Access(store)
    if made := access.prepare(settings.password):
        announce(made)
    desk = Desk(
        store,
        Jobs(
            store,
            transport or way_out(audits),
            known,
            audits.at_once,
            AddressPolicy(allow_private=audits.allow_private),
        ),
        audits,
    )
    offered = [*operations(desk), *access.operations()]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with atlas.opened() if atlas else nullcontext():
            await run_in_threadpool(desk.open)
            yield
            await run_in_threadpool(desk.close)

    pages = Pages(["cicclo.probes", "cicclo.hub", "cicclo.features"], atlas.places if atlas else ())
    gate = access.gate(Policy(public_reading=settings.public_reading))
    shown = [*_about(offered), *offered, *(atlas.operations() if atlas else ())]
    return Site(shown, pages, gate, lifespan, atlas.mounts if atlas else ()).asgi()


def way_out(audits: AuditSettings) -> Callable[[], Transport]:
    """Return what makes the transport of each audit."""

    def make() -> Transport:
        return LiveTransport(
            user_agent=USER_AGENT,
            limits=Limits(),
            pace=Pace(audits.concurrency, audits.pace, robots=not audits.ignore_robots),
            addresses=AddressPolicy(allow_private=audits.allow_private),
        )

    return make


def _about(offered: list[Operation]) -> list[Operation]:
    def definition(visit: Visit, _params: NoParams) -> Data:
        return Data(
            document(
                offered,
                visit.words.say(
                    Text("cicclo : audits d'interopérabilité", "cicclo: interoperability audits")
                ),
                visit.lang,
            )
        )

    def api_page(_visit: Visit, _params: NoParams) -> Page:
        return Page("hub/api.html", {"operations": [operation for operation in offered if operation.listed]})

    return [
        Operation(
            "GET",
            "/api/openapi.json",
            definition,
            Text("Cette définition", "This definition"),
            NoParams,
            returns=dict,
        ),
        Operation("GET", "/api", api_page, Text("L'API", "The API"), NoParams, json="/api/openapi.json"),
    ]
