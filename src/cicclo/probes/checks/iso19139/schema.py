"""The form of a record (M01, M02, M23): root, order and presence of elements, leftovers of editors."""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from cicclo.kernel.errors import BadInput
from cicclo.probes.checks.iso19139._rule import PASSED, edited, rule, with_text
from cicclo.probes.examples.site import Site
from cicclo.probes.iso import xsd
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.structure import MDB_MODELS, MODELS, Flaw, flaws
from cicclo.probes.iso.xml import children, local_name, nil_reason, place, text
from cicclo.probes.model import Verdict, failed, passed, untested

MOST_FLAWS = 5
_IN_ORDER = passed("ordre et présence des éléments", "order and presence of elements")
_GCO = "http://www.isotc211.org/2005/gco"
_GCO3 = "http://standards.iso.org/iso/19115/-3/gco/1.0"


def _other_root(site: Site) -> Site:
    return site.edit_text("/record.xml", "www.isotc211.org/2005/gmd", "www.example.org/2024/gmd")


@rule("iso19139/schema/root-known", breaks=_other_root)
def root_known(record: Record, today: str) -> Verdict:
    """Harvesters that know one namespace refuse the others (ckan/ckanext-spatial issue 212)."""
    if record.kind:
        return passed(code=record.kind)
    tag = str(record.root.tag)
    return failed(
        f"racine inconnue « {tag} »", f"unknown root “{tag}”", at=place(record.root), code="unknown-root"
    )


def _title_last(title: etree._Element) -> None:
    citation = title.getparent()
    assert citation is not None
    citation.append(title)


@rule("iso19139/schema/structure", breaks=edited("//gmd:citation/gmd:CI_Citation/gmd:title", _title_last))
def structure(record: Record, today: str) -> Iterator[Verdict]:
    """Element order is what most refused records get wrong (ckan/ckanext-harvest issue 364)."""
    found = list(islice(_flaws(record), MOST_FLAWS))
    yield from map(_flaw, found)
    if not found:
        yield _IN_ORDER
    try:
        compiled = xsd.schema() if record.kind in ("gmd", "gmi") else None
    except BadInput as error:
        yield untested(error.message.fr, error.message.en, at=error.at, code="schemas-unusable", facet="xsd")
        return
    if compiled is not None:
        yield _schema_verdict(xsd.errors(compiled, record.root))


def _schema_verdict(errors: list[tuple[int, str]]) -> Verdict:
    if not errors:
        return passed("conforme aux schémas XML", "valid against the XML Schemas", facet="xsd")
    line, message = errors[0]
    fr = f"{len(errors)} erreur(s) de schéma XML ; la première : {message}"
    en = f"{len(errors)} XML Schema error(s); the first: {message}"
    return failed(fr, en, at=f"ligne {line} / line {line}", code="xsd-invalid", facet="xsd")


_FLAWS = {
    "order": ("« {name} » vient après « {after} » dans {owner}", "“{name}” comes after “{after}” in {owner}"),
    "missing": ("« {name} » manque dans {owner}", "“{name}” is missing in {owner}"),
    "repeated": ("« {name} » est répété dans {owner}", "“{name}” is repeated in {owner}"),
    "unknown": ("« {name} » n'existe pas dans {owner}", "“{name}” does not exist in {owner}"),
}


def _flaws(record: Record) -> Iterator[Flaw]:
    for name in MDB_MODELS if record.kind == "mdb" else MODELS:
        for element in record.elements.get(name, ()):
            yield from flaws(record.kind, name, element)


def _flaw(flaw: Flaw) -> Verdict:
    owner, name, after = local_name(flaw.element.tag), flaw.name, flaw.after
    fr, en = _FLAWS[flaw.kind]
    said = {"name": name, "after": after, "owner": owner}
    fr, en = fr.format_map(said), en.format_map(said)
    return failed(fr, en, at=place(flaw.element), code=f"element-{flaw.kind}", facet=f"{owner}/{name}")


def _make_nil(element: etree._Element) -> None:
    element.clear()
    element.set(f"{{{_GCO}}}nilReason", "missing")


@rule("iso19139/schema/nil-reason", breaks=edited("//gmd:abstract", _make_nil))
def nil_reason_on_essentials(record: Record, today: str) -> Verdict:
    """The schema accepts `nilReason` everywhere; a title or an abstract that is nil is no title at all."""
    for prop in _essentials(record):
        reason = nil_reason(prop) if prop.attrib else ""
        if reason and not text(prop):
            name = local_name(prop.tag)
            fr = f"« {name} » est vide (nilReason « {reason} »)"
            return failed(fr, f"“{name}” is empty (nilReason “{reason}”)", at=place(prop), code="nil-reason")
    return PASSED


def _essentials(record: Record) -> Iterator[etree._Element]:
    for name in ("contact", "dateStamp", "metadataIdentifier", "fileIdentifier"):
        yield from record.tops.get(name, ())
    yield from record.described.get("abstract", ())
    if record.citation is not None:
        yield from children(record.citation, "title")
    for element in record.all("LI_Lineage"):
        yield from children(element, "statement")
    for link in record.main_links:
        if not link.url:
            yield from children(link.element, "linkage")


@rule("iso19139/schema/leftovers", breaks=with_text("//gmd:statement/gco:CharacterString", None))
def leftovers(record: Record, today: str) -> Verdict:
    """Templates and editors leave empty elements that say nothing and that converters copy."""
    space = _GCO3 if record.kind == "mdb" else _GCO
    empty = [e for e in record.root.iter(f"{{{space}}}CharacterString") if e.text is None and not len(e)]
    found = [e for e in empty if not _excused(e.getparent(), f"{{{space}}}nilReason")]
    if not found:
        return PASSED
    owners = sorted({local_name(e.getparent().tag) for e in found})
    names = ", ".join(owners[:6])
    fr = f"{len(found)} élément(s) sans contenu : {names}"
    return failed(
        fr, f"{len(found)} element(s) without content: {names}", at=place(found[0]), code="empty-element"
    )


def _excused(prop: etree._Element, reason: str) -> bool:
    """An empty text is one said to be nil, or whose translation stands beside it."""
    return reason in prop.attrib or len(prop) > 1
