"""The demonstration: real programs and captured platforms, audited without leaving the machine."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from cicclo.hub.demo import replay
from cicclo.hub.demo.processes import NotReady, peers_python
from cicclo.probes.store import Store
from cicclo.web.outgoing import Answer, Failure, Request


class Remembering:
    """A transport that answers nothing, and remembers where it was sent."""

    def __init__(self) -> None:
        self.urls: list[str] = []

    async def send(self, request: Request) -> Answer:
        self.urls.append(request.url)
        return Answer(request=request, url=request.url, status=404, headers=((replay.ABSENT, "absent"),))

    async def aclose(self) -> None:
        """Nothing is open."""


def test_every_capture_has_its_file() -> None:
    """A line of captures.toml that leads nowhere would only show as “untested”."""
    captures = [capture for platform in replay.platforms().values() for capture in platform.answers]
    assert captures
    assert [capture.file for capture in captures if not capture.file.is_file()] == []


@pytest.mark.parametrize(
    "url",
    ["https://www.pigma.org/geonetwork", "https://example.org/", "https://www.pigma.org/geoserver/wfs2?x=1"],
)
def test_what_was_not_captured_is_never_asked_of_anyone(url: str) -> None:
    """Links of captured documents lead to real platforms: they are not followed."""
    live = Remembering()
    answer = asyncio.run(replay.Confined(live, "http://127.0.0.1:1/rejeu").send(Request("GET", url)))
    assert answer.failure is Failure.NOT_RECORDED
    assert live.urls == []


def test_a_captured_platform_is_asked_at_the_replay_server() -> None:
    """The real address stays in the report; the question goes to this machine."""
    live = Remembering()
    url = "https://www.pigma.org/geoserver/wfs?request=GetCapabilities"
    answer = asyncio.run(replay.Confined(live, "http://127.0.0.1:1/rejeu").send(Request("GET", url)))
    assert live.urls == ["http://127.0.0.1:1/rejeu/pigma?request=GetCapabilities"]
    assert (answer.failure, answer.url) == (Failure.NOT_RECORDED, url)


def test_questions_about_the_transport_have_no_captured_answer() -> None:
    """Only documents were captured: nothing may be concluded on CORS, ranges or negotiation of pages."""
    assert replay.capturable("GET", {"accept": "application/json"})
    assert not replay.capturable("GET", {"origin": "https://portail.example"})
    assert not replay.capturable("GET", {"accept": "text/html"})
    assert not replay.capturable("POST", {})


@pytest.mark.peer
def test_the_demonstration_audits_everything_once(tmp_path: Path) -> None:
    """`cicclo demo --once` ends well, every platform has been audited, and no check of ours broke."""
    try:
        peers_python()
    except NotReady:
        pytest.skip("pygeoapi and pycsw (make peers)")
    state = tmp_path / "cicclo.sqlite"
    command = [sys.executable, "-m", "cicclo.hub.cli", "demo", "--once", "--state", str(state)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    store = Store(str(state))
    audits = {audit.platform: store.report(audit.id) for audit in store.history()}
    store.close()
    assert len(audits) == 5 + len(replay.platforms())
    assert [name for name, report in audits.items() if not report.endpoints] == []
    broken = [f for report in audits.values() for f in report.findings if f.code == "internal-error"]
    assert broken == []
    protocols = {name: {e.protocol for e in report.endpoints} for name, report in audits.items()}
    assert "ogcapi" in protocols["demo-pygeoapi"]
    assert "ogcapi" in protocols["demo-cicclo"]
    assert [f for f in audits["demo-cicclo"].findings if f.outcome.value == "failed"] == []
    assert "csw" in protocols["demo-pycsw"]
    damaged = {f.requirement for f in audits["demo-imparfait"].findings if f.outcome.value == "failed"}
    correct = {f.requirement for f in audits["demo-fichiers"].findings if f.outcome.value == "failed"}
    assert damaged - correct, "the damaged copy must show what the correct one does not"
