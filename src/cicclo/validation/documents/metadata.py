"""Checks of the metadata record: INSPIRE's, then the CNIG's own instructions (Consignes de saisie des métadonnées)."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from cicclo.validation.documents import record as records
from cicclo.validation.documents.document import Document, DocumentFile
from cicclo.validation.documents.record import RESOURCE, Record
from cicclo.validation.documents.rules import of_cnig
from cicclo.validation.model import Fault

Said = tuple[str, Mapping[str, Any]]
NOTHING: Mapping[str, Any] = {}
CHARACTER_SETS = frozenset(
    [
        "ucs2",
        "ucs4",
        "utf7",
        "utf8",
        "utf16",
        "8859part1",
        "8859part2",
        "8859part3",
        "8859part4",
        "8859part5",
        "8859part6",
        "8859part7",
        "8859part8",
        "8859part9",
        "8859part10",
        "8859part11",
        "8859part13",
        "8859part14",
        "8859part15",
        "8859part16",
        "jis",
        "shiftJIS",
        "eucJP",
        "usAscii",
        "ebcdic",
        "eucKR",
        "big5",
        "GB2312",
    ]
)
SCOPES = frozenset(
    [
        "attribute",
        "attributeType",
        "collectionHardware",
        "collectionSession",
        "dataset",
        "series",
        "nonGeographicDataset",
        "dimensionGroup",
        "feature",
        "featureType",
        "propertyType",
        "fieldSession",
        "software",
        "service",
        "model",
        "tile",
    ]
)
TOPICS = frozenset(
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
    ]
)
REPRESENTATIONS = frozenset(["vector", "grid", "textTable", "tin", "stereoModel", "video", "vecteur"])
LANGUAGES = frozenset(
    [
        "bul",
        "cze",
        "ces",
        "dan",
        "dut",
        "nld",
        "eng",
        "est",
        "fin",
        "fre",
        "fra",
        "ger",
        "deu",
        "gle",
        "gre",
        "ell",
        "hun",
        "ita",
        "lav",
        "lit",
        "mlt",
        "pol",
        "por",
        "rum",
        "ron",
        "slo",
        "slk",
        "slv",
        "spa",
        "swe",
        "hrv",
    ]
)
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?)?)?(Z|[+-]\d{2}:\d{2})?")
_SPECIFICATION = re.compile(r"CNIG\s(SUP|PLU|PLUi|POS|CC|PSMV|SCoT)\sv\d{4}", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[^\s/\\:*?\"<>|]+")
SYSTEMS = {
    "http://www.opengis.net/def/crs/EPSG/0/": "EPSG:",
    "https://registre.ign.fr/ign/IGNF/crs/IGNF/": "IGNF:",
    "http://registre.ign.fr/ign/IGNF/crs/IGNF/": "IGNF:",
}
KNOWN_SYSTEMS = frozenset(
    {f"EPSG:{code}" for code in (4326, 2154, 32620, 4559, 5490, 2972, 2975, 4471, 4467, *range(3942, 3951))}
    | {
        f"IGNF:{name}"
        for name in [
            "WGS84",
            "RGF93LAMB93",
            "WGS84UTM20",
            "RGFG95UTM22",
            "RGR92UTM40S",
            "RGM04UTM38S",
            "RGSPM06U21",
        ]
    }
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def judge(document: Document) -> Iterator[Fault]:
    """Yield what is wrong with the record of a document; one record is looked at."""
    found = []
    for file in document.of_type("metadata"):
        try:
            found.append((file, records.read(file.path)))
        except records.NotARecord as error:
            code = "METADATA_INVALID_FILE" if error.broken else "METADATA_IGNORED_FILE"
            yield from document.fault(code, file.relative)
    if len(found) > 1:
        names = [file.relative for file, _ in found]
        yield from document.fault("METADATA_MULTIPLE_FILES", document.name, facts={"files": names})
    if len(found) == 1:
        document.charset = _charset(found[0][1])
        yield from _record(document, *found[0])


def _charset(record: Record) -> str:
    """Return Python's name of the declared character set; UTF-8 when it is not said or has none."""
    said = record.one(f"{RESOURCE}/gmd:characterSet/*/@codeListValue") or ""
    name = said.replace("8859part", "iso-8859-").replace("usAscii", "ascii").replace("shiftJIS", "shift_jis")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def _record(document: Document, file: DocumentFile, record: Record) -> Iterator[Fault]:
    checks = (
        *INSPIRE,
        *((lambda one, check=check: check(document, one)) for check in CNIG if of_cnig(document)),
    )
    for check in checks:
        for code, facts in check(record):
            yield from document.fault(code, file.relative, facts=facts)


