"""The works-with matrix: replayed and real clients on example services, within limits and the address policy."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cicclo.probes.actions import audit
from cicclo.probes.clients import CLIENTS
from cicclo.probes.clients._sandbox import Sandbox, environment
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import csw, dcat, ogcapi, wfs, wms
from cicclo.probes.examples.site import Site, SiteTransport
from cicclo.probes.model import ClientRun, Endpoint, Event, Options, Outcome, Report, Step
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.session import Ask, Scope, Session
from cicclo.probes.works_with import try_clients
from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace, Transport

OPTIONS = Options(today="2026-11-01", real_clients=False)
SITES = [
    ("ogcapi", ogcapi.site()),
    ("wfs", wfs.site()),
    ("wms", wms.site()),
    ("csw", csw.site()),
    ("dcat", dcat.site()),
]


def matrix(
    protocol: str,
    url: str,
    transport: Transport,
    options: Options = OPTIONS,
    *,
    recorded: tuple[ClientRun, ...] = (),
    addresses: AddressPolicy = AddressPolicy(),  # noqa: B008
) -> dict[str, ClientRun]:
    """Try every client on one service."""
    runs: list[ClientRun] = []
    spool = Spool()

    async def go() -> None:
        session = Session(transport, spool, options)
        service = await PROTOCOLS[protocol].read(Endpoint(protocol, url), Ask(Scope(session)))

        def tell(event: Event) -> None:
            runs.append(event.thing)

        await try_clients([service], session, tell, addresses=addresses, recorded=recorded)
        await transport.aclose()

    asyncio.run(go())
    spool.close()
    return {run.client: run for run in runs}


def on_site(protocol: str, site: Site) -> dict[str, ClientRun]:
    return matrix(protocol, site.url, SiteTransport(site))


@pytest.mark.parametrize(("protocol", "site"), SITES)
def test_every_replayed_client_reads_the_correct_service(protocol: str, site: Site) -> None:
    runs = on_site(protocol, site)
    assert runs
    assert {name: run.outcome for name, run in runs.items() if run.outcome is not Outcome.PASSED} == {}
    assert all(step.evidence for run in runs.values() for step in run.steps)


def test_qgis_gives_up_on_a_relative_link_and_says_which() -> None:
    """qgis/QGIS issue 58089: the href is used as it is."""
    damaged = ogcapi.site().edit(
        "/ogcapi/",
        lambda page: (
            [link.update(href=link["href"].replace("https://good.example", "")) for link in page["links"]]
            and None
        ),
    )
    run = on_site("ogcapi", damaged)["qgis-ogcapi"]
    assert [step.outcome for step in run.steps][:2] == [Outcome.FAILED, Outcome.UNTESTED]
    assert "/ogcapi/" in run.steps[0].message.en


def test_the_data_hub_needs_json_from_a_wfs() -> None:
    """geonetwork/geonetwork-ui issue 526: GML only, no preview."""
    runs = on_site("wfs", wfs.site().edit_text("*GetCapabilities*", "json", "gone"))
    assert runs["ogc-client-wfs"].outcome is Outcome.FAILED
    assert runs["qgis-wfs"].outcome is Outcome.PASSED


def test_udata_finds_nothing_where_the_filter_on_types_is_misread() -> None:
    """An empty harvest of a catalogue that has records is a failure of the pair, with both numbers."""
    full = csw.site()
    empty = full.change(
        "*",
        lambda request, reply: full.answer(
            replace(request, body=request.body.replace(b"PropertyIsEqualTo", b"PropertyIsLike"))
        ),
        where=lambda request: b"PropertyIsEqualTo" in request.body,
    )
    run = on_site("csw", empty)["udata-csw-iso-19139"]
    assert run.outcome is Outcome.FAILED
    assert "25 records" in run.steps[0].message.en


def test_a_replay_tells_the_recorded_runs_of_real_clients() -> None:
    recorded = ClientRun(
        "gdal-pyogrio", "3.11.4", "real", ogcapi.site().url, "ogcapi", (Step("open", Outcome.PASSED),)
    )
    other = ClientRun("qgis-ogcapi", "0", "replay", ogcapi.site().url, "ogcapi", ())
    runs = matrix("ogcapi", ogcapi.site().url, SiteTransport(ogcapi.site()), recorded=(recorded, other))
    assert runs["gdal-pyogrio"] == recorded
    assert runs["qgis-ogcapi"].version != "0", "replayed clients are tried again, not copied"


@pytest.mark.peer
@pytest.mark.parametrize(("protocol", "site"), [pair for pair in SITES if pair[0] != "dcat"])
def test_real_clients_read_the_correct_service(served: Callable[..., str], protocol: str, site: Site) -> None:
    """The programs themselves, in their sandbox: those that are not on this machine say how to install them."""
    url = served({"good": site}) + "/good" + site.entry
    policy = AddressPolicy(allow_private=True)
    live = LiveTransport(user_agent="cicclo-tests", pace=Pace(4, 0, robots=False), addresses=policy)
    runs = matrix(protocol, url, live, Options(today="2026-11-01"), addresses=policy)
    real = [run for run in runs.values() if run.kind == "real"]
    assert real
    for run in real:
        assert run.outcome in (Outcome.PASSED, Outcome.UNTESTED), [
            (s.name, s.outcome, s.message.en) for s in run.steps
        ]
        assert run.outcome is Outcome.PASSED or run.steps[0].message.en


@pytest.mark.peer
def test_a_real_client_cannot_reach_a_private_address(served: Callable[..., str]) -> None:
    """The audit may read (a replay, say) a service that the client must not reach: the proxy refuses."""
    url = served({"good": ogcapi.site()}) + "/good/"

    async def go() -> Any:
        client = CLIENTS["owslib"]
        service = await PROTOCOLS["ogcapi"].read(
            Endpoint("ogcapi", ogcapi.site().url),
            Ask(Scope(Session(SiteTransport(ogcapi.site()), Spool(), OPTIONS))),
        )
        service.endpoint = Endpoint("ogcapi", url)
        return client.missing() or await client.run(service, Sandbox(AddressPolicy()))

    steps = asyncio.run(go())
    if isinstance(steps, str):
        pytest.skip(steps)
    assert steps[0].outcome is Outcome.CANT_TELL
    assert "127.0.0.1" in steps[0].message.en


def test_a_program_that_never_ends_is_stopped() -> None:
    ran = asyncio.run(Sandbox(AddressPolicy(), seconds=1).run("sleep", "30"))
    assert ran.code is None


def test_the_environment_of_a_client_holds_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    given = environment("http://127.0.0.1:1", "/tmp/nowhere")
    assert "AWS_SECRET_ACCESS_KEY" not in given
    assert not [name for name in given if name.lower() == "no_proxy"], (
        "loopback must go through the proxy too"
    )


def test_a_missing_program_is_untested_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cicclo.probes.clients.gdal_programs.shutil.which", lambda _name: None)
    assert CLIENTS["gdal-ogrinfo"].missing() == "apt install gdal-bin"


def test_an_audit_tries_the_clients_and_an_option_leaves_them_out() -> None:
    assert {run.client for run in whole_audit(OPTIONS).clients} >= {"qgis-ogcapi", "ogc-client"}
    assert whole_audit(Options(today="2026-11-01", clients=False, real_clients=False)).clients == []


def whole_audit(options: Options) -> Report:
    spool = Spool()
    try:
        return asyncio.run(
            audit(
                [ogcapi.site().url], transport=SiteTransport(ogcapi.site()), evidence=spool, options=options
            )
        )
    finally:
        spool.close()
