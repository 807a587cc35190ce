"""IGN's error codes: what each is worth (levels of validator 4.x), and the requirement it serves.

INFO is told as a notice. A standard may be stricter or milder: a `levels.json` beside its `files.json`
(`{"FILE_UNEXPECTED": "ERROR"}`); a caller may give its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


@dataclass(frozen=True, slots=True)
class Code:
    name: str
    level: Level
    requirement: str


_TEXT = """
DIRECTORY_UNEXPECTED_NAME ERROR tree/folder-name
FILE_MISPLACED WARNING tree/place
FILE_UNEXPECTED WARNING tree/expected
FILE_MISSING_MANDATORY ERROR tree/mandatory
FILE_MISSING_MANDATORY_DIRECTORY ERROR tree/mandatory
FILE_MISSING_RECOMMANDED INFO tree/recommended
FILE_MISSING_RECOMMANDED_DIRECTORY INFO tree/recommended
FILE_EMPTY ERROR tree/not-empty
FILE_NOT_OPENED ERROR tree/readable
NO_SPATIAL_DATA ERROR tree/spatial
TABLE_MISSING_ATTRIBUTE ERROR table/columns
TABLE_MISSING_NULLABLE_ATTRIBUTE INFO table/optional-columns
TABLE_UNEXPECTED_ATTRIBUTE WARNING table/no-other-column
TABLE_MISSING_GEOMETRY ERROR table/geometry
TABLE_UNEXPECTED_ENCODING WARNING table/encoding
TABLE_FOREIGN_KEY_NOT_FOUND ERROR table/foreign-key
MULTITABLE_UNEXPECTED WARNING table/known
ATTRIBUTE_UNEXPECTED_NULL ERROR attribute/required
ATTRIBUTE_INVALID_FORMAT ERROR attribute/type
ATTRIBUTE_INVALID_REGEXP ERROR attribute/pattern
ATTRIBUTE_SIZE_EXCEEDED ERROR attribute/length
ATTRIBUTE_SIZE_INVALID ERROR attribute/length
ATTRIBUTE_UNEXPECTED_VALUE ERROR attribute/value
ATTRIBUTE_NOT_UNIQUE ERROR attribute/unique
ATTRIBUTE_REFERENCE_NOT_FOUND ERROR attribute/reference
ATTRIBUTE_CHARACTERS_ILLEGAL ERROR attribute/characters
ATTRIBUTE_FILE_NOT_FOUND ERROR attribute/file
ATTRIBUTE_PATH_NOT_FOUND ERROR attribute/file
ATTRIBUTE_GEOMETRY_INVALID ERROR geometry/valid
ATTRIBUTE_GEOMETRY_INVALID_FORMAT ERROR geometry/type
ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT ERROR geometry/domain
CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR ERROR geometry/inside-document
CNIG_INSEE_INVALID ERROR rule/insee
CNIG_SIREN_INVALID ERROR rule/siren
CNIG_IDURBA_INVALID ERROR rule/idurba
CNIG_IDURBA_NOT_FOUND ERROR rule/idurba-listed
CNIG_IDURBA_MULTIPLE_FOUND WARNING rule/idurba-listed
CNIG_DOCUMENT_NO_PDF ERROR rule/written-pieces
CNIG_PIECE_ECRITE_ONLY_PDF ERROR rule/written-pieces
CNIG_DOC_URBA_COM_UNEXPECTED_SIZE ERROR rule/doc-urba-com
CNIG_PERIMETRE_SCOT_UNEXPECTED_SIZE ERROR rule/scot-perimeter
CNIG_SUP_BAD_TERRITORY_CODE ERROR rule/sup-territory
CNIG_GENERATEUR_SUP_NOT_FOUND ERROR rule/sup-tables
CNIG_ASSIETTE_SUP_NOT_FOUND ERROR rule/sup-tables
CNIG_SUP_IDGEN_NOT_UNIQUE ERROR rule/sup-identifiers
CNIG_SUP_IDASS_NOT_UNIQUE ERROR rule/sup-identifiers
CNIG_SUP_IDGEN_NOT_FOUND ERROR rule/sup-links
METADATA_IGNORED_FILE INFO metadata/readable
METADATA_INVALID_FILE ERROR metadata/readable
METADATA_MULTIPLE_FILES ERROR metadata/single
METADATA_FILEIDENTIFIER_NOT_FOUND ERROR metadata/file-identifier
METADATA_FILEIDENTIFIER_INVALID ERROR metadata/file-identifier
METADATA_IDENTIFIER_NOT_FOUND WARNING metadata/identifier
CNIG_METADATA_IDENTIFIER_INVALID INFO metadata/identifier
METADATA_TITLE_NOT_FOUND ERROR metadata/title
METADATA_ABSTRACT_NOT_FOUND ERROR metadata/abstract
METADATA_TYPE_NOT_FOUND ERROR metadata/type
METADATA_TYPE_INVALID ERROR metadata/type
CNIG_METADATA_TYPE_INVALID ERROR metadata/type
METADATA_LOCATORS_EMPTY ERROR metadata/locators
METADATA_LOCATOR_NAME_NOT_FOUND WARNING metadata/locators
METADATA_LOCATOR_PROTOCOL_NOT_FOUND WARNING metadata/locators
METADATA_LOCATOR_URL_NOT_FOUND ERROR metadata/locators
METADATA_LANGUAGE_NOT_FOUND ERROR metadata/language
METADATA_LANGUAGE_INVALID ERROR metadata/language
METADATA_METADATALANGUAGE_NOT_FOUND ERROR metadata/language
METADATA_METADATALANGUAGE_INVALID ERROR metadata/language
METADATA_TOPICCATEGORY_NOT_FOUND ERROR metadata/topic
METADATA_TOPICCATEGORY_INVALID ERROR metadata/topic
METADATA_EXTENTS_EMPTY ERROR metadata/extent
METADATA_EXTENT_INVALID ERROR metadata/extent
METADATA_DATES_NOT_FOUND ERROR metadata/dates
METADATA_DATEOFPUBLICATION_INVALID ERROR metadata/dates
METADATA_DATEOFLASTREVISION_INVALID ERROR metadata/dates
METADATA_DATEOFCREATION_INVALID ERROR metadata/dates
METADATA_METADATADATE_NOT_FOUND ERROR metadata/dates
METADATA_METADATADATE_INVALID ERROR metadata/dates
CNIG_METADATA_DATEOFLASTREVISION_NOT_FOUND ERROR metadata/dates
METADATA_CHARACTERSET_NOT_FOUND ERROR metadata/character-set
METADATA_CHARACTERSET_INVALID ERROR metadata/character-set
METADATA_DISTRIBUTIONFORMATS_EMPTY ERROR metadata/formats
METADATA_DISTRIBUTIONFORMAT_NAME_NOT_FOUND ERROR metadata/formats
METADATA_SPATIALREPRESENTATIONTYPE_NOT_FOUND ERROR metadata/representation
METADATA_SPATIALREPRESENTATIONTYPE_INVALID ERROR metadata/representation
METADATA_LINEAGE_NOT_FOUND ERROR metadata/lineage
METADATA_SPATIALRESOLUTIONS_EMPTY ERROR metadata/resolution
METADATA_SPATIALRESOLUTION_INVALID_DENOMINATOR ERROR metadata/resolution
METADATA_SPATIALRESOLUTION_INVALID_DISTANCE ERROR metadata/resolution
METADATA_SPECIFICATIONS_EMPTY ERROR metadata/specifications
METADATA_SPECIFICATION_TITLE_NOT_FOUND ERROR metadata/specifications
METADATA_SPECIFICATION_DATE_NOT_FOUND ERROR metadata/specifications
METADATA_SPECIFICATION_DATE_INVALID ERROR metadata/specifications
METADATA_SPECIFICATION_DEGREE_INVALID ERROR metadata/specifications
CNIG_METADATA_SPECIFICATION_NOT_FOUND ERROR metadata/specifications
METADATA_CONTACT_NOT_FOUND ERROR metadata/contacts
METADATA_METADATACONTACT_NOT_FOUND ERROR metadata/contacts
CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_NOT_FOUND ERROR metadata/reference-system
CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_URI_NOT_FOUND ERROR metadata/reference-system
CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_URI_UNEXPECTED ERROR metadata/reference-system
CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_NOT_FOUND WARNING metadata/reference-system
CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_INVALID WARNING metadata/reference-system
CNIG_METADATA_KEYWORD_NOT_FOUND WARNING metadata/keywords
CNIG_METADATA_KEYWORD_INVALID WARNING metadata/keywords
"""


def _code(line: str) -> Code:
    name, level, requirement = line.split()
    return Code(name, Level(level), f"cnig/{requirement}")


CODES: Mapping[str, Code] = {code.name: code for code in map(_code, _TEXT.strip().splitlines())}


def level(name: str, of_standard: Mapping[str, str], own: Mapping[str, Level] | None = None) -> Level:
    """Return what a code is worth: the caller's word, else the standard's (`levels.json`), else IGN's default."""
    if own and name in own:
        return own[name]
    return Level(of_standard[name]) if name in of_standard else CODES[name].level
