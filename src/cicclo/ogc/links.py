"""Links of OGC API documents (RFC 8288 relations)."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin


def links_of(document: Any) -> list[dict[str, Any]]:
    """Return the links of a document that are objects; anything else is left out."""
    raw = document.get("links") if isinstance(document, dict) else None
    return [link for link in raw if isinstance(link, dict)] if isinstance(raw, list) else []


def find_links(document: Any, rel: str, *media_types: str) -> list[dict[str, Any]]:
    """Return the links with a relation (its full OGC URI or short form), of one of the media types if given."""
    wanted = {rel, f"http://www.opengis.net/def/rel/ogc/1.0/{rel}", f"[ogc-rel:{rel}]"}
    found = [link for link in links_of(document) if str(link.get("rel")) in wanted]
    if not media_types:
        return found
    return [link for link in found if media_type(link.get("type")) in media_types]


def href(document: Any, rel: str, base: str, *media_types: str) -> str:
    """Return the absolute address of the first link with a relation, empty when there is none."""
    for link in find_links(document, rel, *media_types):
        if isinstance(link.get("href"), str):
            return absolute(base, link["href"])
    return ""


def absolute(base: str, reference: str) -> str:
    """Resolve a reference; empty for one that is no address at all (`http://[`)."""
    try:
        return str(urljoin(base, reference))
    except ValueError:
        return ""


def media_type(value: Any) -> str:
    """A media type without its parameters, lower case."""
    return value.split(";")[0].strip().lower() if isinstance(value, str) else ""


def relations(document: Any) -> set[str]:
    """Every relation present in a document."""
    return {str(link.get("rel")) for link in links_of(document)}


def prefer(links: Iterable[dict[str, Any]], *media_types: str) -> dict[str, Any] | None:
    """Return the first link whose type comes first in the given order, else the first link."""
    candidates = list(links)
    for wanted in media_types:
        for link in candidates:
            if media_type(link.get("type")) == wanted:
                return link
    return candidates[0] if candidates else None
