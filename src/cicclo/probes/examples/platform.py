"""A correct small platform: one layer of three bus stops through WFS, WMS and OGC API Features, and its record."""

from typing import Any
from urllib.parse import urlsplit

from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example/all"
STOPS = (("Gare", 3.0, 50.6), ("Mairie", 3.05, 50.65), ("Beffroi", 3.1, 50.7))
BOX = (3.0, 50.6, 3.1, 50.7)
ENDPOINTS = [
    {"protocol": "wfs", "url": f"{BASE}/wfs"},
    {"protocol": "wms", "url": f"{BASE}/wms"},
    {"protocol": "ogcapi", "url": f"{BASE}/ogcapi/"},
    {"protocol": "iso19139", "url": f"{BASE}/record.xml"},
    {"protocol": "dcat", "url": f"{BASE}/catalog.ttl"},
]
CATALOGUE = f"""@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<{BASE}/id/arrets> a dcat:Dataset ; dct:identifier "arrets-1" ; dct:title "Arrêts"@fr ; dcat:distribution <{BASE}/id/arrets#d> .
<{BASE}/id/arrets#d> a dcat:Distribution ; dcat:accessURL <{BASE}/wfs>, <{BASE}/wms> .
"""
XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def site() -> Site:
    """The correct platform."""
    return Site(BASE, handle, "/endpoints.json")


def handle(request: Request) -> Reply | None:
    params = query(request)
    asked = params.get("request", "").lower()
    match urlsplit(request.url).path.removeprefix("/all").rstrip("/").split("/")[1:]:
        case ["endpoints.json"]:
            return Reply.json(ENDPOINTS)
        case ["record.xml"]:
            return Reply.xml(record())
        case ["catalog.ttl"]:
            return Reply.text(CATALOGUE, "text/turtle")
        case ["wfs"]:
            documents = {"getcapabilities": wfs(), "describefeaturetype": schema(), "getfeature": hits()}
            return Reply.xml(documents[asked]) if asked in documents else None
        case ["wms"] if asked == "getcapabilities":
            return Reply.xml(wms())
        case ["ogcapi", *path]:
            document = ogcapi(path)
            return Reply.json(document) if document else None
    return None


def wfs() -> str:
    operations = "".join(
        f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP><ows:Get xlink:href="{BASE}/wfs"/></ows:HTTP></ows:DCP></ows:Operation>'
        for name in ("GetCapabilities", "DescribeFeatureType", "GetFeature")
    )
    return f"""<wfs:WFS_Capabilities version="2.0.0" xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns="http://www.opengis.net/wfs/2.0"
 xmlns:ows="http://www.opengis.net/ows/1.1" {XLINK} xmlns:demo="{BASE}/ns"><ows:ServiceIdentification><ows:Title>Plateforme</ows:Title>
<ows:ServiceType>WFS</ows:ServiceType><ows:ServiceTypeVersion>2.0.0</ows:ServiceTypeVersion><ows:Fees>aucun</ows:Fees>
<ows:AccessConstraints>Licence Ouverte 2.0</ows:AccessConstraints></ows:ServiceIdentification>
<ows:OperationsMetadata>{operations}</ows:OperationsMetadata><FeatureTypeList><FeatureType><Name>demo:arrets</Name><Title>Arrêts</Title>
<DefaultCRS>urn:ogc:def:crs:EPSG::2154</DefaultCRS><OtherCRS>urn:ogc:def:crs:EPSG::4326</OtherCRS>
<ows:WGS84BoundingBox><ows:LowerCorner>{BOX[0]} {BOX[1]}</ows:LowerCorner><ows:UpperCorner>{BOX[2]} {BOX[3]}</ows:UpperCorner></ows:WGS84BoundingBox>
<MetadataURL xlink:href="{BASE}/record.xml"></MetadataURL></FeatureType></FeatureTypeList></wfs:WFS_Capabilities>"""


def schema() -> str:
    return f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:demo="{BASE}/ns"
 targetNamespace="{BASE}/ns" elementFormDefault="qualified"><xs:complexType name="arretsType"><xs:complexContent>
