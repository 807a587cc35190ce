"""Sentences of documents' faults, in both languages; same verbs as `validation.wording`.

IGN's codes that need no value are worded by their requirement.
"""

from collections.abc import Callable, Mapping
from typing import Any

from cicclo.kernel.text import Text
from cicclo.requirements import library
from cicclo.validation.geo import wording as geo
from cicclo.validation.model import Fault, Notice

Facts = Mapping[str, Any]


def words(fault: Fault | Notice) -> bool:
    return fault.requirement.startswith(("cnig/", "jsonschema/"))


def say(fault: Fault | Notice) -> Text:
    """Return what was found and what is expected; a notice is worded as a fault is."""
    sentence = SENTENCES.get(fault.kind)
    return sentence(fault) if sentence is not None else _plain(fault)


def _plain(fault: Any) -> Text:
    """Return the requirement's title, with the value when there is one."""
    title = library()[fault.requirement].title
    found = fault.facts.get("found")
    number = fault.facts.get("number")
    rank = f" {number}/{fault.facts.get('count')}" if number else ""
    if fault.kind.endswith(("_NOT_FOUND", "_EMPTY")):
        return Text(f"{title.fr}{rank} : non renseigné.", f"{title.en}{rank}: not filled in.")
    if found is not None:
        expected = fault.facts.get("expected")
        more = Text(f", attendu « {expected} »", f", expected “{expected}”") if expected else Text(" ", " ")
        return Text(
            f"{title.fr}{rank} : « {found} »{more.fr.rstrip()}.",
            f"{title.en}{rank}: “{found}”{more.en.rstrip()}.",
        )
    return Text(f"{title.fr}{rank}.", f"{title.en}{rank}.")


def _file(fr: str, en: str) -> Callable[[Any], Text]:
    def sentence(fault: Any) -> Text:
        name = fault.facts.get("file") or getattr(fault, "where", "") or fault.facts.get("where", "")
        return Text(fr.format(name), en.format(name))

    return sentence


def _column(fr: str, en: str) -> Callable[[Any], Text]:
    return lambda fault: Text(fr.format(fault.field), en.format(fault.field))


def _value(fr: str, en: str) -> Callable[[Any], Text]:
    """Make a sentence of the cell and the facts."""

    def sentence(fault: Any) -> Text:
        facts = {**fault.facts, "cell": getattr(fault, "cell", ""), "field": fault.field}
        return Text(fr.format_map(facts), en.format_map(facts))

    return sentence


def _listed(fault: Any) -> Text:
    shown = ", ".join(map(str, fault.facts["values"][:10]))
    more = "…" if fault.facts["count"] > 10 else ""
    return Text(
        f"« {fault.cell} » n'est pas dans la liste ({shown}{more}).",
        f"“{fault.cell}” is not in the list ({shown}{more}).",
    )


def _opened(fault: Any) -> Text:
    why = fault.facts["why"]
    return Text(f"Le fichier ne se lit pas : {why['fr']}", f"The file cannot be read: {why['en']}")


def _keyword(fault: Any) -> Text:
    facts = fault.facts
    asked = f"{facts['keyword']} = {facts['expected']}"
    if "found" not in facts:
        return Text(
            f"Mot clé absent : {asked} ({facts['thesaurus']}).",
            f"Keyword absent: {asked} ({facts['thesaurus']}).",
        )
    return Text(
        f"Mot clé « {facts['found']} », attendu {asked}.", f"Keyword “{facts['found']}”, expected {asked}."
    )


_KEYWORDS: Mapping[str, tuple[str, str]] = {
    "type": ("{found} n'est pas du type {expected}", "{found} is not of type {expected}"),
    "enum": ("{found} n'est pas une des valeurs {expected}", "{found} is not one of {expected}"),
    "const": ("{found} n'est pas {expected}", "{found} is not {expected}"),
    "required": ("il manque {expected}", "{expected} is missing"),
    "pattern": ("{found} ne suit pas la forme {expected}", "{found} does not match {expected}"),
    "format": ("{found} n'est pas du format {expected}", "{found} is not a {expected}"),
    "minLength": ("{found} a moins de {expected} caractères", "{found} is shorter than {expected}"),
    "maxLength": ("{found} a plus de {expected} caractères", "{found} is longer than {expected}"),
    "minimum": ("{found} est inférieur à {expected}", "{found} is less than {expected}"),
    "maximum": ("{found} est supérieur à {expected}", "{found} is more than {expected}"),
    "exclusiveMinimum": ("{found} n'est pas supérieur à {expected}", "{found} is not more than {expected}"),
    "exclusiveMaximum": ("{found} n'est pas inférieur à {expected}", "{found} is not less than {expected}"),
    "multipleOf": ("{found} n'est pas un multiple de {expected}", "{found} is not a multiple of {expected}"),
    "minItems": ("il y a moins de {expected} éléments", "there are fewer than {expected} items"),
    "maxItems": ("il y a plus de {expected} éléments", "there are more than {expected} items"),
    "uniqueItems": ("un élément est présent deux fois", "an item is there twice"),
    "additionalProperties": ("un membre n'est pas prévu", "a member is not expected"),
    "anyOf": ("aucune des formes permises ne convient", "none of the forms allowed fits"),
    "oneOf": ("il faut une forme permise et une seule", "one form allowed, and one only, must fit"),
    "not": ("la valeur est de celles qui sont exclues", "the value is one of those excluded"),
}


