"""The filter, the sort and the paging of a page of features, as links and fields that work without any script."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cicclo.features.http.plans import SELECTION, offered_queryables
from cicclo.features.model import Collection, Kind, Property, Query
from cicclo.features.showing import NAMES
from cicclo.kernel.text import Text
from cicclo.web.locale import Words

Given = Mapping[str, str]

INPUTS = {Kind.INTEGER: "number", Kind.NUMBER: "number", Kind.DATE: "date"}
PAGE_SIZES = (10, 50, 100, 500, 1000, 5000, 10000)
MOST_BY_POSITION = 10_000  # beyond, pages follow the cursor: a position far away costs the server more


def queryables(collection: Collection) -> list[Property]:
    return offered_queryables(collection)


def used(given: Given, collection: Collection) -> list[str]:
    """Names of the criteria in use."""
    known = {*(name for name in SELECTION if name in ("bbox", "datetime", "filter")), "sortby"}
    known |= {each.name for each in offered_queryables(collection)}
    return [name for name, text in given.items() if name in known and text]


def choices(shown: Property, lang: str) -> list[tuple[str, str]]:
    """Values to choose from, each with its words."""
    if shown.kind is Kind.BOOLEAN:
        return [("true", Text("oui", "yes").get(lang)), ("false", Text("non", "no").get(lang))]
    return [(each, each) for each in shown.values]


def input_type(shown: Property) -> str:
    return INPUTS.get(shown.kind, "text")


def example(collection: Collection) -> str:
    """A filter that means something on this collection."""
    plain = [each for each in collection.properties if each.queryable and each.name.isidentifier()]
    texts = [each.name for each in plain if each.kind is Kind.STRING]
    figures = [each.name for each in plain if each.kind in (Kind.INTEGER, Kind.NUMBER)]
    if named := next((name for name in texts if name.lower() in NAMES), ""):
        return f"casei({named}) LIKE casei('a%')"
    return f"{figures[0]} > 100" if figures else f"{texts[0]} IS NOT NULL" if texts else ""


def sizes(given: str, most: int) -> list[int]:
    """Page sizes to choose from, with the one in use."""
    offered = {size for size in PAGE_SIZES if size <= most}
    return sorted(offered | ({int(given)} if given.isdigit() and 0 < int(given) <= most else set()))


@dataclass(frozen=True, slots=True)
class Span:
    """Which features a page shows: `first` is 0 when a cursor hides it."""

    first: int
    last: int
    matched: int | None


def span(document: Mapping[str, Any], query: Any) -> Span:
    returned = int(document.get("numberReturned", 0))
    first = 0 if query.after or not returned else query.offset + 1
    return Span(first, first + returned - 1 if first else 0, document.get("numberMatched"))


def told(shown: Span, returned: int, words: Words) -> str:
    """“Objets 11 à 20 sur 3 788”, as much of it as is known."""
    if shown.matched == 0 or not returned:
        return Text("Aucun objet", "No feature").get(words.lang)
    total = words.number(shown.matched) if shown.matched is not None else ""
    if shown.first:
        first, last = words.number(shown.first), words.number(shown.last)
        here = Text(f"Objets {first} à {last}", f"Features {first} to {last}").get(words.lang)
    else:
        here = words.count(returned, ("objet", "feature"), ("objets", "features"))
    return f"{here} {Text('sur', 'of').get(words.lang)} {total}" if total else here


def without(given: Given, *names: str) -> dict[str, str]:
    """The query without some of its parameters, nor the language, which links add by themselves."""
    return {name: text for name, text in given.items() if name not in (*names, "lang", "f")}


def by_position(query: Query) -> bool:
    """Whether the next page is asked by its position, so that the way back is known; else by the cursor."""
    return not query.after and query.offset + query.limit <= MOST_BY_POSITION


def moved(given: Given, query: Query, pages: int) -> dict[str, str]:
    """The query some pages further or back."""
    offset = max(0, query.offset + pages * query.limit)
    return {**without(given, "offset", "cursor"), **({"offset": str(offset)} if offset else {})}


def sorting(given: Given, query: Query, name: str) -> dict[str, str]:
    """The query sorted by a property; by its opposite when it is sorted so already."""
    descending = _direction(query, name) == "ascending"
    return {**without(given, "offset", "cursor"), "sortby": f"{'-' if descending else ''}{name}"}


def sorted_as(query: Query, name: str) -> str:
    """The `aria-sort` of a column, empty when the page is not sorted by it."""
    return _direction(query, name)


def _direction(query: Query, name: str) -> str:
    key = next((each for each in query.sort if each.name == name), None)
    return "" if key is None else "descending" if key.descending else "ascending"


def for_map(given: Given) -> dict[str, str]:
    """The query of the same features for the map: as GeoJSON, in degrees, with all properties."""
    return {**without(given, "crs", "properties"), "f": "json"}
