"""In which encodings features can be had: ours (GeoJSON, a page) and every declared format."""

from functools import cache

from cicclo.features.formats import FORMATS
from cicclo.features.ports import Format
from cicclo.features.resources import HTML, Representation
from cicclo.kernel.text import Text

GEOJSON = Representation("json", "application/geo+json", Text("GeoJSON", "GeoJSON"))


@cache
def of_items() -> tuple[Representation, ...]:
    """GeoJSON first: whoever accepts anything gets it."""
    others = (each for each in FORMATS.values() if each.media_type.split(";")[0] != GEOJSON.media_type)
    return (GEOJSON, HTML, *(Representation(each.name, each.media_type, each.title) for each in others))


@cache
def format_of(name: str) -> Format:
    """The format that `f=name` gives."""
    if name == GEOJSON.name:
        return next(each for each in FORMATS.values() if each.media_type.split(";")[0] == GEOJSON.media_type)
    return FORMATS[name]


@cache
def of_downloads() -> tuple[Representation, ...]:
    """Encodings in which a whole collection is offered."""
    return tuple(
        each
        for each in of_items()
        if (
            each is GEOJSON
            and any(f.media_type.split(";")[0] == GEOJSON.media_type for f in FORMATS.values())
        )
        or (each.name in FORMATS and FORMATS[each.name].whole)
    )
