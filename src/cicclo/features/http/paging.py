"""Links of a page of features and of one feature."""

from cicclo.features.http.documents import query_string
from cicclo.features.http.encodings import of_items
from cicclo.features.model import Query
from cicclo.features.resources import JSON, Ask, Json, link


def asked(ask: Ask) -> dict[str, str]:
    """The parameters as links repeat them: without the representation, which each link names."""
    return {name: value for name, value in ask.query.items() if name != "f"}


def page_links(ask: Ask, query: Query) -> list[Json]:
    """`self`, every `alternate`, the collection, and the former page when it can be told."""
    address = ask.href("collections", ask.path["collection"], "items")
    given = asked(ask)
    links = [
        link(
            f"{address}?{query_string({**given, 'f': each.name})}",
            "self" if each == ask.representation else "alternate",
            each.media_type,
        )
        for each in of_items()
    ]
    if query.offset:
        former = {**given, "offset": str(max(0, query.offset - query.limit)), "f": ask.representation.name}
        links.append(link(f"{address}?{query_string(former)}", "prev", ask.representation.media_type))
    links.append(
        link(ask.href("collections", ask.path["collection"], f="json"), "collection", JSON.media_type)
    )
    return links


def next_prefix(ask: Ask) -> str:
    """The address of the next page, up to its cursor."""
    given = {name: value for name, value in asked(ask).items() if name not in ("offset", "cursor")}
    given["f"] = ask.representation.name
    address = ask.href("collections", ask.path["collection"], "items")
    return f"{address}?{query_string(given)}&cursor="


def item_links(ask: Ask, feature: str) -> list[Json]:
    """Links of one feature; `feature` is put in as it comes, percent-encoded or a mark to replace."""
    address = f"{ask.href('collections', ask.path['collection'], 'items')}/{feature}"
    given = asked(ask)
    links = [
        link(
            f"{address}?{query_string({**given, 'f': each.name})}",
            "self" if each == ask.representation else "alternate",
            each.media_type,
        )
        for each in of_items()
    ]
    return [
        *links,
        link(ask.href("collections", ask.path["collection"], f="json"), "collection", JSON.media_type),
    ]


def download_links(ask: Ask) -> list[Json]:
    """Links within a file of the whole collection."""
    address = ("collections", ask.path["collection"])
    chosen = ask.representation
    return [
        link(ask.href(*address, "download", f=chosen.name), "self", chosen.media_type),
        link(ask.href(*address, f="json"), "collection", JSON.media_type),
    ]
