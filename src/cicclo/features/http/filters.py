"""`filter`: CQL2 text or JSON → a checked expression."""

import msgspec

from cicclo.features.model import Collection, GeometryKind
from cicclo.kernel.errors import BadInput
from cicclo.kernel.text import Text
from cicclo.ogc.cql2 import check
from cicclo.ogc.cql2 import json as cql2_json
from cicclo.ogc.cql2 import text as cql2_text
from cicclo.ogc.cql2.model import Expression

LANGUAGES = ("cql2-text", "cql2-json")


def queryables(collection: Collection) -> dict[str, str]:
    """Names that a filter may use, with their kinds."""
    kinds = {each.name: each.kind.value for each in collection.properties if each.queryable}
    return kinds if collection.geometry is GeometryKind.NONE else {**kinds, "geometry": "geometry"}


def read(text: str, lang: str, crs: str, collection: Collection) -> Expression:
    """Raise BadInput, with the position of what is wrong, for a filter that is none."""
    if lang not in LANGUAGES:
        raise BadInput(
            Text(f"langage inconnu : « {lang} »", f"unknown language: “{lang}”"),
            at="filter-lang",
            remedy=Text("cql2-text ou cql2-json", "cql2-text or cql2-json"),
        )
    parsed = cql2_text.parse(text) if lang == "cql2-text" else cql2_json.parse(_decode(text))
    return check.check(parsed, queryables(collection), crs=crs)


def _decode(text: str) -> object:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadInput(
            Text(f"JSON illisible ({error})", f"unreadable JSON ({error})"), at="filter"
        ) from error
