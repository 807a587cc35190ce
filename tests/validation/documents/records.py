"""A metadata record made for tests: right as it stands, wrong where a test says so. Ours, not IGN's."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Locator:
    name: str = "Service de visualisation"
    protocol: str = "OGC:WMS"
    url: str = "https://example.org/wms"


@dataclass(frozen=True)
class Record:
    """Each member is a text of the record; None leaves the element out."""

    identifier: str | None = "fr-000041175-plu20140603"
    title: str | None = "Plan local d'urbanisme"
    abstract: str | None = "Un plan local d'urbanisme fait pour les tests."
    type: str | None = "dataset"
    resource: str | None = "https://www.geoportail-urbanisme.gouv.fr/document/41175_PLU_20140603"
    language: str | None = "fre"
    metadata_language: str | None = "fre"
    topic: str | None = "planningCadastre"
    extent: tuple[str, str, str, str] | None = ("1.0", "47.8", "1.1", "47.9")
    publication: str | None = None
    revision: str | None = "2014-06-03"
    creation: str | None = None
    stamp: str | None = "2015-08-06"
    characters: str | None = "utf8"
    formats: tuple[str, ...] = ("SHP",)
    representation: str | None = "vector"
    lineage: str | None = "Numérisé pour les tests."
    denominator: str | None = "5000"
    distance: str | None = None
    specifications: tuple[tuple[str, str, str], ...] = (("CNIG PLU v2013", "2013-04-19", "true"),)
    contact: bool = True
    metadata_contact: bool = True
    system: tuple[str, str] | None = ("EPSG:2154", "http://www.opengis.net/def/crs/EPSG/0/2154")
    locators: tuple[Locator, ...] = (Locator(),)
    keywords: tuple[tuple[str, str], ...] = (
        ("Types de documents d’urbanisme", "PLU"),
        ("Code officiel géographique au 1er janvier 2014", "41175"),
    )


def changed(record: Record, **changes: object) -> Record:
    return replace(record, **changes)


def _text(name: str, value: str | None) -> str:
    return (
        ""
        if value is None
        else f"<gmd:{name}><gco:CharacterString>{value}</gco:CharacterString></gmd:{name}>"
    )


def _code(name: str, kind: str, value: str | None) -> str:
    return (
        ""
        if value is None
        else f'<gmd:{name}><gmd:{kind} codeList="x" codeListValue="{value}"/></gmd:{name}>'
    )


def _date(kind: str, value: str | None) -> str:
    if value is None:
        return ""
    inner = f"<gmd:date><gco:Date>{value}</gco:Date></gmd:date>{_code('dateType', 'CI_DateTypeCode', kind)}"
    return f"<gmd:date><gmd:CI_Date>{inner}</gmd:CI_Date></gmd:date>"


def _contact(name: str, *, there: bool) -> str:
    party = f"<gmd:CI_ResponsibleParty>{_text('organisationName', 'Commune')}</gmd:CI_ResponsibleParty>"
    return f"<gmd:{name}>{party}</gmd:{name}>" if there else ""


def _extent(sides: tuple[str, str, str, str] | None) -> str:
    if sides is None:
        return ""
    names = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")
    inner = "".join(
        f"<gmd:{name}><gco:Decimal>{side}</gco:Decimal></gmd:{name}>"
        for name, side in zip(names, sides, strict=True)
    )
    box = f"<gmd:EX_GeographicBoundingBox>{inner}</gmd:EX_GeographicBoundingBox>"
    return f"<gmd:extent><gmd:EX_Extent><gmd:geographicElement>{box}</gmd:geographicElement></gmd:EX_Extent></gmd:extent>"


def _resolution(record: Record) -> str:
    if record.denominator is None and record.distance is None:
        return ""
    scale = distance = ""
    if record.denominator is not None:
        number = f"<gmd:denominator><gco:Integer>{record.denominator}</gco:Integer></gmd:denominator>"
        fraction = f"<gmd:MD_RepresentativeFraction>{number}</gmd:MD_RepresentativeFraction>"
        scale = f"<gmd:equivalentScale>{fraction}</gmd:equivalentScale>"
    if record.distance is not None:
        distance = f'<gmd:distance><gco:Distance uom="m">{record.distance}</gco:Distance></gmd:distance>'
    return f"<gmd:spatialResolution><gmd:MD_Resolution>{scale}{distance}</gmd:MD_Resolution></gmd:spatialResolution>"


def _keyword(thesaurus: str, word: str) -> str:
    name = f"<gmd:thesaurusName><gmd:CI_Citation>{_text('title', thesaurus)}</gmd:CI_Citation></gmd:thesaurusName>"
    words = f"<gmd:MD_Keywords>{_text('keyword', word)}{name}</gmd:MD_Keywords>"
    return f"<gmd:descriptiveKeywords>{words}</gmd:descriptiveKeywords>"


def _system(system: tuple[str, str] | None) -> str:
    if system is None:
        return ""
    code, uri = system
    said = (
        f'<gmx:Anchor xlink:href="{uri}">{code}</gmx:Anchor>'
        if uri
        else f"<gco:CharacterString>{code}</gco:CharacterString>"
    )
    identifier = f"<gmd:RS_Identifier><gmd:code>{said}</gmd:code></gmd:RS_Identifier>"
    inner = f"<gmd:referenceSystemIdentifier>{identifier}</gmd:referenceSystemIdentifier>"
    return f"<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem>{inner}</gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>"


def _locator(locator: Locator) -> str:
    link = f"<gmd:linkage><gmd:URL>{locator.url}</gmd:URL></gmd:linkage>"
    inner = link + _text("protocol", locator.protocol) + _text("name", locator.name)
    return f"<gmd:onLine><gmd:CI_OnlineResource>{inner}</gmd:CI_OnlineResource></gmd:onLine>"


def _format(name: str) -> str:
    return f"<gmd:distributionFormat><gmd:MD_Format>{_text('name', name)}</gmd:MD_Format></gmd:distributionFormat>"


def _specification(title: str, date: str, degree: str) -> str:
    citation = f"<gmd:CI_Citation>{_text('title', title)}{_date('publication', date)}</gmd:CI_Citation>"
    passed = f"<gmd:pass><gco:Boolean>{degree}</gco:Boolean></gmd:pass>"
    result = f"<gmd:DQ_ConformanceResult><gmd:specification>{citation}</gmd:specification>{passed}</gmd:DQ_ConformanceResult>"
    return f"<gmd:report><gmd:DQ_DomainConsistency><gmd:result>{result}</gmd:result></gmd:DQ_DomainConsistency></gmd:report>"


def xml(record: Record) -> str:
    """Return the record as ISO 19139."""
    citation = (
        _text("title", record.title)
        + _date("publication", record.publication)
        + _date("revision", record.revision)
        + _date("creation", record.creation)
    )
    if record.resource is not None:
        code = _text("code", record.resource)
        citation += f"<gmd:identifier><gmd:MD_Identifier>{code}</gmd:MD_Identifier></gmd:identifier>"
    topic = (
        ""
        if record.topic is None
        else f"<gmd:topicCategory><gmd:MD_TopicCategoryCode>{record.topic}</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
    )
    identification = (
        f"<gmd:citation><gmd:CI_Citation>{citation}</gmd:CI_Citation></gmd:citation>"
        + _text("abstract", record.abstract)
        + _contact("pointOfContact", there=record.contact)
        + "".join(_keyword(*keyword) for keyword in record.keywords)
        + _code("spatialRepresentationType", "MD_SpatialRepresentationTypeCode", record.representation)
        + _resolution(record)
        + _code("language", "LanguageCode", record.language)
        + _code("characterSet", "MD_CharacterSetCode", record.characters)
        + topic
        + _extent(record.extent)
    )
    online = "".join(_locator(locator) for locator in record.locators)
    transfer = f"<gmd:transferOptions><gmd:MD_DigitalTransferOptions>{online}</gmd:MD_DigitalTransferOptions></gmd:transferOptions>"
    distribution = "".join(_format(name) for name in record.formats) + transfer
    lineage = (
        ""
        if record.lineage is None
        else f"<gmd:lineage><gmd:LI_Lineage>{_text('statement', record.lineage)}</gmd:LI_Lineage></gmd:lineage>"
    )
    quality = "".join(_specification(*one) for one in record.specifications) + lineage
    stamp = (
        "" if record.stamp is None else f"<gmd:dateStamp><gco:Date>{record.stamp}</gco:Date></gmd:dateStamp>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'
        ' xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:xlink="http://www.w3.org/1999/xlink">'
        + _text("fileIdentifier", record.identifier)
        + _code("language", "LanguageCode", record.metadata_language)
        + _code("hierarchyLevel", "MD_ScopeCode", record.type)
        + _contact("contact", there=record.metadata_contact)
        + stamp
        + _system(record.system)
        + f"<gmd:identificationInfo><gmd:MD_DataIdentification>{identification}</gmd:MD_DataIdentification></gmd:identificationInfo>"
        + f"<gmd:distributionInfo><gmd:MD_Distribution>{distribution}</gmd:MD_Distribution></gmd:distributionInfo>"
        + f"<gmd:dataQualityInfo><gmd:DQ_DataQuality>{quality}</gmd:DQ_DataQuality></gmd:dataQualityInfo>"
        + "</gmd:MD_Metadata>"
    )
