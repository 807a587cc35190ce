"""The ISO 19139 record of a document, read into what the checks look at; no network, no entity."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

LARGEST = 32 << 20
NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "xlink": "http://www.w3.org/1999/xlink",
}
RESOURCE = "gmd:identificationInfo/*"


class NotARecord(Exception):
    """The XML is not an MD_Metadata, or is no XML at all (`broken`)."""

    def __init__(self, *, broken: bool) -> None:
        super().__init__()
        self.broken = broken


@dataclass(frozen=True, slots=True)
class Locator:
    name: str
    protocol: str
    url: str


@dataclass(frozen=True, slots=True)
class Specification:
    title: str
    date: str
    kind: str
    degree: str


@dataclass(frozen=True, slots=True)
class Keywords:
    thesaurus: str
    words: tuple[str, ...]


class Record:
    """Each reading gives None for what is absent, an empty text for what is there and empty."""

    def __init__(self, root: Any) -> None:
        self._root = root

    def one(self, path: str, under: Any = None) -> str | None:
        found = self.all(path, under)
        return found[0] if found else None

    def all(self, path: str, under: Any = None) -> list[str]:
        nodes = self.nodes(path, under)
        return [(node if isinstance(node, str) else "".join(node.itertext())).strip() for node in nodes]

    def nodes(self, path: str, under: Any = None) -> Sequence[Any]:
        start = self._root if under is None else under
        found = start.xpath(path, namespaces=NAMESPACES)
        return list(found)

    @property
    def locators(self) -> list[Locator]:
        nodes = self.nodes("gmd:distributionInfo/*/gmd:transferOptions/*/gmd:onLine/*")
        return [
            Locator(
                self.one("gmd:name/*", node) or "",
                self.one("gmd:protocol/*", node) or "",
                self.one("gmd:linkage/gmd:URL", node) or "",
            )
            for node in nodes
        ]

    @property
    def specifications(self) -> list[Specification]:
        nodes = self.nodes("gmd:dataQualityInfo/*/gmd:report/*/gmd:result/*[gmd:specification]")
        return [
            Specification(
                self.one("gmd:specification/*/gmd:title/*", node) or "",
                self.one("gmd:specification/*/gmd:date/*/gmd:date/*", node) or "",
                self.one("gmd:specification/*/gmd:date/*/gmd:dateType/*/@codeListValue", node) or "",
                self.one("gmd:pass/*", node) or "",
            )
            for node in nodes
        ]

    @property
    def keywords(self) -> list[Keywords]:
        nodes = self.nodes(f"{RESOURCE}/gmd:descriptiveKeywords/*")
        return [
            Keywords(
                self.one("gmd:thesaurusName/*/gmd:title/*", node) or "",
                tuple(self.all("gmd:keyword/*", node)),
            )
            for node in nodes
        ]

    @property
    def extents(self) -> Iterator[tuple[str, ...]]:
        for node in self.nodes(f"{RESOURCE}/gmd:extent/*/gmd:geographicElement"):
            names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
            sides = [self.one(f"*/gmd:{name}/*", node) for name in names]
            if any(side is not None for side in sides):
                yield tuple(side or "" for side in sides)

    def dates(self, kind: str) -> list[str]:
        dates = f"{RESOURCE}/gmd:citation/*/gmd:date/*[gmd:dateType/*/@codeListValue='{kind}']"
        return self.all(f"{dates}/gmd:date/*")


def read(path: Path) -> Record:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    if path.stat().st_size > LARGEST:
        raise NotARecord(broken=True)
    try:
        root = etree.parse(path, parser).getroot()
    except (OSError, etree.XMLSyntaxError) as error:
        raise NotARecord(broken=True) from error
    if root.getroottree().docinfo.doctype:
        raise NotARecord(broken=True)
    if etree.QName(root).localname != "MD_Metadata":
        raise NotARecord(broken=False)
    return Record(root)
