"""Sign-in against real programs: oidc-provider (the provider) and openid-client (the platform), run by node."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cicclo.hub.demo.processes import free_port, running
from cicclo.probes.actions import audit
from cicclo.probes.evidence import Spool
from cicclo.probes.model import Finding, Options, Outcome, Report
from cicclo.web.outgoing import AddressPolicy, LiveTransport, Pace

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tests" / "peers" / "oidc.mjs"
UNDECIDED = {Outcome.CANT_TELL, Outcome.UNTESTED}
SIGN_IN = ("oidc/", "proconnect/")


def peers(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses of the provider and of the platform's home page."""
    if not shutil.which("node"):
        pytest.skip("node")
    if not (ROOT / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("oidc-provider (npm ci)")
    provider, platform = free_port(), free_port()
    command = ["node", str(SCRIPT), str(provider), str(platform), kind]
    with running(command, f"http://127.0.0.1:{platform}/", folder / "oidc.log"):
        yield f"http://127.0.0.1:{provider}", f"http://127.0.0.1:{platform}"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    yield from peers("plain", tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def proconnect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    yield from peers("proconnect", tmp_path_factory.mktemp("proconnect"))


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    yield from peers("careless", tmp_path_factory.mktemp("careless"))


def audited(target: str) -> Report:
    async def run() -> Report:
        transport = LiveTransport(
            user_agent="cicclo tests", addresses=AddressPolicy(allow_private=True), pace=Pace(per_second=0)
        )
        spool = Spool()
        try:
            options = Options(today="2026-11-01", profile="signin", clients=False)
            return await audit([target], transport=transport, evidence=spool, options=options)
        finally:
            await transport.aclose()
            spool.close()

    return asyncio.run(run())


def of(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.requirement.startswith(SIGN_IN)]


def failures(report: Report) -> dict[str, str]:
    return {f.requirement: f.message.en for f in of(report) if f.outcome is Outcome.FAILED}


@pytest.mark.peer
def test_the_provider_is_found_from_its_address_and_keeps_what_binds_it(plain: tuple[str, str]) -> None:
    report = audited(plain[0])
    assert [(e.protocol, e.url) for e in report.endpoints if e.protocol == "oidc"] == [
        ("oidc", f"{plain[0]}/.well-known/openid-configuration")
    ]
    assert failures(report) == {}
    assert [f.message.en for f in of(report) if f.outcome in UNDECIDED] == []
    assert sum(f.outcome is Outcome.PASSED for f in of(report)) >= 10


@pytest.mark.peer
def test_the_login_of_a_platform_is_followed_to_its_provider(plain: tuple[str, str]) -> None:
    """From the button of the home page to the authorization request that openid-client makes, and to its provider."""
    report = audited(f"{plain[1]}/")
    assert [e.url for e in report.endpoints if e.protocol == "oidc"] == [f"{plain[1]}/login/oidc"]
    assert failures(report) == {}
    passed = {f.requirement for f in of(report) if f.outcome is Outcome.PASSED}
    assert {"oidc/login/pkce", "oidc/login/state", "oidc/login/nonce", "oidc/login/fresh-values"} <= passed
    assert "oidc/discovery/issuer" in passed


@pytest.mark.peer
def test_a_careless_platform_is_told_what_it_forgets(careless: tuple[str, str]) -> None:
    report = audited(f"{careless[1]}/login")
    assert set(failures(report)) == {
        "oidc/discovery/end-session",
        "oidc/login/state",
        "oidc/login/nonce",
        "oidc/login/fresh-values",
        "oidc/login/pkce",
    }


@pytest.mark.peer
def test_a_provider_shaped_like_proconnect_is_judged_as_one(proconnect: tuple[str, str]) -> None:
    """The levels of assurance make it ProConnect's like; only what its host says is not met on loopback."""
    report = audited(f"{proconnect[1]}/login")
    judged = {f.requirement: f.outcome for f in of(report) if f.requirement.startswith("proconnect/")}
    assert {rid for rid, outcome in judged.items() if outcome is Outcome.PASSED} >= {
        "proconnect/discovery/acr-values",
        "proconnect/discovery/userinfo-signature",
        "proconnect/discovery/claims",
        "proconnect/login/siret-scope",
        "proconnect/login/known-scopes",
        "proconnect/login/accepted-parameters",
    }
    assert not UNDECIDED & set(judged.values())
