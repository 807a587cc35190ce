"""A catalogue in RDF (DCAT): one page of it, its datasets, and the address of the next page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from rdflib import RDF, Graph
from rdflib.namespace import DCAT, DCTERMS, FOAF

from cicclo.kernel.text import Text
from cicclo.ogc.links import absolute
from cicclo.probes.errors import BadDocument, Missing
from cicclo.probes.model import Endpoint
from cicclo.probes.protocol import PROTOCOLS, Protocol, Service
from cicclo.probes.protocols._rdf import ACCEPT, FORMATS, HYDRA, Resource, format_of, graph_of
from cicclo.probes.session import Ask
from cicclo.web.outgoing import Answer

MARKS = (b"www.w3.org/ns/dcat#", b"project-open-data.cio.gov", b"dcat-ap.jsonld")
_RDF_ELEMENT = re.compile(rb"<(?:\w+:)?RDF[\s>]")  # capabilities of a CSW also name DCAT


@dataclass(slots=True)
class Dcat(Service):
    """`next_url` is what a harvester that knows Hydra would ask for next."""

    graph: Graph = field(default_factory=Graph)
    media_type: str = ""
    datasets: list[Resource] = field(default_factory=list)
    next_url: str = ""

    def some_datasets(self) -> list[Resource]:
        """The datasets; raise Missing when the catalogue is empty."""
        if not self.datasets:
            raise Missing("aucun jeu de données dans cette page", "no dataset in this page")
        return self.datasets

    def some_distributions(self) -> list[Resource]:
        """Every distribution of every dataset; raise Missing when there is none."""
        found = [item for dataset in self.some_datasets() for item in dataset.distributions]
        if not found:
            raise Missing("aucune distribution dans cette page", "no distribution in this page")
        return found


async def read(endpoint: Endpoint, ask: Ask) -> Dcat:
    answer = await ask.get(endpoint.url, accept=ACCEPT)
    graph = await graph_of(answer, ask)
    datasets = datasets_of(graph)
    catalogue = next(graph.subjects(RDF.type, DCAT.Catalog), None)
    if not datasets and catalogue is None:
        message = Text(
            "du RDF sans catalogue ni jeu de données DCAT", "RDF without DCAT catalogue nor dataset"
        )
        raise BadDocument(answer, message, code="not-dcat")
    titles = Resource(graph, catalogue).texts(DCTERMS.title, FOAF.name) if catalogue is not None else []
    return Dcat(
        endpoint,
        title=titles[0] if titles else "",
        graph=graph,
        media_type=answer.media_type,
        datasets=datasets,
        next_url=next_of(graph, answer.url),
        members={"record": datasets},
    )


def datasets_of(graph: Graph) -> list[Resource]:
    """Datasets of a graph, in an order that does not change from one reading to the next."""
    nodes = {*graph.subjects(RDF.type, DCAT.Dataset), *graph.objects(None, DCAT.dataset)}
    described = [Resource(graph, node) for node in nodes if (node, None, None) in graph]
    return sorted(described, key=lambda dataset: (dataset.name, dataset.texts(DCTERMS.title)))


def next_of(graph: Graph, base: str) -> str:
    """`hydra:next` of today's Hydra, `hydra:nextPage` of the older one: harvesters know both."""
    found = sorted(str(value) for name in ("next", "nextPage") for value in graph.objects(None, HYDRA[name]))
    return absolute(base, found[0]) if found else ""


def sniff(answer: Answer) -> Sequence[Endpoint]:
    if not answer.ok or answer.media_type not in FORMATS:
        return ()
    head = answer.body[:65536]
    if not any(mark in head for mark in MARKS) or (
        format_of(answer) == "xml" and not _RDF_ELEMENT.search(head)
    ):
        return ()
    return (Endpoint("dcat", answer.url, "address"),)


def guesses(url: str) -> Sequence[str]:
    """Where data.gouv.fr (udata), CKAN and ArcGIS Hub publish theirs."""
    return [urljoin(url, path) for path in ("/catalog.rdf", "/catalog.ttl", "/api/feed/dcat-ap/2.1.1.json")]


PROTOCOLS.add(
    Protocol(
        "dcat",
        Text("Catalogue DCAT", "DCAT catalogue"),
        read=read,
        sniff=sniff,
        guesses=guesses,
        name_of=lambda dataset: dataset.name,
        entry="dcat/document/readable",
    )
)
