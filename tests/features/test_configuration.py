"""The configuration file: what it says is what is served; what is wrong in it is named."""

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from tests.features.http_world import EPSG, client, collection, editable_towns, towns

from cicclo.features import configuration
from cicclo.features.configuration import CollectionPart, PropertyPart
from cicclo.features.described import Described, present, within
from cicclo.features.model import Interval
from cicclo.features.ports import EditableStore
from cicclo.features.serve_cli import serve
from cicclo.features.service import Limits
from cicclo.kernel.errors import BadInput

WHOLE = """
[service]
title = {fr = "Données", en = "Data"}
base = "https://geo.example/ogc"
keywords = ["eau"]
licence = {href = "https://licence.example", title = "Licence Ouverte"}
contact = {name = "SIG", email = "sig@example.org"}

[limits]
page = 500
seconds = 5.0

[[writer]]
name = "mairie"
sha256 = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"

[[source]]
address = "villes.gpkg"
layer = "villes"
id_column = "insee"

[[source]]
address = "postgresql://geo@db/geo"

[[source]]
address = "gpkg+live:travaux.gpkg"

[collection.towns]
title = "Villes"
crs = ["EPSG:3949"]
queryables = ["name"]
instants = ["founded"]
properties.inhabitants = {title = {fr = "Population", en = "Population"}, unit = "1"}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "service.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    """Paths are relative to the file, URLs are left alone."""
    read = configuration.read(write(tmp_path, WHOLE))
    assert read.service.title == configuration.Both(fr="Données", en="Data")
    assert (read.limits.page, read.limits.default) == (500, 10)
    assert [source.address for source in read.source] == [
        str(tmp_path / "villes.gpkg"),
        "postgresql://geo@db/geo",
        f"gpkg+live:{tmp_path / 'travaux.gpkg'}",
    ]
    assert read.writers[0].name == "mairie"
    assert read.collection["towns"].crs == ("EPSG:3949",)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[service", ""),
        ("[servce]", ""),
        ("[service]\ntitel = 'x'", "service"),
        ("[service]\ntitle = 7", "service.title"),
        ("[service]\ntitle = {fr = 'x'}", "service.title"),
        ("[service]\nbase = 'geo.example'", "service.base"),
        ("[service]\nlanguages = ['de']", "service.languages"),
        ("[limits]\npage = 'many'", "limits.page"),
        ("[[writer]]\nname = 'a'\nsha256 = 'secret'", "writer.1.sha256"),
        ("[[source]]\nlayer = 'x'", "source"),
        ("[collection.a]\nextent = [1, 2, 3]", "collection"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, at: str) -> None:
    """File and key."""
    path = write(tmp_path, text)
    with pytest.raises(BadInput) as raised:
        configuration.read(path)
    assert raised.value.at.startswith(str(path))
    assert at in raised.value.at
    assert raised.value.message.fr
    assert raised.value.message.en


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """Not a traceback."""
    with pytest.raises(BadInput, match="unreadable"):
        configuration.read(tmp_path / "nothing.toml")


def test_a_collection_is_presented_as_configured() -> None:
    """Title, CRS, queryables and units; the features stay the store's."""
    part = CollectionPart(
        title="Communes",
        crs=("EPSG:3949",),
        queryables=("name",),
        properties={"inhabitants": PropertyPart(unit="1")},
    )
    with client(stores={"towns": Described(towns(), part, "f.toml")}) as http:
        shown = http.get("/collections/towns").json()
        assert shown["title"] == "Communes"
        assert f"{EPSG}3949" in shown["crs"]
        queryables = http.get("/collections/towns/queryables").json()["properties"]
        assert set(queryables) == {"geometry", "name"}
        assert http.get("/collections/towns/items?inhabitants=1").status_code == 400
        assert len(http.get("/collections/towns/items").json()["features"]) == 6
        schema = http.get("/collections/towns/schema").json()["properties"]
        assert schema["inhabitants"]["x-ogc-unit"] == "1"


@pytest.mark.parametrize(
    ("part", "at"),
    [
        (CollectionPart(queryables=("nothing",)), "queryables"),
        (CollectionPart(sortables=("nothing",)), "sortables"),
        (CollectionPart(instants=("name",)), "instants"),
        (CollectionPart(properties={"nothing": PropertyPart()}), "properties"),
        (CollectionPart(crs=("EPSG:0",)), "crs"),
    ],
)
def test_names_that_a_collection_has_not_are_told(part: CollectionPart, at: str) -> None:
    """`at` is file: collection.name.key."""
    with pytest.raises(BadInput) as raised:
        present(collection(), part, "f.toml")
    assert raised.value.at == f"f.toml: collection.towns.{at}"


def test_a_described_store_is_as_editable_as_it_was() -> None:
    """No more, no less."""
    assert isinstance(Described(editable_towns(), CollectionPart(title="x"), ""), EditableStore)
    assert not isinstance(Described(towns(), CollectionPart(title="x"), ""), EditableStore)


def test_a_configured_time_makes_datetime_work_on_any_store() -> None:
    """`datetime` becomes a filter: what touches the interval, and what has no time."""
    store = Described(towns(instants=(), interval=("", "")), CollectionPart(instants=("founded",)), "f.toml")
    with client(stores={"towns": store}) as http:
        page = http.get("/collections/towns/items?datetime=1100-01-01/1200-01-01").json()
        assert [each["id"] for each in page["features"]] == ["80021", "02408", "nulle-part"]
        page = http.get("/collections/towns/items?datetime=../1000-01-01&name=Arras").json()
        assert [each["id"] for each in page["features"]] == ["62041"]


def test_an_interval_open_on_one_side_has_one_condition() -> None:
    """Nothing is compared with an absent bound."""
    assert within(collection(), Interval(None, 0)) != within(collection(), Interval(0, None))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_option_and_every_key_is_in_the_guide(lang: str) -> None:
    """What the guide does not know is a defect of the guide."""
    text = (Path(__file__).parents[2] / "docs" / lang / "features.md").read_text("utf-8")
    options = [
        f"`--{name.replace('_', '-')}`" for name in inspect.signature(serve).parameters if name != "sources"
    ]
    assert [option for option in options if option not in text] == []
    parts = (configuration.ServicePart, configuration.CollectionPart, configuration.WriterPart)
    keys = [name for part in parts for name in part.__struct_fields__]
    keys += [field.name for field in dataclasses.fields(Limits)]
    assert [key for key in keys if not re.search(rf"\b{key}\b", text)] == []
