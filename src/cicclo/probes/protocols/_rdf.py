"""Read RDF of strangers: within limits, and without rdflib ever reaching the network."""

import asyncio
import json
import logging
from typing import Any

from lxml import etree
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, Namespace
from rdflib.term import Node

from cicclo.kernel.text import Text
from cicclo.probes.documents import json_of, looks_like_html, success, xml_of
from cicclo.probes.errors import BadDocument
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
FORMATS = {
    "application/rdf+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/ld+json": "json-ld",
    "application/json": "json-ld",
}
ACCEPT = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, */*;q=0.1"
_RDF_ROOT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
LARGEST = 24 * 1024 * 1024  # rdflib needs about a minute for this much
MOST_CONTEXTS = 4
DEEPEST_CONTEXT = 3
# what rdflib warns of (odd IRIs, odd dates) is what checks report, with the place
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)


class Resource:
    """One node of a graph with its values."""

    __slots__ = ("graph", "node")

    def __init__(self, graph: Graph, node: Node) -> None:
        self.graph, self.node = graph, node

    @property
    def iri(self) -> str:
        return str(self.node) if isinstance(self.node, URIRef) else ""

    @property
    def name(self) -> str:
        """Its IRI, else its identifier or title: what a reader finds it by."""
        texts = self.texts(DCTERMS.identifier, DCTERMS.title)
        return self.iri or next((text for text in texts if text), "(nœud anonyme)")

    def values(self, *predicates: URIRef) -> list[Node]:
        return [value for predicate in predicates for value in self.graph.objects(self.node, predicate)]

    def texts(self, *predicates: URIRef) -> list[str]:
        """Literals and IRIs as text; blank nodes have none."""
        return [str(value).strip() for value in self.values(*predicates) if not isinstance(value, BNode)]

    def iris(self, *predicates: URIRef) -> list[str]:
        return [str(value) for value in self.values(*predicates) if isinstance(value, URIRef)]

    def literals(self, *predicates: URIRef) -> list[Literal]:
        return [value for value in self.values(*predicates) if isinstance(value, Literal)]

    def linked(self, *predicates: URIRef) -> "list[Resource]":
        return [
            Resource(self.graph, value)
            for value in self.values(*predicates)
            if not isinstance(value, Literal)
        ]

    @property
    def distributions(self) -> "list[Resource]":
        return self.linked(DCAT.distribution)


def format_of(answer: Answer) -> str:
    """Tell the syntax from the media type, else from the first bytes; empty when it is none we know."""
    head = answer.body[:256].lstrip(b"\xef\xbb\xbf \r\n\t")
    if looks_like_html(answer.body):
        return ""
    if head.startswith((b"{", b"[")):
        return "json-ld"
    if head.startswith((b"<?xml", b"<rdf:RDF", b"<rdf:rdf")):
        return "xml"
    return FORMATS.get(
        answer.media_type, "turtle" if head.lower().startswith((b"@prefix", b"@base", b"prefix ")) else ""
    )


async def graph_of(answer: Answer, ask: Ask) -> Graph:
    """Parse an answer; raise BadDocument for what is not RDF, or too large to be one page of a catalogue."""
    syntax = format_of(success(answer))
    if not syntax:
        message = Text(f"ce n'est pas du RDF : {answer.media_type}", f"this is not RDF: {answer.media_type}")
        raise BadDocument(answer, message, code="not-rdf")
    if len(answer.body) > LARGEST:
        message = Text(
            "catalogue trop grand pour une page : le paginer", "catalogue too large for one page: page it"
        )
        raise BadDocument(answer, message, code="too-large")
    body = answer.body
    if syntax == "xml":
        root = xml_of(answer)  # refuses entities before another parser sees them
        # a CSW wraps one RDF document per record
        parts = [root] if root.tag == _RDF_ROOT else list(root.iter(_RDF_ROOT))
        return await asyncio.to_thread(
            _parse, answer, [etree.tostring(part, with_tail=False) for part in parts] or [body], syntax
        )
    if syntax == "json-ld":
        body = json.dumps(await _embed_contexts(json_of(answer), answer, ask, [])).encode()
    return await asyncio.to_thread(_parse, answer, [body], syntax)


def _parse(answer: Answer, bodies: list[bytes], syntax: str) -> Graph:
    graph = Graph()
    try:
        for body in bodies:
            graph.parse(data=body, format=syntax, publicID=answer.url)
    except Exception as error:
        first = str(error).strip().splitlines()[:1]
        message = Text(f"RDF illisible : {first}", f"unreadable RDF: {first}")
        raise BadDocument(answer, message, code="invalid-rdf") from error
    return graph


async def _embed_contexts(document: Any, answer: Answer, ask: Ask, fetched: list[str]) -> Any:
    """Replace remote contexts with their content, fetched by our own transport and no other way."""
    if isinstance(document, list):
        return [await _embed_contexts(item, answer, ask, fetched) for item in document]
    if not isinstance(document, dict):
        return document
    embedded = {}
    for name, value in document.items():
        if name == "@context":
            embedded[name] = await _context(value, answer, ask, fetched, 0)
        elif name != "@import":
            embedded[name] = await _embed_contexts(value, answer, ask, fetched)
    return embedded


async def _context(value: Any, answer: Answer, ask: Ask, fetched: list[str], depth: int) -> Any:
    if isinstance(value, list):
        return [await _context(item, answer, ask, fetched, depth) for item in value]
    if isinstance(value, dict):
        return await _embed_contexts(value, answer, ask, fetched)
    if not isinstance(value, str):
        return value
    fetched.extend([] if value in fetched else [value])
    if (
        len(fetched) > MOST_CONTEXTS
        or depth > DEEPEST_CONTEXT
        or not value.startswith(("http://", "https://"))
    ):
        message = Text(f"contexte JSON-LD non chargé : {value}", f"JSON-LD context not loaded: {value}")
        raise BadDocument(answer, message, at="/@context", code="context")
    remote = await ask.json(value, accept="application/ld+json, application/json;q=0.9")
    inner = remote.get("@context", {}) if isinstance(remote, dict) else {}
    return await _context(inner, answer, ask, fetched, depth + 1)
