"""Create, replace, update and delete over HTTP (OGC 20-002): who may, which revision, what is refused."""

import base64
import hashlib
from typing import Any

import pytest
from tests.features.http_world import EPSG, client, editable_towns, service

from cicclo.features.resources.conformance import classes
from cicclo.features.service import Limits, Writer

ITEMS = "/collections/towns/items"
TOKEN = "a-long-random-token"
WRITERS = (
    Writer("mairie", hashlib.sha256(TOKEN.encode()).hexdigest()),
    Writer("ailleurs", hashlib.sha256(b"other").hexdigest(), frozenset({"elsewhere"})),
)
BEARER = {"authorization": f"Bearer {TOKEN}"}
NEW = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [2.38, 50.36]},
    "properties": {"name": "Saint-Pol", "inhabitants": 4_800, "founded": None},
}


def editable(**changes: Any) -> Any:
    return client(stores={"towns": editable_towns()}, editable=True, writers=WRITERS, **changes)


def send(http: Any, method: str, path: str, content: Any = None, **headers: str) -> Any:
    kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
    told = {
        **BEARER,
        "content-type": kind,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return http.request(method, path, json=content, headers=told)


def test_changes_are_off_by_default() -> None:
    """Neither announced nor accepted; OPTIONS and 405 say what is."""
    with client(stores={"towns": editable_towns()}) as http:
        assert http.options(ITEMS).headers["allow"] == "GET, HEAD, OPTIONS"
        answer = send(http, "POST", ITEMS, NEW)
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert not [uri for uri in classes(service({"towns": editable_towns()})) if "features-4" in uri]


def test_changes_are_announced_where_they_are_open() -> None:
    """The conformance classes, the methods of OPTIONS and the API definition agree."""
    with editable() as http:
        assert http.options(ITEMS).headers["allow"] == "GET, HEAD, POST, OPTIONS"
        assert http.options(f"{ITEMS}/59350").headers["allow"] == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"
        tails = {
            uri.rpartition("/")[2]
            for uri in http.get("/conformance").json()["conformsTo"]
            if "features-4" in uri
        }
        assert tails == {"create-replace-delete", "update", "features", "optimistic-locking-etags"}
        paths = http.get("/api").json()["paths"]
        assert "post" in paths[ITEMS]
        assert set(paths[f"{ITEMS}/{{featureId}}"]) == {"get", "put", "patch", "delete"}


def test_a_feature_lives_from_post_to_delete() -> None:
    """201 and Location; each change needs the ETag of what it changes, and gives another one."""
    with editable() as http:
        made = send(http, "POST", ITEMS, NEW)
        assert made.status_code == 201
        where = made.headers["location"]
        first = http.get(where)
        assert first.json()["properties"] == NEW["properties"]
        tag = first.headers["etag"]
        assert not tag.startswith("W/")
        patched = send(http, "PATCH", where, {"properties": {"inhabitants": 5_000}}, if_match=tag)
        assert patched.status_code == 204
        second = http.get(where)
        assert second.json()["properties"] == {**NEW["properties"], "inhabitants": 5_000}
        assert second.headers["etag"] != tag
        whole = {**NEW, "properties": {"name": "Saint-Pol-sur-Ternoise"}}
        assert send(http, "PUT", where, whole, if_match=tag).status_code == 412
        assert send(http, "PUT", where, whole, if_match=second.headers["etag"]).status_code == 204
        last = http.get(where).headers["etag"]
        assert send(http, "DELETE", where, if_match=last).status_code == 204
        assert http.get(where).status_code == 404


def test_a_change_without_the_revision_is_refused() -> None:
    """428 without If-Match, 412 for a weak or a foreign tag, 404 for what is not there."""
    with editable() as http:
        assert send(http, "DELETE", f"{ITEMS}/59350").status_code == 428
        tag = http.get(f"{ITEMS}/59350").headers["etag"]
        assert send(http, "DELETE", f"{ITEMS}/59350", if_match=f"W/{tag}").status_code == 412
        assert send(http, "DELETE", f"{ITEMS}/59350", if_match='"other"').status_code == 412
        assert send(http, "DELETE", f"{ITEMS}/nothing", if_match=tag).status_code == 404
        assert send(http, "DELETE", f"{ITEMS}/59350", if_match=f'"x", {tag}').status_code == 204


def test_the_revision_holds_for_every_representation_but_the_tag_does_not() -> None:
    """A tag names one representation, and any of them allows a change."""
    with editable() as http:
        one = http.get(f"{ITEMS}/59350").headers["etag"]
        other = http.get(f"{ITEMS}/59350?crs={EPSG}4326").headers["etag"]
        assert one != other
        assert send(http, "DELETE", f"{ITEMS}/59350", if_match=other).status_code == 204


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("", 401),
        ("Bearer wrong", 401),
        ("Bearer ", 401),
        ("Basic " + base64.b64encode(b"mairie:wrong").decode(), 401),
        ("Basic " + base64.b64encode(f"ailleurs:{TOKEN}".encode()).decode(), 401),
        ("Basic ???", 401),
        ("Bearer other", 403),
        ("Basic " + base64.b64encode(f"mairie:{TOKEN}".encode()).decode(), 201),
        (f"Bearer {TOKEN}", 201),
    ],
)
def test_nobody_writes_without_a_right(header: str, status: int) -> None:
    """401 asks who it is, 403 refuses a writer of other collections; cookies count for nothing."""
    with editable() as http:
        http.cookies.set("session", "anything")
        answer = http.post(
            ITEMS, json=NEW, headers={"authorization": header, "content-type": "application/geo+json"}
        )
        assert answer.status_code == status
        if status == 401:
            assert "Bearer" in answer.headers["www-authenticate"]


