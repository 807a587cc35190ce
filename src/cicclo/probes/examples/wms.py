"""A correct WMS in memory (1.3.0 and 1.1.1): two layers, real axes, images that are images."""

import struct
import zlib
from urllib.parse import urlsplit

from cicclo.ogc import crs
from cicclo.probes.examples._ows import BASE, RECORD, record
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

URL = f"{BASE}/wms"
CRS = ("EPSG:2154", "EPSG:3857", "EPSG:4326", "CRS:84")
LAYERS = {"communes": "Communes", "arrets": "Arrêts de bus"}
TIMES = "2024-01-01,2025-01-01,2026-01-01"
BOX = (1.8, 49.4, 3.7, 51.1)


def site() -> Site:
    """The correct service."""
    return Site(BASE, handle, "/wms")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path == "/legend.png":
        return Reply(200, {"content-type": "image/png"}, png(16))
    if path != "/wms":
        return record(path)
    params = query(request)
    operation = OPERATIONS.get(params.get("request", "").lower())
    return operation(params) if operation else refusal("OperationNotSupported", "WMS: unknown request")


def png(side: int) -> bytes:
    """A transparent image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0\0\0\0" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def refusal(code: str, text: str) -> Reply:
    body = f"""<?xml version="1.0" encoding="UTF-8"?>
<ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc">
<ServiceException code="{code}">{text}</ServiceException></ServiceExceptionReport>"""
    return Reply.xml(body, "text/xml", status=400)


def get_map(params: dict[str, str]) -> Reply:
    if any(name not in LAYERS for name in params.get("layers", "").split(",")):
        return refusal("LayerNotDefined", "WMS: unknown layer")
    asked = params.get("crs") or params.get("srs") or ""
    if asked not in CRS:
        return refusal("InvalidCRS", f"WMS: unknown CRS {asked}")
    if not _on_the_data(params, asked):
        return refusal(
            "InvalidParameterValue", "WMS: this service only draws inside its extent, to show axes"
        )
    return Reply(200, {"content-type": "image/png"}, png(int(params["width"])))


def _on_the_data(params: dict[str, str], asked: str) -> bool:
    box = [float(value) for value in params["bbox"].split(",")]
    if params.get("version") != "1.1.1" and crs.northing_first(asked):
        box = [box[1], box[0], box[3], box[2]]
    transformer = crs.from_crs84(asked)
    if transformer is None:
        return False
    west, south, east, north = transformer.transform_bounds(*BOX)
    if crs.northing_first(asked):
        west, south, east, north = south, west, north, east
    return west <= (box[0] + box[2]) / 2 <= east and south <= (box[1] + box[3]) / 2 <= north


def feature_info(params: dict[str, str]) -> Reply:
    if params.get("query_layers") not in LAYERS:
        return refusal("LayerNotQueryable", "WMS: layer not queryable")
    return Reply.json({"type": "FeatureCollection", "features": []})


def capabilities(params: dict[str, str]) -> Reply:
    old = params.get("version", "1.3.0") < "1.3.0"
    return Reply.xml(_document("1.1.1" if old else "1.3.0", old=old), "text/xml")


def _document(version: str, *, old: bool) -> str:
    root = "WMT_MS_Capabilities" if old else "WMS_Capabilities"
    namespace = "" if old else ' xmlns="http://www.opengis.net/wms"'
    operations = _operation("GetCapabilities", "text/xml") + _operation("GetMap", "image/png", "image/jpeg")
    operations += _operation("GetFeatureInfo", "application/json", "text/plain")
    systems = "".join(f"<{'SRS' if old else 'CRS'}>{name}</{'SRS' if old else 'CRS'}>" for name in CRS)
    layers = "".join(_layer(name, title, old=old) for name, title in LAYERS.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<{root} version="{version}"{namespace} xmlns:xlink="http://www.w3.org/1999/xlink">
<Service><Name>WMS</Name><Title>Service d'exemple</Title><Abstract>Un service correct</Abstract>
<KeywordList><Keyword>communes</Keyword></KeywordList><OnlineResource xlink:href="{URL}"/>
<Fees>Gratuit</Fees><AccessConstraints>Licence Ouverte 2.0</AccessConstraints></Service>
<Capability><Request>{operations}</Request><Exception><Format>XML</Format></Exception>
<Layer><Title>Racine</Title>{systems}{layers}</Layer></Capability></{root}>"""


def _operation(name: str, *formats: str) -> str:
    listed = "".join(f"<Format>{value}</Format>" for value in formats)
    get = f'<DCPType><HTTP><Get><OnlineResource xlink:href="{URL}?"/></Get></HTTP></DCPType>'
    return f"<{name}>{listed}{get}</{name}>"


def _layer(name: str, title: str, *, old: bool) -> str:
    west, south, east, north = BOX
    new_box = f"""<EX_GeographicBoundingBox><westBoundLongitude>{west}</westBoundLongitude><eastBoundLongitude>{east}</eastBoundLongitude>
<southBoundLatitude>{south}</southBoundLatitude><northBoundLatitude>{north}</northBoundLatitude></EX_GeographicBoundingBox>"""
    box = (
        f'<LatLonBoundingBox minx="{west}" miny="{south}" maxx="{east}" maxy="{north}"/>' if old else new_box
    )
    return f"""<Layer queryable="1"><Name>{name}</Name><Title>{title}</Title><Abstract>Des {title.lower()}</Abstract>{box}
<Dimension name="time" units="ISO8601" default="2026-01-01">{TIMES}</Dimension>
<MetadataURL type="ISO19115:2003"><Format>text/xml</Format><OnlineResource xlink:href="{RECORD}"/></MetadataURL>
<Style><Name>defaut</Name><Title>Défaut</Title><LegendURL width="16" height="16"><Format>image/png</Format>
<OnlineResource xlink:href="{BASE}/legend.png"/></LegendURL></Style></Layer>"""


OPERATIONS = {"getcapabilities": capabilities, "getmap": get_map, "getfeatureinfo": feature_info}
