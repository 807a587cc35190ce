"""Schemas by name, version, address or file; kept, checked, and usable without a network."""

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cicclo.validation import catalogue
from cicclo.validation.errors import SchemaUnreadable, SourceUnreadable
from cicclo.validation.fetching import Cache, downloaded
from cicclo.validation.packages import members_as_candidates
from cicclo.validation.settings import Settings
from cicclo.validation.suggestion import candidates

TABLE = json.dumps({"name": "t", "version": "1.0", "fields": [{"name": "id"}]}).encode()


class Server:
    """A small real server: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("if-none-match", "")))
                status, headers, body = outer.answers.get(self.path, (404, {}, b""))
                if headers.get("etag") and self.headers.get("if-none-match") == headers["etag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(ConnectionError):  # whoever refuses a length does not wait for the rest
                    self.wfile.write(body)

            def log_message(self, *given: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path, server: Server) -> Settings:
    return Settings(
        schemas=f"{server.url}/schemas.json", cache=str(tmp_path / "cache"), fresh=0, allow_private=True
    )


def offline(tmp_path: Path) -> Settings:
    return Settings(cache=str(tmp_path / "cache"), offline=True)


def test_the_shipped_index_is_that_of_the_catalogue() -> None:
    """The published index of 2026-08-22 has 60 Table Schemas, 18 texts, 9 data packages and 8 JSON Schemas."""
    kinds = [entry.kind for entry in catalogue.shipped().values()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "tableschema": 60,
        "other": 18,
        "datapackage": 9,
        "jsonschema": 8,
    }


@pytest.mark.parametrize(
    ("version", "file"),
    [
        ("2.3.1", "2.3.1"),
        ("v2.3.1", "2.3.1"),
        ("2.2.0", "2.2.0"),
        ("", "latest"),
        ("latest", "latest"),
        ("9.9", ""),
    ],
)
def test_a_version_is_an_address(version: str, file: str) -> None:
    entry = catalogue.shipped()["etalab/schema-irve-statique"]
    base = "https://schema.data.gouv.fr/schemas/etalab/schema-irve-statique"
    assert entry.address(version) == (f"{base}/{file}/schema-statique.json" if file else "")


def test_offline_the_error_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema("etalab/schema-irve-statique@2.3.1", offline(tmp_path))
    assert "2.3.1/schema-statique.json" in raised.value.say("en")
    assert "offline" in raised.value.say("en")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("etalab/schema-irve-statiqe", "etalab/schema-irve-statique"),
        ("etalab/schema-irve-statique@9.9.9", "2.3.1"),
        ("cnigfr/schema-plan-local-urbanisme", "text only"),
        ("absent.json", "no such file"),
    ],
)
def test_a_name_that_leads_nowhere_is_explained(tmp_path: Path, reference: str, said: str) -> None:
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema(reference, offline(tmp_path))
    assert said in raised.value.say("en")
    assert raised.value.say("fr") != raised.value.say("en")


def test_an_address_is_fetched_once_then_asked_whether_it_changed(server: Server, settings: Settings) -> None:
    server.answers["/t.json"] = (200, {"etag": '"1"'}, TABLE)
    first = catalogue.schema(f"{server.url}/t.json", settings)
    again = catalogue.schema(f"{server.url}/t.json", settings)
    assert (first.kind, first.sha256, again.sha256) == ("tableschema", first.sha256, first.sha256)
    assert server.asked == [("/t.json", ""), ("/t.json", '"1"')]


def test_a_fresh_copy_asks_nothing(server: Server, tmp_path: Path) -> None:
    server.answers["/t.json"] = (200, {}, TABLE)
    keeping = Settings(cache=str(tmp_path), fresh=3600, allow_private=True)
    for _ in range(3):
        catalogue.schema(f"{server.url}/t.json", keeping)
    assert len(server.asked) == 1


def test_without_network_the_copy_is_used_and_said_to_be(
    server: Server, settings: Settings, tmp_path: Path
) -> None:
    server.answers["/t.json"] = (200, {}, TABLE)
    address = f"{server.url}/t.json"
    catalogue.schema(address, settings)
    server.answers["/t.json"] = (500, {}, b"")
    found = catalogue.schema(address, settings)
    assert found.descriptor["name"] == "t"
    assert found.stale is not None
    assert "500" in found.stale.en
    assert catalogue.schema(address, Settings(cache=settings.cache, offline=True)).descriptor["name"] == "t"


def test_a_copy_that_was_altered_is_not_used(server: Server, settings: Settings) -> None:
    server.answers["/t.json"] = (200, {}, TABLE)
    address = f"{server.url}/t.json"
    catalogue.schema(address, settings)
    [body] = Path(settings.cache).glob("*.body")
    body.write_bytes(TABLE.replace(b"id", b"di"))
    assert Cache(settings).kept(address) is None
    with pytest.raises(SchemaUnreadable):
        catalogue.schema(address, Settings(cache=settings.cache, offline=True))


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "text/html"}, b"<p>Se connecter</p>"),
        ({"content-type": "application/json"}, b"\n<!DOCTYPE html><html></html>"),
    ],
)
def test_an_address_that_answers_a_page_is_said_to(
    server: Server, settings: Settings, headers: dict[str, str], body: bytes
) -> None:
    server.answers["/t.json"] = (200, headers, body)
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema(f"{server.url}/t.json", settings)
    assert "HTML page" in raised.value.say("en")
    assert not list(Path(settings.cache).glob("*.body"))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"{", "JSON"),
        (b"[1]", "object"),
        (b"[" * 100_000, "JSON"),
        (b"a: [b", "YAML"),
        (b"\xff\xfe", "YAML"),
    ],
)
def test_what_is_no_schema_is_refused(server: Server, settings: Settings, body: bytes, said: str) -> None:
    server.answers["/t.json"] = (200, {}, body)
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema(f"{server.url}/t.json", settings)
    assert said in raised.value.say("en")


def test_a_private_address_is_refused_unless_allowed(server: Server, tmp_path: Path) -> None:
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema(f"{server.url}/t.json", Settings(cache=str(tmp_path)))
    assert "private" in raised.value.say("en")
    assert server.asked == []


def test_a_secret_in_an_address_is_not_shown(server: Server, settings: Settings) -> None:
    with pytest.raises(SchemaUnreadable) as raised:
        catalogue.schema(f"{server.url}/t.json?api_key=s3cr3t", settings)
    assert "s3cr3t" not in raised.value.say("en")


def test_a_newer_index_is_asked_for_a_name_that_is_not_shipped(server: Server, settings: Settings) -> None:
    index = {
        "schemas": [{"name": "new/one", "schema_type": "tableschema", "schema_url": f"{server.url}/t.json"}]
    }
    server.answers["/schemas.json"] = (200, {}, json.dumps(index).encode())
    server.answers["/t.json"] = (200, {}, TABLE)
    assert catalogue.schema("new/one", settings).name == "new/one"
    assert catalogue.schema("one", settings).name == "new/one"


@pytest.mark.parametrize(
    ("descriptor", "kind"),
    [
        ({"fields": []}, "tableschema"),
        ({"resources": [{}]}, "datapackage"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "jsonschema"),
        ({"properties": {}}, "jsonschema"),
        ({"title": "x"}, "other"),
    ],
)
def test_the_kind_is_read_from_the_document(descriptor: dict[str, object], kind: str) -> None:
    assert catalogue.kind_of(descriptor) == kind


def test_a_file_is_downloaded_under_its_own_name_and_removed(server: Server, settings: Settings) -> None:
    body = b"id\n" + b"1\n" * 500_000
    server.answers["/data"] = (200, {"content-disposition": 'attachment; filename="../b or.csv"'}, body)
    told: list[tuple[int, int]] = []
    with downloaded(f"{server.url}/data", settings, lambda came, all_: told.append((came, all_))) as path:
        assert path.name == "b_or.csv"
        assert path.read_bytes() == body
    assert not path.exists()
    assert told[-1] == (len(body), len(body))


@pytest.mark.parametrize(
    ("kind", "name"), [("text/csv", "x.csv"), ("application/geo+json; charset=utf-8", "x.geojson")]
)
def test_the_content_type_names_what_the_address_does_not(
    server: Server, settings: Settings, kind: str, name: str
) -> None:
    server.answers["/x"] = (200, {"content-type": kind}, b"id\n1\n")
    with downloaded(f"{server.url}/x", settings) as path:
        assert path.name == name


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_too_large_is_refused(server: Server, tmp_path: Path, *, announced: bool) -> None:
    """The announced length is enough to refuse; without it, reading stops at the limit."""
    import gzip  # noqa: PLC0415

    body = b"1\n" * 1_000_000
    packed = gzip.compress(body)
    server.answers["/x.csv"] = (
        200,
        {} if announced else {"content-encoding": "gzip"},
        body if announced else packed,
    )
    small = Settings(cache=str(tmp_path), allow_private=True, largest=100_000)
    with pytest.raises(SourceUnreadable) as raised, downloaded(f"{server.url}/x.csv", small):
        pass
    assert raised.value.kind == "remote-source-error"
    assert "larger than allowed" in raised.value.say("en")


def test_a_page_is_no_file(server: Server, settings: Settings) -> None:
    server.answers["/x.csv"] = (200, {"content-type": "text/html"}, b"<html></html>")
    with pytest.raises(SourceUnreadable), downloaded(f"{server.url}/x.csv", settings):
        pass


def test_candidates_are_the_table_schemas_that_can_be_had(server: Server, settings: Settings) -> None:
    """Of three Table Schemas one is absent and one is a page; a JSON Schema is no candidate."""
    listed = [
        {"name": f"x/{name}", "schema_type": kind, "schema_url": f"{server.url}/{name}.json"}
        for name, kind in (
            ("a", "tableschema"),
            ("b", "tableschema"),
            ("c", "tableschema"),
            ("d", "jsonschema"),
        )
    ]
    server.answers["/schemas.json"] = (200, {}, json.dumps({"schemas": listed}).encode())
    server.answers["/a.json"] = (200, {}, TABLE)
    server.answers["/b.json"] = (200, {"content-type": "text/html"}, b"<html></html>")
    found, missing = candidates(settings)
    assert [candidate.reference for candidate in found] == ["x/a"]
    assert missing == 2


def test_a_data_package_of_the_catalogue_gives_the_schemas_it_gathers(
    server: Server, settings: Settings
) -> None:
    """Written there, beside it, or at an address of its own."""
    inline = {"fields": [{"name": "id"}]}
    resources = [
        {"name": "one", "schema": inline},
        {"name": "two", "schema": "t.json"},
        {"name": "three", "schema": f"{server.url}/other/t.json"},
    ]
    server.answers["/p/datapackage.json"] = (200, {}, json.dumps({"resources": resources}).encode())
    server.answers["/p/t.json"] = server.answers["/other/t.json"] = (200, {}, TABLE)
    found = catalogue.schema(f"{server.url}/p/datapackage.json", settings)
    assert found.kind == "datapackage"
    members = members_as_candidates(found, settings)
    assert [(name, [field.name for field in schema.fields]) for name, schema in members] == [
        ("one", ["id"]),
        ("two", ["id"]),
        ("three", ["id"]),
    ]
