"""WMTS and TMS: tiles inside and outside what is announced."""

from cicclo.probes.check import check
from cicclo.probes.checks import _images
from cicclo.probes.documents import usable
from cicclo.probes.errors import Missing
from cicclo.probes.examples._ows import asks
from cicclo.probes.examples.site import Reply
from cicclo.probes.examples.wms import png
from cicclo.probes.model import Verdict, failed, passed
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols.tms import TileMap, Tms
from cicclo.probes.protocols.wmts import Layer, Limits, Matrix, MatrixSet, Tile, Wmts, tile_at, tile_rest
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

VECTOR = ("mvt", "mapbox-vector-tile", "pbf", "protobuf")


def middle_tile(wmts: Wmts, layer: Layer) -> tuple[Tile, Matrix]:
    """A tile at the middle of the zoom levels and of the extent, inside the limits."""
    for name, by_level in layer.links.items():
        matrix_set = wmts.sets.get(name)
        if matrix_set is None:
            continue
        matrix = _middle_matrix(matrix_set, by_level)
        tile = _inside(matrix_set, matrix, layer, by_level.get(matrix.id)) if matrix else None
        if matrix and tile:
            return tile, matrix
    raise Missing("aucune tuile ne peut être calculée", "no tile can be computed")


def _middle_matrix(matrix_set: MatrixSet, by_level: dict[str, Limits]) -> Matrix | None:
    usable_levels = [m for m in matrix_set.matrices.values() if not by_level or m.id in by_level]
    ordered = sorted(usable_levels, key=lambda matrix: -matrix.scale)
    return ordered[len(ordered) // 2] if ordered else None


def _inside(matrix_set: MatrixSet, matrix: Matrix, layer: Layer, limits: Limits | None) -> Tile | None:
    longitude, latitude = (
        _ows.centre(layer.bbox) if layer.bbox and not _ows.box_fault(layer.bbox) else (2.5, 47.0)
    )
    tile = tile_at(matrix_set, matrix, longitude, latitude)
    if limits is None:
        return tile
    row, column = (tile.row, tile.column) if tile else (limits.rows[0], limits.columns[0])
    return Tile(matrix_set.id, matrix.id, _clamp(row, limits.rows), _clamp(column, limits.columns))


def _clamp(value: int, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(value, bounds[1]))


def tile_verdict(answer: Answer, tile: Tile, announced: str) -> Verdict:
    """An image of the type announced; vector tiles only need to be something."""
    where = f"{tile.matrix_set}/{tile.matrix}/{tile.row}/{tile.column}"
    if any(word in announced for word in VECTOR):
        body = _ows.succeeded(answer).body
        return (
            passed(at=where)
            if body
            else failed("tuile vectorielle vide", "empty vector tile", at=where, code="empty")
        )
    verdict = _images.image(answer, at=where)
    found = _images.kind(answer.body)
    wanted = announced.split(";", maxsplit=1)[0].replace("jpg", "jpeg")
    if not verdict.code and wanted.startswith("image/") and found != wanted and "vnd.jpeg-png" not in wanted:
        return failed(
            f"{found} au lieu de {wanted}", f"{found} instead of {wanted}", at=where, code="other-format"
        )
    return verdict


@check(
    "wmts/gettile/kvp",
    on="wmts",
    each="layer",
    breaks=lambda site: site.reply(
        "/wmts*", Reply.text("<html>…</html>", "text/html"), asks(request="gettile")
    ),
)
async def kvp(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    tile, _ = middle_tile(wmts, layer)
    answer = await ask.get(wmts.tile_kvp(layer, tile))
    return tile_verdict(answer, tile, layer.formats[0] if layer.formats else "")


@check("wmts/gettile/rest", on="wmts", each="layer", breaks=lambda site: site.status("/wmts/tile/*", 404))
async def rest(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    if not layer.templates:
        raise Missing("aucun modèle d'adresse (ResourceURL)", "no address template (ResourceURL)")
    tile, _ = middle_tile(wmts, layer)
    template, media_type = layer.templates[0]
    answer = await ask.get(_ows.absolute(tile_rest(layer, tile, template), wmts.url))
    return tile_verdict(answer, tile, media_type)


@check(
    "wmts/exceptions/tile-out-of-range",
    on="wmts",
    each="layer",
    breaks=lambda site: site.reply(
        "/wmts*", Reply(200, {"content-type": "image/png"}, png(256)), asks(request="gettile")
    ),
)
async def out_of_range(wmts: Wmts, layer: Layer, ask: Ask) -> Verdict:
    """A blank tile under 200 for a tile that cannot exist fills caches and hides wrong grids."""
    tile, matrix = middle_tile(wmts, layer)
    outside = Tile(tile.matrix_set, tile.matrix, matrix.size[1] + 7, matrix.size[0] + 7)
    rest_only = not wmts.kvp and layer.templates
    url = (
        _ows.absolute(tile_rest(layer, outside, layer.templates[0][0]), wmts.url)
        if rest_only
        else wmts.tile_kvp(layer, outside)
    )
    answer = usable(await ask.get(url))
    if answer.status in (400, 404):
        return passed(at=f"HTTP {answer.status}")
    where = f"{outside.matrix}/{outside.row}/{outside.column}"
    return failed(
        f"HTTP {answer.status} pour une tuile hors de la grille ; 400 ou 404 attendu",
        f"HTTP {answer.status} for a tile outside the grid; 400 or 404 expected",
        at=where,
        code=f"status-{answer.status}",
    )


@check(
    "wmts/tms/tile-map",
    on="tms",
    each="tilemap",
    breaks=lambda site: site.edit_text("/tms/1.0.0/communes", "EPSG:3857", "EPSG:2154"),
)
async def tile_map(tms: Tms, found: TileMap, ask: Ask) -> Verdict:
    """Each tile map listed answers its own document, in the reference system of the list."""
    root = await _ows.document(ask, found.href, {}, "TileMap")
    srs = _ows.text(root, "SRS")
    if srs == found.srs:
        return passed()
    return failed(
        f"liste : {found.srs} ; document : {srs}", f"list: {found.srs}; document: {srs}", at="/TileMap/SRS"
    )
