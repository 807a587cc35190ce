"""Judge a graph by the SHACL shapes that DCAT-AP publishes, and say what breaks them, property by property.

A page of a catalogue does not hold the authority tables: whether an IRI that it does not describe is of the class
that a shape wants cannot be told here, and is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SH, Namespace
from rdflib.term import Node

from cicclo.kernel.errors import Unavailable
from cicclo.kernel.text import Text

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MOST_TRIPLES = 10_000  # some ten seconds of a thread for the four checks: 300 datasets, well described
DEEPEST = 4
MISSING, TOO_MANY, VALUES = (SH.minCount,), (SH.maxCount,), (SH.nodeKind, SH.datatype, SH["class"])
# what the vocabularies say of classes that a shape may name by their parent
PARENTS = (
    *((VCARD[name], VCARD.Kind) for name in ("Organization", "Individual", "Group", "Location")),
    *((FOAF[name], FOAF.Agent) for name in ("Organization", "Person", "Group")),
    *((DCAT[name], DCAT.Resource) for name in ("Dataset", "DataService", "Catalog")),
    (URIRef(f"{DCAT}DatasetSeries"), DCAT.Resource),  # younger than rdflib's list
    (DCTERMS.MediaType, DCTERMS.MediaTypeOrExtent),
    (DCTERMS.FileFormat, DCTERMS.MediaType),
    (DCTERMS.LicenseDocument, DCTERMS.RightsStatement),
)
PREFIXES = {
    str(DCTERMS): "dct:",
    str(DCAT): "dcat:",
    str(FOAF): "foaf:",
    str(VCARD): "vcard:",
    "http://data.europa.eu/r5r/": "dcatap:",
    "http://www.w3.org/ns/adms#": "adms:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/ns/locn#": "locn:",
    "http://spdx.org/rdf/terms#": "spdx:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
    "http://data.europa.eu/eli/ontology#": "eli:",
    "http://www.w3.org/ns/prov#": "prov:",
}
KINDS = {
    SH.Literal: Text("un texte ou une valeur", "a literal"),
    SH.IRI: Text("une IRI", "an IRI"),
    SH.BlankNodeOrIRI: Text("une ressource, pas un texte", "a resource, not a literal"),
}


@dataclass(slots=True)
class Break:
    """One property shape that is not met. `anchor` is its place in the page of the standard (`Dataset.title`)."""

    anchor: str
    path: str
    constraint: URIRef
    wanted: Node
    subjects: dict[str, str] = field(default_factory=dict)
    """The resources at fault, with the value that is."""


def require_engine() -> Any:
    """Return pyshacl; raise Unavailable when it is not installed."""
    try:
        import pyshacl  # noqa: PLC0415 - a third of a second, and an extra
    except ModuleNotFoundError as error:
        raise Unavailable(
            Text("le moteur SHACL manque", "the SHACL engine is missing"),
            remedy=Text("installer cicclo[shacl]", "install cicclo[shacl]"),
        ) from error
    return pyshacl


@cache
def shapes(name: str, kinds: tuple[URIRef, ...]) -> Graph:
    """The shapes of a file, with the property shapes that hold one of these constraints (each holds one)."""
    graph = Graph().parse(data=(files("cicclo.probes.shapes") / name).read_text("utf-8"), format="turtle")
    for shape, part in list(graph.subject_objects(SH.property)):
        whole = (part, SH.path, None) in graph
        if not whole or not any((part, kind, None) in graph for kind in kinds):
            graph.remove((shape, SH.property, part))
            graph.remove((part, None, None))
    for child, parent in PARENTS:
        graph.add((child, RDFS.subClassOf, parent))
    return graph


def breaks(graph: Graph, name: str, kinds: tuple[URIRef, ...]) -> list[Break]:
    """What breaks the shapes, in the order of the standard's anchors."""
    wanted = shapes(name, kinds)
    _, report, _ = require_engine().validate(
        graph,
        shacl_graph=wanted,
        ont_graph=_parents(),
        inference="none",
        do_owl_imports=False,
        advanced=False,
    )
    found: dict[tuple[str, URIRef], Break] = {}
    for result in report.subjects(RDF.type, SH.ValidationResult):
        _collect(report, result, graph, wanted, found)
    no_kind = {(b.anchor, s) for b in found.values() if b.constraint == SH.nodeKind for s in b.subjects}
    for item in found.values():
        if item.constraint == SH["class"]:  # a text is of no class: said once
            item.subjects = {s: v for s, v in item.subjects.items() if (item.anchor, s) not in no_kind}
    return sorted((b for b in found.values() if b.subjects), key=lambda b: (b.anchor, str(b.constraint)))


@cache
def _parents() -> Graph:
    graph = Graph()
    for child, parent in PARENTS:
        graph.add((child, RDFS.subClassOf, parent))
    return graph


def _collect(
    report: Graph, result: Node, graph: Graph, wanted: Graph, found: dict[tuple[str, URIRef], Break]
) -> None:
    shape, focus = report.value(result, SH.sourceShape), report.value(result, SH.focusNode)
    value = report.value(result, SH.value)
    constraint = next(kind for kind in (*MISSING, *TOO_MANY, *VALUES) if (shape, kind, None) in wanted)
    if constraint == SH["class"] and isinstance(value, URIRef) and (value, None, None) not in graph:
        return
    anchor = str(wanted.value(shape, RDFS.seeAlso)).rpartition("#")[2]
    path = compact(wanted.value(shape, SH.path))
    item = found.setdefault(
        (anchor, constraint), Break(anchor, path, constraint, wanted.value(shape, constraint) or BNode())
    )
    item.subjects.setdefault(_named(graph, focus), _shown(value))


def compact(node: Node | None) -> str:
    """A name as people write it."""
    text = str(node)
    for namespace, prefix in PREFIXES.items():
        if text.startswith(namespace):
            return prefix + text.removeprefix(namespace)
    return f"<{text}>"


def _named(graph: Graph, node: Node | None) -> str:
    """An IRI; of a blank node, the resource that leads to it."""
    for _ in range(DEEPEST):
        if not isinstance(node, BNode):
            break
        node = min(graph.subjects(None, node), key=str, default=None)
    return str(node) if isinstance(node, URIRef) else "(nœud anonyme)"


def _shown(value: Node | None) -> str:
    return "" if value is None or isinstance(value, BNode) else str(value)[:80]


def portion(graph: Graph, roots: Iterable[Node], most: int = MOST_TRIPLES) -> tuple[Graph, int]:
    """What a graph says of some resources and of what they lead to, up to `most` triples; and of how many of them."""
    taken, seen, count = Graph(), set[Node](), 0
    for root in roots:
        if len(taken) >= most:
            break
        _take(graph, root, taken, seen)
        count += 1
    return taken, count


def _take(graph: Graph, root: Node, taken: Graph, seen: set[Node]) -> None:
    layer = [root]
    for _ in range(DEEPEST):
        following = []
        for node in layer:
            if node in seen:
                continue
            seen.add(node)
            for triple in graph.triples((node, None, None)):
                taken.add(triple)
                if not isinstance(triple[2], Literal) and triple[1] not in (
                    DCAT.dataset,
                    DCAT.record,
                    RDF.type,
                ):
                    following.append(triple[2])
        layer = following
