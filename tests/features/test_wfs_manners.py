"""Services that do not behave: the façade repairs what it can, and says what it cannot."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import shapely
from lxml import etree

from cicclo.features.errors import BadSource, TooSlow
from cicclo.features.model import Interval, Query, Sort
from cicclo.features.ports import Store
from cicclo.features.stores._wfs.address import Address, read
from cicclo.features.stores._wfs.held import WholeStore
from cicclo.features.stores._wfs.paged import PagedStore
from cicclo.features.stores._wfs.remote import Remote
from cicclo.features.stores.wfs import connected
from cicclo.kernel.errors import BadInput, CiccloError, Unavailable
from cicclo.ogc.cql2 import check, text
from cicclo.web.outgoing import Answer, Failure, Request

CAPABILITIES = """<WFS_Capabilities version="{version}" xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1">
<ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:Parameter name="outputFormat">
<ows:Value>text/javascript</ows:Value><ows:Value>application/json</ows:Value></ows:Parameter></ows:Operation></ows:OperationsMetadata>
<FeatureTypeList><FeatureType><Name>ns:arbres</Name><Title>Arbres</Title><DefaultCRS>{crs}</DefaultCRS>
<ows:WGS84BoundingBox><ows:LowerCorner>2 48</ows:LowerCorner><ows:UpperCorner>3 49</ows:UpperCorner></ows:WGS84BoundingBox>
</FeatureType></FeatureTypeList></WFS_Capabilities>"""
DESCRIBED = """<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml">
<element name="arbres" type="ns:arbresType"/><complexType name="arbresType"><complexContent><extension><sequence>
<element name="geom" type="gml:PointPropertyType"/><element name="code" type="string"/><element name="hauteur" type="int"/>
<element name="plante" type="dateTime"/><element name="id" type="string"/></sequence></extension></complexContent></complexType></schema>"""
REPORT = b'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"><ows:Exception><ows:ExceptionText>no</ows:ExceptionText></ows:Exception></ows:ExceptionReport>'


@dataclass
class Wfs:
    """A WFS in memory. `ignores` names parameters that it does not obey; `shuffles`: its order changes unless sorted."""

    count: int = 50
    ignores: frozenset[str] = frozenset()
    most: int = 10_000
    shuffles: bool = False
    hits: bool = True
    version: str = "2.0.0"
    crs: str = "urn:ogc:def:crs:EPSG::4326"
    swapped: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    change: Callable[[list[dict]], list[dict]] = list
    body: bytes | None = None

    async def send(self, request: Request) -> Answer:
        said = {name.lower(): values[-1] for name, values in parse_qs(urlsplit(request.url).query).items()}
        self.asked.append(said)
        await asyncio.sleep(0)
        return Answer(request, request.url, 200, (), self._answer(said))

    async def aclose(self) -> None:
        """Nothing to close."""

    def _answer(self, said: dict[str, str]) -> bytes:
        if said["request"] == "GetCapabilities":
            return CAPABILITIES.format(version=self.version, crs=self.crs).encode()
        if said["request"] == "DescribeFeatureType":
            return DESCRIBED.encode()
        if said.get("resulttype") == "hits":
            return f'<FeatureCollection numberMatched="{self.count if self.hits else "unknown"}"/>'.encode()
        if self.body is not None:
            return self.body
        features = self._chosen(said)
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()

    def _chosen(self, said: dict[str, str]) -> list[dict]:
        said = {name: value for name, value in said.items() if name not in self.ignores}
        features = self.change([self.feature(number) for number in range(self.count)])
        if self.shuffles and "sortby" not in said:
            turn = len(self.asked) % 7
            features = features[turn:] + features[:turn]
        features = _filtered(features, said.get("filter", ""))
        wanted = said.get("resourceid", said.get("featureid"))
        if wanted:
            return [each for each in features if each["id"] == wanted]
        if "bbox" in said:
            south, west, north, east = (float(each) for each in said["bbox"].split(",")[:4])
            features = [
                each
                for each in features
                if each["geometry"] and west <= self._x(each) <= east and south <= self._y(each) <= north
            ]
        start = int(said.get("startindex", 0))
        return features[
            start : start + min(self.most, int(said.get("count", said.get("maxfeatures", self.count))))
        ]

    def _x(self, each: dict) -> float:
        return each["geometry"]["coordinates"][1 if self.swapped else 0]

    def _y(self, each: dict) -> float:
        return each["geometry"]["coordinates"][0 if self.swapped else 1]

    def feature(self, number: int) -> dict:
        place = [2 + number / 1000, 48.5]
        return {
            "type": "Feature",
            "id": f"arbres.{number:04}",
            "geometry": {"type": "Point", "coordinates": place[::-1] if self.swapped else place},
            "properties": {
                "code": f"{number:05}",
                "hauteur": number % 9,
                "plante": f"20{number % 25:02}-06-01T12:00:00Z",
                "id": "x",
            },
        }


def _filtered(features: list[dict], written: str) -> list[dict]:
    """Filter Encoding, as far as the façade writes it."""
    if not written:
        return features
    return [each for each in features if _passes(each, etree.fromstring(written)[0])]


def _passes(each: dict, node: etree._Element) -> bool:
    operator = etree.QName(node).localname
    if operator in ("And", "Or"):
        return (all if operator == "And" else any)(_passes(each, part) for part in node)
    name = node[0].text
    if operator == "PropertyIsNull":
        return (each["geometry"] if name == "geom" else each["properties"][name]) is None
    value = each["properties"][name]
    literal = type(value)(node[1].text or "")
    return {
        "PropertyIsEqualTo": value == literal,
        "PropertyIsLessThan": value < literal,
        "PropertyIsLessThanOrEqualTo": value <= literal,
        "PropertyIsGreaterThan": value > literal,
        "PropertyIsGreaterThanOrEqualTo": value >= literal,
    }[operator]


def facade(wfs: Wfs, **figures: int) -> Store:
    remote = Remote(Address("https://wfs.example/ows?map=a", **figures), wfs)
    (store,) = asyncio.run(connected(remote))
    return store


async def walk(store: Store, limit: int, query: Query | None = None) -> list[str]:
    ids: list[str] = []
    after = ""
    query = query or Query()
    while True:
        page = await store.page(
            Query(
                limit=limit,
                after=after,
                box=query.box,
                filter=query.filter,
                sort=query.sort,
                interval=query.interval,
            )
        )
        ids += page.batch.column("id").to_pylist()
        after = page.next
        if not after:
            return ids


def ids(numbers: Iterable[int]) -> list[str]:
    return [f"arbres.{number:04}" for number in numbers]


def test_a_type_is_described_by_its_schema():
    """Names, kinds and title come from the service; a property named like our identifier gets another name."""
    collection = facade(Wfs()).collection
    assert (collection.id, collection.title.fr, collection.count) == ("arbres", "Arbres", 50)
    kinds = {each.name: each.kind.value for each in collection.properties}
    assert kinds == {"code": "string", "hauteur": "integer", "plante": "instant", "id_2": "string"}
    row = asyncio.run(facade(Wfs()).page(Query(limit=1))).batch.to_pylist()[0]
    assert (row["id"], row["code"], row["hauteur"], row["id_2"]) == ("arbres.0000", "00000", 0, "x")
    assert row["plante"].isoformat() == "2000-06-01T12:00:00+00:00"


@pytest.mark.parametrize("limit", [1, 7, 50, 60])
@pytest.mark.parametrize("version", ["2.0.0", "1.1.0"])
def test_an_honest_service_is_walked_page_by_page(limit, version):
    """Each feature comes once; the service is asked for pages, not for everything."""
    wfs = Wfs(version=version)
    store = facade(wfs, keep=0)
    assert isinstance(store, PagedStore)
    learnt = len(wfs.asked)
    assert asyncio.run(walk(store, limit)) == ids(range(50))
    name = "count" if version == "2.0.0" else "maxfeatures"
    assert all(int(said[name]) <= limit + 2 for said in wfs.asked[learnt:])


def test_a_service_that_gives_less_than_asked():
    """A maximum of the server's own does not end the walk."""
    assert asyncio.run(walk(facade(Wfs(most=6), keep=0), 20)) == ids(range(50))


