"""Tiles and their grids (OGC API Tiles, 20-057): `/tileMatrixSets` and `/collections/{collection}/tiles`."""

from collections.abc import Sequence

from cicclo.features.http.documents import extent, own_links
from cicclo.features.http.guard import within
from cicclo.features.model import Collection, GeometryKind
from cicclo.features.resources import (
    HTML,
    JSON,
    REL,
    RESOURCES,
    SPEC,
    Ask,
    Content,
    Document,
    Json,
    Reply,
    Representation,
    Resource,
    link,
)
from cicclo.features.tiles import rendering
from cicclo.features.tiles.grids import GRIDS, WEB_MERCATOR, Grid, Matrix
from cicclo.features.tiles.thinning import MOST
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text

MVT = Representation("mvt", "application/vnd.mapbox-vector-tile", Text("Tuile vectorielle", "Vector tile"))
TILEJSON = Representation("tilejson", "application/vnd.mapbox.tilejson+json", Text("TileJSON", "TileJSON"))
CONF = f"{SPEC}/ogcapi-tiles-1/1.0/conf"
DEEPEST = 16  # beyond, a map enlarges these: features have all their points from here on, or nearly
TITLE = Text("Tuiles vectorielles", "Vector tiles")
GRIDS_TITLE = Text("Grilles de tuiles", "Tile matrix sets")
DIMENSIONS = {GeometryKind.POINT: 0, GeometryKind.MULTIPOINT: 0, GeometryKind.LINESTRING: 1}
DIMENSIONS |= {GeometryKind.MULTILINESTRING: 1, GeometryKind.POLYGON: 2, GeometryKind.MULTIPOLYGON: 2}


def grids_of(collection: Collection) -> list[Grid]:
    """The grids that suit a collection: those in a CRS that it offers."""
    if collection.geometry is GeometryKind.NONE:
        return []
    return [each for each in GRIDS.values() if each is WEB_MERCATOR or each.crs in collection.crs]


def _grid(ask: Ask, offered: Sequence[Grid]) -> Grid:
    name = ask.path["matrix_set"]
    for each in offered:
        if each.id == name:
            return each
    names = ", ".join(each.id for each in offered) or "–"
    raise NotFound(
        Text("pas de grille de ce nom ici", "no tile matrix set of that name here"),
        at="tileMatrixSetId",
        remedy=Text(f"grilles : {names}", f"tile matrix sets: {names}"),
    )


def _number(ask: Ask, name: str, size: int, at: str) -> int:
    given = ask.path[name]
    if given.isascii() and given.isdigit() and len(given) < 10 and int(given) < size:
        return int(given)
    raise NotFound(
        Text("cette grille n'a pas cette tuile", "this tile matrix has no such tile"),
        at=at,
        remedy=Text(f"de 0 à {size - 1}", f"from 0 to {size - 1}"),
    )


async def tile(ask: Ask) -> Reply:
    store = ask.store
    grid = _grid(ask, grids_of(store.collection))
    matrix = grid.matrices[_number(ask, "matrix", len(grid.matrices), "tileMatrix")]
    row = _number(ask, "row", matrix.height, "tileRow")
    column = _number(ask, "column", matrix.width, "tileCol")
    drawing = rendering.tile(store, grid, matrix, row, column)
    body = await within(ask.service.limits.seconds, ask.receive, drawing)
    version = f"{store.version} {grid.id}/{matrix.id}/{row}/{column}" if store.version else ""
    headers = (("Content-Crs", f"<{grid.crs}>"),)
    return Content(body, MVT.media_type, 200 if body else 204, headers=headers, version=version)


async def tilesets(ask: Ask) -> Reply:
    collection = ask.collection
    shown = [_tileset(ask, collection, each) for each in grids_of(collection)]
    links = own_links(ask, (JSON, HTML), "collections", collection.id, "tiles")
    return Document("tilesets", {"tilesets": shown, "links": links}, {"collection": collection})


async def tileset(ask: Ask) -> Reply:
    collection = ask.collection
    grid = _grid(ask, grids_of(collection))
    if ask.representation == TILEJSON:
        return Document("tilesets", _tilejson(ask, collection, grid), {"collection": collection})
    document = _tileset(ask, collection, grid)
    layer: Json = {"id": collection.id, "title": ask.say(collection.title), "dataType": "vector"}
    if collection.geometry in DIMENSIONS:
        layer["geometryDimension"] = DIMENSIONS[collection.geometry]
    layer["propertiesSchema"] = {
        "type": "object",
        "properties": {
            each.name: {"title": ask.say(each.title) or each.name} for each in collection.properties
        },
    }
    document["layers"] = [layer]
    document["tileMatrixSetLimits"] = [_limits(collection, grid, each) for each in grid.matrices]
    if collection.extent and (crs84 := extent(collection)["spatial"]["bbox"][0]):
        document["boundingBox"] = {"lowerLeft": crs84[:2], "upperRight": crs84[2:], "crs": collection.crs[0]}
    return Document("tilesets", document, {"collection": collection})


