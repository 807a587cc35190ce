"""What the JSON formats share: the head of a collection, links, features joined by commas."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from cicclo.features.ports import About

NOTHING: Mapping[str, Any] = {}


def head(about: About, more: Mapping[str, Any] = NOTHING) -> bytes:
    """Everything of a FeatureCollection that stands before its features."""
    document = {
        "type": "FeatureCollection",
        **more,
        "links": links(about),
        "numberMatched": about.matched,
        "numberReturned": about.returned,
        "timeStamp": about.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    told = {name: value for name, value in document.items() if value is not None}
    return msgspec.json.encode(told)[:-1] + b',"features":['


def links(about: About) -> list[dict[str, Any]]:
    """The links as JSON objects, without empty members."""
    found = []
    for each in about.links:
        members = {
            "href": each.href,
            "rel": each.rel,
            "type": each.type,
            "title": each.title.get(about.lang),
            "hreflang": each.hreflang,
            "length": each.length,
        }
        found.append({name: value for name, value in members.items() if value not in ("", None)})
    return found


def collection(
    about: About, texts: Iterable[pa.LargeStringArray], more: Mapping[str, Any] = NOTHING
) -> Iterator[bytes]:
    """A FeatureCollection, piece by piece."""
    yield head(about, more)
    comma = b""
    for each in texts:
        if len(each):
            yield comma + b",".join(rows(each))
            comma = b","
    yield b"]}"


def alone(
    about: About, texts: Iterable[pa.LargeStringArray], more: Mapping[str, Any] = NOTHING
) -> Iterator[bytes]:
    """One feature with its links."""
    members = msgspec.json.encode({**more, "links": links(about)})
    for each in texts:
        for feature in rows(each):
            yield feature[:-1] + b"," + members[1:]


def rows(texts: pa.LargeStringArray) -> list[bytes]:
    """Arrow text as bytes, row by row."""
    found: list[bytes] = texts.cast(pa.large_binary()).to_pylist()
    return found
