"""A correct DCAT-AP catalogue in memory: two pages, three syntaxes, files that answer."""

from urllib.parse import urlsplit

from rdflib import Graph

from cicclo.probes.examples import declared
from cicclo.probes.examples.site import Reply, Site, query
from cicclo.web.outgoing import Request

BASE = "https://good.example"
SYNTAXES = {"application/rdf+xml": "pretty-xml", "application/ld+json": "json-ld"}

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
"""

CATALOGUE = """
<https://good.example/catalog> a dcat:Catalog ;
  dct:title "Catalogue d'exemple"@fr ; dct:description "Un catalogue correct"@fr ;
  dct:publisher <https://good.example/org/1> ;
  dcat:dataset <https://good.example/dataset/NAME> .
<https://good.example/org/1> a foaf:Agent ; foaf:name "Région d'exemple" .
<https://good.example/catalog?page=PAGE> a hydra:PartialCollectionView ; NEXT
  hydra:first <https://good.example/catalog?page=1> .
"""

DATASET = """
<https://good.example/dataset/NAME> a dcat:Dataset ;
  dct:identifier "NAME" ;
  dct:title "Pistes cyclables NAME"@fr ;
  dct:description "Tracés des pistes et bandes cyclables, relevés sur le terrain puis tenus à jour chaque mois par les services techniques."@fr ;
  dct:publisher <https://good.example/org/1> ;
  dcat:contactPoint <https://good.example/contact/1> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
  dcat:keyword "vélo"@fr ;
  dct:issued "2024-01-10"^^xsd:date ; dct:modified "2026-05-02"^^xsd:date ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:spatial <https://good.example/dataset/NAME#place> ;
  dct:temporal <https://good.example/dataset/NAME#period> ;
  dct:license <http://spdx.org/licenses/etalab-2.0> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_b79e35eb> ;
  dcat:landingPage <https://good.example/page/NAME> ;
  dcat:distribution <https://good.example/dataset/NAME/csv> .
<https://good.example/contact/1> a vcard:Organization ; vcard:fn "Guichet" ; vcard:hasEmail <mailto:contact@good.example> .
<https://good.example/dataset/NAME#place> a dct:Location ;
  dcat:bbox "POLYGON((1.3 48.8,4.3 48.8,4.3 51.1,1.3 51.1,1.3 48.8))"^^geo:wktLiteral .
<https://good.example/dataset/NAME#period> a dct:PeriodOfTime ;
  dcat:startDate "2024-01-01"^^xsd:date ; dcat:endDate "2025-12-31"^^xsd:date .
<https://good.example/dataset/NAME/csv> a dcat:Distribution ;
  dct:title "CSV"@fr ;
  dcat:accessURL <https://good.example/files/NAME.csv> ; dcat:downloadURL <https://good.example/files/NAME.csv> ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
  dct:conformsTo <https://good.example/schemas/arbres.json> ;
  dct:license <http://spdx.org/licenses/etalab-2.0> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
"""


def site() -> Site:
    """The correct catalogue."""
    return Site(BASE, handle, "/catalog")


def handle(request: Request) -> Reply | None:
    path = urlsplit(request.url).path
    if path.startswith("/files/"):
        return declared.handle(declared.FILE)
    if path == declared.SCHEMA:
        return declared.handle(path)
    if path != "/catalog":
        return None
    turtle = page(query(request).get("page", "1"))
    for media_type, syntax in SYNTAXES.items():
        if request.header("accept") == media_type:
            body = Graph().parse(data=turtle, format="turtle").serialize(format=syntax)
            return Reply.text(body, media_type)
    return Reply.text(turtle, "text/turtle")


def page(number: str) -> str:
    """Turtle of one page: a dataset, and a link to the second page on the first."""
    name = "velo-1" if number == "1" else "velo-2"
    following = "hydra:next <https://good.example/catalog?page=2> ;" if number == "1" else ""
    template = PREFIXES + CATALOGUE + DATASET
    return template.replace("NAME", name).replace("PAGE", number).replace("NEXT", following)
