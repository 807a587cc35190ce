"""What a record is about (M03 to M06): identifiers, type, title, abstract."""

import re
from collections.abc import Iterator

from cicclo.probes.checks.iso19139._rule import NOT_DATA, PASSED, inapplicable, rule, with_text, without
from cicclo.probes.examples.site import Site
from cicclo.probes.iso.record import DATA, MAPS, SERVICES, Record
from cicclo.probes.iso.xml import place
from cicclo.probes.model import Verdict, failed, passed

SHORTEST_ABSTRACT = 100  # threshold of the quality score of udata
_SPACES = re.compile(r"\s|[<>\"{}|\\^`]")
_TITLE_LEFTOVER = re.compile(
    r"(?i)^\s*(copy of( record)?\b|copie de\b|template for\b|mod[eè]le (de|pour)\b|nouvelle fiche|new (metadata|record)|untitled|"
    r"sans titre|titre de la (donn|fiche)|title of|test\s*\d*$|\[.*\]$)"
)
_LEVELS = DATA | MAPS | SERVICES | frozenset(
    {"attribute", "attributeType", "collectionHardware", "collectionSession", "dimensionGroup", "feature", "featureType",
     "propertyType", "fieldSession", "software", "model", "tile", "initiative", "sample", "document", "repository",
     "aggregate", "product", "collection", "coverage", "metadata"}
)  # fmt: skip


@rule("iso19139/identification/file-identifier", breaks=without("//gmd:fileIdentifier"))
def file_identifier(record: Record, today: str) -> Verdict:
    """Without it a harvester makes a new record each time."""
    identifier = record.identifier
    if not identifier:
        return failed(
            "aucun identifiant de fiche", "no record identifier", at=place(record.root), code="missing"
        )
    if _SPACES.search(identifier):
        fr = f"l'identifiant « {identifier} » ne peut pas entrer dans une adresse"
        return failed(
            fr, f"the identifier “{identifier}” cannot be part of an address", code="unsafe-identifier"
        )
    return PASSED


@rule("iso19139/identification/resource-identifier", breaks=without("//gmd:citation//gmd:identifier"))
def resource_identifier(record: Record, today: str) -> Verdict:
    """Its absence gives duplicates between catalogues (etalab/geo.data.gouv.fr issue 780)."""
    if record.is_service:
        return inapplicable("facultatif pour un service", "optional for a service")
    if any(identifier.code.any for identifier in record.identifiers):
        return PASSED
    fr = "aucun identifiant de ressource"
    return failed(fr, "no resource identifier", at=_citation(record), code="missing")


def _citation(record: Record) -> str:
    return place(record.citation if record.citation is not None else record.root)


def _anchor_with_space(site: Site) -> Site:
    old = "<gmd:MD_Identifier><gmd:code><gco:CharacterString>https://good.example/id/arrets</gco:CharacterString></gmd:code></gmd:MD_Identifier>"
    new = (
        '<gmd:RS_Identifier><gmd:code><gmx:Anchor xlink:href="https://doi.org/10.1/a">10.1/a</gmx:Anchor></gmd:code>'
        "<gmd:codeSpace><gco:CharacterString>doi.org/</gco:CharacterString></gmd:codeSpace></gmd:RS_Identifier>"
    )
    return site.edit_text("/record.xml", old, new)


@rule("iso19139/identification/identifier-convertible", breaks=_anchor_with_space)
def identifier_convertible(record: Record, today: str) -> Verdict:
    """The DCAT stylesheet keeps the code space and loses an anchored code (datagouv/data.gouv.fr issue 1920)."""
    if not record.identifiers:
        return inapplicable("aucun identifiant de ressource", "no resource identifier")
    for identifier in record.identifiers:
        written, space = identifier.code, identifier.space
        if written.text.rstrip("/") in ("doi.org", "https://doi.org", "http://doi.org"):
            fr = f"« {written.text} » n'identifie rien : il manque la suite du DOI"
            return failed(
                fr,
                f"“{written.text}” identifies nothing: the DOI itself is missing",
                at=place(identifier.element),
                code="bare-resolver",
            )
        if written.href and space:
            fr = f"code en Anchor avec un codeSpace « {space} » : converti en DCAT, il ne reste que le codeSpace"
            en = f"Anchor code with a codeSpace “{space}”: once converted to DCAT, only the codeSpace is left"
            return failed(fr, en, at=place(identifier.element), code="anchor-with-code-space")
    return PASSED