@pytest.mark.parametrize("ignored", ["startindex", "count"])
def test_a_service_that_does_not_page_is_held_whole(ignored):
    """Paging is then ours."""
    store = facade(Wfs(ignores=frozenset({ignored})), keep=0)
    assert isinstance(store, WholeStore)
    assert asyncio.run(walk(store, 7)) == ids(range(50))


def test_a_service_that_neither_pages_nor_gives_all_is_refused():
    """Some features are not all of them: nothing is served rather than a part."""
    with pytest.raises(Unavailable, match="only 10 features of 50"):
        facade(Wfs(ignores=frozenset({"startindex"}), most=10))


def test_a_service_without_fixed_order_is_sorted():
    """Two pages that do not follow are asked for again, sorted by a property."""
    wfs = Wfs(shuffles=True)
    assert asyncio.run(walk(facade(wfs, keep=0), 9)) == ids(range(50))
    assert wfs.asked[-1]["sortby"] == "code"


def test_an_order_that_changes_later_is_noticed():
    """A walk whose service starts to shuffle ends with an error, never with a feature missing."""
    wfs = Wfs(count=5000)
    store = facade(wfs, keep=0, page=100)
    first = asyncio.run(store.page(Query(limit=10)))
    wfs.change = lambda features: features[::-1]
    with pytest.raises(BadInput):
        asyncio.run(store.page(Query(limit=10, after=first.next)))