BAD = [
    ({"type": "Polygon", "coordinates": []}, "geometry"),
    ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, "geometry.type"),
    ({"type": "Point", "coordinates": [2.0, 91.0]}, "geometry.coordinates"),
    ({"type": "Point"}, "geometry"),
    ("POINT(1 2)", "geometry"),
    (7, "geometry"),
]


@pytest.mark.parametrize(("geometry", "at"), BAD)
def test_a_wrong_geometry_is_refused(geometry: Any, at: str) -> None:
    """400, and where."""
    with editable() as http:
        answer = send(http, "POST", ITEMS, {**NEW, "geometry": geometry})
        assert answer.status_code == 400, answer.text
        assert answer.json()["at"].startswith(at.partition(".")[0])


@pytest.mark.parametrize(
    ("properties", "at"),
    [
        ({"name": "x", "colour": "red"}, "properties.colour"),
        ({"name": 7}, "properties.name"),
        ({"name": "x", "inhabitants": 1.5}, "properties.inhabitants"),
        ({"name": "x", "inhabitants": 2**63}, "properties.inhabitants"),
        ({"name": "x", "inhabitants": True}, "properties.inhabitants"),
        ({"name": "x", "founded": "yesterday"}, "properties.founded"),
        ({"name": "a\0b"}, "properties.name"),
        ({"inhabitants": 1}, "properties.name"),
        ([], "properties.name"),
        ("text", "properties"),
    ],
)
def test_wrong_properties_are_refused(properties: Any, at: str) -> None:
    """Unknown, of another kind, out of range, missing."""
    with editable() as http:
        answer = send(http, "POST", ITEMS, {**NEW, "properties": properties})
        assert answer.status_code == 400
        assert answer.json()["at"] == at


def test_bodies_are_limited_and_typed() -> None:
    """413 above the operator's limit, 415 for another type, 400 for what is no JSON object."""
    with editable(limits=Limits(body=1000)) as http:
        told = {**BEARER, "content-type": "application/geo+json"}
        assert http.post(ITEMS, content=b"x" * 1001, headers=told).status_code == 413
        assert (
            http.post(ITEMS, content=b"{}", headers={**BEARER, "content-type": "text/plain"}).status_code
            == 415
        )
        for body in (b"", b"[]", b"{", b"\xff", b'{"type":"Feature"' + b"[" * 900):
            assert http.post(ITEMS, content=body, headers=told).status_code == 400


def test_a_feature_may_come_in_another_crs() -> None:
    """Content-Crs on the request: latitude first in EPSG:4326 (OGC 20-002, with 18-058r1)."""
    with editable() as http:
        moved = {**NEW, "geometry": {"type": "Point", "coordinates": [50.36, 2.38]}}
        made = send(http, "POST", ITEMS, moved, content_crs=f"<{EPSG}4326>")
        assert made.status_code == 201
        assert http.get(made.headers["location"]).json()["geometry"]["coordinates"] == pytest.approx(
            [2.38, 50.36]
        )
        assert send(http, "POST", ITEMS, moved, content_crs="<http://nowhere>").status_code == 400


def test_other_sites_may_read_but_not_write() -> None:
    """CORS: `*` on reads; a preflight never allows a change, and an answer to a change is not readable."""
    with editable() as http:
        asked = {"origin": "https://elsewhere.example", "access-control-request-method": "PUT"}
        preflight = http.options(f"{ITEMS}/59350", headers=asked)
        assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert (
            http.get(ITEMS, headers={"origin": "https://elsewhere.example"}).headers[
                "access-control-allow-origin"
            ]
            == "*"
        )
        assert "access-control-allow-origin" not in send(http, "POST", ITEMS, NEW).headers
