"""Content models of the classes a record is made of: which properties, in which order, how many times.

`name` is exactly one, `name?` at most one, `name+` at least one, `name*` any number, in the order of ISO/TS 19139
(2007 and 2012 editions agree on these); `a|b` either. ISO 19115-3 has its own order for the classes named with `mdb:`.
"""

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, NamedTuple

from lxml import etree

from cicclo.probes.iso.xml import local_name

_RESOURCE = (
    "citation abstract purpose? credit* status* pointOfContact* resourceMaintenance* graphicOverview* resourceFormat* "
    "descriptiveKeywords* resourceSpecificUsage* resourceConstraints* aggregationInfo* "
)
_METADATA = (
    "fileIdentifier? language? characterSet? parentIdentifier? hierarchyLevel* hierarchyLevelName* contact+ dateStamp "
    "metadataStandardName? metadataStandardVersion? dataSetURI? locale* spatialRepresentationInfo* referenceSystemInfo* "
    "metadataExtensionInfo* identificationInfo+ contentInfo* distributionInfo? dataQualityInfo* portrayalCatalogueInfo* "
    "metadataConstraints* applicationSchemaInfo* metadataMaintenance? series* describes* propertyType* featureType* "
    "featureAttribute*"
)
MODELS = {
    "MD_Metadata": _METADATA,
    "MI_Metadata": _METADATA + " acquisitionInformation*",
    "MD_DataIdentification": _RESOURCE
    + "spatialRepresentationType* spatialResolution* language+ characterSet* topicCategory* environmentDescription? extent* "
    "supplementalInformation?",
    "SV_ServiceIdentification": _RESOURCE
    + "serviceType serviceTypeVersion* accessProperties? restrictions* keywords* extent* coupledResource* couplingType "
    "containsOperations+ operatesOn*",
    "CI_Citation": "title alternateTitle* date+ edition? editionDate? identifier* citedResponsibleParty* presentationForm* "
    "series? otherCitationDetails? collectiveTitle? ISBN? ISSN?",
    "CI_ResponsibleParty": "individualName? organisationName? positionName? contactInfo? role",
    "CI_Contact": "phone? address? onlineResource? hoursOfService? contactInstructions?",
    "CI_Address": "deliveryPoint* city? administrativeArea? postalCode? country? electronicMailAddress*",
    "CI_OnlineResource": "linkage protocol? applicationProfile? name? description? function?",
    "MD_LegalConstraints": "useLimitation* accessConstraints* useConstraints* otherConstraints*",
    "MD_Keywords": "keyword+ type? thesaurusName?",
    "MD_Distribution": "distributionFormat* distributor* transferOptions*",
    "MD_Format": "name version amendmentNumber? specification? fileDecompressionTechnique? formatDistributor*",
    "MD_DigitalTransferOptions": "unitsOfDistribution? transferSize? onLine* offLine?",
    "MD_BrowseGraphic": "fileName fileDescription? fileType?",
    "DQ_DataQuality": "scope report* lineage?",
    "DQ_Scope": "level extent? levelDescription*",
    "DQ_ConformanceResult": "specification explanation pass",
    "LI_Lineage": "statement? processStep* source*",
    "EX_Extent": "description? geographicElement* temporalElement* verticalElement*",
    "EX_GeographicBoundingBox": "extentTypeCode? westBoundLongitude eastBoundLongitude southBoundLatitude northBoundLatitude",
}
MDB_MODELS = {
    "MD_Metadata": "metadataIdentifier? defaultLocale? parentMetadata? metadataScope* contact+ dateInfo+ metadataStandard* "
    "metadataProfile* alternativeMetadataReference* otherLocale* metadataLinkage* spatialRepresentationInfo* "
    "referenceSystemInfo* metadataExtensionInfo* identificationInfo+ contentInfo* distributionInfo* dataQualityInfo* "
    "resourceLineage* portrayalCatalogueInfo* metadataConstraints* applicationSchemaInfo* metadataMaintenance? "
    "acquisitionInformation*",
    "MD_Keywords": "keyword+ type? thesaurusName? keywordClass?",
    "CI_OnlineResource": "linkage protocol? applicationProfile? name? description? function? protocolRequest?",
    "EX_GeographicBoundingBox": MODELS["EX_GeographicBoundingBox"],
}


class Model(NamedTuple):
    """Rank of each property, those that must be there, those that may not repeat."""

    rank: dict[str, int]
    required: frozenset[str]
    single: frozenset[str]


class Flaw(NamedTuple):
    """`kind` is `order`, `missing`, `repeated` or `unknown`."""

    kind: str
    name: str
    after: str
    element: etree._Element


@cache
def model(kind: str, name: str) -> Model | None:
    """The content model of a class in a schema (`gmd`, `gmi`, `mdb`), None when we have none."""
    written = (MDB_MODELS if kind == "mdb" else MODELS).get(name)
    if written is None:
        return None
    words = written.split()
    return Model(
        {word.rstrip("?*+"): rank for rank, word in enumerate(words)},
        frozenset(word.rstrip("+") for word in words if word[-1] not in "?*"),
        frozenset(word.rstrip("?") for word in words if word[-1] not in "*+"),
    )


def flaws(kind: str, name: str, element: etree._Element) -> list[Flaw]:
    """What is wrong with the properties of one element of a known class."""
    tags = tuple([prop.tag for prop in element[:]])
    return [Flaw(fault, prop, after, element) for fault, prop, after in _faults(kind, name, tags)]


@lru_cache(maxsize=16384)
def _faults(kind: str, name: str, tags: tuple[Any, ...]) -> tuple[tuple[str, str, str], ...]:
    """Faults of a sequence of properties; few sequences occur, over and over."""
    known = model(kind, name)
    return tuple(_compare([local_name(tag) for tag in tags if isinstance(tag, str)], known)) if known else ()


def _compare(names: list[str], known: Model) -> Iterator[tuple[str, str, str]]:
    last = ""
    for name in names:
        if name not in known.rank:
            yield "unknown", name, last
        elif last and known.rank[name] < known.rank[last]:
            yield "order", name, last
        else:
            if name == last and name in known.single:
                yield "repeated", name, last
            last = name
    for name in known.rank:
        if name in known.required and name not in names:
            yield "missing", name, ""
