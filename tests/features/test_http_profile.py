"""The INSPIRE download profile, and the figures of several workers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.features.http_world import EPSG, client, collection, link, service, towns

from cicclo.features.inspire import classes, etrs89
from cicclo.features.model import Link
from cicclo.features.usage import Usage
from cicclo.features.workers import Shared

METADATA = Link("https://geo.example/metadata.xml", "describedby", "application/xml")
LICENCE = Link("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "license", "text/html")


def test_only_what_is_true_of_the_profile_is_announced() -> None:
    """Metadata and licence come with configuration, ETRS89 with the CRS of every collection."""
    names = {uri.rpartition("/")[2] for uri in classes(service())}
    assert names == {"multilinguality", "geojson", "bulk-download"}
    whole = service(
        {"towns": towns(crs=(*collection().crs, f"{EPSG}4258"))}, links=(METADATA,), licence=LICENCE
    )
    names = {uri.rpartition("/")[2] for uri in classes(whole)}
    assert names == {"pre-defined", "multilinguality", "geojson", "bulk-download", "inspire-crs"}
    assert "multilinguality" not in " ".join(classes(service(languages=("fr",))))


@pytest.mark.parametrize(
    ("code", "expected"), [("4258", True), ("3035", True), ("25831", True), ("4326", False), ("3857", False)]
)
def test_crs_of_etrs89(code: str, *, expected: bool) -> None:
    """EPSG:25831 is UTM 31 North on ETRS89."""
    assert etrs89(f"{EPSG}{code}") is expected


def test_collections_link_to_metadata_licence_and_downloads() -> None:
    """`describedby`, `license`, and `enclosure` with type and hreflang; Content-Language on the landing page."""
    with client(links=(METADATA,), licence=LICENCE) as http:
        document = http.get("/collections").json()
        assert link(document, "describedby", "application/xml")["href"] == METADATA.href
        assert link(document, "license")["href"] == LICENCE.href
        (shown,) = document["collections"]
        enclosures = [each for each in shown["links"] if each["rel"] == "enclosure"]
        assert {"application/geo+json", "application/geopackage+sqlite3"} <= {
            each["type"] for each in enclosures
        }
        assert all(each["hreflang"] == "fr" for each in enclosures)
        assert http.get("/", headers={"accept-language": "en"}).headers["content-language"] == "en"


def test_the_figures_of_workers_add_up(tmp_path: Path) -> None:
    """Each writes its own; those of a worker that ended are forgotten, as Prometheus expects of counters."""
    mine = Usage()
    mine.count(("items", "towns", "json", 200), 100, 0.001)
    Shared(tmp_path, mine).write()
    theirs = tmp_path / f"{os.getppid()}.json"
    theirs.write_bytes((tmp_path / f"{os.getpid()}.json").read_bytes())
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    (tmp_path / f"{ended.pid}.json").write_bytes(theirs.read_bytes())
    (tally,) = mine.everyone().values()
    assert (tally.requests, tally.bytes, sum(tally.buckets)) == (2, 200, 2)
    assert not (tmp_path / f"{ended.pid}.json").exists()