def test_a_walk_goes_on_when_features_come_and_go():
    """The last feature given is found again where it moved to: none is given twice, none is skipped."""
    wfs = Wfs()
    store = facade(wfs, keep=0, seconds=1)
    first = asyncio.run(store.page(Query(limit=10)))
    wfs.change = lambda features: [wfs.feature(100 + n) for n in range(3)] + features[2:]
    then = asyncio.run(store.page(Query(limit=5, after=first.next)))
    assert then.batch.column("id").to_pylist() == ids(range(10, 15))


@pytest.mark.parametrize("keep", [0, 20_000])
@pytest.mark.parametrize("ignores", [frozenset(), frozenset({"bbox"})])
def test_boxes_and_filters_are_those_of_the_standard(keep, ignores):
    """Whether the service helps with boxes or not, the same features come."""
    store = facade(Wfs(count=500, ignores=ignores), keep=keep)
    box = (2.0995, 48.0, 2.2005, 49.0)
    assert asyncio.run(walk(store, 30, Query(box=box))) == ids(range(100, 201))
    kinds = {each.name: each.kind.value for each in store.collection.properties}
    filter_ = check.check(text.parse("hauteur = 3 AND code > '00100'"), kinds)
    expected = [number for number in range(100, 201) if number % 9 == 3 and number > 100]
    assert asyncio.run(walk(store, 4, Query(box=box, filter=filter_))) == ids(expected)
    assert asyncio.run(walk(store, 4, Query(box=(170.0, -10, -170.0, 10)))) == []


def test_a_service_that_filters_spares_the_journey():
    """Comparisons that every server understands alike are the service's; the rest, and the last word, are ours."""
    wfs = Wfs(count=5000)
    store = facade(wfs, keep=0, scan=1000)
    kinds = {each.name: each.kind.value for each in store.collection.properties}
    for written, expected in (
        ("code = '04321'", [4321]),
        ("code IN ('00007', '04999') AND casei(code) LIKE '%7'", [7]),
        ("hauteur > 3 AND code = '00008' AND NOT hauteur = 3", [8]),
        ("'00005' = code OR code = '00006'", [5, 6]),
    ):
        asked = len(wfs.asked)
        query = Query(filter=check.check(text.parse(written), kinds))
        assert asyncio.run(walk(store, 10, query)) == ids(expected)
        assert all("filter" in said for said in wfs.asked[asked:])
        assert len(wfs.asked) - asked <= 2


def test_features_without_place_are_in_every_box():
    """A WFS leaves them out of its boxes: the façade then looks by itself (OGC 17-069r4, 7.15.3)."""
    wfs = Wfs()
    wfs.change = lambda features: [
        {**each, "geometry": each["geometry"] if n % 2 else None} for n, each in enumerate(features)
    ]
    store = facade(wfs, keep=0)
    found = asyncio.run(walk(store, 7, Query(box=(2.0095, 48.0, 2.0135, 49.0))))
    assert found == ids(n for n in range(50) if n % 2 == 0 or n in (11, 13))


def test_a_filter_that_would_cost_too_much_is_refused():
    """Beyond so many features looked at, the answer is 503 with what to do, not an endless walk."""
    store = facade(Wfs(count=5000, ignores=frozenset({"filter"})), keep=0, scan=1000)
    kinds = {each.name: each.kind.value for each in store.collection.properties}
    with pytest.raises(TooSlow) as refused:
        asyncio.run(store.page(Query(filter=check.check(text.parse("code = 'none'"), kinds))))
    assert refused.value.status == 503


def test_what_is_held_whole_can_be_sorted():
    """A small type has every right of a published one; a big one does not pretend to."""
    small = facade(Wfs())
    found = asyncio.run(walk(small, 7, Query(sort=(Sort("hauteur", descending=True),))))
    assert found == ids(sorted(range(50), key=lambda number: (-(number % 9), number)))
    big = facade(Wfs(), keep=0)
    assert not any(each.sortable for each in big.collection.properties)
    with pytest.raises(BadInput):
        asyncio.run(big.page(Query(sort=(Sort("code"),))))


def test_axes_are_put_right_by_where_features_fall():
    """Latitude first or longitude first, whatever the service believes: its own extent decides."""
    for swapped in (False, True):
        page = asyncio.run(facade(Wfs(swapped=swapped)).page(Query(limit=1)))
        assert shapely.from_wkb(page.batch.column("geometry")[0].as_py()) == shapely.Point(2, 48.5)


def test_items_are_found_by_their_identifier():
    """Through the service when it can, else by walking; nothing is found for what does not exist."""
    for ignores in (frozenset(), frozenset({"resourceid", "featureid"})):
        store = facade(Wfs(ignores=ignores), keep=0)
        assert asyncio.run(store.item("arbres.0042", Query().view)).num_rows == 1
        assert asyncio.run(store.item("arbres.9999", Query().view)) is None


