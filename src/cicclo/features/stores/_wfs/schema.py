"""DescribeFeatureType → the properties of a type."""

from dataclasses import dataclass

from cicclo.features.model import GEOMETRY, ID, GeometryKind, Kind, Property
from cicclo.features.stores._wfs import xml

_KINDS = {
    **dict.fromkeys(("boolean",), Kind.BOOLEAN),
    **dict.fromkeys(
        [
            "integer",
            "int",
            "long",
            "short",
            "byte",
            "nonNegativeInteger",
            "positiveInteger",
            "negativeInteger",
            "nonPositiveInteger",
            "unsignedInt",
            "unsignedLong",
            "unsignedShort",
            "unsignedByte",
        ],
        Kind.INTEGER,
    ),
    **dict.fromkeys(("double", "float", "decimal"), Kind.NUMBER),
    **dict.fromkeys(("date",), Kind.DATE),
    **dict.fromkeys(("dateTime",), Kind.INSTANT),
}
_SHAPES = {
    "Point": GeometryKind.POINT,
    "MultiPoint": GeometryKind.MULTIPOINT,
    "LineString": GeometryKind.LINESTRING,
    "MultiLineString": GeometryKind.MULTILINESTRING,
    "Polygon": GeometryKind.POLYGON,
    "MultiPolygon": GeometryKind.MULTIPOLYGON,
    # what servers of GML 3 call so may hold single ones too
    "MultiSurface": GeometryKind.ANY,
    "MultiCurve": GeometryKind.ANY,
    "Surface": GeometryKind.POLYGON,
    "Curve": GeometryKind.LINESTRING,
}


@dataclass(frozen=True, slots=True)
class Schema:
    """`names` are the source's, in the order of `properties`: one named like a column of ours gets another name."""

    properties: tuple[Property, ...]
    names: tuple[str, ...]
    geometry: str
    kind: GeometryKind


def read(body: bytes, type_name: str) -> Schema:
    """The schema of one type, from a document that may describe several."""
    root = xml.parse(body)
    properties: list[Property] = []
    names: list[str] = []
    geometry, kind = "", GeometryKind.NONE
    for element in _elements(root, type_name.rpartition(":")[2]):
        name, declared = element.get("name", ""), _declared(element)
        if declared.endswith("PropertyType"):
            if not geometry:
                geometry = name
                kind = _SHAPES.get(declared.removesuffix("PropertyType"), GeometryKind.ANY)
            continue
        if name and name != "boundedBy" and name not in names:
            shown = f"{name}_2" if name in (ID, GEOMETRY) else name
            properties.append(Property(shown, _KINDS.get(declared, Kind.STRING), sortable=False))
            names.append(name)
    return Schema(tuple(properties), tuple(names), geometry, kind)


def _elements(root: xml.Element, type_name: str) -> list[xml.Element]:
    """The elements of the type's sequence."""
    named = {each.get("name"): each for each in root if xml.name(each) == "complexType"}
    head = next((e for e in root if xml.name(e) == "element" and e.get("name") == type_name), None)
    if head is not None and xml.first(head, "complexType") is not None:
        return _sequence(head)
    wanted = (head.get("type", "") if head is not None else "").rpartition(":")[2]
    found = named.get(wanted, named.get(f"{type_name}Type"))
    return _sequence(found) if found is not None else []


def _sequence(element: xml.Element) -> list[xml.Element]:
    return [each for group in xml.every(element, "sequence") for each in group if xml.name(each) == "element"]


def _declared(element: xml.Element) -> str:
    """The name of a type without its prefix, of a restriction too."""
    said = element.get("type", "")
    if not said:
        said = next((each.get("base", "") for each in xml.every(element, "restriction")), "")
    return str(said.rpartition(":")[2])
