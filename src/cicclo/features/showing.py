"""How pages show values, formats, filters and the commands of other programs: what templates ask for."""

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from cicclo.features.model import Box, Collection, GeometryKind, Kind, Property
from cicclo.kernel.text import NOTHING, Text
from cicclo.ogc.crs import code

KIND_NAMES = {
    Kind.STRING: Text("texte", "text"),
    Kind.INTEGER: Text("entier", "integer"),
    Kind.NUMBER: Text("nombre", "number"),
    Kind.BOOLEAN: Text("oui ou non", "yes or no"),
    Kind.DATE: Text("date", "date"),
    Kind.INSTANT: Text("date et heure", "date and time"),
    Kind.JSON: Text("structure JSON", "JSON structure"),
}
GEOMETRY_NAMES = {
    GeometryKind.NONE: Text("sans géométrie", "no geometry"),
    GeometryKind.POINT: Text("points", "points"),
    GeometryKind.MULTIPOINT: Text("multipoints", "multipoints"),
    GeometryKind.LINESTRING: Text("lignes", "lines"),
    GeometryKind.MULTILINESTRING: Text("multilignes", "multilines"),
    GeometryKind.POLYGON: Text("polygones", "polygons"),
    GeometryKind.MULTIPOLYGON: Text("multipolygones", "multipolygons"),
    GeometryKind.COLLECTION: Text("collections de géométries", "geometry collections"),
    GeometryKind.ANY: Text("géométries de tous types", "geometries of any type"),
}
LONGEST = 160  # characters of a value in a table; the feature's own page says all
NAMED = 12  # of values in a list of choices


def value(found: Any, lang: str, *, whole: bool = False) -> str:
    """A property's value as people read it; empty for none."""
    if found is None:
        return ""
    if isinstance(found, bool):
        return Text("oui" if found else "non", "yes" if found else "no").get(lang)
    if isinstance(found, (dict, list)):
        found = json.dumps(found, ensure_ascii=False)
    if isinstance(found, float):
        found = f"{found:.10g}".replace(".", "," if lang == "fr" else ".")
    text = str(found)
    return text if whole or len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def is_link(found: Any) -> bool:
    return isinstance(found, str) and found.startswith(("https://", "http://")) and " " not in found


def is_number(found: Any) -> bool:
    return isinstance(found, (int, float)) and not isinstance(found, bool)


def columns(collection: Collection, features: Iterable[Mapping[str, Any]]) -> list[Property]:
    """Columns of the table: properties that the page shows, in the schema's order."""
    present = {name for feature in features for name in feature.get("properties") or ()}
    return [each for each in collection.properties if each.name in present]


def heading(document: Mapping[str, Any], collection: Collection) -> str:
    """What a feature is called: its name when it has one, else its id."""
    properties = document.get("properties") or {}
    named = [each.name for each in collection.properties if each.kind is Kind.STRING]
    best = next((name for name in named if name.lower() in NAMES and properties.get(name)), "")
    return str(properties[best]) if best else str(document.get("id", ""))


NAMES = frozenset(("nom", "name", "titre", "title", "libelle", "label", "nom_station"))


def extent(box: Box, lang: str) -> str:
    """`1,38° – 4,23° E, …` as people write a box."""
    west, south, east, north = (_degrees(number, lang) for number in box)
    return Text(
        f"longitude {west} à {east}, latitude {south} à {north}",
        f"longitude {west} to {east}, latitude {south} to {north}",
    ).get(lang)


def _degrees(number: float, lang: str) -> str:
    text = f"{number:.3f}°".replace("-", "\u2212")
    return text.replace(".", ",") if lang == "fr" else text


def label(shown: Property, lang: str) -> str:
    return shown.title.get(lang) or shown.name


def crs_name(uri: str) -> str:
    """`EPSG:2154` for its URI."""
    return code(uri) or uri


def link(document: Mapping[str, Any], relation: str) -> str:
    """The first link with a relation, or nothing."""
    return next((str(each["href"]) for each in links(document, relation)), "")


def links(document: Mapping[str, Any], relation: str) -> list[Mapping[str, Any]]:
    """Links whose relation is, or ends with, this one; the page in HTML comes first."""
    found = [
        each
        for each in document.get("links") or ()
        if each.get("rel") == relation or str(each.get("rel", "")).endswith(f"/{relation}")
    ]
    return sorted(found, key=lambda each: not str(each.get("type", "")).startswith("text/html"))