def _filled(code: str, path: str) -> Callable[[Record], Iterator[Said]]:
    """Make the check of an element that must be there, with a text."""

    def check(record: Record) -> Iterator[Said]:
        if not record.one(path):
            yield f"METADATA_{code}_NOT_FOUND", NOTHING

    return check


def _listed(code: str, path: str, values: frozenset[str]) -> Callable[[Record], Iterator[Said]]:
    """Make the check of an element whose value is of a list: absent is one fault, another value a second kind."""

    def check(record: Record) -> Iterator[Said]:
        found = record.one(path)
        if found is None:
            yield f"METADATA_{code}_NOT_FOUND", NOTHING
        elif found not in values:
            yield f"METADATA_{code}_INVALID", {"found": found}

    return check


def _file_identifier(record: Record) -> Iterator[Said]:
    found = record.one("gmd:fileIdentifier/*")
    if not found:
        yield "METADATA_FILEIDENTIFIER_NOT_FOUND", NOTHING
    elif not _IDENTIFIER.fullmatch(found.replace(":", "-")):
        yield "METADATA_FILEIDENTIFIER_INVALID", {"found": found}


def _locators(record: Record) -> Iterator[Said]:
    found = record.locators
    if not found:
        yield "METADATA_LOCATORS_EMPTY", NOTHING
    for number, locator in enumerate(found, 1):
        facts = {"number": number, "count": len(found)}
        if not locator.name:
            yield "METADATA_LOCATOR_NAME_NOT_FOUND", facts
        if not locator.protocol:
            yield "METADATA_LOCATOR_PROTOCOL_NOT_FOUND", facts
        if not locator.url:
            yield "METADATA_LOCATOR_URL_NOT_FOUND", facts


def _extents(record: Record) -> Iterator[Said]:
    found = list(record.extents)
    if not found:
        yield "METADATA_EXTENTS_EMPTY", NOTHING
    for number, sides in enumerate(found, 1):
        if not all(_number(side) for side in sides):
            yield (
                "METADATA_EXTENT_INVALID",
                {"number": number, "count": len(found), "found": ", ".join(sides)},
            )


def _dates(record: Record) -> Iterator[Said]:
    kinds = {"publication": "PUBLICATION", "revision": "LASTREVISION", "creation": "CREATION"}
    found = {code: record.dates(kind) for kind, code in kinds.items()}
    if not any(found.values()):
        yield "METADATA_DATES_NOT_FOUND", NOTHING
    for code, dates in found.items():
        for one in dates:
            if not _is_date(one):
                yield f"METADATA_DATEOF{code}_INVALID", {"found": one}


def _metadata_date(record: Record) -> Iterator[Said]:
    found = record.one("gmd:dateStamp/*")
    if not found:
        yield "METADATA_METADATADATE_NOT_FOUND", NOTHING
    elif not _is_date(found):
        yield "METADATA_METADATADATE_INVALID", {"found": found}


