"""A correct TMS in memory: the service document and one tile map."""

from urllib.parse import urlsplit

from cicclo.probes.examples._ows import BASE
from cicclo.probes.examples.site import Reply, Site
from cicclo.probes.examples.wms import png
from cicclo.web.outgoing import Request

ROOT = f"{BASE}/tms/1.0.0"


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/tms/1.0.0")


def handle(request: Request) -> Reply | None:
    match urlsplit(request.url).path:
        case "/tms/1.0.0":
            return Reply.xml(service())
        case "/tms/1.0.0/communes":
            return Reply.xml(tile_map())
        case "/tms/1.0.0/communes/0/0/0.png":
            return Reply(200, {"content-type": "image/png"}, png(256))
    return None


def service() -> str:
    entry = f'<TileMap title="Communes" srs="EPSG:3857" profile="global-mercator" extension="png" href="{ROOT}/communes"/>'
    return f'<TileMapService version="1.0.0" services="{BASE}/tms"><Title>Service d\'exemple</Title><TileMaps>{entry}</TileMaps></TileMapService>'


def tile_map() -> str:
    return f"""<TileMap version="1.0.0" tilemapservice="{ROOT}"><Title>Communes</Title><SRS>EPSG:3857</SRS>
<BoundingBox minx="-20037508.34" miny="-20037508.34" maxx="20037508.34" maxy="20037508.34"/>
<Origin x="-20037508.34" y="-20037508.34"/><TileFormat width="256" height="256" mime-type="image/png" extension="png"/>
<TileSets profile="global-mercator"><TileSet href="{ROOT}/communes/0" units-per-pixel="156543.03" order="0"/></TileSets></TileMap>"""
