"""The works-with matrix: every client that speaks the protocol of an endpoint is tried on it."""

import asyncio
from collections.abc import Iterable, Sequence

from cicclo.kernel.text import Text
from cicclo.probes.clients import CLIENTS, Client
from cicclo.probes.clients._sandbox import Sandbox
from cicclo.probes.model import ClientRun, Event, Outcome, Step
from cicclo.probes.ports import Listener
from cicclo.probes.protocol import Service
from cicclo.probes.session import Ask, Scope, Session
from cicclo.web.outgoing.addresses import AddressPolicy

AT_ONCE = 2


async def try_clients(
    services: Iterable[Service],
    session: Session,
    tell: Listener,
    *,
    addresses: AddressPolicy,
    recorded: Sequence[ClientRun] = (),
) -> None:
    """Try replayed clients, then real ones; a replay tells the recorded runs of real clients instead."""
    for service in services:
        scope = Scope(session)
        for client in clients_of(service, "replay"):
            tell(Event("client", _run(client, service, await client.run(service, Ask(scope)))))
        for run in await _real(service, session, addresses):
            tell(Event("client", run))
    if not session.options.real_clients:
        for run in recorded:
            if run.kind == "real":
                tell(Event("client", run))


def clients_of(service: Service, kind: str) -> list[Client]:
    """Clients of a kind that speak a service's protocol."""
    return [c for c in CLIENTS.values() if c.kind == kind and service.endpoint.protocol in c.protocols]


async def _real(service: Service, session: Session, addresses: AddressPolicy) -> Sequence[ClientRun]:
    if not session.options.real_clients:
        return ()
    gate = asyncio.Semaphore(AT_ONCE)

    async def tried(client: Client) -> ClientRun:
        hint = client.missing()
        if hint:
            message = Text(f"absent de cette machine : {hint}", f"not on this machine: {hint}")
            return _run(client, service, [Step("install", Outcome.UNTESTED, message)])
        async with gate:
            return _run(client, service, await client.run(service, Sandbox(addresses)))

    return await asyncio.gather(*(tried(client) for client in clients_of(service, "real")))


def _run(client: Client, service: Service, steps: Sequence[Step]) -> ClientRun:
    endpoint = service.endpoint
    return ClientRun(
        client.id, client.shown_version, client.kind, endpoint.url, endpoint.protocol, tuple(steps)
    )
