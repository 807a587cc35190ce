"""OGC API Features Core over HTTP: addresses, links, parameters, negotiation, problems."""

from urllib.parse import quote

import pytest
from tests.features.http_world import CRS84, EPSG, TOWNS, client, link, service, towns

from cicclo.features.resources import RESOURCES
from cicclo.features.resources.conformance import classes
from cicclo.ogc.crs import from_crs84
from cicclo.requirements.actions import library

ITEMS = "/collections/towns/items"


def test_every_requirement_that_a_resource_says_it_fulfils_is_in_the_library() -> None:
    """Resources name requirements by ids that exist."""
    known = set(library())
    named = {name for resource in RESOURCES.values() for name in resource.fulfils}
    assert named
    assert named <= known


@pytest.mark.parametrize(
    "path", ["/", "/conformance", "/collections", "/collections/towns", ITEMS, f"{ITEMS}/59350", "/api"]
)
def test_a_resource_names_itself_and_its_alternates_with_their_types(path: str) -> None:
    """Every JSON document but the API definition has a `self` link that leads to the same media type, and an alternate page."""
    with client() as http:
        answer = http.get(path)
        assert answer.status_code == 200
        if path == "/api":
            return
        own = link(answer.json(), "self")
        assert own["type"] == answer.headers["content-type"]
        again = http.get(own["href"])
        assert again.headers["content-type"] == own["type"]
        assert link(answer.json(), "alternate", "text/html")


def test_the_landing_page_leads_to_everything() -> None:
    """`data`, `conformance`, `service-desc` and `service-doc` answer with the type that their links announce."""
    with client() as http:
        document = http.get("/").json()
        for rel in ("data", "conformance", "service-desc"):
            found = link(document, rel)
            answer = http.get(found["href"], headers={"accept": found["type"]})
            assert answer.headers["content-type"] == found["type"]
        assert link(document, "service-doc", "text/html")


def test_collections_offer_their_items_in_every_encoding() -> None:
    """One `items` link per encoding, with its type (OGC 17-069r4, 7.13)."""
    with client() as http:
        (shown,) = http.get("/collections").json()["collections"]
        types = [each["type"] for each in shown["links"] if each["rel"] == "items"]
        assert "application/geo+json" in types
        assert "text/html" in types
        assert shown["extent"]["spatial"]["bbox"] == [[2.2957, 49.37, 3.9, 50.6292]]
        assert shown["extent"]["temporal"]["interval"] == [["0843-01-01T00:00:00Z", None]]
        assert shown["crs"][0] == CRS84


def test_conformance_lists_each_class_once_and_no_more_than_is_there() -> None:
    """Changes (OGC 20-002) are announced only where they are open."""
    listed = classes(service())
    assert len(listed) == len(set(listed))
    assert all(
        uri.startswith(("http://www.opengis.net/spec/", "http://inspire.ec.europa.eu/")) for uri in listed
    )
    assert not [uri for uri in listed if "features-4" in uri]


def test_pages_follow_each_other_to_the_end_and_hold_every_feature_once() -> None:
    """`next` leads through all the features; `numberReturned` is what is there, `numberMatched` the whole."""
    with client() as http:
        address, seen = f"{ITEMS}?limit=2", []
        while address:
            page = http.get(address).json()
            assert page["numberReturned"] == len(page["features"]) <= 2
            assert page["numberMatched"] == len(TOWNS)
            seen += [feature["id"] for feature in page["features"]]
            nexts = [each["href"] for each in page["links"] if each["rel"] == "next"]
            address = nexts[0] if nexts else ""
        assert seen == [town[0] for town in TOWNS]


def test_pages_by_offset_lead_back() -> None:
    """A page asked for by `offset` has a `prev` link; `offset` and `cursor` exclude each other."""
    with client() as http:
        page = http.get(f"{ITEMS}?limit=2&offset=3").json()
        former = http.get(link(page, "prev")["href"]).json()
        assert [each["id"] for each in former["features"]] == [TOWNS[1][0], TOWNS[2][0]]
        assert http.get(f"{ITEMS}?offset=1&cursor=59350").status_code == 400


@pytest.mark.parametrize(
    ("asked", "given"),
    [("", 10), ("?limit=1", 1), ("?limit=1000", 1000), ("?limit=999999", 1000), ("?limit=" + "9" * 60, 1000)],
)
def test_a_limit_above_the_most_is_lowered_to_it(asked: str, given: int) -> None:
    """No error (OGC 17-069r4, 7.15.2)."""
    store = towns()
    with client(stores={"towns": store}) as http:
        assert http.get(ITEMS + asked).status_code == 200
        assert store.queries[-1].limit == given


