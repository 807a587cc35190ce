"""Parameters of features and of pages of features, exactly as they are accepted."""

from cicclo.features.http.filters import LANGUAGES
from cicclo.features.http.plans import offered_queryables
from cicclo.features.http.schemas import TYPES
from cicclo.features.model import GEOMETRY, Collection, GeometryKind
from cicclo.features.resources import Parameter
from cicclo.features.service import Service
from cicclo.kernel.text import Text
from cicclo.ogc.crs import CRS84


def of_item(_service: Service, collection: Collection | None) -> tuple[Parameter, ...]:
    if collection is None:
        return ()
    own = [each.name for each in collection.properties]
    names = own if collection.geometry is GeometryKind.NONE else [*own, GEOMETRY]
    return (
        Parameter(
            "crs",
            {"type": "string", "format": "uri", "enum": list(collection.crs), "default": collection.crs[0]},
            Text("CRS des coordonnées rendues", "CRS of the coordinates in the answer"),
        ),
        Parameter(
            "properties",
            {"type": "array", "items": {"type": "string", "enum": names}},
            Text(
                "propriétés rendues, toutes par défaut ; « geometry » est l'une d'elles",
                "properties in the answer, all by default; “geometry” is one of them",
            ),
        ),
    )


def of_items(service: Service, collection: Collection | None) -> tuple[Parameter, ...]:
    if collection is None:
        return ()
    return (
        *_paging(service),
        *_selection(collection),
        *of_item(service, collection),
        *_sorting(collection),
        *(
            Parameter(
                each.name,
                {**TYPES[each.kind], **({"enum": list(each.values)} if each.values else {})},
                Text(f"objets où {each.name} a cette valeur", f"features where {each.name} has this value"),
            )
            for each in offered_queryables(collection)
        ),
    )


def _paging(service: Service) -> tuple[Parameter, ...]:
    limits = service.limits
    return (
        Parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": limits.page, "default": limits.default},
            Text("nombre d'objets par page", "number of features in a page"),
        ),
        Parameter(
            "offset",
            {"type": "integer", "minimum": 0, "default": 0},
            Text("nombre d'objets à passer d'abord", "number of features to skip first"),
        ),
        Parameter(
            "cursor",
            {"type": "string"},
            Text(
                "où reprend la page, tel que donné dans le lien next",
                "where the page starts, as given in the next link",
            ),
        ),
    )


def _selection(collection: Collection) -> tuple[Parameter, ...]:
    crs = {
        "type": "string",
        "format": "uri",
        "enum": list(dict.fromkeys((*collection.crs, CRS84))),
        "default": CRS84,
    }
    return (
        Parameter(
            "bbox",
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
            Text(
                "objets qui touchent cette boîte, et ceux sans géométrie",
                "features that intersect this box, and those without geometry",
            ),
        ),
        Parameter("bbox-crs", crs, Text("CRS de bbox", "CRS of bbox")),
        Parameter(
            "datetime",
            {"type": "string"},
            Text(
                "instant ou intervalle, RFC 3339 : 2026-01-01T00:00:00Z/.. ; et objets sans date",
                "instant or interval, RFC 3339: 2026-01-01T00:00:00Z/..; and features without time",
            ),
        ),
        Parameter("filter", {"type": "string"}, Text("filtre CQL2", "CQL2 filter")),
        Parameter(
            "filter-lang",
            {"type": "string", "enum": list(LANGUAGES), "default": LANGUAGES[0]},
            Text("langage du filtre", "language of the filter"),
        ),
        Parameter("filter-crs", crs, Text("CRS des géométries du filtre", "CRS of the filter's geometries")),
    )


def _sorting(collection: Collection) -> tuple[Parameter, ...]:
    names = [each.name for each in collection.properties if each.sortable]
    if not names:
        return ()
    return (
        Parameter(
            "sortby",
            {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": r"^[+-]?[^+\-\s].*$"}},
            Text(
                f"tri, +nom ou -nom, parmi : {', '.join(names)}",
                f"order, +name or -name, among: {', '.join(names)}",
            ),
        ),
    )
