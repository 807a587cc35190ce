"""Pages of a service without any script: every link answers, forms work, nothing that data says becomes markup."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from starlette.testclient import TestClient
from tests.features.http_world import client, collection, service, towns
from tests.features.memory import MemoryStore

from cicclo.features.asgi import application
from cicclo.features.model import GeometryKind, Kind, Property

NASTY = "<script>alert(1)</script> ' \" {{ 7*7 }} &amp;"


class Reader(HTMLParser):
    """Links, fields and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fields: dict[str, str] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.tags.append((tag, said))
        if tag in ("a", "link") and said.get("href"):
            self.links.append(said["href"] or "")
        if tag == "script" and said.get("src"):
            self.links.append(said["src"] or "")
        if tag in ("input", "select") and said.get("name"):
            self.fields[said["name"] or ""] = said.get("value") or ""


def page(of: TestClient, address: str) -> Reader:
    answer = of.get(address, headers={"accept": "text/html"})
    assert answer.status_code == 200, f"{address}: {answer.text[:300]}"
    return Reader(answer.text)


@pytest.mark.parametrize("prefix", ["", "/donnees"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_link_of_every_page_answers(lang: str, prefix: str) -> None:
    """From the landing page, each page of ours leads to addresses that exist, under a prefix too."""
    of = TestClient(application(service()), base_url="http://data.example", root_path=prefix)
    waiting, known = [f"{prefix}/?lang={lang}"], set()
    pages = 0
    while waiting:
        address = waiting.pop()
        answer = of.get(address.removeprefix(prefix), headers={"accept": "text/html"})
        assert answer.status_code == 200, f"{address}: {answer.text[:200]}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        pages += 1
        for link in Reader(answer.text).links:
            parts = urlsplit(urljoin(f"http://data.example{address}", link))
            target = f"{parts.path}?{parts.query}"
            # the other language and other orders are pages of their own; one language and one order are walked
            if parts.netloc != "data.example" or target in known or "sortby" in target:
                continue
            assert target.startswith(prefix)
            known.add(target)
            if parts.scheme == "http" and f"lang={'en' if lang == 'fr' else 'fr'}" not in target:
                waiting.append(target)
    assert pages > 10


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_pages_hold_no_inline_code(lang: str) -> None:
    """The content security policy allows files of ours only, and pages need no exception."""
    of = client()
    for address in (
        "/",
        "/collections",
        "/collections/towns",
        "/collections/towns/items",
        "/api",
        "/conformance",
    ):
        answer = of.get(f"{address}?lang={lang}&f=html")
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert "worker-src 'self'" in answer.headers["content-security-policy"]
        for tag, said in Reader(answer.text).tags:
            assert tag != "style"
            assert tag != "script" or said.get("src")
            assert not [name for name in said if name == "style" or name.startswith("on")]


def test_a_form_works_without_any_script() -> None:
    """A browser sends every field of a form, empty or not: empty ones do not filter."""
    of = client()
    fields = page(of, "/collections/towns/items").fields
    assert {"name", "inhabitants", "bbox", "datetime", "filter", "sortby", "limit"} <= fields.keys()
    sent = {**dict.fromkeys(fields, ""), "name": "Lille"}
    shown = of.get("/collections/towns/items", params=sent, headers={"accept": "text/html"}).text
    assert "59350" in shown
    assert "62041" not in shown


def test_pages_of_features_follow_one_another() -> None:
    """The way through the pages, forth and back, is made of ordinary links."""
    of = client()
    seen, address = [], "/collections/towns/items?limit=2"
    while address:
        text = of.get(address, headers={"accept": "text/html"}).text
        seen += re.findall(r'<tr data-feature="([^"]+)">', text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == ["59350", "62041", "80021", "02408", "a/b%c é", "nulle-part"]


def test_what_data_says_is_never_markup() -> None:
    """Names, titles and values that look like markup are shown as they are written."""
    properties = (Property("name", Kind.STRING), Property("a<b>\"'", Kind.STRING))
    feature = {
        "type": "Feature",
        "id": NASTY,
        "geometry": {"type": "Point", "coordinates": [3, 50]},
        "properties": {"name": NASTY, "a<b>\"'": NASTY},
    }
    of = client(service({"towns": MemoryStore(collection(properties=properties, instants=()), [feature])}))
    for address in ("/collections/towns", "/collections/towns/items"):
        text = of.get(address, params={"f": "html"}).text
        assert "<script>alert" not in text
        assert "a<b>" not in text
        assert "49 &amp;" not in text


def test_a_link_in_the_data_must_be_a_web_address() -> None:
    """`javascript:` in a value stays text."""
    feature = {
        "type": "Feature",
        "id": "1",
        "geometry": None,
        "properties": {"name": "javascript:alert(1)", "inhabitants": 1, "founded": None},
    }
    web = {**feature, "id": "2", "properties": {**feature["properties"], "name": "https://example.org/a"}}  # type: ignore[dict-item]
    of = client(service({"towns": MemoryStore(collection(), [feature, web])}))
    links = page(of, "/collections/towns/items").links
    assert "https://example.org/a" in links
    assert not [link for link in links if link.startswith("javascript")]


def test_a_collection_without_geometry_or_extent_has_its_pages() -> None:
    """Tables are collections too: no map, and everything else."""
    bare = collection(geometry=GeometryKind.NONE, extent=None, instants=(), interval=("", ""), count=None)
    of = client(service({"towns": MemoryStore(bare, towns().features and list(towns().features.values()))}))
    for address in ("/", "/collections", "/collections/towns", "/collections/towns/items"):
        assert "data-map" not in of.get(address, params={"f": "html"}).text


@pytest.mark.parametrize(("lang", "expected"), [("fr", "Objets 1 à 6 sur 6"), ("en", "Features 1 to 6 of 6")])
def test_a_page_tells_where_it_stands(lang: str, expected: str) -> None:
    """How many features, out of how many, in the reader's language."""
    assert expected in client().get("/collections/towns/items", params={"f": "html", "lang": lang}).text
