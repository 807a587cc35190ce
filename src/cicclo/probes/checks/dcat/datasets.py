"""What each dataset must say, by DCAT-AP and by what data.gouv.fr can use."""

import re
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from rdflib import Literal
from rdflib.namespace import DCAT, DCTERMS, Namespace
from rdflib.term import URIRef

from cicclo.kernel.text import Text
from cicclo.probes.check import check
from cicclo.probes.checks.dcat._tally import absent, tally
from cicclo.probes.model import Verdict
from cicclo.probes.protocols._rdf import Resource
from cicclo.probes.protocols.dcat import Dcat
from cicclo.probes.session import Ask

DCATAP = Namespace("http://data.europa.eu/r5r/")
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD_CATEGORIES = frozenset(
    f"http://data.europa.eu/bna/{code}"
    for code in ("c_ac64a52d", "c_dd313021", "c_164e0bf5", "c_e1da4e07", "c_a9135398", "c_b79e35eb")
)
SHORTEST_DESCRIPTION = 100
_NOT_IN_IRI = re.compile(r"[\s<>\"{}|\\^`]")  # RFC 3987, section 2.2
PRIVATE_HOST = re.compile(
    r"(?i)^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|\.(local|lan|internal|intra)$"
)
FREQUENCY = re.compile(
    r"^http://publications\.europa\.eu/resource/authority/frequency/[A-Z0-9_]+$|^http://purl\.org/(cld/freq|linked-data/sdmx/2009/code#freq-)[/\w-]*$"
)
# what udata's harvester reads of a dataset (opendatateam/udata, udata/core/dataset/rdf.py)
READ_BY_UDATA = (
    frozenset(
        str(DCTERMS[n])
        for n in (
            "title",
            "description",
            "abstract",
            "accrualPeriodicity",
            "creator",
            "publisher",
            "rightsHolder",
            "spatial",
            "temporal",
            "hasPart",
            "rights",
            "accessRights",
            "license",
            "identifier",
            "created",
            "issued",
            "modified",
            "provenance",
            "conformsTo",
        )
    )
    | frozenset(
        str(DCAT[n])
        for n in (
            "contactPoint",
            "distribution",
            "spatialResolutionInMeters",
            "keyword",
            "theme",
            "landingPage",
            "temporalResolution",
        )
    )
    | {
        str(DCATAP.hvdCategory),
        str(DCATAP.applicableLegislation),
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://www.w3.org/2002/07/owl#versionInfo",
    }
)


def has(*predicates: URIRef) -> Callable[[Resource], Text | None]:
    """Fault of a resource that has none of the properties."""
    name = "/".join(str(predicate).rsplit("/", 1)[-1].rsplit("#", 1)[-1] for predicate in predicates)

    def fault(resource: Resource) -> Text | None:
        return None if any(str(v).strip() for v in resource.values(*predicates)) else absent(name, name)

    return fault


@check(
    "dcat/dataset/iri",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "<https://good.example/dataset/velo-1>", "_:b1"),
)
async def datasets_have_iris(dcat: Dcat, ask: Ask) -> Verdict:
    return tally(dcat.some_datasets(), _iri_fault)


def _iri_fault(dataset: Resource) -> Text | None:
    if not dataset.iri.startswith(("http://", "https://", "urn:")):
        return Text("pas d'IRI absolue", "no absolute IRI")
    if _NOT_IN_IRI.search(dataset.iri):
        return Text("caractère interdit dans l'IRI", "character not allowed in the IRI")
    return None


@check(
    "dcat/dataset/identifier",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", 'dct:identifier "velo-1" ;', 'dct:identifier "https://doi.org/" ;'
    ),
)
async def identifier_is_usable(dcat: Dcat, ask: Ask) -> Verdict:
    """Without dct:identifier data.gouv.fr refuses the dataset; `doi.org/` is what a broken conversion leaves."""

    def fault(dataset: Resource) -> Text | None:
        values = [value for value in dataset.texts(DCTERMS.identifier) if value]
        if not values:
            return absent("dct:identifier", "dct:identifier")
        bad = [v for v in values if re.fullmatch(r"(https?://)?(dx\.)?doi\.org/?", v) or _private(v)]
        return (
            Text(f"identifiant inutilisable « {bad[0]} »", f"unusable identifier “{bad[0]}”") if bad else None
        )

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/dataset/unique-identifier",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*",
        "<https://good.example/contact/1> a",
        '<https://good.example/x> a dcat:Dataset ; dct:identifier "velo-1" . <https://good.example/contact/1> a',
    ),
)
async def identifiers_are_unique(dcat: Dcat, ask: Ask) -> Verdict:
    count = Counter(
        value for dataset in dcat.some_datasets() for value in set(dataset.texts(DCTERMS.identifier))
    )

    def fault(dataset: Resource) -> Text | None:
        shared = [value for value in dataset.texts(DCTERMS.identifier) if count[value] > 1]
        return (
            Text(f"identifiant partagé « {shared[0]} »", f"shared identifier “{shared[0]}”")
            if shared
            else None
        )

    return tally(dcat.datasets, fault)


@check(
    "dcat/dataset/public-addresses",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "https://good.example/page/", "http://localhost:8080/page/"
    ),
)
async def no_private_address(dcat: Dcat, ask: Ask) -> Verdict:
    def fault(resource: Resource) -> Text | None:
        wrong = [
            str(v)
            for v in (resource.node, *resource.graph.objects(resource.node))
            if isinstance(v, URIRef | Literal) and _private(str(v))
        ]
        return Text(f"adresse interne {wrong[0]}", f"internal address {wrong[0]}") if wrong else None

    datasets = dcat.some_datasets()
    return tally([*datasets, *(x for d in datasets for x in d.distributions)], fault)


