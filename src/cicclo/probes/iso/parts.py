"""The nouns inside a record: links, contacts, constraints, keywords, boxes, dates. Each keeps its element, for its place."""

from typing import NamedTuple

from lxml import etree

from cicclo.probes.iso.xml import NO_WORDS, Words, child, children, code, text, words


class Link(NamedTuple):
    """CI_OnlineResource. `main` tells a distribution (transfer options) or service operation from other mentions."""

    url: str
    protocol: Words
    name: Words
    description: Words
    profile: Words
    function: str
    main: bool
    element: etree._Element


class Contact(NamedTuple):
    """CI_ResponsibleParty or CI_Responsibility; `about` is the property that holds it (`contact`, `pointOfContact`…)."""

    about: str
    organisation: str
    individual: str
    position: str
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
    thesaurus_dates: tuple[str, ...]
    type: str
    element: etree._Element


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
    props = {e.tag.rpartition("}")[2]: e for e in element.iterchildren("*")}
    holder = element.getparent()
    return Link(
        words(props.get("linkage")).text,
        words(props.get("protocol")),
        words(props.get("name")),
        words(props.get("description")),
        words(props.get("applicationProfile")),
        code(props.get("function")),
        holder is not None and holder.tag.rpartition("}")[2] in _MAIN_HOLDERS,
        element,
    )


def contact(element: etree._Element) -> Contact:
    holder = element.getparent()
    about = "" if holder is None else holder.tag.rpartition("}")[2]
    emails = tuple(mail for e in element.iter("{*}electronicMailAddress") if (mail := text(e)))
    role = code(child(element, "role"))
    if element.tag.endswith("}CI_Responsibility"):
        return _responsibility(about, emails, role, element)
    names = (text(child(element, name)) for name in ("organisationName", "individualName", "positionName"))
    organisation, individual, position = names
    return Contact(about, organisation, individual, position, emails, role, element)


def _responsibility(about: str, emails: tuple[str, ...], role: str, element: etree._Element) -> Contact:
    party = child(element, "party")
    organisation = text(child(party, "CI_Organisation", "name"))
    person = None if party is None else next(party.iter("{*}CI_Individual"), None)
    return Contact(
        about,
        organisation,
        text(child(person, "name")),
        text(child(person, "positionName")),
        emails,
        role,
        element,
    )


def constraint(element: etree._Element) -> Constraint:
    found: dict[str, list[etree._Element]] = {
        "accessConstraints": [],
        "useConstraints": [],
        "otherConstraints": [],
        "useLimitation": [],
    }
    for prop in element.iterchildren("*"):
        found.setdefault(prop.tag.rpartition("}")[2], []).append(prop)
    return Constraint(
        tuple(map(code, found["accessConstraints"])),
        tuple(map(code, found["useConstraints"])),
        tuple(map(words, found["otherConstraints"])),
        tuple(map(words, found["useLimitation"])),
        element,
    )


def keywords(element: etree._Element) -> Keywords:
    values, thesaurus, kind = [], None, ""
    for prop in element.iterchildren("*"):
        name = prop.tag.rpartition("}")[2]
        if name == "keyword":
            values.append(words(prop))
        elif name == "thesaurusName":
            thesaurus = child(prop, "CI_Citation")
        elif name == "type":
            kind = code(prop)
    dates = () if thesaurus is None else tuple(d.value for d in dates_of(thesaurus))
    title = NO_WORDS if thesaurus is None else words(child(thesaurus, "title"))
    return Keywords(tuple(values), title, dates, kind, element)


def box(element: etree._Element) -> Box:
    names = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
    west, east, south, north = (text(child(element, name)) for name in names)
    return Box(west, east, south, north, element)


def dates_of(citation: etree._Element, holder: str = "date") -> list[Dated]:
    """Dates of a citation (`holder` is `dateInfo` for those of an ISO 19115-3 record)."""
    found = (next(prop.iterchildren("{*}CI_Date"), None) for prop in children(citation, holder))
    return [Dated(text(child(e, "date")), code(child(e, "dateType")), e) for e in found if e is not None]


def identifiers(citation: etree._Element | None) -> list[Identifier]:
    if citation is None:
        return []
    found = (next(prop.iterchildren("*"), None) for prop in children(citation, "identifier"))
    return [
        Identifier(words(child(e, "code")), text(child(e, "codeSpace")), e) for e in found if e is not None
    ]
