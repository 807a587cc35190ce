"""Cloud formats against files that other programs wrote, on a real server with ranges."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely

from cicclo.probes.actions import audit
from cicclo.probes.evidence import Spool
from cicclo.probes.examples import cog, flatgeobuf, geoparquet, pmtiles
from cicclo.probes.examples._files import served
from cicclo.probes.examples.site import Reply, Site, SiteTransport
from cicclo.probes.model import Endpoint, Options, Outcome, Report
from cicclo.probes.protocol import PROTOCOLS
from cicclo.probes.protocols.flatgeobuf import levels
from cicclo.probes.session import Ask, Scope, Session

OPTIONS = Options(today="2026-11-01", clients=False, real_clients=False, explore=False)
SHARED = Path(__file__).parents[3] / "shared" / "data"
DEMO = SHARED / "demo" / "raster" / "mns_lidar_5m_cog.tif"
NOT_COG = SHARED / "samples" / "raster" / "mns_lidar_5m_0299_6802_l93.tif"


def audited(site: Site) -> Report:
    spool = Spool()
    try:
        return asyncio.run(audit([site.url], transport=SiteTransport(site), evidence=spool, options=OPTIONS))
    finally:
        spool.close()


def read(site: Site, protocol: str) -> Any:
    """What the protocol reads of a file."""
    spool = Spool()

    async def go() -> Any:
        ask = Ask(Scope(Session(SiteTransport(site), spool, OPTIONS)))
        return await PROTOCOLS[protocol].read(Endpoint(protocol, site.url), ask)

    try:
        return asyncio.run(go())
    finally:
        spool.close()


def failed(report: Report, family: str) -> set[str]:
    return {
        f.requirement
        for f in report.findings
        if f.outcome is Outcome.FAILED and f.requirement.startswith(f"{family}/")
    }


@pytest.mark.parametrize(
    ("protocol", "site"),
    [
        ("cog", cog.site()),
        ("geoparquet", geoparquet.site()),
        ("flatgeobuf", flatgeobuf.site()),
        ("pmtiles", pmtiles.site()),
    ],
)
def test_a_file_is_recognised_by_its_first_bytes_and_costs_few_requests(protocol: str, site: Site) -> None:
    """Discovery needs no name or media type; the whole audit of a file stays small."""
    report = audited(site.header("*", "content-type", "application/octet-stream"))
    assert [endpoint.protocol for endpoint in report.endpoints] == [protocol]
    assert report.requests <= 30
    assert failed(report, protocol) <= {f"{protocol}/file/media-type"}


@pytest.mark.skipif(not DEMO.exists(), reason="../shared is absent")
def test_a_cog_written_by_gdal() -> None:
    """The IGN surface model written by GDAL's COG driver fails nothing (its media type apart)."""
    site = served("/mns.tif", DEMO.read_bytes(), cog.MEDIA_TYPE)
    assert failed(audited(site), "cog") == set()
    file = read(site, "cog")
    assert file.main.size == (400, 200)
    assert [overview.size for overview in file.overviews] == [(200, 100)]
    assert file.main.geo_keys[3072] == 2154
    assert file.main.nodata == "9999"
    assert file.tiff.ghost["BLOCK_ORDER"] == "ROW_MAJOR"


@pytest.mark.skipif(not NOT_COG.exists(), reason="../shared is absent")
def test_a_plain_geotiff_is_told_from_a_cog() -> None:
    """The IGN tile before its conversion: directory at the end, no compression, no notes."""
    report = audited(served("/mns.tif", NOT_COG.read_bytes(), cog.MEDIA_TYPE))
    assert failed(report, "cog") == {
        "cog/layout/first-directory",
        "cog/layout/directories-first",
        "cog/layout/ghost-area",
        "cog/pixels/compressed",
    }


def test_a_flatgeobuf_header_is_read_as_gdal_reads_it(tmp_path: Path) -> None:
    """Name, number of features, extent, attributes and CRS agree with GDAL's."""
    path = tmp_path / "epci.fgb"
    path.write_bytes(flatgeobuf.original())
    peer = pyogrio.read_info(path)
    file = read(flatgeobuf.site(), "flatgeobuf")
    assert file.features == peer["features"]
    assert list(file.columns) == list(peer["fields"])
    assert peer["crs"] == f"EPSG:{file.crs_code}"
    assert file.envelope[:4] == pytest.approx(peer["total_bounds"])


@pytest.mark.parametrize("count", [1, 2, 17, 300])
def test_the_index_size_is_what_gdal_writes(count: int, tmp_path: Path) -> None:
    """The first feature is where we compute it, for one, two and three levels of the tree."""
    points = shapely.to_wkb(shapely.points(np.arange(count) / 10, np.arange(count) / 20))
    pyogrio.raw.write(
        tmp_path / "p.fgb",
        points,
        [np.arange(count)],
        ["n"],
        driver="FlatGeobuf",
        geometry_type="Point",
        crs="EPSG:4326",
    )
    report = audited(served("/p.fgb", (tmp_path / "p.fgb").read_bytes(), flatgeobuf.MEDIA_TYPE))
    assert failed(report, "flatgeobuf") == set()


def test_a_server_that_ignores_ranges_still_shows_the_header() -> None:
    """The header of a COG is judged, and the server is told to serve ranges."""
    whole = cog.build(cog.Plan())
    site = Site(
        "https://files.example",
        lambda _request: Reply(200, {"content-type": "image/tiff"}, whole),
        "/mnt.tif",
    )
    report = audited(site)
    assert "http/ranges/partial" in {f.requirement for f in report.findings if f.outcome is Outcome.FAILED}
    assert failed(report, "cog") <= {"cog/file/no-external-overviews", "cog/pixels/block-readable"}


@pytest.mark.parametrize(
    ("items", "node", "expected"),
    [(1, 16, [1, 1]), (16, 16, [16, 1]), (17, 16, [17, 2, 1]), (300, 16, [300, 19, 2, 1])],
)
def test_levels_of_the_packed_tree(items: int, node: int, expected: list[int]) -> None:
    """Items, then groups of `node` items, up to one root (PackedRTree::generateLevelBounds)."""
    assert levels(items, node) == expected
