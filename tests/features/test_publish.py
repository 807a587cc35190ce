"""`cicclo features publish`: a file becomes a served collection, with an account; a failure leaves the former one served."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio.raw
import pytest
import shapely

from cicclo.features.actions import publish
from cicclo.features.errors import BadSource
from cicclo.features.model import Query
from cicclo.features.publish_cli import lines
from cicclo.features.publish_cli import publish as command
from cicclo.features.sources import prepare
from cicclo.features.stores import published
from cicclo.hub.demo.peers import DATA
from cicclo.kernel.errors import BadInput

DEMO = DATA / "hauts-de-france"
EPCI = DEMO / "epci_hauts_de_france.geojson"
BOW_TIE = shapely.Polygon(
    [(650_000, 6_860_000), (650_100, 6_860_100), (650_100, 6_860_000), (650_000, 6_860_100)]
)
FLAT = shapely.Polygon([(650_000, 6_860_000), (650_100, 6_860_000), (650_000, 6_860_000)])


def layer(path: Path, *shapes: shapely.Geometry) -> Path:
    wkb = np.array([shapely.to_wkb(each) for each in shapes], object)
    pyogrio.raw.write(
        path, wkb, [np.arange(len(wkb))], ["n"], crs="EPSG:2154", geometry_type="Polygon", driver="GPKG"
    )
    return path


def served(folder: Path) -> dict[str, dict]:
    """What the publication serves, by identifier."""

    async def read() -> dict[str, dict]:
        store = published.open_store(folder)
        rows = [row async for batch in store.stream(Query()) for row in batch.to_pylist()]
        await store.close()
        return {row["id"]: row for row in rows}

    return asyncio.run(read())


@pytest.mark.parametrize("name", ["epci_hauts_de_france.geojson", "irve_statique_hauts_de_france.csv"])
def test_what_is_published_is_what_the_file_holds(tmp_path, name):
    """Every feature, its geometry and its values come back from the publication as the reader gave them."""
    (done,) = publish(str(DEMO / name), tmp_path)
    (prepared,) = prepare(str(DEMO / name))
    expected = {row["id"]: row for batch in prepared.batches for row in batch.to_pylist()}
    assert done.account.kept == len(expected)
    assert served(tmp_path / done.collection) == expected


def test_a_failed_publication_leaves_the_former_one_served(tmp_path):
    """Half a file replaces nothing."""
    rng = np.random.default_rng(1)
    boxes = [shapely.box(x, y, x + 9, y + 9) for x, y in rng.uniform((6e5, 68e5), (7e5, 69e5), (3000, 2))]
    path = layer(tmp_path / "zones.gpkg", *boxes)
    (done,) = publish(str(path), tmp_path / "out")
    before = served(tmp_path / "out" / done.collection)
    version = published.open_store(tmp_path / "out" / done.collection).version
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadSource):
        publish(str(path), tmp_path / "out")
    assert served(tmp_path / "out" / done.collection) == before
    assert published.open_store(tmp_path / "out" / done.collection).version == version


def test_a_publication_replaces_the_former_one(tmp_path):
    """The second file is served, and its version is another one."""
    (done,) = publish(str(layer(tmp_path / "a.gpkg", BOW_TIE)), tmp_path / "out", collection="zones")
    first = published.open_store(tmp_path / "out" / "zones").version
    publish(str(layer(tmp_path / "b.gpkg", BOW_TIE, BOW_TIE)), tmp_path / "out", collection="zones")
    assert len(served(done.folder)) == 2
    assert published.open_store(done.folder).version != first


def test_progress_is_told(tmp_path):
    """Whoever waits is told how far the reading is."""
    said: list[tuple[str, int, int | None]] = []
    publish(str(EPCI), tmp_path, tell=lambda *each: said.append(each))
    assert said[-1][:2] == ("epci_hauts_de_france", 92)


def test_the_account_is_said_in_plain_words(tmp_path):
    """What was repaired and refused is named, counted, and shown by example, in both languages."""
    (done,) = publish(str(layer(tmp_path / "z.gpkg", BOW_TIE, FLAT)), tmp_path / "out")
    french, english = "\n".join(lines(done, "fr")), "\n".join(lines(done, "en"))
    assert "z : 2 objets lus, 1 publiés, 1 refusés" in french.replace("\u00a0", " ")
    assert "modifié : géométrie invalide, réparée – 1 objet (1)" in french.replace("\u00a0", " ")
    assert "z: 2 features read, 1 published, 1 refused" in english
    assert "refused: invalid geometry of which nothing is left once repaired – 1 feature (2)" in english


def test_exit_codes_and_json(tmp_path, capfdbinary):
    """0 when all is well, 1 when something was left out (or changed, on demand), 2 when nothing could be published."""
    out = tmp_path / "out"
    assert command(str(EPCI), folder=out, json=True) == 0
    (record,) = json.loads(capfdbinary.readouterr().out)
    assert (record["collection"], record["read"], record["kept"], record["refused"]) == (
        "epci_hauts_de_france",
        92,
        92,
        0,
    )
    repaired = str(layer(tmp_path / "r.gpkg", BOW_TIE))
    assert command(repaired, folder=out) == 0
    assert command(repaired, folder=out, fail_on="changed") == 1
    refused = str(layer(tmp_path / "f.gpkg", BOW_TIE, FLAT))
    assert command(refused, folder=out) == 1
    assert command(refused, folder=out, fail_on="never") == 0
    capfdbinary.readouterr()
    assert command(str(tmp_path / "absent.gpkg"), str(EPCI), folder=out, lang="en") == 2
    captured = capfdbinary.readouterr()
    assert b"absent.gpkg" in captured.err
    assert b"92 features read" in captured.out, "the other file is published all the same"
    with pytest.raises(BadInput):
        command(folder=out)


def test_the_command_line_itself(tmp_path):
    """One command, from a file to a publication."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "cicclo.hub.cli",
            "features",
            "publish",
            str(EPCI),
            "--folder",
            str(tmp_path),
            "--lang",
            "en",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "92 features read, 92 published, 0 refused" in done.stdout
    assert len(served(tmp_path / "epci_hauts_de_france")) == 92