def _formats(record: Record) -> Iterator[Said]:
    found = record.nodes("gmd:distributionInfo/*/gmd:distributionFormat/*")
    if not found:
        yield "METADATA_DISTRIBUTIONFORMATS_EMPTY", NOTHING
    for number, node in enumerate(found, 1):
        if not record.one("gmd:name/*", node):
            yield "METADATA_DISTRIBUTIONFORMAT_NAME_NOT_FOUND", {"number": number, "count": len(found)}


def _resolutions(record: Record) -> Iterator[Said]:
    found = record.nodes(f"{RESOURCE}/gmd:spatialResolution/*")
    if not found:
        yield "METADATA_SPATIALRESOLUTIONS_EMPTY", NOTHING
    for number, node in enumerate(found, 1):
        denominator = record.one("gmd:equivalentScale/*/gmd:denominator/*", node)
        distance = record.one("gmd:distance/*", node)
        facts = {"number": number, "count": len(found)}
        if denominator is not None and not re.fullmatch(r"[+-]?\d+", denominator, re.ASCII):
            yield "METADATA_SPATIALRESOLUTION_INVALID_DENOMINATOR", {**facts, "found": denominator}
        if distance is not None and not _number(distance):
            yield "METADATA_SPATIALRESOLUTION_INVALID_DISTANCE", {**facts, "found": distance}


def _specifications(record: Record) -> Iterator[Said]:
    found = record.specifications
    if not found:
        yield "METADATA_SPECIFICATIONS_EMPTY", NOTHING
    for number, one in enumerate(found, 1):
        facts = {"number": number, "count": len(found)}
        if not one.title:
            yield "METADATA_SPECIFICATION_TITLE_NOT_FOUND", facts
        if not one.date:
            yield "METADATA_SPECIFICATION_DATE_NOT_FOUND", facts
        elif not _is_date(one.date):
            yield "METADATA_SPECIFICATION_DATE_INVALID", {**facts, "found": one.date}
        if one.degree not in {"", "true", "false"}:
            yield "METADATA_SPECIFICATION_DEGREE_INVALID", {**facts, "found": one.degree}


INSPIRE: tuple[Callable[[Record], Iterator[Said]], ...] = (
    _file_identifier,
    _filled("TITLE", f"{RESOURCE}/gmd:citation/*/gmd:title/*"),
    _filled("ABSTRACT", f"{RESOURCE}/gmd:abstract/*"),
    _listed("TYPE", "gmd:hierarchyLevel/*/@codeListValue", SCOPES),
    _locators,
    _filled("IDENTIFIER", f"{RESOURCE}/gmd:citation/*/gmd:identifier/*/gmd:code/*"),
    _listed("LANGUAGE", f"{RESOURCE}/gmd:language/*/@codeListValue", LANGUAGES),
    _listed("TOPICCATEGORY", f"{RESOURCE}/gmd:topicCategory/*", TOPICS),
    _extents,
    _dates,
    _listed("CHARACTERSET", f"{RESOURCE}/gmd:characterSet/*/@codeListValue", CHARACTER_SETS),
    _formats,
    _listed(
        "SPATIALREPRESENTATIONTYPE",
        f"{RESOURCE}/gmd:spatialRepresentationType/*/@codeListValue",
        REPRESENTATIONS,
    ),
    _filled("LINEAGE", "gmd:dataQualityInfo/*/gmd:lineage/*/gmd:statement/*"),
    _resolutions,
    _specifications,
    _filled("CONTACT", f"{RESOURCE}/gmd:pointOfContact/*"),
    _filled("METADATACONTACT", "gmd:contact/*"),
    _metadata_date,
    _listed("METADATALANGUAGE", "gmd:language/*/@codeListValue", LANGUAGES),
)


def _cnig_type(_: Document, record: Record) -> Iterator[Said]:
    found = record.one("gmd:hierarchyLevel/*/@codeListValue")
    if found in SCOPES and found not in {"dataset", "series"}:
        yield "CNIG_METADATA_TYPE_INVALID", {"found": found}


