"""What a page's map draws, told to `static/features/map.js`: features as GeoJSON, or a collection as vector tiles."""

from collections.abc import Callable, Mapping
from typing import Any

from cicclo.features.forms import for_map
from cicclo.features.model import Collection, GeometryKind

Layer = dict[str, Any]
Address = Callable[..., str]

MOST = 1000  # features of a collection that has no tiles
TILES = "/collections/{collection}/tiles/"
DEEPEST = 16  # of the tiles, as resources/tiles.py draws them
SHAPES = {
    GeometryKind.POINT: "point",
    GeometryKind.MULTIPOINT: "point",
    GeometryKind.LINESTRING: "line",
    GeometryKind.MULTILINESTRING: "line",
}


def whole(collection: Collection, to: Address, lang: str, ink: str = "accent") -> list[Layer]:
    """A whole collection as tiles; its first features where the service has none."""
    if collection.geometry is GeometryKind.NONE:
        return []
    layer = _layer(collection, to, lang, f"whole-{collection.id}", ink)
    if tiles := template(collection, to):
        return [{**layer, "tiles": tiles, "layer": collection.id, "deepest": DEEPEST}]
    return [{**layer, "features": to("collections", collection.id, "items", f="json", limit=MOST)}]


def page(collection: Collection, to: Address, lang: str, given: Mapping[str, str]) -> list[Layer]:
    """The features of a page, above the faint whole."""
    below = [{**layer, "faint": True} for layer in whole(collection, to, lang, "soft") if "tiles" in layer]
    features = to("collections", collection.id, "items", **for_map(given))
    return [*below, {**_layer(collection, to, lang, "page", "accent"), "features": features, "listed": True}]


def item(collection: Collection, to: Address, lang: str, name: str) -> list[Layer]:
    """One feature, among the others."""
    below = [{**layer, "faint": True} for layer in whole(collection, to, lang, "soft") if "tiles" in layer]
    feature = to("collections", collection.id, "items", name, f="json")
    return [*below, {**_layer(collection, to, lang, "item", "accent"), "features": feature}]


def template(collection: Collection, to: Address) -> str:
    """The address of the collection's tiles with `{z}/{y}/{x}`; empty when the service has none."""
    from cicclo.features.resources import RESOURCES  # noqa: PLC0415 - resources are declared after pages

    if not any(each.path.startswith(TILES) and "{column}" in each.path for each in RESOURCES.values()):
        return ""
    path = to("collections", collection.id, "tiles", "WebMercatorQuad").partition("?")[0]
    return f"{path}/{{z}}/{{y}}/{{x}}"


def _layer(collection: Collection, to: Address, lang: str, name: str, ink: str) -> Layer:
    return {
        "name": name,
        "title": collection.title.get(lang),
        "items": to("collections", collection.id, "items"),
        "ink": ink,
        "shape": SHAPES.get(collection.geometry, "area"),
    }
