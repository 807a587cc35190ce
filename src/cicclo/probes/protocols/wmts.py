"""WMTS 1.0: layers, tile matrix sets, and the address of a tile in KVP and REST."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.text import Text
from cicclo.ogc import crs
from cicclo.probes.documents import local
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols import _ows
from cicclo.probes.protocols._ows import Box, Identification, Operation, Root, children, find, href, text
from cicclo.probes.session import Ask, with_params
from cicclo.web.outgoing import Answer

PIXEL = 0.00028  # metres: the standardised rendering pixel size (OGC 07-057r7, section 6.1)


@dataclass(frozen=True, slots=True)
class Matrix:
    """One zoom level. `corner` is as written: in the axis order of the reference system."""

    id: str
    scale: float
    corner: tuple[float, float]
    tile: tuple[int, int]
    size: tuple[int, int]


@dataclass(slots=True)
class MatrixSet:
    id: str
    crs: str = ""
    well_known: str = ""
    matrices: dict[str, Matrix] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """Tiles announced at one zoom level, bounds included."""

    matrix: str
    rows: tuple[int, int]
    columns: tuple[int, int]


@dataclass(slots=True)
class Layer:
    """One layer as announced. `links` are tile matrix sets with their limits, by zoom level."""

    name: str
    title: str = ""
    bbox: Box | None = None
    styles: tuple[str, ...] = ()
    default_style: str | None = None
    formats: tuple[str, ...] = ()
    links: dict[str, dict[str, Limits]] = field(default_factory=dict)
    templates: tuple[tuple[str, str], ...] = ()
    dimensions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile to ask for."""

    matrix_set: str
    matrix: str
    row: int
    column: int


@dataclass(slots=True)
class Wmts(Service):
    """A capabilities document, read once. `kvp` is the address of GetTile, empty when it is REST only."""

    about: Identification = field(default_factory=Identification)
    operations: dict[str, Operation] = field(default_factory=dict)
    layers: list[Layer] = field(default_factory=list)
    sets: dict[str, MatrixSet] = field(default_factory=dict)
    kvp: str = ""

    @property
    def url(self) -> str:
        return self.endpoint.url

    def tile_kvp(self, layer: Layer, tile: Tile) -> str:
        """Address of a tile with parameters."""
        params: dict[str, Any] = {
            "SERVICE": "WMTS",
            "VERSION": "1.0.0",
            "REQUEST": "GetTile",
            "LAYER": layer.name,
            "STYLE": style_of(layer),
            "FORMAT": layer.formats[0] if layer.formats else "image/png",
            "TILEMATRIXSET": tile.matrix_set,
            "TILEMATRIX": tile.matrix,
            "TILEROW": tile.row,
            "TILECOL": tile.column,
        }
        return with_params(self.kvp or self.endpoint.url.partition("?")[0], {**params, **layer.dimensions})


def style_of(layer: Layer) -> str:
    return layer.default_style if layer.default_style is not None else next(iter(layer.styles), "")


def tile_rest(layer: Layer, tile: Tile, template: str) -> str:
    """Address of a tile from a ResourceURL template; names of variables in any case."""
    values = {
        "style": style_of(layer),
        "tilematrixset": tile.matrix_set,
        "tilematrix": tile.matrix,
        "tilerow": str(tile.row),
        "tilecol": str(tile.column),
        **{name.lower(): value for name, value in layer.dimensions.items()},
    }
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1].lower(), found[0]), template)


def capabilities_url(url: str) -> str:
    """REST capabilities are a document of their own; others are asked by parameters."""
    if re.search(r"(?i)wmtscapabilities|\.xml$", url.partition("?")[0]):
        return url
    return with_params(url, {"SERVICE": "WMTS", "REQUEST": "GetCapabilities", "VERSION": "1.0.0"})


async def read(endpoint: Endpoint, ask: Ask) -> Wmts:
    return parse(endpoint, await _ows.document(ask, capabilities_url(endpoint.url), {}, "Capabilities"))


def parse(endpoint: Endpoint, root: Root) -> Wmts:
    """Read a capabilities document."""
    contents = find(root, "Contents")
    wmts = Wmts(endpoint, version=root.get("version", "") or "1.0.0", about=_ows.identification(root))
    wmts.title = wmts.about.title
    wmts.operations = _ows.operations(root, endpoint.url)
    wmts.sets = {found.id: found for found in map(_matrix_set, children(contents, "TileMatrixSet"))}
    wmts.layers = [_layer(element) for element in children(contents, "Layer")]
    wmts.kvp = _kvp_address(root, endpoint.url)
    rest = any(layer.templates for layer in wmts.layers)
    wmts.claims = frozenset({"wmts/kvp"} if wmts.kvp else set()) | frozenset({"wmts/rest"} if rest else set())
    wmts.members = {"layer": [layer for layer in wmts.layers if layer.name]}
    return wmts


def _kvp_address(root: Root, base: str) -> str:
    """The GetTile address whose encoding is KVP, or that names no encoding."""
    for operation in children(find(root, "OperationsMetadata"), "Operation"):
        if operation.get("name") != "GetTile":
            continue
        for get in _ows.descendants(operation, "Get"):
            encodings = [text(value) for value in _ows.descendants(get, "Value")]
            if not encodings or "KVP" in encodings:
                return _ows.absolute(href(get), base)
    return ""