def _json(fault: Any) -> Text:
    """Return the sentence of a JSON Schema error, then that of the alternative that was nearest."""
    first = _keyword_of(fault.facts)
    nearest = fault.facts.get("nearest")
    if nearest is None:
        return Text(f"{first.fr}.", f"{first.en}.")
    why = _keyword_of(nearest)
    at = nearest["pointer"]
    return Text(
        f"{first.fr} (au plus près, {at} : {why.fr}).", f"{first.en} (at the nearest, {at}: {why.en})."
    )


def _keyword_of(facts: Facts) -> Text:
    fr, en = _KEYWORDS.get(
        str(facts["keyword"]), ("{found} : règle « {keyword} »", "{found}: rule “{keyword}”")
    )
    told = {name: _shown(value) for name, value in facts.items()}
    return Text(fr.format_map(told), en.format_map(told))


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value[:10])) + ("…" if len(value) > 10 else "")
    return f"« {value} »" if isinstance(value, str) and " " in value else str(value)


SENTENCES: Mapping[str, Callable[[Any], Text]] = {
    "json-schema": _json,
    "json-schema-invalid": _value(
        "Le schéma lui-même est fautif ({pointer}) : {message}.",
        "The schema itself is wrong ({pointer}): {message}.",
    ),
    "json-schema-reference": _value(
        "Le renvoi {reference} ne mène à rien ; rien n'est cherché sur le réseau.",
        "Reference {reference} leads nowhere; nothing is looked for on the network.",
    ),
    "json-schema-draft": _value(
        "Version de JSON Schema inconnue : {found} ; 2020-12 est supposée.",
        "Unknown draft of JSON Schema: {found}; 2020-12 is assumed.",
    ),
    "DIRECTORY_UNEXPECTED_NAME": _file(
        "Le nom du dossier « {} » n'est pas celui du standard.",
        "The folder's name “{}” is not the standard's.",
    ),
    "FILE_MISPLACED": _file("« {} » est mal placé ou mal nommé.", "“{}” is misplaced or misnamed."),
    "FILE_UNEXPECTED": _file(
        "« {} » n'est pas prévu par le standard.", "“{}” is not expected by the standard."
    ),
    "FILE_MISSING_MANDATORY": _file(
        "Le fichier obligatoire « {} » manque.", "The mandatory file “{}” is missing."
    ),
    "FILE_MISSING_MANDATORY_DIRECTORY": _file(
        "Le répertoire obligatoire « {} » manque.", "The mandatory directory “{}” is missing."
    ),
    "FILE_MISSING_RECOMMANDED": _file(
        "Le fichier recommandé « {} » manque.", "The recommended file “{}” is missing."
    ),
    "FILE_MISSING_RECOMMANDED_DIRECTORY": _file(
        "Le répertoire recommandé « {} » manque.", "The recommended directory “{}” is missing."
    ),
    "FILE_EMPTY": _file("La table « {} » n'a aucune ligne.", "The table “{}” has no row."),
    "FILE_NOT_OPENED": _opened,
    "TABLE_MISSING_ATTRIBUTE": _column(
        "La colonne obligatoire « {} » manque.", "The mandatory column “{}” is missing."
    ),
    "TABLE_MISSING_NULLABLE_ATTRIBUTE": _column(
        "La colonne facultative « {} » manque.", "The optional column “{}” is missing."
    ),
    "TABLE_UNEXPECTED_ATTRIBUTE": _column(
        "La colonne « {} » n'est pas prévue par le standard.", "Column “{}” is not expected by the standard."
    ),
    "TABLE_MISSING_GEOMETRY": _file("« {} » n'a pas de géométrie.", "“{}” has no geometry."),
    "TABLE_FOREIGN_KEY_NOT_FOUND": _value(
        "« {cell} » n'est pas une ligne de {reference}.", "“{cell}” is not a row of {reference}."
    ),
    "ATTRIBUTE_UNEXPECTED_NULL": _column(
        "« {} » est vide et ne peut pas l'être.", "“{}” is empty and must not be."
    ),
    "ATTRIBUTE_INVALID_REGEXP": _value(
        "« {cell} » ne suit pas la forme {pattern}.", "“{cell}” does not follow the form {pattern}."
    ),
    "ATTRIBUTE_SIZE_EXCEEDED": _value(
        "{length} caractères, {most} au plus.", "{length} characters, {most} at most."
    ),
    "ATTRIBUTE_SIZE_INVALID": _value(
        "{length} caractères, {least} au moins.", "{length} characters, {least} at least."
    ),
    "ATTRIBUTE_UNEXPECTED_VALUE": _listed,
    "ATTRIBUTE_NOT_UNIQUE": _value(
        "« {cell} » est présent {count} fois.", "“{cell}” is there {count} times."
    ),
    "ATTRIBUTE_REFERENCE_NOT_FOUND": _value(
        "« {cell} » n'existe pas dans {reference}.", "“{cell}” does not exist in {reference}."
    ),
    "ATTRIBUTE_CHARACTERS_ILLEGAL": _value(
        "Caractères interdits : {characters}.", "Forbidden characters: {characters}."
    ),
    "ATTRIBUTE_FILE_NOT_FOUND": _value(
        "Le fichier « {cell} » n'est pas dans le document.", "File “{cell}” is not in the document."
    ),
    "ATTRIBUTE_PATH_NOT_FOUND": _value(
        "Le chemin « {cell} » n'est pas dans le document.", "Path “{cell}” is not in the document."
    ),
    "ATTRIBUTE_INVALID_FORMAT": lambda fault: (
        Text(
            f"« {fault.cell} » n'est pas du type {fault.facts['expected']}.",
            f"“{fault.cell}” is not of type {fault.facts['expected']}.",
        )
        if fault.cell is not None
        else Text(
            f"{fault.facts['found']} au lieu de {fault.facts['expected']}.",
            f"{fault.facts['found']} instead of {fault.facts['expected']}.",
        )
    ),
    "ATTRIBUTE_GEOMETRY_INVALID": geo.SENTENCES["ATTRIBUTE_GEOMETRY_INVALID"],
    "ATTRIBUTE_GEOMETRY_INVALID_DATA_EXTENT": _value(
        "Les coordonnées ne sont pas dans le domaine de {srs}.",
        "The coordinates are not in the domain of {srs}.",
    ),
    "CNIG_INSEE_INVALID": _value(
        "« {cell} » n'est pas un code de commune.", "“{cell}” is not a commune's code."
    ),
    "CNIG_SIREN_INVALID": _value("« {cell} » n'est pas un SIREN.", "“{cell}” is not a SIREN."),
    "CNIG_IDURBA_INVALID": _value(
        "« {cell} » n'a pas la forme d'un IDURBA.", "“{cell}” has not the form of an IDURBA."
    ),
    "CNIG_IDURBA_NOT_FOUND": _value(
        "DOC_URBA n'a pas de ligne pour le document ({expected}).",
        "DOC_URBA has no row for the document ({expected}).",
    ),
    "CNIG_IDURBA_MULTIPLE_FOUND": _value(
        "DOC_URBA a {count} lignes pour le document ({expected}).",
        "DOC_URBA has {count} rows for the document ({expected}).",
    ),
    "CNIG_SUP_BAD_TERRITORY_CODE": _value(
        "Le dossier porte {found}, attendu {expected}.", "The folder has {found}, expected {expected}."
    ),
    "CNIG_SUP_IDGEN_NOT_FOUND": _value(
        "Aucun générateur n'a l'identifiant « {cell} ».", "No generator has the identifier “{cell}”."
    ),
    "CNIG_SUP_IDGEN_NOT_UNIQUE": _value(
        "« {cell} » est présent {count} fois dans les générateurs.",
        "“{cell}” is there {count} times among generators.",
    ),
    "CNIG_SUP_IDASS_NOT_UNIQUE": _value(
        "« {cell} » est présent {count} fois dans les assiettes.",
        "“{cell}” is there {count} times among extents.",
    ),
    "CNIG_METADATA_KEYWORD_NOT_FOUND": _keyword,
    "CNIG_METADATA_KEYWORD_INVALID": _keyword,
    "METADATA_MULTIPLE_FILES": lambda fault: Text(
        f"Plusieurs fiches : {', '.join(fault.facts['files'][:10])}.",
        f"Several records: {', '.join(fault.facts['files'][:10])}.",
    ),
}
