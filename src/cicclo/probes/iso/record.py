"""One metadata record, ISO 19139 (gmd, gmi) or ISO 19115-3 (mdb): one pass over its tree, the rest on demand."""

from collections.abc import Iterator
from functools import cached_property

from lxml import etree

from cicclo.probes.iso import parts, structure
from cicclo.probes.iso.vocabulary import inspire_themes
from cicclo.probes.iso.xml import (
    Words,
    child,
    children,
    code,
    content,
    grouped,
    holder_of,
    local_name,
    properties,
    text,
    words,
)

ROOTS = {
    "{http://www.isotc211.org/2005/gmd}MD_Metadata": "gmd",
    "{http://www.isotc211.org/2005/gmi}MI_Metadata": "gmi",
    "{http://standards.iso.org/iso/19115/-2/gmi/1.0}MI_Metadata": "gmi",
    "{http://standards.iso.org/iso/19115/-3/mdb/1.0}MD_Metadata": "mdb",
    "{http://standards.iso.org/iso/19115/-3/mdb/2.0}MD_Metadata": "mdb",
    "{http://standards.iso.org/iso/19115/-3/mdb/3.0}MD_Metadata": "mdb",
}
_PARTS = frozenset(
    {"CI_ResponsibleParty", "CI_Responsibility", "EX_GeographicBoundingBox", "EX_TemporalExtent", "MD_LegalConstraints",
     "MD_Keywords", "CI_OnlineResource", "MD_ReferenceSystem", "DQ_ConformanceResult", "LI_Lineage", "LI_Source",
     "MD_BrowseGraphic", "MD_Format", "MD_DataIdentification", "SV_ServiceIdentification"}
)  # fmt: skip
_WANTED = tuple("{*}" + name for name in sorted(_PARTS | set(structure.MODELS)))
MAPS = frozenset({"map", "staticMap", "interactiveMap", "mapDigital", "mapHardcopy", "application"})
DATA = frozenset({"", "dataset", "series", "nonGeographicDataset"})
SERVICES = frozenset({"service", "services"})


def roots(document: etree._Element) -> Iterator[etree._Element]:
    """Every metadata record in a document, itself included (a GetRecords answer holds many)."""
    if document.tag in ROOTS:
        yield document
        return
    for element in document.iter("{*}MD_Metadata", "{*}MI_Metadata"):
        if element.tag in ROOTS:
            yield element