def _private(value: str) -> bool:
    try:
        host = urlsplit(value.strip()).hostname if value.startswith(("http://", "https://")) else None
    except ValueError:
        return False
    return bool(host and PRIVATE_HOST.search(host))


@check(
    "dcat/dataset/title",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", 'dct:title "Pistes', 'dct:alternative "Pistes'),
)
async def title(dcat: Dcat, ask: Ask) -> Verdict:
    return tally(dcat.some_datasets(), has(DCTERMS.title))


@check(
    "dcat/dataset/description",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "Tracés des pistes et bandes cyclables, relevés sur le terrain puis tenus", "Tenus"
    ),
)
async def description(dcat: Dcat, ask: Ask) -> Verdict:
    """The threshold is that of data.gouv.fr's quality score."""

    def fault(dataset: Resource) -> Text | None:
        longest = max((len(text) for text in dataset.texts(DCTERMS.description, DCTERMS.abstract)), default=0)
        if longest > SHORTEST_DESCRIPTION:
            return None
        return Text(f"description de {longest} caractères", f"description of {longest} characters")

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/dataset/contact",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "dcat:contactPoint <", "dct:relation <"),
)
async def contact(dcat: Dcat, ask: Ask) -> Verdict:
    return tally(dcat.some_datasets(), has(DCAT.contactPoint))


@check(
    "dcat/dataset/publisher",
    on="dcat",
    breaks=lambda site: site.edit_text("/catalog*", "dct:publisher <", "dct:relation <"),
)
async def publisher(dcat: Dcat, ask: Ask) -> Verdict:
    """A name is needed: an IRI that the document does not describe says nothing to a harvester."""

    def fault(dataset: Resource) -> Text | None:
        if not dataset.values(DCTERMS.publisher, DCTERMS.creator, DCTERMS.rightsHolder):
            return absent("dct:publisher", "dct:publisher")
        agents = dataset.linked(DCTERMS.publisher, DCTERMS.creator, DCTERMS.rightsHolder)
        named = [a for a in agents if a.texts(*NAMES)]
        return None if named or not agents else Text("organisation sans nom", "organisation without a name")

    return tally(dcat.some_datasets(), fault)


NAMES = (
    URIRef("http://xmlns.com/foaf/0.1/name"),
    URIRef("http://www.w3.org/2006/vcard/ns#fn"),
    URIRef("http://www.w3.org/2006/vcard/ns#organization-name"),
    URIRef("http://www.w3.org/2004/02/skos/core#prefLabel"),
)


@check(
    "dcat/dataset/theme",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "<http://publications.europa.eu/resource/authority/data-theme/TRAN>", '"transport"'
    ),
)
async def theme(dcat: Dcat, ask: Ask) -> Verdict:
    def fault(dataset: Resource) -> Text | None:
        texts = [str(value) for value in dataset.literals(DCAT.theme)]
        if texts:
            return Text(f"thème en texte « {texts[0]} »", f"theme as text “{texts[0]}”")
        return None if dataset.values(DCAT.theme) else absent("dcat:theme", "dcat:theme")

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/dataset/frequency",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "<http://publications.europa.eu/resource/authority/frequency/MONTHLY>", '"mensuel"'
    ),
)
async def frequency(dcat: Dcat, ask: Ask) -> Verdict:
    def fault(dataset: Resource) -> Text | None:
        values = dataset.texts(DCTERMS.accrualPeriodicity)
        if any(FREQUENCY.match(value) for value in values):
            return None
        return Text(f"fréquence hors vocabulaire : {values}", f"frequency outside the vocabulary: {values}")

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/hvd/consistent",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", "dcatap:hvdCategory <http://data.europa.eu/bna/c_b79e35eb> ;", ""
    ),
)
async def high_value(dcat: Dcat, ask: Ask) -> Verdict:
    """Law and category go together: one without the other is not counted as a high-value dataset."""

    def fault(dataset: Resource) -> Text | None:
        law, categories = (
            HVD_LAW in dataset.iris(DCATAP.applicableLegislation),
            dataset.texts(DCATAP.hvdCategory),
        )
        unknown = [
            value
            for value in categories
            if value not in HVD_CATEGORIES and not value.startswith("http://data.europa.eu/bna/c_")
        ]
        if unknown:
            return Text(f"catégorie inconnue {unknown[0]}", f"unknown category {unknown[0]}")
        if law != bool(categories):
            return (
                Text("règlement sans catégorie", "law without category")
                if law
                else Text("catégorie sans règlement", "category without law")
            )
        return None

    return tally(dcat.some_datasets(), fault)


@check(
    "dcat/udata/no-loss",
    on="dcat",
    breaks=lambda site: site.edit_text(
        "/catalog*", 'dcat:keyword "', 'dct:source <https://good.example/a> ; dcat:keyword "'
    ),
)
async def nothing_lost_on_data_gouv(dcat: Dcat, ask: Ask) -> Verdict:
    """Fields that udata does not read are lost on data.gouv.fr."""

    def fault(dataset: Resource) -> Text | None:
        lost = sorted(
            {str(predicate) for predicate in dataset.graph.predicates(dataset.node)} - READ_BY_UDATA
        )
        lost = [
            name for name in lost if not name.startswith("http://data.europa.eu/930/")
        ]  # GeoDCAT roles are read
        return Text(f"non lus : {', '.join(lost[:6])}", f"not read: {', '.join(lost[:6])}") if lost else None

    return tally(dcat.some_datasets(), fault)