BAD = [
    ("limit=unlimited", "limit"),
    ("limit=0", "limit"),
    ("limit=-1", "limit"),
    ("limit=1.5", "limit"),
    ("limit=", "limit"),
    ("limit=١٢", "limit"),
    ("limit=1&limit=2", "limit"),
    ("offset=-1", "offset"),
    ("unknownQueryParameter=1", "unknownQueryParameter"),
    ("bbox=1,2,3", "bbox"),
    ("bbox=1,2,3,4,5", "bbox"),
    ("bbox=a,b,c,d", "bbox"),
    ("bbox=1,2,3,nan", "bbox"),
    ("bbox=1,2,3,inf", "bbox"),
    ("bbox=1,4,3,2", "bbox"),
    ("bbox=", "bbox"),
    ("bbox=1,2,9,3,4,1", "bbox"),
    ("bbox-crs=EPSG:2154&bbox=1,2,3,4", "bbox-crs"),
    ("bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32631&bbox=1,2,3,4", "bbox-crs"),
    ("crs=http://www.opengis.net/def/crs/EPSG/0/32631", "crs"),
    ("crs=%27;DROP%20TABLE%20towns;--", "crs"),
    ("datetime=yesterday", "datetime"),
    ("datetime=2026-02-30", "datetime"),
    ("datetime=2026-01-02/2026-01-01", "datetime"),
    ("datetime=../..", "datetime"),
    ("datetime=/", "datetime"),
    ("datetime=2026-01-01/2026-01-02/2026-01-03", "datetime"),
    ("datetime=99999-01-01", "datetime"),
    ("properties=nothing", "properties"),
    ("sortby=nothing", "sortby"),
    ("sortby=", "sortby"),
    ("sortby=name,name", "sortby"),
    ("inhabitants=many", "inhabitants"),
    ("inhabitants=1e400", "inhabitants"),
    ("founded=2020", "founded"),
    ("filter-lang=cql2-text", "filter-lang"),
    ("filter=name%3D1&filter-lang=sql", "filter-lang"),
    ("f=nothing", "f"),
    ("lang=de", "lang"),
    ("name=%FF", "?"),
    ("name=%00", "?"),
    ("cursor=nothing", "cursor"),
]


@pytest.mark.parametrize(("query", "at"), BAD)
def test_a_wrong_parameter_is_refused_and_named(query: str, at: str) -> None:
    """400, problem+json, `at` names the parameter (OGC 17-069r4, 7.6)."""
    with client() as http:
        answer = http.get(f"{ITEMS}?{query}")
        assert answer.status_code == 400, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert problem["at"] == at
        assert problem["status"] == 400


GOOD = [
    ("bbox=2,49,3,50", ["80021", "nulle-part"]),
    ("bbox=2,49,0,3,50,100", ["80021", "nulle-part"]),
    ("bbox=49,2,50,3&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4326", ["80021", "nulle-part"]),
    ("bbox=3.5,49,2.5,50", ["80021", "02408", "a/b%c é", "nulle-part"]),
    ("properties=name&limit=1", ["59350"]),
]


@pytest.mark.parametrize(("query", "ids"), GOOD)
def test_a_box_selects_what_it_touches_and_what_has_no_geometry(query: str, ids: list[str]) -> None:
    """West greater than east goes round the other way; heights do not select; 4326 is latitude first."""
    with client() as http:
        page = http.get(f"{ITEMS}?{query}").json()
        assert [each["id"] for each in page["features"]] == ids


def test_a_box_in_lambert_93_selects_exactly_its_outline() -> None:
    """Amiens is at 649 400, 6 977 700 (EPSG:2154): a box of 10 km around it holds it and no other town."""
    with client() as http:
        box = "644000,6972000,654000,6982000"
        page = http.get(f"{ITEMS}?bbox={box}&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154").json()
        assert [each["id"] for each in page["features"]] == ["80021", "nulle-part"]


def test_a_box_is_read_in_the_axis_order_of_its_crs() -> None:
    """EPSG:3035 puts northing first: 10 km around Amiens, in that order, hold it alone."""
    european = f"{EPSG}3035"
    transformer = from_crs84(european)
    assert transformer is not None
    north, east = transformer.transform(2.2957, 49.8941)
    assert (round(north, -4), round(east, -4)) == (
        3_000_000,
        3_770_000,
    )  # metres from the equator, and from 10° E
    box = f"{north - 5000},{east - 5000},{north + 5000},{east + 5000}"
    with client(stores={"towns": towns(crs=(CRS84, european))}) as http:
        page = http.get(f"{ITEMS}?bbox={box}&bbox-crs={european}").json()
        assert [each["id"] for each in page["features"]] == ["80021", "nulle-part"]