def _matrix_set(element: Root) -> MatrixSet:
    found = MatrixSet(
        text(element, "Identifier"), text(element, "SupportedCRS"), text(element, "WellKnownScaleSet")
    )
    wrong = []
    for child in children(element, "TileMatrix"):
        matrix = _matrix(child)
        if matrix is None:
            wrong.append(text(child, "Identifier"))
        else:
            found.matrices[matrix.id] = matrix
    found.unreadable = tuple(wrong)
    return found


def _matrix(element: Root) -> Matrix | None:
    scale = _ows.number(text(element, "ScaleDenominator"))
    corner = [_ows.number(part) for part in text(element, "TopLeftCorner").split()]
    sizes = [
        _ows.integer(text(element, name))
        for name in ("TileWidth", "TileHeight", "MatrixWidth", "MatrixHeight")
    ]
    if scale is None or len(corner) != 2 or corner[0] is None or corner[1] is None:
        return None
    width, height, columns, rows = (size or 0 for size in sizes)
    if not (scale > 0 and width and height and columns and rows):
        return None
    return Matrix(
        text(element, "Identifier"), scale, (corner[0], corner[1]), (width, height), (columns, rows)
    )


def _layer(element: Root) -> Layer:
    styles = children(element, "Style")
    defaults = [
        text(style, "Identifier") for style in styles if style.get("isDefault", "").lower() in ("true", "1")
    ]
    resources = [r for r in children(element, "ResourceURL") if r.get("resourceType") == "tile"]
    return Layer(
        text(element, "Identifier"),
        text(element, "Title"),
        _ows.wgs84_box(element),
        tuple(text(style, "Identifier") for style in styles),
        defaults[0] if defaults else None,
        tuple(text(e) for e in children(element, "Format")),
        {text(link, "TileMatrixSet"): _limits(link) for link in children(element, "TileMatrixSetLink")},
        tuple((r.get("template", ""), r.get("format", "")) for r in resources),
        {
            text(e, "Identifier"): text(e, "Default") or text(e, "Value")
            for e in children(element, "Dimension")
        },
    )


def _limits(link: Root) -> dict[str, Limits]:
    found = {}
    for element in children(find(link, "TileMatrixSetLimits"), "TileMatrixLimits"):
        read_all = [
            _ows.integer(text(element, name))
            for name in ("MinTileRow", "MaxTileRow", "MinTileCol", "MaxTileCol")
        ]
        values = [-1 if value is None else value for value in read_all]
        name = text(element, "TileMatrix")
        found[name] = Limits(name, (values[0], values[1]), (values[2], values[3]))
    return found


def span(matrix: Matrix, matrix_set: MatrixSet) -> tuple[float, float]:
    """Width and height of a tile in the units of the reference system."""
    system = crs.read(matrix_set.crs)
    geographic = bool(system and system.is_geographic)
    metres_per_unit = 111319.49079327358 if geographic else 1.0
    pixel = matrix.scale * PIXEL / metres_per_unit
    return pixel * matrix.tile[0], pixel * matrix.tile[1]


def corner_of(matrix: Matrix, matrix_set: MatrixSet) -> tuple[float, float]:
    """The top left corner, easting first."""
    first, second = matrix.corner
    return (second, first) if crs.northing_first(matrix_set.crs) else (first, second)


def tile_at(matrix_set: MatrixSet, matrix: Matrix, longitude: float, latitude: float) -> Tile | None:
    """The tile that holds a point, None when the point is outside the matrix."""
    transformer = crs.from_crs84(matrix_set.crs)
    if transformer is None:
        return None
    x, y = transformer.transform(longitude, latitude)
    if crs.northing_first(matrix_set.crs):
        x, y = y, x
    left, top = corner_of(matrix, matrix_set)
    width, height = span(matrix, matrix_set)
    if not (abs(x) < float("inf") and abs(y) < float("inf")):
        return None
    column, row = int((x - left) // width), int((top - y) // height)
    inside = 0 <= column < matrix.size[0] and 0 <= row < matrix.size[1]
    return Tile(matrix_set.id, matrix.id, row, column) if inside else None


def sniff(answer: Answer) -> Sequence[Endpoint]:
    """A Capabilities document of the WMTS namespace: other services use that name too."""
    root = _ows.capabilities_root(answer, "Capabilities")
    if root is None or "wmts" not in str(root.tag).lower() or local(root) != "Capabilities":
        return ()
    title = text(root, "ServiceIdentification", "Title")
    asked_by_parameters = bool(_ows.requested(answer.url, "request"))
    url = _ows.base_of(answer.url) if asked_by_parameters else answer.url
    return (Endpoint("wmts", url, "address", title, root.get("version", "")),)


def guesses(url: str) -> Sequence[str]:
    """The address itself, then where servers put their WMTS."""
    return _ows.capabilities_addresses(url, "WMTS", ("/geoserver/gwc/service/wmts", "/wmts", "/mapcache"))


PROTOCOLS.add(
    Protocol(
        "wmts",
        Text("WMTS", "WMTS"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda layer: layer.name,
        entry="wmts/capabilities/readable",
    )
)
