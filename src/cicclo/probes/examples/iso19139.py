"""A correct dataset record behind its address, with the services, the file and the overview it links to."""

from importlib.resources import files
from urllib.parse import urlsplit

from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
WMS = """<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name><Title>Cartes</Title>
</Service><Capability><Layer><Title>Racine</Title><Layer><Name>arrets</Name><Title>Arrêts</Title></Layer></Layer></Capability>
</WMS_Capabilities>"""
WFS = """<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:ex="https://good.example/ns">
<wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>ex:arrets</wfs:Name><wfs:Title>Arrêts</wfs:Title></wfs:FeatureType>
</wfs:FeatureTypeList></wfs:WFS_Capabilities>"""


def document(name: str = "dataset") -> bytes:
    """A shipped correct record: `dataset` or `service`."""
    return (files("cicclo.probes.examples") / f"_iso_{name}.xml").read_bytes()


def site() -> Site:
    """The correct record."""
    return Site(BASE, handle, "/record.xml")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path == "/record.xml":
        return Reply.xml(document())
    return linked(path, query(request))


def linked(path: str, params: dict[str, str]) -> Reply | None:
    """What the links of the record answer."""
    match path:
        case "/wms" if params.get("request", "").lower() == "getcapabilities":
            return Reply.xml(WMS)
        case "/wfs" if params.get("request", "").lower() == "getcapabilities":
            return Reply.xml(WFS)
        case "/overview.png":
            return Reply(200, {"content-type": "image/png"}, PNG)
        case "/arrets.gpkg":
            return Reply(200, {"content-type": "application/geopackage+sqlite3"}, b"SQLite format 3\0")
    return None