def test_the_same_question_asked_at_once_is_asked_once():
    """A hundred readers of one page cost the service one request."""
    wfs = Wfs(count=500)
    store = facade(wfs, keep=0)
    before = len(wfs.asked)

    async def crowd() -> None:
        await asyncio.gather(*(store.page(Query(limit=10)) for _ in range(100)))

    asyncio.run(crowd())
    assert len(wfs.asked) == before + 1


@pytest.mark.parametrize("keep", [0, 20_000])
def test_intervals_select_by_the_only_date(keep):
    """The one date of a type is its time; features without it match every interval (OGC 17-069r4, 7.15.4)."""
    wfs = Wfs()
    wfs.change = lambda features: [
        {**each, "properties": {**each["properties"], **({"plante": None} if n == 0 else {})}}
        for n, each in enumerate(features)
    ]
    store = facade(wfs, keep=keep)
    assert store.collection.instants == ("plante",)
    start, end = (int(datetime(2000 + year, 6, 1, 12, tzinfo=UTC).timestamp() * 1000) for year in (3, 5))
    found = asyncio.run(walk(store, 4, Query(interval=Interval(start, end))))
    assert found == ids([0, *(n for n in range(1, 50) if 3 <= n % 25 <= 5)])
    assert asyncio.run(walk(store, 50, Query(interval=Interval(None, start - 1)))) == ids(
        n for n in range(50) if n % 25 < 3
    )


def test_a_service_that_falls_is_answered_for_a_while():
    """The copy is served while the service does not answer, and the service is not hammered."""
    wfs = Wfs()
    store = facade(wfs, seconds=1)

    async def scene() -> None:
        wfs.body = b"down"
        store._whole._copy.taken -= 5
        asked = len(wfs.asked)
        for _ in range(20):
            assert (await store.page(Query())).batch.num_rows == 10
            await asyncio.sleep(0.002)
        assert len(wfs.asked) - asked <= 1

    asyncio.run(scene())


@pytest.mark.parametrize("after", ["", "x", "%00", "W10", "WzEsMl0", "WyJhIiwiYiJd", "Wy0xLCJhIl0"])
@pytest.mark.parametrize("keep", [0, 20_000])
def test_strange_cursors_are_bad_input(after, keep):
    """A cursor of somebody else's making is refused (400), never followed."""
    store = facade(Wfs(), keep=keep)
    if not after:
        assert asyncio.run(store.page(Query(after=after))).batch.num_rows == 10
        return
    with pytest.raises(BadInput):
        asyncio.run(store.page(Query(after=after)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml, not json",
        REPORT,
        b'{"features": [{"id": 1, "geometry": {"type": "Point"}}]}',
        b'{"features": [',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<FeatureCollection><member><a/></member></FeatureCollection>",
        b"<a>" * 100_000,
    ],
)
def test_answers_that_are_none(body):
    """Whatever comes back, the reader of the façade gets an error of ours, said in both languages."""
    with pytest.raises(CiccloError):
        facade(Wfs(body=body))


def test_a_service_that_fails_is_unavailable():
    """A network failure is 503, with its name."""

    class Down(Wfs):
        async def send(self, request: Request) -> Answer:
            return Answer(request, request.url, failure=Failure.TIMEOUT)

    with pytest.raises(Unavailable, match="timeout"):
        facade(Down())


@pytest.mark.parametrize("corner", ["2,5 48,1", "", "2", "inf 48", "400 48"])
def test_an_extent_that_is_none(corner):
    """A service that writes its extent wrong is served without believing it: the features tell where they are."""
    wrong = CAPABILITIES.replace("<ows:LowerCorner>2 48<", f"<ows:LowerCorner>{corner}<")

    class Wrong(Wfs):
        def _answer(self, said: dict[str, str]) -> bytes:
            if said["request"] == "GetCapabilities":
                return wrong.format(version=self.version, crs=self.crs).encode()
            return super()._answer(said)

    assert facade(Wrong()).collection.extent == pytest.approx((2.0, 48.5, 2.049, 48.5))


def test_an_old_version_is_refused():
    """WFS 1.0 has neither paging nor axes to speak of."""
    with pytest.raises(BadSource):
        facade(Wfs(version="1.0.0"))


def test_parameters_of_the_service_stay_in_its_address():
    """`map=` is the service's own; what the façade says itself is taken out."""
    address = read("wfs+https://a.example/cgi?map=/x.map&SERVICE=WFS&version=1.0.0&typename=a,b", {})
    assert address.url == "https://a.example/cgi?map=%2Fx.map"
    assert address.types == ("a", "b")
    with pytest.raises(BadSource):
        read("wfs+https://", {})