def other_formats(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The same content in other formats."""
    return [each for each in links(document, "alternate") if each.get("type") != "text/html"]


def format_name(shown: Mapping[str, Any], lang: str) -> str:
    """How a link's media type is called."""
    from cicclo.features.http.encodings import of_items  # noqa: PLC0415 - formats are loaded by the first page

    named = {each.media_type: each.title.get(lang) for each in of_items()}
    media_type = str(shown.get("type", ""))
    return named.get(media_type) or str(shown.get("title", "")) or _SHORT.get(media_type, media_type)


_SHORT = {"application/json": "JSON", "application/schema+json": "JSON Schema"}


def size(length: int | None, lang: str) -> str:
    """A length in bytes as people say it."""
    if not length:
        return ""
    amount, units = float(length), Text("o ko Mo Go", "B kB MB GB").get(lang).split()
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    figure = f"{amount:.0f}" if amount >= 10 else f"{amount:.1f}"
    return f"{figure.replace('.', ',') if lang == 'fr' else figure} {units[0]}"


@dataclass(frozen=True, slots=True)
class Hint:
    """One command to copy."""

    id: str
    name: Text
    lines: str
    note: Text = NOTHING


def collection_hints(base: str, collection: str) -> tuple[Hint, ...]:
    """How other programs open a collection."""
    address = f"{base}/collections/{quote(collection, safe='')}"
    return (
        Hint(
            "qgis",
            Text("QGIS", "QGIS"),
            f"{base}/",
            Text(
                "Menu « Couche › Ajouter une couche › WFS / OGC API – Features », nouvelle connexion avec cette adresse.",
                "Menu “Layer › Add Layer › WFS / OGC API – Features”, new connection with this address.",
            ),
        ),
        Hint(
            "gdal",
            Text("GDAL", "GDAL"),
            f"ogr2ogr {shlex.quote(collection + '.gpkg')} {shlex.quote(f'OAPIF:{base}/')} {shlex.quote(collection)}",
        ),
        Hint(
            "python",
            Text("Python", "Python"),
            f'import geopandas\nlayer = geopandas.read_file("OAPIF:{base}/", layer={json.dumps(collection)})',
        ),
        Hint("curl", Text("curl", "curl"), f"curl {shlex.quote(f'{address}/items?f=json&limit=100')}"),
    )


def curl(document: Mapping[str, Any]) -> str:
    """The request of this page as GeoJSON."""
    found = [each for each in links(document, "alternate") if "geo+json" in str(each.get("type", ""))]
    return f"curl {shlex.quote(str(found[0]['href']))}" if found else ""


def grouped_classes(uris: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Conformance classes by standard: `OGC API – Features – Part 1: Core 1.0` → (class, URI)."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for uri in uris:
        standard, _, name = uri.removeprefix("http://www.opengis.net/spec/").partition("/conf/")
        part, _, version = standard.partition("/")
        groups.setdefault(f"{_STANDARDS.get(part, part)} {version}", []).append((name or uri, uri))
    return sorted(groups.items())


_STANDARDS = {
    "cql2": "Common Query Language (CQL2)",
    "json-fg-1": "OGC Features and Geometries JSON (JSON-FG)",
    "ogcapi-common-1": "OGC API – Common – Part 1: Core",
    "ogcapi-common-2": "OGC API – Common – Part 2: Geospatial Data",
    "ogcapi-common-3": "OGC API – Common – Part 3: Schemas",
    "ogcapi-features-1": "OGC API – Features – Part 1: Core",
    "ogcapi-features-2": "OGC API – Features – Part 2: Coordinate Reference Systems by Reference",
    "ogcapi-features-3": "OGC API – Features – Part 3: Filtering",
    "ogcapi-features-4": "OGC API – Features – Part 4: Create, Replace, Update and Delete",
    "ogcapi-features-5": "OGC API – Features – Part 5: Schemas",
    "ogcapi-features-6": "OGC API – Features – Part 6: Property Selection",
    "ogcapi-features-8": "OGC API – Features – Part 8: Sorting",
    "ogcapi-tiles-1": "OGC API – Tiles – Part 1: Core",
}


def schema_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Properties of a JSON Schema, one row each."""
    rows = []
    required = document.get("required", ())
    for name, about in document.get("properties", {}).items():
        kind = about.get("type") or about.get("format", "")
        shape = about.get("format", "") if about.get("type") else ""
        rows.append(
            {
                "name": name,
                "title": about.get("title", ""),
                "description": about.get("description", ""),
                "type": " · ".join(filter(None, ("/".join(kind) if isinstance(kind, list) else kind, shape))),
                "role": about.get("x-ogc-role", ""),
                "unit": about.get("x-ogc-unit", ""),
                "values": [str(each) for each in about.get("enum", ())],
                "required": name in required,
            }
        )
    return rows


Operation = tuple[str, str, Mapping[str, Any]]


def operations(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """Operations of an API definition by collection, the general ones under an empty name: method, path, what is said."""
    groups: dict[str, list[Operation]] = {"": []}
    for path, methods in sorted((document.get("paths") or {}).items()):
        parts = path.split("/")
        collection = parts[2] if parts[1:2] == ["collections"] and len(parts) > 2 else ""
        found = [(verb.upper(), path, about) for verb, about in methods.items() if verb in _VERBS]
        groups.setdefault(collection, []).extend(found)
    return groups


_VERBS = frozenset(("get", "post", "put", "patch", "delete"))


def definition(document: Mapping[str, Any], base: str) -> str:
    """The address of the API definition as JSON."""
    return link(document, "service-desc") or f"{base}/api?f=json"


def parameter_names(document: Mapping[str, Any], about: Mapping[str, Any]) -> list[str]:
    """Names of the parameters of an operation, references resolved."""
    known = document.get("components", {}).get("parameters", {})
    found = []
    for each in about.get("parameters", ()):
        told = known.get(str(each["$ref"]).rpartition("/")[2], {}) if "$ref" in each else each
        if told.get("in") == "query":
            found.append(str(told["name"]))
    return found
