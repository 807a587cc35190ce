"""Small steps in a tree of ISO metadata, by local name: both schemas name most things alike."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

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
_ELEMENT = type(etree.Element("any"))  # comments and instructions are of other types


class _Nothing(etree.Resolver):  # type: ignore[misc,name-defined,unused-ignore]  # lxml has no types
    """Every external document is empty: without the table of xml:id, libxml2 would read the DTD that a DOCTYPE names."""

    def resolve(self, url: str, public: str, context: object) -> object:  # noqa: ARG002 - lxml's signature
        return self.resolve_empty(context)


def parser() -> etree.XMLParser:
    """As strict as the parser of all documents, but without what no rule reads.

    That is indentation, comments, instructions, and the table of xml:id, a quarter of the parsing.
    """
    made = etree.XMLParser(
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        collect_ids=False,
        remove_blank_text=True,
        remove_comments=True,
        remove_pis=True,
    )
    made.resolvers.add(_Nothing())
    return made


@lru_cache(maxsize=4096)
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


def properties(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    props = element[::-1]  # the first written wins
    return dict(zip(_names(tuple([prop.tag for prop in props])), props, strict=True))


def grouped(element: etree._Element) -> dict[str, list[etree._Element]]:
    """All children of each name, in order."""
    props = element[:]
    found: dict[str, list[etree._Element]] = {}
    for name, prop in zip(_names(tuple([prop.tag for prop in props])), props, strict=True):
        found.setdefault(name, []).append(prop)
    return found


@lru_cache(maxsize=16384)
def _names(tags: tuple[Any, ...]) -> tuple[str, ...]:
    """Local names, empty for comments: few sequences of properties occur, over and over."""
    return tuple([local_name(tag) if isinstance(tag, str) else "" for tag in tags])


def words(prop: etree._Element | None) -> Words:
    """Text and anchor of a property (`gmd:title`), its first localised text when the main one is empty."""
    if prop is None or (inner := content(prop)) is None:
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
    return inner if type(inner) is _ELEMENT else next(prop.iterchildren("*"), None)


def text(prop: etree._Element | None) -> str:
    inner = content(prop)
    return ((inner.text or "").strip() if inner is not None else "") or words(prop).text


def code(prop: etree._Element | None) -> str:
    """The codeListValue of a property, or its text when a string stands where a code list is wanted."""
    inner = content(prop)
    if inner is None:
        return ""
    return (inner.get("codeListValue") or inner.text or "").strip()


def nil_reason(element: etree._Element) -> str:
    return next((element.get(name, "") for name in NIL_REASONS if name in element.attrib), "")


def holder_of(element: etree._Element) -> str:
    """Name of the property that holds an element; empty for a root."""
    parent = element.getparent()
    return "" if parent is None else local_name(parent.tag)


def place(element: etree._Element) -> str:
    """XPath of an element in its document, with the document's prefixes."""
    return str(element.getroottree().getpath(element))
