"""The INSPIRE download profile, and the figures of several workers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.features.http_world import CRS84, EPSG, client, link, service, towns

from cicclo.features.http.inspire import classes, etrs89
from cicclo.features.http.usage import Usage
from cicclo.features.http.workers import Shared
from cicclo.features.model import Link
from cicclo.features.service import Service

METADATA = Link("https://geo.example/metadata.xml", "describedby", "application/xml")
LICENCE = Link("https://www.etalab.gouv.fr/licence-ouverte-open-licence", "license", "text/html")


def test_only_what_is_true_of_the_profile_is_announced(tmp_path: Path) -> None:
    """Metadata and licence come with configuration, ETRS89 with the CRS of every collection, bulk with a kept file."""
    bare = towns(crs=(CRS84, f"{EPSG}4326"))
    assert tails(service({"towns": bare})) == {"multilinguality", "geojson"}
    kept = towns(crs=(CRS84, f"{EPSG}4258"))
    kept.truth = tmp_path / "truth.parquet"  # type: ignore[attr-defined]
    kept.truth.write_bytes(b"PAR1")  # type: ignore[attr-defined]
    whole = service({"towns": kept}, links=(METADATA,), licence=LICENCE)
    assert tails(whole) == {"pre-defined", "multilinguality", "geojson", "bulk-download", "inspire-crs"}
    assert "multilinguality" not in tails(service(languages=("fr",)))


def tails(of: Service) -> set[str]:
    return {uri.rpartition("/")[2] for uri in classes(of)}


def test_a_kept_file_is_linked_with_its_length_and_sent_by_ranges(tmp_path: Path) -> None:
    """HEAD tells the length; a range gives its bytes; what is no range is ignored."""
    store = towns()
    store.truth = tmp_path / "truth.parquet"  # type: ignore[attr-defined]
    store.truth.write_bytes(bytes(range(200)))  # type: ignore[attr-defined]
    with client(stores={"towns": store}) as http:
        found = link(http.get("/collections/towns").json(), "enclosure")
        assert found["length"] == 200
        head = http.head(found["href"])
        assert (head.status_code, head.headers["content-length"], head.content) == (200, "200", b"")
        part = http.get(found["href"], headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
        assert part.headers["content-range"] == "bytes 10-19/200"
        assert part.headers["access-control-allow-origin"] == "*"
        tag = part.headers["etag"]
        assert http.get(found["href"], headers={"range": "bytes=0-1", "if-range": tag}).status_code == 206
        assert http.get(found["href"], headers={"range": "bytes=0-1", "if-range": '"x"'}).status_code == 200
        assert http.get(found["href"], headers={"range": "bytes=500-"}).status_code == 416
        assert http.get(found["href"], headers={"if-none-match": tag}).status_code == 304
        page = http.get("/collections/towns/items")
        dated = {"if-modified-since": page.headers["last-modified"]}
        assert http.get("/collections/towns/items", headers=dated).status_code == 304
        assert (
            http.get("/collections/towns/items", headers={**dated, "if-none-match": '"x"'}).status_code == 200
        )
        for odd in ("bytes=a-b", "lines=1-2", "bytes=", "bytes=" + "0-0," * 500):
            assert http.get(found["href"], headers={"range": odd}).status_code == 200


@pytest.mark.parametrize(
    ("code", "expected"),
    [("4258", True), ("3035", True), ("25831", True), ("2154", True), ("4326", False), ("3857", False)],
)
def test_crs_of_etrs89(code: str, *, expected: bool) -> None:
    """EPSG:25831 is UTM 31 North on ETRS89."""
    assert etrs89(f"{EPSG}{code}") is expected


def test_collections_link_to_metadata_licence_and_downloads() -> None:
    """`describedby`, `license`, and downloads with type and hreflang; Content-Language on the landing page."""
    with client(links=(METADATA,), licence=LICENCE) as http:
        document = http.get("/collections").json()
        assert link(document, "describedby", "application/xml")["href"] == METADATA.href
        assert link(document, "license")["href"] == LICENCE.href
        (shown,) = document["collections"]
        enclosures = [each for each in shown["links"] if each["rel"] == "related"]
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