class Record:
    """`kind` is `gmd`, `gmi` or `mdb`; `url` where the record was read."""

    def __init__(self, root: etree._Element, url: str = "") -> None:
        self.root = root
        self.url = url
        self.kind = ROOTS.get(root.tag, "")

    @cached_property
    def elements(self) -> dict[str, list[etree._Element]]:
        """Every element of interest, by local name: the one pass over the tree."""
        found: dict[str, list[etree._Element]] = {}
        for element in self.root.iter(*_WANTED):
            found.setdefault(local_name(element.tag), []).append(element)
        return found

    def all(self, *names: str) -> Iterator[etree._Element]:
        for name in names:
            yield from self.elements.get(name, ())

    @cached_property
    def tops(self) -> dict[str, list[etree._Element]]:
        """Properties of the record itself."""
        return grouped(self.root)

    @cached_property
    def identification(self) -> etree._Element | None:
        return next(self.all("MD_DataIdentification", "SV_ServiceIdentification"), None)

    @cached_property
    def described(self) -> dict[str, list[etree._Element]]:
        """Properties of the identification."""
        return {} if self.identification is None else grouped(self.identification)

    def top(self, name: str) -> etree._Element | None:
        return next(iter(self.tops.get(name, ())), None)

    def about(self, name: str) -> etree._Element | None:
        return next(iter(self.described.get(name, ())), None)

    @cached_property
    def identifier(self) -> str:
        """The file identifier."""
        if self.kind == "mdb":
            return text(child(self.top("metadataIdentifier"), "MD_Identifier", "code"))
        return text(self.top("fileIdentifier"))

    @cached_property
    def citation(self) -> etree._Element | None:
        return child(self.about("citation"), "CI_Citation")

    @cached_property
    def title(self) -> str:
        return text(child(self.citation, "title"))

    @cached_property
    def abstract(self) -> str:
        return text(self.about("abstract"))

    @cached_property
    def level(self) -> str:
        """Resource type (MD_ScopeCode), empty when it is missing."""
        if self.kind == "mdb":
            return code(child(self.top("metadataScope"), "MD_MetadataScope", "resourceScope"))
        return code(self.top("hierarchyLevel"))

    @cached_property
    def is_service(self) -> bool:
        return self.level in SERVICES or next(self.all("SV_ServiceIdentification"), None) is not None

    @cached_property
    def is_data(self) -> bool:
        return self.level in DATA and not self.is_service

    @cached_property
    def is_inspire(self) -> bool:
        """In the scope of the directive: an INSPIRE theme is what puts a record there."""
        return bool(inspire_themes(self.keywords))

    @cached_property
    def identifiers(self) -> list[parts.Identifier]:
        return parts.identifiers(self.citation)

    @cached_property
    def dates(self) -> list[parts.Dated]:
        return [] if self.citation is None else parts.dates_of(self.citation)

    @cached_property
    def stamps(self) -> list[parts.Dated]:
        """Dates of the record itself."""
        if self.kind == "mdb":
            return parts.dates_of(self.root, "dateInfo")
        stamp = self.top("dateStamp")
        return [] if stamp is None else [parts.Dated(text(stamp), "stamp", stamp)]

    @cached_property
    def contacts(self) -> list[parts.Contact]:
        return [parts.contact(e) for e in self.all("CI_ResponsibleParty", "CI_Responsibility")]

    @cached_property
    def constraints(self) -> list[parts.Constraint]:
        """Legal constraints of the resource; those of the record (metadataConstraints) are not its."""
        return [
            parts.constraint(e)
            for e in self.all("MD_LegalConstraints")
            if holder_of(e) == "resourceConstraints"
        ]

    @cached_property
    def conditions(self) -> list[Words]:
        """What a user of the resource is told of access and use, whatever the kind of block."""
        found = [words for block in self.constraints for words in (*block.others, *block.limitations)]
        for holder in self.described.get("resourceConstraints", ()):
            for block in children(holder, "MD_Constraints"):
                told = ("".join(prop.itertext()) for prop in children(block, "useLimitation"))
                found += [Words(" ".join(text.split())) for text in told]
        return found

    @cached_property
    def keywords(self) -> list[parts.Keywords]:
        return [parts.keywords(e) for e in self.all("MD_Keywords")]

    @cached_property
    def boxes(self) -> list[parts.Box]:
        return [parts.box(e) for e in self.all("EX_GeographicBoundingBox")]

    @cached_property
    def links(self) -> list[parts.Link]:
        return [parts.link(e) for e in self.all("CI_OnlineResource")]

    @cached_property
    def main_links(self) -> list[parts.Link]:
        """Links to the resource itself: transfer options and operations of a service."""
        return [link for link in self.links if link.main]

    @cached_property
    def systems(self) -> list[tuple[Words, str, etree._Element]]:
        """Reference systems: code, code space, element."""
        inner = [(content(child(e, "referenceSystemIdentifier")), e) for e in self.all("MD_ReferenceSystem")]
        read = [(properties(identifier), e) for identifier, e in inner if identifier is not None]
        return [(words(props.get("code")), text(props.get("codeSpace")), e) for props, e in read]

    @cached_property
    def overviews(self) -> list[tuple[str, etree._Element]]:
        return [(text(child(e, "fileName")), e) for e in self.all("MD_BrowseGraphic")]

    @cached_property
    def operates_on(self) -> list[tuple[str, str, etree._Element]]:
        """Data a service works on: uuidref, xlink:href, element."""
        return [
            (e.get("uuidref", ""), e.get("{http://www.w3.org/1999/xlink}href", ""), e)
            for e in self.described.get("operatesOn", ())
        ]

    @cached_property
    def languages(self) -> list[etree._Element]:
        """Elements that give the language of the resource."""
        if self.kind == "mdb":
            locales = [e for name in ("defaultLocale", "otherLocale") for e in self.described.get(name, ())]
            return [lang for e in locales if (lang := child(e, "PT_Locale", "language")) is not None]
        return self.described.get("language", [])

    @cached_property
    def own_language(self) -> etree._Element | None:
        """Element that gives the language of the record."""
        if self.kind == "mdb":
            return child(self.top("defaultLocale"), "PT_Locale", "language")
        return self.top("language")