@rule("iso19139/identification/resource-type", breaks=without("/gmd:MD_Metadata/gmd:hierarchyLevel"))
def resource_type(record: Record, today: str) -> Verdict:
    """A record without type is ignored by data.gouv.fr's ISO harvester."""
    if not record.level:
        return failed(
            "type de ressource absent", "resource type missing", at=place(record.root), code="missing"
        )
    if record.level in _LEVELS:
        return passed(code=record.level)
    fr = f"type de ressource inconnu « {record.level} »"
    return failed(fr, f"unknown resource type “{record.level}”", at=place(record.root), code="unknown-type")


@rule(
    "iso19139/identification/title",
    breaks=with_text("//gmd:citation//gmd:title/gco:CharacterString", "Copy of record Arrêts"),
)
def title(record: Record, today: str) -> Verdict:
    if not record.title:
        return failed("titre absent", "title missing", at=_citation(record), code="missing")
    if _TITLE_LEFTOVER.search(record.title):
        fr = f"titre laissé par un outil : « {record.title} »"
        return failed(
            fr, f"title left by a tool: “{record.title}”", at=_citation(record), code="title-leftover"
        )
    return PASSED


@rule("iso19139/identification/abstract", breaks=with_text("//gmd:abstract/gco:CharacterString", "Arrêts."))
def abstract(record: Record, today: str) -> Verdict:
    length = len(record.abstract)
    if length > SHORTEST_ABSTRACT and record.abstract != record.title:
        return PASSED
    prop = record.about("abstract")
    where = place(prop if prop is not None else record.root)
    if not length:
        return failed("résumé absent", "abstract missing", at=where, code="missing")
    if length <= SHORTEST_ABSTRACT:
        fr = f"résumé de {length} caractères, plus de {SHORTEST_ABSTRACT} attendus"
        return failed(
            fr,
            f"abstract of {length} characters, more than {SHORTEST_ABSTRACT} expected",
            at=where,
            code="too-short",
        )
    fr = "le résumé répète le titre"
    return failed(fr, "the abstract repeats the title", at=where, code="repeats-title")


@rule("iso19139/identification/topic-category", breaks=with_text("//gmd:MD_TopicCategoryCode", "transports"))
def topic_category(record: Record, today: str) -> Verdict:
    if not record.is_data or record.level == "nonGeographicDataset":
        return NOT_DATA
    found = list(_topics(record))
    if not found:
        where = place(record.identification if record.identification is not None else record.root)
        return failed("catégorie thématique absente", "topic category missing", at=where, code="missing")
    for value, where in found:
        if value not in _TOPICS:
            return failed(
                f"catégorie inconnue « {value} »",
                f"unknown category “{value}”",
                at=where,
                code="unknown-topic",
            )
    return PASSED


def _topics(record: Record) -> Iterator[tuple[str, str]]:
    for prop in record.described.get("topicCategory", ()):
        for inner in prop.iterchildren("*"):
            value = (inner.text or inner.get("codeListValue") or "").strip()
            yield value, "" if value in _TOPICS else place(inner)


_TOPICS = frozenset(
    [
        "farming",
        "biota",
        "boundaries",
        "climatologyMeteorologyAtmosphere",
        "economy",
        "elevation",
        "environment",
        "geoscientificInformation",
        "health",
        "imageryBaseMapsEarthCover",
        "intelligenceMilitary",
        "inlandWaters",
        "location",
        "oceans",
        "planningCadastre",
        "society",
        "structure",
        "transportation",
        "utilitiesCommunication",
        "extraTerrestrial",
        "disaster",
    ]
)
