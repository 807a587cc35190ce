"""Pages of a features service in a real browser: accessible, drawn, at home; and the hub's map of the same data."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from tests.browser.test_pages import PASSWORD, missing, visit, wait

from cicclo.features.configuration import Configuration, read
from cicclo.features.opening import open_service, prepare
from cicclo.features.service import Service
from cicclo.features.settings import Settings as FeaturesSettings
from cicclo.hub.app import asgi
from cicclo.hub.demo.features import CONFIGURATION, MAPPED
from cicclo.hub.settings import Settings
from cicclo.hub.wiring.the_hub_maps_features import Atlas
from cicclo.probes.settings import Settings as AuditSettings

pytestmark = pytest.mark.browser

PAGES = {
    "map": "/carte",
    "landing": "/features/",
    "collection": "/features/collections/communes",
    "items": "/features/collections/communes/items",
    "filtered": "/features/collections/communes/items?departement=59&sortby=-population&limit=50",
    "points": "/features/collections/bornes-irve/items",
    "projected": "/features/collections/bornes-irve/items?crs=http://www.opengis.net/def/crs/EPSG/0/2154",
    "none": "/features/collections/communes/items?nom=Nowhere",
    "item": "/features/collections/communes/items/59350",
    "schema": "/features/collections/communes/schema",
    "tiles": "/features/collections/communes/tiles",
    "conformance": "/features/conformance",
    "api": "/features/api",
    "problem": "/features/collections/communes/items?limit=-1",
}
ENGLISH = ("map", "landing", "collection", "filtered", "item")
DARK = ("map", "filtered")


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> tuple[Configuration, FeaturesSettings]:
    """The data of the demonstration, published."""
    if why := missing():
        pytest.skip(why)
    said = read(CONFIGURATION)
    folder = tmp_path_factory.mktemp("publications")
    prepare(said, folder)
    return said, FeaturesSettings(folder=str(folder))


@pytest.fixture(scope="module")
def hub(
    configuration: tuple[Configuration, FeaturesSettings], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A hub with the service mounted and mapped, as the demonstration has it."""
    said, settings = configuration

    async def opened() -> Service:
        return await open_service(said, settings)

    state = str(tmp_path_factory.mktemp("hub") / "state.sqlite")
    app = asgi(Settings(password=PASSWORD), AuditSettings(state=state), atlas=Atlas(opened, MAPPED))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait(lambda: server.started)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def seen(hub: str) -> Any:
    """What the browser found on every page, on desktop and phone widths; in English where the layout differs most."""
    pages = []
    for name, url in PAGES.items():
        mark = "&" if "?" in url else "?"
        langs = ("fr", "en") if name in ENGLISH else ("fr",)
        pages += [{"name": f"{name}-{lang}", "url": f"{url}{mark}lang={lang}"} for lang in langs]
        if name in DARK:
            pages.append({"name": f"{name}-dark", "url": url, "scheme": "dark"})
    return visit(hub, pages, password="")


def test_no_serious_violation_on_any_page(seen: Any) -> None:
    """Nothing that axe calls serious or critical; no page scrolls sideways."""
    assert [found for found in seen["violations"] if found["impact"] in ("serious", "critical")] == []
    assert seen["visited"] == 4 * (len(PAGES) + len(ENGLISH) + len(DARK))


def test_nothing_fails_and_nothing_comes_from_elsewhere(seen: Any) -> None:
    """No error in the console, no refusal of the content security policy, no request to another host."""
    # the browser itself reports the 400 of the page that shows a problem
    assert [error for error in seen["errors"] if "limit=-1" not in error] == []


@pytest.mark.parametrize("width", [1280, 390])
def test_maps_draw_the_features(seen: Any, width: int) -> None:
    """Each map shows its own features, and the whole collection where it has to; a page in another CRS too."""
    maps = {name.removesuffix(f"-fr-{width}"): counts for name, counts in seen["maps"].items()}
    assert maps["map"]["whole-communes"] > 1000
    assert maps["map"]["whole-bornes-irve"] > 50
    assert maps["collection"]["whole-communes"] > 1000
    assert maps["items"]["page"] >= 10
    assert maps["filtered"]["page"] >= 50
    assert maps["points"]["page"] > 0
    assert maps["projected"]["page"] == maps["points"]["page"]
    assert maps["item"]["item"] > 0
    assert "none" not in maps


def test_the_service_opens_and_closes_with_the_hub(
    configuration: tuple[Configuration, FeaturesSettings],
) -> None:
    """Stores are opened when the hub starts and closed when it stops."""
    said, settings = configuration
    atlas = Atlas(lambda: open_service(said, settings), MAPPED)

    async def life() -> int:
        async with atlas.opened():
            return len(atlas.operations())

    assert asyncio.run(life()) == 1
    assert Path(settings.folder).is_dir()