@pytest.mark.parametrize("id_", [town[0] for town in TOWNS])
def test_an_id_with_odd_characters_is_found_by_its_own_link(id_: str) -> None:
    """Slash, percent, space and accent are encoded in links and decoded right."""
    with client() as http:
        answer = http.get(f"{ITEMS}/{quote(id_, safe='')}")
        assert answer.status_code == 200
        assert answer.json()["id"] == id_
        again = http.get(link(answer.json(), "self")["href"])
        assert again.json() == answer.json()
        assert link(answer.json(), "collection")["href"] == "http://data.example/collections/towns?f=json"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/collections/nothing",
        "/collections/nothing/items",
        f"{ITEMS}/nothing",
        f"{ITEMS}/%FF",
        f"{ITEMS}/%00",
        f"{ITEMS}/a/b",
        "//",
        "/collections/towns%2Fitems",
    ],
)
def test_what_does_not_exist_is_a_404_with_a_problem(path: str) -> None:
    """Ids that no UTF-8 text encodes are not found either."""
    with client() as http:
        answer = http.get(f"http://data.example{path}")
        assert answer.status_code == 404
        assert answer.json()["status"] == 404


def test_every_answer_of_features_names_its_crs() -> None:
    """Content-Crs, in angle brackets, whether `crs` was asked or not (OGC 18-058r1, 6.3.3)."""
    with client() as http:
        other = "http://www.opengis.net/def/crs/EPSG/0/4326"
        for path in (ITEMS, f"{ITEMS}/59350"):
            assert http.get(path).headers["content-crs"] == f"<{CRS84}>"
            assert http.get(path, params={"crs": other}).headers["content-crs"] == f"<{other}>"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", "application/geo+json"),
        ("application/json", "application/geo+json"),
        ("application/geo+json, application/json;q=0.5", "application/geo+json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/html;q=0.2, application/*", "application/geo+json"),
    ],
)
def test_the_representation_is_negotiated(accept: str, given: str) -> None:
    """RFC 9110, 12.5.1: weights, and the most specific range."""
    with client() as http:
        answer = http.get(f"{ITEMS}?limit=1", headers={"accept": accept})
        assert answer.headers["content-type"].split(";")[0] == given
        assert "Accept" in answer.headers["vary"]


def test_no_acceptable_representation_is_a_406() -> None:
    """The problem lists what is offered."""
    with client() as http:
        answer = http.get(ITEMS, headers={"accept": "image/png"})
        assert answer.status_code == 406
        assert "application/geo+json" in answer.json()["remedy"]


def test_words_are_in_the_language_asked_for() -> None:
    """`lang` wins over Accept-Language; Content-Language tells."""
    with client() as http:
        assert http.get("/").headers["content-language"] == "fr"
        english = http.get("/", headers={"accept-language": "en-GB,en;q=0.9"})
        assert english.headers["content-language"] == "en"
        assert english.json()["title"] == "Trial data"
        assert http.get("/?lang=fr", headers={"accept-language": "en"}).json()["title"] == "Données d'essai"


def test_a_problem_is_a_page_for_a_browser() -> None:
    """And JSON for whoever asked for data."""
    with client() as http:
        browser = {"accept": "text/html,*/*;q=0.8"}
        assert http.get("/nothing", headers=browser).headers["content-type"].startswith("text/html")
        assert (
            http.get("/nothing?f=json", headers=browser).headers["content-type"] == "application/problem+json"
        )


def test_selected_properties_are_the_only_ones() -> None:
    """OGC 24-019: the geometry is a property like another; what is not selected is not there."""
    with client() as http:
        (one,) = http.get(f"{ITEMS}?limit=1&properties=name").json()["features"]
        assert one["properties"] == {"name": "Lille"}
        assert one["geometry"] is None
        item = http.get(f"{ITEMS}/59350?properties=geometry,founded").json()
        assert item["properties"] == {"founded": "1054-01-01"}
        assert item["geometry"]["type"] == "Point"


def test_features_come_in_the_order_asked_for() -> None:
    """OGC 24-030: descending, then back; an unencoded `+` reads as a space."""
    with client() as http:

        def names(order: str) -> list[str]:
            page = http.get(f"{ITEMS}?sortby={order}&limit=3").json()
            return [each["properties"]["name"] for each in page["features"]]

        assert names("name") == names("%2Bname") == names("+name") == ["Amiens", "Arras", "Laon"]
        assert names("-name") == ["Œuilly", "Nulle part", "Lille"]
