"""XML of strangers: no DTD, no entity, no network, no huge tree."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml import etree

from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

Element: TypeAlias = etree._Element  # noqa: SLF001 - the only public name lxml gives it
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(body: bytes) -> Element:
    """The root of a document; raise Unavailable for what is none."""
    try:
        if not _DOCTYPE.search(body[:65_536]):
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
            root: Element = etree.fromstring(body, parser)
            return root
        why = "DOCTYPE"
    except etree.XMLSyntaxError as error:
        why = str(error)
    raise Unavailable(Text(f"réponse XML illisible ({why})", f"unreadable XML answer ({why})"))


def name(element: Element) -> str:
    """The name without its namespace; empty for comments and instructions."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def every(element: Element, *names: str) -> Iterator[Element]:
    """Descendants of these names, the element itself included."""
    return (each for each in element.iter(etree.Element) if name(each) in names)


def first(element: Element, *path: str) -> Element | None:
    """The first child of a path of names."""
    found: Element | None = element
    for step in path:
        found = next((each for each in found if name(each) == step), None) if found is not None else None
    return found


def text(element: Element, *path: str) -> str:
    found = first(element, *path)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def exception(body: bytes) -> str:
    """What an exception report says; empty when the body is none."""
    head = body[:4096]
    if b"ExceptionReport" not in head and b"ServiceException" not in head:
        return ""
    root = parse(body)
    if name(root) not in ("ExceptionReport", "ServiceExceptionReport"):
        return ""
    return " ".join(" ".join(root.itertext()).split())[:300] or "?"
