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
from cicclo.probes.store import Store, engine
from cicclo.probes.web import Desk, operations
from cicclo.validation import store as validations
from cicclo.validation import web as validation
from cicclo.validation.hosting import Hosting
from cicclo.validation.jobs import Jobs as Validating
from cicclo.web.openapi import document
from cicclo.web.operation import Operation, Params, Visit
from cicclo.web.outgoing import AddressPolicy, Limits, LiveTransport, Pace, Transport
from cicclo.web.pages import Pages
from cicclo.web.replies import Data, Page
from cicclo.web.site import Site

Announce = Callable[[str], None]
PLACES = (("/validations", Text("Valider", "Validate")),)


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
    hosting: Hosting | None = None,
) -> Starlette:
    """Return the hub. `announce` is told the operator's password when one had to be made.

    `hosting` says how other people's files are validated; without it, as its defaults say, beside the audits' state.
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
    counter = _counter(hosting or Hosting(audits.state, allow_private=audits.allow_private), access)
    offered = [*operations(desk), *validation.operations(counter), *access.operations()]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with atlas.opened() if atlas else nullcontext():
            await run_in_threadpool(desk.open)
            await run_in_threadpool(counter.open)
            yield
            await run_in_threadpool(counter.close)
            await run_in_threadpool(desk.close)

    components = ["cicclo.probes", "cicclo.validation", "cicclo.hub", "cicclo.features"]
    pages = Pages(components, (*PLACES, *(atlas.places if atlas else ())))
    gate = access.gate(Policy(settings.public_reading, settings.public_validation))
    shown = [*_about(offered), *offered, *(atlas.operations() if atlas else ())]
    return Site(shown, pages, gate, lifespan, atlas.mounts if atlas else ()).asgi()


def _counter(hosting: Hosting, access: Access) -> validation.Desk:
    """Where files are handed in: the same database as the audits, processes of their own."""
    store = validations.Store(engine(hosting.state))
    store.migrate()
    return validation.Desk(store, Validating(store, hosting), access.ticket)


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
                    Text(
                        "cicclo : audits d'interopérabilité, validation de données",
                        "cicclo: interoperability audits, validation of data",
                    )
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
