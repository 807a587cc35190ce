"""Small steps in a tree of ISO metadata, by local name: both schemas name most things alike."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from lxml import etree

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
NIL_REASONS = (
    "{http://www.isotc211.org/2005/gco}nilReason",
    "{http://standards.iso.org/iso/19115/-3/gco/1.0}nilReason",
)


class Words(NamedTuple):
    """The text of a property, and the address it is anchored to."""

    text: str = ""
    href: str = ""

    @property
    def any(self) -> str:
        return self.href or self.text


NO_WORDS = Words()


@cache
def local_name(tag: str) -> str:
    return tag.rpartition("}")[2]


def children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    found: Iterator[etree._Element] = element.iterchildren("{*}" + name)
    return found


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Follow the first child of each name; None as soon as one is missing."""
    for name in path:
        if element is None:
            return None
        element = next(element.iterchildren("{*}" + name), None)
    return element


def words(prop: etree._Element | None) -> Words:
    """Text and anchor of a property (`gmd:title`), its first localised text when the main one is empty."""
    inner = content(prop)
    if prop is None or inner is None:
        return NO_WORDS
    text = inner.text
    href = inner.get(XLINK_HREF) if inner.attrib else None
    text, href = text.strip() if text else "", href.strip() if href else ""
    if text or href or len(prop) == 1:
        return Words(text, href) if text or href else NO_WORDS
    localised = (
        e.text.strip() for e in prop.iter("{*}LocalisedCharacterString") if e.text and e.text.strip()
    )
    return Words(next(localised, ""), "")


def content(prop: etree._Element | None) -> etree._Element | None:
    """The first element inside a property (comments do not count)."""
    if prop is None or not len(prop):
        return None
    inner = prop[0]
    return inner if isinstance(inner.tag, str) else next(prop.iterchildren("*"), None)


def text(prop: etree._Element | None) -> str:
    return words(prop).text


def code(prop: etree._Element | None) -> str:
    """The codeListValue of a property, or its text when a string stands where a code list is wanted."""
    inner = content(prop)
    if inner is None:
        return ""
    return (inner.get("codeListValue") or inner.text or "").strip()


def nil_reason(element: etree._Element) -> str:
    return next((element.get(name, "") for name in NIL_REASONS if name in element.attrib), "")


def place(element: etree._Element) -> str:
    """XPath of an element in its document, with the document's prefixes."""
    return str(element.getroottree().getpath(element))
