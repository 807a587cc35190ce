"""A correct WMTS in memory: one layer, two tile matrix sets, tiles by parameters and by path."""

import re
from urllib.parse import unquote, urlsplit

from cicclo.probes.examples._ows import BASE, exception
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.probes.examples.wms import png
from cicclo.web.outgoing import Request

URL = f"{BASE}/wmts"
TEMPLATE = URL + "/tile/communes/{style}/{TileMatrixSet}/{TileMatrix}/{TileRow}/{TileCol}.png"
LEVELS = 15
ORIGIN = 20037508.342789244
_TILE = re.compile(r"^/wmts/tile/(\w+)/(\w+)/(\w+)/(\d+)/(\d+)/(\d+)\.png$")


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/wmts")


def handle(request: Request) -> Reply | None:
    path = unquote(urlsplit(request.url).path)
    if match := _TILE.match(path):
        _layer, _style, matrix_set, level, row, column = match.groups()
        return tile(matrix_set, int(level), int(row), int(column))
    if path != "/wmts":
        return None
    params = query(request)
    if params.get("request", "").lower() == "getcapabilities":
        return Reply.xml(capabilities())
    if params.get("layer") != "communes":
        return exception("InvalidParameterValue", "WMTS: unknown layer", "LAYER", version="1.1.0")
    numbers = [int(params[name]) for name in ("tilematrix", "tilerow", "tilecol")]
    return tile(params["tilematrixset"], *numbers)


def tile(matrix_set: str, level: int, row: int, column: int) -> Reply:
    rows, columns = matrix_size(matrix_set, level)
    if level >= LEVELS or row >= rows or column >= columns:
        return exception("TileOutOfRange", "WMTS: tile outside the matrix", "TILEROW", version="1.1.0")
    return Reply(200, {"content-type": "image/png"}, png(256))


def matrix_size(matrix_set: str, level: int) -> tuple[int, int]:
    return (2**level, 2**level) if matrix_set == "PM" else (2**level, 2 ** (level + 1))


def capabilities() -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Capabilities version="1.0.0" xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink">
<ows:ServiceIdentification><ows:Title>Service d'exemple</ows:Title><ows:ServiceType>OGC WMTS</ows:ServiceType>
<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion><ows:AccessConstraints>Licence Ouverte 2.0</ows:AccessConstraints>
</ows:ServiceIdentification>
<ows:OperationsMetadata>{_operation("GetCapabilities")}{_operation("GetTile")}</ows:OperationsMetadata>
<Contents><Layer><ows:Title>Communes des Hauts-de-France</ows:Title>
<ows:WGS84BoundingBox><ows:LowerCorner>1.8 49.4</ows:LowerCorner><ows:UpperCorner>3.7 51.1</ows:UpperCorner></ows:WGS84BoundingBox>
<ows:Identifier>communes</ows:Identifier><Style isDefault="true"><ows:Identifier>normal</ows:Identifier></Style>
<Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>PM</TileMatrixSet>{_limits()}</TileMatrixSetLink>
<TileMatrixSetLink><TileMatrixSet>WGS84G</TileMatrixSet></TileMatrixSetLink>
<ResourceURL format="image/png" resourceType="tile" template="{TEMPLATE}"/></Layer>
{_matrix_set("PM", "urn:ogc:def:crs:EPSG::3857", 559082264.0287178, f"{-ORIGIN} {ORIGIN}")}
{_matrix_set("WGS84G", "urn:ogc:def:crs:EPSG::4326", 279541132.0143589, "90.0 -180.0")}
</Contents></Capabilities>"""


def _operation(name: str) -> str:
    encoding = '<ows:Constraint name="GetEncoding"><ows:AllowedValues><ows:Value>KVP</ows:Value></ows:AllowedValues></ows:Constraint>'
    get = f'<ows:Get xlink:href="{URL}?">{encoding}</ows:Get>'
    return f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP>{get}</ows:HTTP></ows:DCP></ows:Operation>'


def _matrix_set(name: str, crs: str, scale: float, corner: str) -> str:
    known = (
        "<WellKnownScaleSet>urn:ogc:def:wkss:OGC:1.0:GoogleMapsCompatible</WellKnownScaleSet>"
        if name == "PM"
        else ""
    )
    matrices = "".join(_matrix(name, level, scale / 2**level, corner) for level in range(LEVELS))
    return f"<TileMatrixSet><ows:Identifier>{name}</ows:Identifier><ows:SupportedCRS>{crs}</ows:SupportedCRS>{known}{matrices}</TileMatrixSet>"


def _matrix(name: str, level: int, scale: float, corner: str) -> str:
    rows, columns = matrix_size(name, level)
    return f"""<TileMatrix><ows:Identifier>{level}</ows:Identifier><ScaleDenominator>{scale!r}</ScaleDenominator>
<TopLeftCorner>{corner}</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight>
<MatrixWidth>{columns}</MatrixWidth><MatrixHeight>{rows}</MatrixHeight></TileMatrix>"""


def _limits() -> str:
    """The tiles of every level but the last, wide enough for the extent of the layer."""
    rows = "".join(
        f"<TileMatrixLimits><TileMatrix>{level}</TileMatrix><MinTileRow>0</MinTileRow><MaxTileRow>{2**level - 1}</MaxTileRow>"
        f"<MinTileCol>0</MinTileCol><MaxTileCol>{2**level - 1}</MaxTileCol></TileMatrixLimits>"
        for level in range(LEVELS - 1)
    )
    return f"<TileMatrixSetLimits>{rows}</TileMatrixSetLimits>"