<xs:extension base="gml:AbstractFeatureType"><xs:sequence><xs:element name="name" type="xs:string"/><xs:element name="geom" type="gml:PointPropertyType"/>
</xs:sequence></xs:extension></xs:complexContent></xs:complexType><xs:element name="arrets" type="demo:arretsType"/></xs:schema>"""


def hits() -> str:
    return f"""<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" numberMatched="{len(STOPS)}" numberReturned="0"
 timeStamp="2026-01-01T00:00:00Z"/>"""


def wms() -> str:
    return f"""<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms" {XLINK}><Service><Name>WMS</Name><Title>Plateforme</Title>
<OnlineResource xlink:href="{BASE}/wms"/><Fees>aucun</Fees><AccessConstraints>Licence Ouverte 2.0</AccessConstraints></Service>
<Capability><Request><GetCapabilities><Format>text/xml</Format><DCPType><HTTP><Get><OnlineResource xlink:href="{BASE}/wms"/></Get></HTTP></DCPType>
</GetCapabilities><GetMap><Format>image/png</Format><DCPType><HTTP><Get><OnlineResource xlink:href="{BASE}/wms"/></Get></HTTP></DCPType></GetMap></Request>
<Layer><Title>Plateforme</Title><CRS>EPSG:2154</CRS><CRS>EPSG:4326</CRS><Layer queryable="1"><Name>arrets</Name><Title>Arrêts</Title>
<EX_GeographicBoundingBox><westBoundLongitude>{BOX[0]}</westBoundLongitude><eastBoundLongitude>{BOX[2]}</eastBoundLongitude>
<southBoundLatitude>{BOX[1]}</southBoundLatitude><northBoundLatitude>{BOX[3]}</northBoundLatitude></EX_GeographicBoundingBox>
<MetadataURL type="ISO19115:2003"><Format>text/xml</Format><OnlineResource xlink:href="{BASE}/record.xml"/></MetadataURL>
</Layer></Layer></Capability></WMS_Capabilities>"""


def ogcapi(path: list[str]) -> dict[str, Any]:
    match path:
        case []:
            return {"title": "Plateforme", "links": [_link("/", "self"), _link("/conformance", "conformance"), _link("/collections", "data"), _link("/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0")]}  # fmt: skip
        case ["conformance"]:
            names = (
                "ogcapi-features-1/1.0/conf/core",
                "ogcapi-features-1/1.0/conf/geojson",
                "ogcapi-features-2/1.0/conf/crs",
            )
            return {"conformsTo": [f"http://www.opengis.net/spec/{name}" for name in names]}
        case ["api"]:
            licence = {"name": "Licence Ouverte 2.0", "url": "https://spdx.org/licenses/etalab-2.0.html"}
            return {
                "openapi": "3.0.3",
                "info": {"title": "Plateforme", "version": "1", "license": licence},
                "paths": {},
            }
        case ["collections"]:
            return {"links": [_link("/collections", "self")], "collections": [_collection()]}
        case ["collections", "arrets", "items"]:
            features = [_feature(number, *stop) for number, stop in enumerate(STOPS)]
            return {"type": "FeatureCollection", "numberMatched": len(STOPS), "numberReturned": len(STOPS), "links": [], "features": features}  # fmt: skip
    return {}


def _collection() -> dict[str, Any]:
    crs = ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/2154"]
    links = [_link("/collections/arrets/items", "items", "application/geo+json")]
    return {
        "id": "arrets",
        "title": "Arrêts",
        "extent": {"spatial": {"bbox": [list(BOX)]}},
        "crs": crs,
        "links": links,
    }


def _feature(number: int, name: str, x: float, y: float) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [x, y]}
    return {"type": "Feature", "id": number, "geometry": geometry, "properties": {"name": name}}


def _link(path: str, rel: str, media_type: str = "application/json") -> dict[str, str]:
    return {"href": f"{BASE}/ogcapi{path}", "rel": rel, "type": media_type}


def record() -> str:
    links = "".join(
        f"""<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{BASE}/{kind.lower()}</gmd:URL></gmd:linkage>
<gmd:protocol><gco:CharacterString>OGC:{kind}</gco:CharacterString></gmd:protocol>
<gmd:name><gco:CharacterString>demo:arrets</gco:CharacterString></gmd:name></gmd:CI_OnlineResource></gmd:onLine>"""
        for kind in ("WFS", "WMS")
    )
    return f"""<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>arrets-1</gco:CharacterString></gmd:fileIdentifier>
<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="dataset" codeList="x"/></gmd:hierarchyLevel>
<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Arrêts</gco:CharacterString></gmd:title>
</gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo>
<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>{links}
</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo></gmd:MD_Metadata>"""