def _cnig_identifier(document: Document, record: Record) -> Iterator[Said]:
    found = record.one(f"{RESOURCE}/gmd:citation/*/gmd:identifier/*/gmd:code/*")
    expected = f"https://www.geoportail-urbanisme.gouv.fr/document/{document.name}"
    if found and found != expected:
        yield "CNIG_METADATA_IDENTIFIER_INVALID", {"found": found, "expected": expected}


def _cnig_specification(_: Document, record: Record) -> Iterator[Said]:
    found = (one for one in record.specifications if one.kind == "publication")
    if not any(_SPECIFICATION.fullmatch(one.title) for one in found):
        yield "CNIG_METADATA_SPECIFICATION_NOT_FOUND", NOTHING


def _cnig_revision(_: Document, record: Record) -> Iterator[Said]:
    if not record.dates("revision"):
        yield "CNIG_METADATA_DATEOFLASTREVISION_NOT_FOUND", NOTHING


def _cnig_system(_: Document, record: Record) -> Iterator[Said]:
    """Yield the first thing wrong with the reference system: address, then code."""
    node = "gmd:referenceSystemInfo/*/gmd:referenceSystemIdentifier/*"
    if not record.nodes(node):
        yield "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_NOT_FOUND", NOTHING
        return
    address = record.one(f"{node}/gmd:code/*/@xlink:href")
    if not address:
        yield "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_URI_NOT_FOUND", NOTHING
        return
    expected = _code_of(address)
    code = record.one(f"{node}/gmd:code/*")
    if not expected:
        yield "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_URI_UNEXPECTED", {"found": address}
    elif not code:
        yield "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_NOT_FOUND", NOTHING
    elif code != expected:
        facts = {"found": code, "expected": expected}
        yield "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_INVALID", facts


def _code_of(address: str) -> str:
    if address == CRS84:
        return "CRS:84"
    for start, authority in SYSTEMS.items():
        if address.startswith(start) and authority + address[len(start) :] in KNOWN_SYSTEMS:
            return authority + address[len(start) :]
    return ""


def _cnig_keywords(document: Document, record: Record) -> Iterator[Said]:
    """Yield the keywords that the folder's name calls for: kind of document, manager, territory, part."""
    for name, thesaurus, expected in _called(document):
        found = next(
            (one for one in record.keywords if re.fullmatch(thesaurus, one.thesaurus, re.IGNORECASE)), None
        )
        facts = {"keyword": name, "thesaurus": thesaurus, "expected": expected}
        word = found.words[0] if found is not None and found.words else ""
        if found is None:
            yield "CNIG_METADATA_KEYWORD_NOT_FOUND", facts
        elif word.casefold() != expected.casefold():
            yield "CNIG_METADATA_KEYWORD_INVALID", {**facts, "found": word}


def _called(document: Document) -> Iterator[tuple[str, str, str]]:
    name = document.named
    if name is None:
        return
    if name.type == "SUP":
        yield "CATEGORIE_SUP", "nomenclature nationale des SUP", name.category
    else:
        yield "TYPE_DOC", "Types de documents d[’']urbanisme", name.type
    if name.manager:
        yield "SIREN_GESTIONNAIRE", "Répertoire SIRENE", name.manager
    if name.type == "PLUI":
        yield "EMPRISE", "Répertoire SIRENE", name.territory
    elif name.type != "SCOT":
        yield "EMPRISE", "Code officiel géographique au 1er janvier 20[0-9]{2}", name.territory
    if name.part:
        yield "CodeDU", "Sous-code de documents d[’']urbanisme", name.part


CNIG: tuple[Callable[[Document, Record], Iterator[Said]], ...] = (
    _cnig_type,
    _cnig_identifier,
    _cnig_specification,
    _cnig_revision,
    _cnig_system,
    _cnig_keywords,
)


def _number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text, re.ASCII) is not None


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text[:10] + "-01-01")[:10] if len(text) >= 10 else f"{text[:7]}-01-01"[:10])
    except ValueError:
        return False
    return True
