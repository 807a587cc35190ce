"""ogc-client, what geonetwork-ui and datahub read services with."""

from pathlib import Path
from typing import Any

import shapely

from cicclo.kernel.text import Text
from conformance.clients import CLIENTS, Client, Failed, Served
from conformance.clients._programs import ask, node
from conformance.layers import Layer

SCRIPT = Path(__file__).with_name("_ogc_client.mjs")
BOX = (3.0, 50.6, 3.05, 50.65)
PATIENCE = 120


def run(served: Served, _folder: Path) -> Text:
    layers = [{"id": layer.id, "key": layer.key, "count": len(layer.keys)} for layer in served.layers]
    answer = ask(["node", str(SCRIPT)], {"url": served.url, "layers": layers, "box": BOX}, PATIENCE)
    said = []
    if not answer["hasFeatures"] or set(answer["collections"]) != {layer.id for layer in served.layers}:
        said.append(f"collections {answer['collections']}")
    if not answer["info"].get("title"):
        said.append("no title")
    said += [
        f"{layer.id}: {what}" for layer in served.layers for what in _wrong(layer, answer["layers"][layer.id])
    ]
    if said:
        raise Failed("; ".join(said))
    total = sum(len(layer.keys) for layer in served.layers)
    return Text(f"{total} objets lus", f"{total} features read")


def _wrong(layer: Layer, found: dict[str, Any]) -> list[str]:
    said = []
    if sorted(found["keys"]) != sorted(layer.keys):
        said.append(f"{len(found['keys'])} features instead of {len(layer.keys)}")
    if found["about"]["id"] != layer.id or "application/geo+json" not in found["about"]["itemFormats"]:
        said.append(f"description {found['about']}")
    if not found["one"] or found["asJson"] != "FeatureCollection":
        said.append("one feature, or the address of items")
    # Part 1, /req/core/fc-bbox-response: a feature without geometry is in every box
    box = shapely.box(*BOX)
    inside = [key for key, _, shape in layer.rows() if shape is None or shape.intersects(box)]
    if sorted(found["box"]) != sorted(inside):
        said.append(f"{len(found['box'])} features in the box instead of {len(inside)}")
    return said


CLIENTS.add(
    Client(
        "ogc-client",
        40,
        Text(
            "informations, classes, collections, toutes les pages, un objet, une adresse d'objets, une boîte",
            "information, classes, collections, all pages, one feature, an address of items, a box",
        ),
        lambda: node("@camptocamp/ogc-client"),
        run,
    )
)
