"""Audit: targets → endpoints → findings → report."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import cicclo
from cicclo.kernel.text import Text
from cicclo.probes.discovery import discover
from cicclo.probes.model import ClientRun, Endpoint, Event, Finding, KnownProblem, Options, Report, Trouble
from cicclo.probes.platforms import Platform, platform
from cicclo.probes.ports import Evidence, KnownProblems, Listener
from cicclo.probes.protocol import PROTOCOLS, Service
from cicclo.probes.protocols.platform import together
from cicclo.probes.runner import Runner
from cicclo.probes.session import Ask, Scope, Session
from cicclo.probes.software import identify
from cicclo.probes.works_with import try_clients
from cicclo.web.outgoing import AddressPolicy, Failure, Transport
from cicclo.web.outgoing.model import FAILURE_TEXTS

USER_AGENT = f"cicclo/{cicclo.__version__} (audit d'interoperabilite; +https://github.com/cicclo/cicclo)"


def nothing_known(findings: Sequence[Finding], endpoints: Sequence[Endpoint]) -> Iterable[KnownProblem]:  # noqa: ARG001
    """Recognise no recorded problem (an audit used alone)."""
    return ()


async def audit(
    targets: Sequence[str],
    *,
    transport: Transport,
    evidence: Evidence,
    options: Options = Options(),  # noqa: B008 - frozen
    known: KnownProblems = nothing_known,
    tell: Listener = lambda _event: None,
    done: frozenset[tuple[str, str, str]] = frozenset(),
    addresses: AddressPolicy = AddressPolicy(),  # noqa: B008 - frozen
    recorded_clients: Sequence[ClientRun] = (),
) -> Report:
    """Audit platforms and addresses, telling each finding as it is made.

    `targets` are addresses or ids of the registry. `done` holds (endpoint id, requirement, subject) of
    findings made before an interruption. `addresses` says where real clients may go; `recorded_clients` are
    the runs of a recorded report, of which those of real clients are told again when none is run.
    Never raises for what a target does.
    """
    options = options if options.today else replace(options, today=datetime.now(UTC).date().isoformat())
    report = Report(tuple(targets), options, started=_now(), tool=f"cicclo {cicclo.__version__}")
    session = Session(transport, evidence, options)

    def listen(event: Event) -> None:
        _collect(report, event)
        tell(event)

    runner = Runner(session, options, listen, done)
    services: list[tuple[str, Service]] = []
    read: dict[str, Service | None] = {}
    for target in targets:
        for endpoint in await _endpoints(target, runner, listen):
            name = endpoint.id.rstrip("/")
            if name not in read:  # two targets may lead to one service
                read[name] = await runner.endpoint(endpoint)
            if (service := read[name]) is not None:
                services.append((target, service))
    await _together(services, runner, session, listen)
    if options.clients:
        found = [service for service in read.values() if service is not None]
        await try_clients(found, session, listen, addresses=addresses, recorded=recorded_clients)
    _arrange(report)
    for problem in known(report.findings, report.endpoints):
        listen(Event("known", problem))
    report.requests, report.finished = session.requests, _now()
    tell(Event("finished", report))
    return report


async def _endpoints(target: str, runner: Runner, tell: Listener) -> list[Endpoint]:
    """Find the endpoints of a target and the software behind each."""
    session = runner.session
    ask = Ask(Scope(session))
    known = platform(target)
    if known is not None:
        found = _registered(known)
        if not found:
            tell(Event("trouble", _out_of_reach(known)))
    else:
        found, answer = await discover(target, ask, explore=session.options.explore)
        if not found:
            tell(Event("trouble", _unrecognised(target, answer)))
            if answer.failure is Failure.CERTIFICATE:
                await _certificate(target, runner, tell)
    identified = [replace(endpoint, software=tuple(await identify(endpoint, ask))) for endpoint in found]
    for endpoint in identified:
        tell(Event("endpoint", endpoint))
    return identified


async def _certificate(target: str, runner: Runner, tell: Listener) -> None:
    """Nothing can be recognised behind a bad certificate, but the certificate itself is judged, with its proof."""
    checks = {
        name: check for name, check in runner.checks.items() if check.requirement == "http/tls/certificate"
    }
    endpoint = Endpoint("http", target, "address")
    tell(Event("endpoint", endpoint))
    await replace(runner, checks=checks).service(Service(endpoint), Scope(runner.session))


def _registered(known: Platform) -> list[Endpoint]:
    return [Endpoint(protocol, url, "registry") for protocol, url in known.endpoints if protocol in PROTOCOLS]


def _out_of_reach(known: Platform) -> Trouble:
    """Nothing of a platform of the registry can be read: say which protocols it is written down with."""
    spoken = ", ".join(dict.fromkeys(protocol or "openapi" for protocol, _ in known.endpoints)) or "–"
    told = known.homepage or "https://…"
    message = Text(
        f"{known.name} : le registre n'en donne aucun service d'un protocole connu ({spoken}). Donner l'adresse "
        f"d'un service (GetCapabilities, page d'accueil OGC API…), ou partir de {told}",
        f"{known.name}: the registry gives no service of it in a known protocol ({spoken}). Give the address "
        f"of a service (GetCapabilities, OGC API landing page…), or start from {told}",
    )
    return Trouble(known.id, message, "no-known-protocol")


def _unrecognised(target: str, answer: object) -> Trouble:
    failure = getattr(answer, "failure", None)
    if failure is not None:
        text, detail = FAILURE_TEXTS[failure], getattr(answer, "detail", "")
        return Trouble(
            target, Text(f"{text.fr} [{detail}]", f"{text.en} [{detail}]") if detail else text, failure.value
        )
    message = Text(
        "aucun service reconnu à cette adresse : donner l'adresse d'un service (GetCapabilities, page d'accueil OGC API…)",
        "no known service at this address: give the address of a service (GetCapabilities, OGC API landing page…)",
    )
    return Trouble(target, message, "unrecognised")


async def _together(
    services: list[tuple[str, Service]], runner: Runner, session: Session, tell: Listener
) -> None:
    """What needs several services at once: cross-protocol checks (those of every endpoint were run on each)."""
    checks = {name: check for name, check in runner.checks.items() if "platform" in check.on}
    runner = replace(runner, checks=checks)
    for group in together(services):
        tell(Event("endpoint", group.endpoint))
        await runner.service(group, Scope(session))


def _arrange(report: Report) -> None:
    """Put findings in an order that does not depend on which answer came first."""
    order = {endpoint.id: index for index, endpoint in enumerate(report.endpoints)}

    def place(finding: Finding) -> tuple[int, str, str, str]:
        index = order.get(f"{finding.protocol} {finding.endpoint}", len(order))
        return (index, finding.requirement, finding.subject, finding.facet)

    report.findings.sort(key=place)


def _collect(report: Report, event: Event) -> None:
    match event.kind:
        case "endpoint":
            known = {endpoint.id: index for index, endpoint in enumerate(report.endpoints)}
            if event.thing.id in known:
                report.endpoints[known[event.thing.id]] = event.thing
            else:
                report.endpoints.append(event.thing)
        case "finding":
            report.findings.append(event.thing)
        case "client":
            report.clients.append(event.thing)
        case "known":
            report.known.append(event.thing)
        case "trouble":
            report.troubles.append(event.thing)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
