"""The form of a record (M01, M02, M23): root, order and presence of elements, leftovers of editors."""

from collections.abc import Iterator
from itertools import chain, islice

from lxml import etree

from cicclo.probes.checks.iso19139._rule import PASSED, edited, rule, with_text
from cicclo.probes.examples.site import Site
from cicclo.probes.iso import xsd
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.structure import MDB_MODELS, MODELS, Flaw, flaws
from cicclo.probes.iso.xml import local_name, nil_reason, place, text
from cicclo.probes.model import Verdict, failed, passed

MOST_FLAWS = 5
_GCO = "http://www.isotc211.org/2005/gco"
_GCO3 = "http://standards.iso.org/iso/19115/-3/gco/1.0"
# an empty text whose property gives no reason and holds no translation
_EMPTY = {
    gco: etree.XPath(
        "//a:CharacterString[not(node()) and not(../@a:nilReason) and not(../*[2])]", namespaces={"a": gco}
    )
    for gco in (_GCO, _GCO3)
}


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
        yield passed("ordre et présence des éléments", "order and presence of elements")
    compiled = xsd.schema() if record.kind in ("gmd", "gmi") else None
    if compiled is not None:
        yield _schema_verdict(xsd.errors(compiled, record.root))


def _schema_verdict(errors: list[tuple[int, str]]) -> Verdict:
    if not errors:
        return passed("conforme aux schémas XML", "valid against the XML Schemas", facet="xsd")
    line, message = errors[0]
    fr = f"{len(errors)} erreur(s) de schéma XML ; la première : {message}"
    en = f"{len(errors)} XML Schema error(s); the first: {message}"
    return failed(fr, en, at=f"ligne {line} / line {line}", code="xsd-invalid", facet="xsd")


def _flaws(record: Record) -> Iterator[Flaw]:
    for name in MDB_MODELS if record.kind == "mdb" else MODELS:
        for element in record.all(name):
            yield from flaws(record.kind, name, element)


def _flaw(flaw: Flaw) -> Verdict:
    owner, name, after = local_name(flaw.element.tag), flaw.name, flaw.after
    fr, en = {
        "order": (
            f"« {name} » vient après « {after} » dans {owner}",
            f"“{name}” comes after “{after}” in {owner}",
        ),
        "missing": (f"« {name} » manque dans {owner}", f"“{name}” is missing in {owner}"),
        "repeated": (f"« {name} » est répété dans {owner}", f"“{name}” is repeated in {owner}"),
        "unknown": (f"« {name} » n'existe pas dans {owner}", f"“{name}” does not exist in {owner}"),
    }[flaw.kind]
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
    tops = (
        record.tops.get(name, ()) for name in ("contact", "dateStamp", "metadataIdentifier", "fileIdentifier")
    )
    yield from chain.from_iterable(tops)
    yield from record.described.get("abstract", ())
    if record.citation is not None:
        yield from record.citation.iterchildren("{*}title")
    for element in record.all("LI_Lineage"):
        yield from element.iterchildren("{*}statement")
    for link in record.main_links:
        yield from link.element.iterchildren("{*}linkage")


@rule("iso19139/schema/leftovers", breaks=with_text("//gmd:statement/gco:CharacterString", None))
def leftovers(record: Record, today: str) -> Verdict:
    """Templates and editors leave empty elements that say nothing and that converters copy."""
    found = _EMPTY[_GCO3 if record.kind == "mdb" else _GCO](record.root)
    if not found:
        return PASSED
    owners = sorted({local_name(e.getparent().tag) for e in found})
    names = ", ".join(owners[:6])
    fr = f"{len(found)} élément(s) sans contenu : {names}"
    return failed(
        fr, f"{len(found)} element(s) without content: {names}", at=place(found[0]), code="empty-element"
    )
