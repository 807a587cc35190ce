"""The nouns inside a record: links, contacts, constraints, keywords, boxes, dates. Each keeps its element, for its place."""

from typing import NamedTuple

from lxml import etree

from cicclo.probes.iso.xml import (
    NO_WORDS,
    Words,
    child,
    children,
    code,
    content,
    grouped,
    holder_of,
    properties,
    text,
    words,
)


class Link(NamedTuple):
    """CI_OnlineResource. `main` tells a distribution (transfer options) or service operation from other mentions."""

    url: str
    protocol: Words
    name: Words
    function: str
    main: bool
    element: etree._Element


class Contact(NamedTuple):
    """CI_ResponsibleParty or CI_Responsibility; `about` is the property that holds it (`contact`, `pointOfContact`…)."""

    about: str
    organisation: str
    emails: tuple[str, ...]
    role: str
    element: etree._Element


class Constraint(NamedTuple):
    """One MD_LegalConstraints block: codes of access and use, texts of limitations and other constraints."""

    access: tuple[str, ...]
    use: tuple[str, ...]
    others: tuple[Words, ...]
    limitations: tuple[Words, ...]
    element: etree._Element


class Keywords(NamedTuple):
    """One MD_Keywords block with its thesaurus."""

    values: tuple[Words, ...]
    thesaurus: Words
    citation: etree._Element | None
    element: etree._Element

    @property
    def thesaurus_dates(self) -> list[str]:
        """Read on demand: only the thesaurus of INSPIRE themes is asked for its dates."""
        return [] if self.citation is None else [dated.value for dated in dates_of(self.citation)]


class Box(NamedTuple):
    """Geographic bounding box; the raw texts, since the number of decimals matters."""

    west: str
    east: str
    south: str
    north: str
    element: etree._Element


class Dated(NamedTuple):
    """CI_Date: a date as written and its type."""

    value: str
    type: str
    element: etree._Element


class Identifier(NamedTuple):
    """Resource identifier."""

    code: Words
    space: str
    element: etree._Element


_MAIN_HOLDERS = ("onLine", "connectPoint", "transferOptions")


def link(element: etree._Element) -> Link:
    props = properties(element)
    return Link(
        text(props.get("linkage")),
        words(props.get("protocol")),
        words(props.get("name")),
        code(props.get("function")),
        holder_of(element) in _MAIN_HOLDERS,
        element,
    )


def contact(element: etree._Element) -> Contact:
    emails = tuple([mail for e in element.iter("{*}electronicMailAddress") if (mail := text(e))])
    props = properties(element)
    named = "organisationName" if element.tag.endswith("}CI_ResponsibleParty") else "party"
    holder = props.get(named)
    organisation = text(holder if named != "party" else child(holder, "CI_Organisation", "name"))
    return Contact(holder_of(element), organisation, emails, code(props.get("role")), element)


def constraint(element: etree._Element) -> Constraint:
    props = grouped(element)
    return Constraint(
        tuple(map(code, props.get("accessConstraints", ()))),
        tuple(map(code, props.get("useConstraints", ()))),
        tuple(map(words, props.get("otherConstraints", ()))),
        tuple(map(words, props.get("useLimitation", ()))),
        element,
    )


def keywords(element: etree._Element) -> Keywords:
    props = grouped(element)
    values = tuple(map(words, props.get("keyword", ())))
    thesaurus = child(next(iter(props.get("thesaurusName", ())), None), "CI_Citation")
    if thesaurus is None:
        return Keywords(values, NO_WORDS, None, element)
    return Keywords(values, words(child(thesaurus, "title")), thesaurus, element)


def box(element: etree._Element) -> Box:
    props = properties(element)
    return Box(
        text(props.get("westBoundLongitude")),
        text(props.get("eastBoundLongitude")),
        text(props.get("southBoundLatitude")),
        text(props.get("northBoundLatitude")),
        element,
    )


def dates_of(citation: etree._Element, holder: str = "date") -> list[Dated]:
    """Dates of a citation (`holder` is `dateInfo` for those of an ISO 19115-3 record)."""
    return [_dated(e) for prop in children(citation, holder) if (e := child(prop, "CI_Date")) is not None]


def _dated(element: etree._Element) -> Dated:
    props = properties(element)
    return Dated(text(props.get("date")), code(props.get("dateType")), element)


def identifiers(citation: etree._Element | None) -> list[Identifier]:
    if citation is None:
        return []
    found = (content(prop) for prop in children(citation, "identifier"))
    return [
        Identifier(words(child(e, "code")), text(child(e, "codeSpace")), e) for e in found if e is not None
    ]
