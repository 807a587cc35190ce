"""The report of an audit with tens of thousands of findings: every page stays light, and everything can be reached."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.report_pages import ENDPOINTS, PROOF, fill, pages
from starlette.testclient import TestClient

from cicclo.hub.app import asgi
from cicclo.hub.settings import Settings
from cicclo.probes.settings import Settings as AuditSettings
from cicclo.probes.store import Store
from cicclo.probes.web.paging import slice_of

COUNT = 20_000
HEAVIEST = 400 * 1024  # bytes, before compression
ONE = "http/caching/cache-control"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, str, str]]:
    """A hub that keeps two large audits of one platform."""
    state = str(Path(tmp_path_factory.mktemp("large")) / "state.sqlite")
    store = Store(state)
    store.migrate()
    before, after = fill(store, COUNT)
    store.close()
    application = asgi(Settings(password="a password for these tests"), AuditSettings(state=state))
    with TestClient(application, headers={"accept": "text/html", "accept-language": "fr"}) as client:
        yield client, before, after


@pytest.mark.parametrize("name", [name for name in pages("a", "b") if name != "report.html"])
def test_no_page_is_heavy(large: tuple[TestClient, str, str], name: str) -> None:
    client, before, after = large
    answer = client.get(pages(before, after)[name])
    assert answer.status_code == 200
    assert len(answer.content) < HEAVIEST


def walked(client: TestClient, address: str) -> Iterator[str]:
    """Pages one after the other, by their plain links."""
    path = address.partition("?")[0]
    while address:
        page = client.get(address).text
        yield page
        found = re.search(r'href="(\?[^"]+)" rel="next"', page)
        address = path + found[1].replace("&amp;", "&") if found else ""


def test_every_finding_of_a_requirement_is_reached_by_links(large: tuple[TestClient, str, str]) -> None:
    client, _, after = large
    family = client.get(f"/audits/{after}/familles/http").text
    link = re.search(rf'href="(\?requirement={re.escape(ONE)})"', family)
    assert link
    names = [
        name
        for page in walked(client, f"/audits/{after}/familles/http{link[1]}")
        for name in re.findall(r"la couche (couche-\d+) n", page)
    ]
    assert len(names) == len(set(names)) == ENDPOINTS


def test_an_outcome_is_kept_from_page_to_page(large: tuple[TestClient, str, str]) -> None:
    client, _, after = large
    address = f"/audits/{after}/familles/http?requirement={ONE}&outcome=failed"
    shown = list(walked(client, address))
    assert sum(page.count("outcome failed") for page in shown) >= ENDPOINTS // 5
    assert all(
        "outcome=failed" in link for page in shown for link in re.findall(r'href="(\?[^"]+)" rel="', page)
    )


def test_every_change_is_reached_by_links(large: tuple[TestClient, str, str]) -> None:
    client, before, after = large
    overview = client.get(f"/audits/difference?before={before}&after={after}").text
    count = int(re.sub(r"\D", "", re.search(r"réparé <span[^>]*>\((\d+)\)", overview)[1]))  # type: ignore[index]
    address = f"/audits/difference?before={before}&after={after}&kind=mended"
    lines = [
        line for page in walked(client, address) for line in re.findall(r"la couche (couche-\d+) n", page)
    ]
    assert len(lines) == len(set(lines)) == count > 1000


def test_every_service_is_reached_by_links(large: tuple[TestClient, str, str]) -> None:
    client, _, after = large
    services = {
        url
        for page in walked(client, f"/audits/{after}")
        for url in re.findall(r"<td><code>(\S+)</code>", page)
    }
    assert len(services) == ENDPOINTS


def test_the_live_part_of_a_running_audit_does_not_read_its_findings(
    large: tuple[TestClient, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked each second."""
    client, _, after = large
    monkeypatch.setattr(Store, "report", lambda *_: pytest.fail("the whole report was read"))
    assert client.get(f"/audits/{after}/avancement").status_code == 200
    assert client.get(f"/audits/{after}/echanges/{PROOF.key}").status_code == 200


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (1, 1), (3, 3), (99, 3)])
def test_a_page_that_does_not_exist_is_the_nearest_one(asked: int, given: int) -> None:
    """250 things by 100 make three pages."""
    page = slice_of(range(250), asked, 100)
    assert (page.number, page.pages, len(page.things)) == (given, 3, 50 if given == 3 else 100)


def test_nothing_is_one_empty_page() -> None:
    page = slice_of([], 1)
    assert (page.pages, page.before, page.after) == (1, "", "")


def test_findings_for_machines_come_in_pages_that_add_up(large: tuple[TestClient, str, str]) -> None:
    client, _, after = large
    url, seen = f"/api/audits/{after}/findings?requirement={ONE}&limit=130", []
    while url:
        page = client.get(url).json()
        seen += [finding["subject"] for finding in page["findings"]]
        url = page["next"]
    assert len(seen) == len(set(seen)) == ENDPOINTS == page["total"]