def _tileset(ask: Ask, collection: Collection, grid: Grid) -> Json:
    """What is said of a tileset in the list, too."""
    address = ("collections", collection.id, "tiles", grid.id)
    most = f"{MOST:,}"
    thinned = Text(
        f"Une tuile de plus de {most} objets n'en montre qu'une partie, sans leurs propriétés : un petit objet par "
        "pixel, et les plus grands.",
        f"A tile of more than {most} features shows some of them, without their properties: one small feature per "
        "pixel, and the largest.",
    )
    template = f"{ask.href(*address)}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    document: Json = {
        "title": f"{ask.say(collection.title)} – {ask.say(grid.title)}",
        "description": ask.say(thinned),
        "dataType": "vector",
        "crs": grid.crs,
        "tileMatrixSetId": grid.id,
        "links": [
            link(ask.href(*address, f="json"), "self", JSON.media_type),
            link(
                ask.href(*address, f="tilejson"), "describedby", TILEJSON.media_type, ask.say(TILEJSON.title)
            ),
            link(
                ask.href("tileMatrixSets", grid.id, f="json"),
                f"{REL}/tiling-scheme",
                JSON.media_type,
                ask.say(grid.title),
            ),
            {**link(template, "item", MVT.media_type, ask.say(MVT.title)), "templated": True},
        ],
    }
    if grid.uri:
        document["tileMatrixSetURI"] = grid.uri
    return document


def _limits(collection: Collection, grid: Grid, matrix: Matrix) -> Json:
    box = collection.extent or (-180.0, -90.0, 180.0, 90.0)
    first, last, left, right = grid.limits(matrix, box)
    return {
        "tileMatrix": matrix.id,
        "minTileRow": first,
        "maxTileRow": last,
        "minTileCol": left,
        "maxTileCol": right,
    }


def _tilejson(ask: Ask, collection: Collection, grid: Grid) -> Json:
    """TileJSON 3.0.0, which map libraries read; it knows no other grid than the web's."""
    if grid is not WEB_MERCATOR:
        raise NotFound(
            Text("TileJSON ne connaît que WebMercatorQuad", "TileJSON knows WebMercatorQuad only"),
            at="tileMatrixSetId",
        )
    address = ask.href("collections", collection.id, "tiles", grid.id)
    fields = {each.name: ask.say(each.title) or each.name for each in collection.properties}
    document: Json = {
        "tilejson": "3.0.0",
        "name": ask.say(collection.title),
        "tiles": [f"{address}/{{z}}/{{y}}/{{x}}"],
        "minzoom": 0,
        "maxzoom": DEEPEST,
        "vector_layers": [{"id": collection.id, "fields": {"id": "id", **fields}}],
    }
    if collection.extent:
        document["bounds"] = list(collection.extent)
    return document


async def grids(ask: Ask) -> Reply:
    shown = [
        {
            "id": each.id,
            "title": ask.say(each.title),
            **({"uri": each.uri} if each.uri else {}),
            "crs": each.crs,
            "links": [link(ask.href("tileMatrixSets", each.id, f="json"), "self", JSON.media_type)],
        }
        for each in GRIDS.values()
    ]
    return Document("tilesets", {"tileMatrixSets": shown, "links": own_links(ask, (JSON,), "tileMatrixSets")})


async def grid(ask: Ask) -> Reply:
    found = _grid(ask, list(GRIDS.values()))
    return Document("tilesets", {**found.document(), "title": ask.say(found.title)})


def _grid_links(ask: Ask) -> list[Json]:
    address = ask.href("tileMatrixSets", f="json")
    return [link(address, f"{REL}/tiling-schemes", JSON.media_type, ask.say(GRIDS_TITLE))]


def _tileset_links(ask: Ask, collection: Collection) -> list[Json]:
    if not grids_of(collection):
        return []
    address = ("collections", collection.id, "tiles")
    return [
        link(ask.href(*address, f=each.name), f"{REL}/tilesets-vector", each.media_type, ask.say(TITLE))
        for each in (JSON, HTML)
    ]


RESOURCES.add(
    Resource(
        name="tile_matrix_sets",
        path="/tileMatrixSets",
        handler=grids,
        summary=GRIDS_TITLE,
        representations=(JSON,),
        links=_grid_links,
    )
)
RESOURCES.add(
    Resource(
        name="tile_matrix_set",
        path="/tileMatrixSets/{matrix_set}",
        handler=grid,
        summary=Text("Une grille de tuiles", "A tile matrix set"),
        representations=(JSON,),
        conformance=lambda _service: (
            f"{SPEC}/tms/2.0/conf/tilematrixset",
            f"{SPEC}/tms/2.0/conf/json-tilematrixset",
        ),
    )
)
RESOURCES.add(
    Resource(
        name="tilesets",
        path="/collections/{collection}/tiles",
        handler=tilesets,
        summary=Text("Jeux de tuiles d'une collection", "Tilesets of a collection"),
        collection_links=_tileset_links,
        conformance=lambda _service: (f"{CONF}/tilesets-list", f"{CONF}/geodata-tilesets"),
    )
)
RESOURCES.add(
    Resource(
        name="tileset",
        path="/collections/{collection}/tiles/{matrix_set}",
        handler=tileset,
        summary=Text("Un jeu de tuiles", "A tileset"),
        representations=(JSON, HTML, TILEJSON),
        conformance=lambda _service: (
            f"{CONF}/tileset",
            f"{SPEC}/tms/2.0/conf/tileset-metadata",
            f"{SPEC}/tms/2.0/conf/json-tilesetmetadata",
        ),
    )
)
RESOURCES.add(
    Resource(
        name="tile",
        path="/collections/{collection}/tiles/{matrix_set}/{matrix}/{row}/{column}",
        handler=tile,
        summary=Text("Une tuile vectorielle", "A vector tile"),
        representations=(MVT,),
        prepared=False,
        conformance=lambda _service: (f"{CONF}/core", f"{CONF}/mvt"),
    )
)
