"""Documents of the correct WFS: capabilities of three versions, schema, stored queries."""

from cicclo.probes.examples._ows import BASE, RECORD

URL = f"{BASE}/wfs"
GET_FEATURE_BY_ID = "urn:ogc:def:query:OGC-WFS::GetFeatureById"
TYPES = {"communes": ("Communes", "1.8 49.4 3.7 51.1"), "arrets": ("Arrêts", "3.0 50.6 3.1 50.7")}
_OTHER_CRS = ("EPSG::4326", "EPSG::3857", "EPSG::4258")


def capabilities_2_0() -> str:
    names = {"wfs": "http://www.opengis.net/wfs/2.0", "ows": "http://www.opengis.net/ows/1.1"}
    return _capabilities("2.0.0", names, _operations(), "".join(_type(name, "CRS") for name in TYPES))


def capabilities_1_1() -> str:
    names = {"wfs": "http://www.opengis.net/wfs", "ows": "http://www.opengis.net/ows"}
    return _capabilities(
        "1.1.0",
        names,
        _operation("GetCapabilities") + _operation("GetFeature"),
        "".join(_type(name, "SRS") for name in TYPES),
    )


def _capabilities(version: str, names: dict[str, str], operations: str, types: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:WFS_Capabilities version="{version}" xmlns="{names["wfs"]}" xmlns:wfs="{names["wfs"]}" xmlns:ows="{names["ows"]}"
 xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:demo="https://good.example/demo">
<ows:ServiceIdentification><ows:Title>Service d'exemple</ows:Title><ows:Abstract>Un service correct, près d'Orléans</ows:Abstract>
<ows:Keywords><ows:Keyword>communes</ows:Keyword></ows:Keywords><ows:ServiceType>WFS</ows:ServiceType>
<ows:ServiceTypeVersion>2.0.0</ows:ServiceTypeVersion><ows:ServiceTypeVersion>1.1.0</ows:ServiceTypeVersion>
<ows:ServiceTypeVersion>1.0.0</ows:ServiceTypeVersion>
<ows:Fees>Gratuit</ows:Fees><ows:AccessConstraints>Licence Ouverte 2.0</ows:AccessConstraints></ows:ServiceIdentification>
<ows:OperationsMetadata>{operations}</ows:OperationsMetadata>
<FeatureTypeList>{types}</FeatureTypeList>
</wfs:WFS_Capabilities>"""


def _operations() -> str:
    json = "<ows:AllowedValues><ows:Value>application/gml+xml; version=3.2</ows:Value><ows:Value>application/json</ows:Value></ows:AllowedValues>"
    count = '<ows:Constraint name="CountDefault"><ows:NoValues/><ows:DefaultValue>5</ows:DefaultValue></ows:Constraint>'
    plain = "".join(
        map(
            _operation,
            (
                "GetCapabilities",
                "DescribeFeatureType",
                "GetPropertyValue",
                "ListStoredQueries",
                "DescribeStoredQueries",
            ),
        )
    )
    feature = _operation("GetFeature", f'<ows:Parameter name="outputFormat">{json}</ows:Parameter>{count}')
    return (
        plain
        + feature
        + "".join(map(_claim, ("ImplementsBasicWFS", "KVPEncoding", "XMLEncoding", "ImplementsResultPaging")))
    )


def _operation(name: str, more: str = "") -> str:
    addresses = f'<ows:Get xlink:href="{URL}"/><ows:Post xlink:href="{URL}"/>'
    return f'<ows:Operation name="{name}"><ows:DCP><ows:HTTP>{addresses}</ows:HTTP></ows:DCP>{more}</ows:Operation>'


def _claim(name: str) -> str:
    return f'<ows:Constraint name="{name}"><ows:NoValues/><ows:DefaultValue>TRUE</ows:DefaultValue></ows:Constraint>'


def _type(name: str, crs: str) -> str:
    title, bbox = TYPES[name]
    west, south, east, north = bbox.split()
    others = "".join(f"<Other{crs}>urn:ogc:def:crs:{other}</Other{crs}>" for other in _OTHER_CRS)
    return f"""<FeatureType><Name>demo:{name}</Name><Title>{title}</Title><Abstract>Des {title.lower()}</Abstract>
<ows:Keywords><ows:Keyword>{name}</ows:Keyword></ows:Keywords>
<Default{crs}>urn:ogc:def:crs:EPSG::2154</Default{crs}>{others}
<ows:WGS84BoundingBox><ows:LowerCorner>{west} {south}</ows:LowerCorner><ows:UpperCorner>{east} {north}</ows:UpperCorner></ows:WGS84BoundingBox>
<MetadataURL xlink:href="{RECORD}"/></FeatureType>"""


def capabilities_1_0() -> str:
    types = "".join(
        f"<FeatureType><Name>demo:{name}</Name><Title>{title}</Title><SRS>EPSG:2154</SRS></FeatureType>"
        for name, (title, _) in TYPES.items()
    )
    get = f'<DCPType><HTTP><Get onlineResource="{URL}?request=GetCapabilities"/></HTTP></DCPType>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<WFS_Capabilities version="1.0.0" xmlns="http://www.opengis.net/wfs" xmlns:demo="https://good.example/demo">
<Service><Name>WFS</Name><Title>Service d'exemple</Title><OnlineResource>{URL}</OnlineResource></Service>
<Capability><Request><GetCapabilities>{get}</GetCapabilities></Request></Capability>
<FeatureTypeList>{types}</FeatureTypeList></WFS_Capabilities>"""


def schema(name: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:demo="https://good.example/demo"
 targetNamespace="https://good.example/demo" elementFormDefault="qualified">
<xsd:import namespace="http://www.opengis.net/gml/3.2" schemaLocation="http://schemas.opengis.net/gml/3.2.1/gml.xsd"/>
<xsd:complexType name="{name}Type"><xsd:complexContent><xsd:extension base="gml:AbstractFeatureType"><xsd:sequence>
<xsd:element name="nom" type="xsd:string"/><xsd:element name="geom" type="gml:PointPropertyType"/>
</xsd:sequence></xsd:extension></xsd:complexContent></xsd:complexType>
<xsd:element name="{name}" type="demo:{name}Type" substitutionGroup="gml:AbstractFeature"/>
</xsd:schema>"""


def stored_queries() -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<wfs:ListStoredQueriesResponse xmlns:wfs="http://www.opengis.net/wfs/2.0"><wfs:StoredQuery id="{GET_FEATURE_BY_ID}">
<wfs:Title>Get feature by id</wfs:Title></wfs:StoredQuery></wfs:ListStoredQueriesResponse>"""
