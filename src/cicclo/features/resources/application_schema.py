"""`/collections/{collection}/application-schema`: what the elements of our GML are (XML Schema, GML simple features 0)."""

from lxml import etree

from cicclo.features.formats import gml
from cicclo.features.model import Collection, GeometryKind, Kind
from cicclo.features.resources import RESOURCES, Ask, Content, Json, Reply, Representation, Resource, link
from cicclo.kernel.text import Text

XSD = Representation("xsd", "application/xml", Text("Schéma XML", "XML Schema"))
XS = "http://www.w3.org/2001/XMLSchema"
SF_LEVELS = "http://schemas.opengis.net/gmlsfProfile/2.0/gmlsfLevels.xsd"
SF = "http://www.opengis.net/gmlsf/2.0"
TITLE = Text("Schéma d'application GML", "GML application schema")
TYPES = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "double",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "dateTime",
}
GEOMETRIES = {
    GeometryKind.POINT: "Point",
    GeometryKind.MULTIPOINT: "MultiPoint",
    GeometryKind.LINESTRING: "Curve",
    GeometryKind.MULTILINESTRING: "MultiCurve",
    GeometryKind.POLYGON: "Surface",
    GeometryKind.MULTIPOLYGON: "MultiSurface",
}


async def schema(ask: Ask) -> Reply:
    store = ask.store
    collection = store.collection
    space = ask.href("collections", collection.id)
    version = f"{store.version} {space} {ask.lang}" if store.version else ""
    return Content(written(collection, space), XSD.media_type, version=version)


def written(collection: Collection, space: str) -> bytes:
    """The schema: one type, with the id, the properties and the geometry."""
    root = etree.Element(
        f"{{{XS}}}schema",
        nsmap={"xs": XS, "gml": gml.GML, "app": space, "gmlsf": SF},
        targetNamespace=space,
        elementFormDefault="qualified",
        version="1.0",
    )
    note = _add(_add(root, "annotation"), "appinfo", source=SF_LEVELS)
    etree.SubElement(note, f"{{{SF}}}ComplianceLevel").text = "0"
    _add(root, "import", namespace=gml.GML, schemaLocation="http://schemas.opengis.net/gml/3.2.1/gml.xsd")
    _add(root, "import", namespace=SF, schemaLocation=SF_LEVELS)
    name = gml.feature_name(collection)
    _add(root, "element", name=name, type=f"app:{name}Type", substitutionGroup="gml:AbstractFeature")
    content = _add(_add(root, "complexType", name=f"{name}Type"), "complexContent")
    sequence = _add(_add(content, "extension", base="gml:AbstractFeatureType"), "sequence")
    for element, type_ in _elements(collection):
        _add(sequence, "element", name=element, type=type_, minOccurs="0")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _elements(collection: Collection) -> list[tuple[str, str]]:
    names = gml.element_names(collection)
    kinds = [collection.id_kind, *(each.kind for each in collection.properties)]
    found = [(name, f"xs:{TYPES.get(kind, 'string')}") for name, kind in zip(names, kinds, strict=False)]
    if collection.geometry is not GeometryKind.NONE:
        found.append((names[-1], f"gml:{GEOMETRIES.get(collection.geometry, 'Geometry')}PropertyType"))
    return found


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{XS}}}{tag}", **attributes)


def _links(ask: Ask, collection: Collection) -> list[Json]:
    address = ask.href("collections", collection.id, gml.SCHEMA)
    return [link(address, "describedby", XSD.media_type, ask.say(TITLE))]


RESOURCES.add(
    Resource(
        name="application_schema",
        path=f"/collections/{{collection}}/{gml.SCHEMA}",
        handler=schema,
        summary=TITLE,
        representations=(XSD,),
        collection_links=_links,
        prepared=False,
    )
)
