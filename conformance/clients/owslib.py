"""OWSLib's OGC API Features client."""

from itertools import count
from pathlib import Path
from typing import Any

import owslib
from owslib.ogcapi.features import Features
from shapely.geometry import shape

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.equality import Row, differences
from conformance.layers import Layer

PAGE = 500


def _row(layer: Layer, feature: dict[str, Any]) -> Row:
    geometry = feature.get("geometry")
    return feature["properties"].get(layer.key), feature["properties"], shape(geometry) if geometry else None


def _read(client: Features, layer: Layer) -> list[Row]:
    """Every page, by offset, as OWSLib's users do."""
    rows: list[Row] = []
    for page in count():
        answer = client.collection_items(layer.id, limit=PAGE, offset=page * PAGE)
        rows += [_row(layer, feature) for feature in answer["features"]]
        if len(answer["features"]) < PAGE:
            return rows
    raise AssertionError


def _one(client: Features, layer: Layer) -> list[str]:
    """The collection's own page, its queryables, one feature by its id, one by its property."""
    said = []
    if client.collection(layer.id)["id"] != layer.id:
        said.append(f"{layer.id}: collection")
    if layer.key not in client.collection_queryables(layer.id)["properties"]:
        said.append(f"{layer.id}: no {layer.key} among the queryables")
    first = client.collection_items(layer.id, limit=1)["features"][0]
    if client.collection_item(layer.id, str(first["id"]))["properties"] != first["properties"]:
        said.append(f"{layer.id}: item {first['id']} is not the one of the list")
    value = first["properties"][layer.key]
    chosen = client.collection_items(layer.id, **{layer.key: value})["features"]
    if [each["id"] for each in chosen] != [first["id"]]:
        said.append(f"{layer.id}: {layer.key}={value} gives {len(chosen)} features")
    return said


def run(served: Served, _folder: Path) -> Text:
    client = Features(served.url)
    wanted = {layer.id for layer in served.layers}
    said = (
        [] if set(client.feature_collections()) == wanted else [f"collections {client.feature_collections()}"]
    )
    if not client.api()["paths"]:
        said.append("no path in the API definition")
    for layer in served.layers:
        said += _one(client, layer) + differences(layer, _read(client, layer))
    if said:
        raise Failed("; ".join(said))
    total = sum(len(layer.keys) for layer in served.layers)
    return Text(f"{total} objets égaux à la source", f"{total} features equal to the source")


CLIENTS.add(
    Client(
        f"OWSLib {owslib.__version__}",
        30,
        Text(
            "landing page, définition, collections, filtrables, chaque page par décalage, un objet par son identifiant "
            "et par sa clé",
            "landing page, definition, collections, queryables, every page by offset, a feature by its id and by its key",
        ),
        lambda: "",
        run,
    )
)
