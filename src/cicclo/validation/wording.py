"""Facts → sentences: Validata's to the letter (`strict`), or ours in French and English (`title`, `say`).

One function a kind of fault; what a type or a constraint needs is in two tables below. Custom checks word themselves.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cicclo.kernel.text import NOTHING, Text
from cicclo.validation import checks
from cicclo.validation.model import Fault, Notice
from cicclo.validation.types.boolean import FALSE, TRUE

Strict = tuple[str, str]
NBSP = "\u00a0"
SHOWN = 10
"""Items of a list that our sentences show."""


def strict(fault: Fault) -> Strict:
    """Return Validata's title and message."""
    if fault.kind in STRICT:
        return STRICT[fault.kind](fault)
    return _check(fault).strict(fault.facts)


def title(fault: Fault) -> Text:
    """Return our title: what is wrong, without the value."""
    if fault.kind == "type-error":
        return TYPE_TITLES.get(str(fault.facts["type"]), TYPE_TITLES["any"])
    if fault.kind == "constraint-error":
        return CONSTRAINT_TITLES[str(fault.facts["constraint"])]
    return TITLES[fault.kind] if fault.kind in TITLES else _check(fault).title


def say(fault: Fault) -> Text:
    """Return our sentence: what was found, what is expected."""
    if fault.kind == "type-error":
        return _type(fault)
    if fault.kind == "constraint-error":
        return CONSTRAINTS[str(fault.facts["constraint"])](fault)
    return SENTENCES[fault.kind](fault) if fault.kind in SENTENCES else _check(fault).say(fault.facts)


def words(fault: Fault) -> bool:
    """Tell whether this module can word the fault; geographic faults are worded by their own component."""
    return fault.kind in TITLES or fault.kind in ("type-error", "constraint-error") or "check" in fault.facts


def _check(fault: Fault) -> checks.Check:
    return checks.CHECKS[str(fault.facts["check"])]


# Validata's


def _strict_type(fault: Fault) -> Strict:
    facts = fault.facts
    kind, cell = str(facts["type"]), str(fault.cell)
    if kind in STRICT_TYPES:
        return STRICT_TYPES[kind](facts, cell)
    place = f'in row "{fault.row}" and field "{fault.field}" at position "{fault.position}"'
    return "Type Error", f'Type error in the cell "{cell}" {place}: type is "{kind}/{facts["form"]}"'


def _strict_string(facts: Mapping[str, Any], _cell: str) -> Strict:
    forms = {
        "uri": "une adresse de page internet (URL)",
        "email": "une adresse email",
        "uuid": "un UUID",
        "binary": "une chaîne encodée en base64",
    }
    form = "" if facts.get("reason") == "not-text" and facts["form"] == "default" else facts["form"]
    return "Format de texte incorrect", f"La valeur doit être {forms.get(form, 'une chaîne de caractère')}"


def _strict_number(_facts: Mapping[str, Any], cell: str) -> Strict:
    if "," in cell:
        point = cell.replace(",", ".")
        message = f"Le séparateur décimal à utiliser est le point («&#160;{point}&#160;»)"
    else:
        message = "La valeur ne doit comporter que des chiffres et le point comme séparateur décimal"
    return "Format de nombre incorrect", message


def _strict_integer(_facts: Mapping[str, Any], cell: str) -> Strict:
    return "Format entier incorrect", f"La valeur doit être un nombre entier (valeur reçue{NBSP}: {cell})"


def _strict_year(_facts: Mapping[str, Any], cell: str) -> Strict:
    message = f"L'année doit être composée de 4 chiffres (valeur reçue{NBSP}: {cell})"
    return "Format d'année incorrect", message


def _strict_array(_facts: Mapping[str, Any], _cell: str) -> Strict:
    return "Tableau incorrecte", "La valeur doit être un tableau JSON valide"


WRITTEN = (
    (re.compile(r"\d{1,2}/\d{1,2}/\d{4}", re.ASCII), "%d/%m/%Y"),
    (re.compile(r"\d{4}-\d{1,2}-\d{1,2}", re.ASCII), "%Y-%m-%d"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII), "%Y-%m-%dT%H:%M:%S"),
)
"""Usual ways to write a date, for which Validata proposes the expected one."""


def proposed_date(cell: str, form: str) -> str:
    """Return the date as the format wants it, when it is written in another usual way; else an empty text."""
    for shape, pattern in WRITTEN:
        if shape.fullmatch(cell):
            try:
                moment = datetime.strptime(cell, pattern)  # noqa: DTZ007 - a day has no zone
                return moment.strftime("%Y-%m-%d" if form in ("default", "any") else form)
            except ValueError:
                return ""
    return ""


def date_form(form: str) -> str:
    """Return a date's format as the French write it: `%Y-%m-%d` is `aaaa-mm-jj`."""
    for code, letters in (("%Y", "aaaa"), ("%m", "mm"), ("%d", "jj"), ("%y", "aa")):
        form = form.replace(code, letters)
    return form


def _strict_date(facts: Mapping[str, Any], cell: str) -> Strict:
    form, proposal = date_form(facts["form"]), proposed_date(cell, facts["form"])
    if proposal:
        return "Format de date incorrect", f"La forme attendue est `{proposal}` (`{form}`)"
    return "Format de date incorrect", f"La date doit être écrite sous la forme `{form}`"


def _strict_boolean(facts: Mapping[str, Any], _cell: str) -> Strict:
    options = facts["options"]
    true, false = options.get("trueValues", TRUE), options.get("falseValues", FALSE)
    message = f"Les valeurs acceptées sont {_and(true)} (vrai) et {_and(false)} (faux)"
    return "Valeur booléenne incorrecte", message


def _and(items: Sequence[str], word: str = "et") -> str:
    quoted = [f"`{item}`" for item in items]
    return f" {word} ".join([part for part in (", ".join(quoted[:-1]), *quoted[-1:]) if part])


STRICT_TYPES: dict[str, Callable[[Mapping[str, Any], str], Strict]] = {
    "string": _strict_string,
    "number": _strict_number,
    "integer": _strict_integer,
    "year": _strict_year,
    "array": _strict_array,
    "date": _strict_date,
    "boolean": _strict_boolean,
}


def _strict_constraint(fault: Fault) -> Strict:
    name = str(fault.facts["constraint"])
    if name in STRICT_CONSTRAINTS and not fault.facts.get("item"):
        return STRICT_CONSTRAINTS[name](fault)
    place = f'in row at position "{fault.row}" and field "{fault.field}" at position "{fault.position}"'
    item = "array item " if fault.facts.get("item") else ""
    rule = f'{item}constraint "{name}" is "{fault.facts["bound"]}"'
    return "Constraint Error", f'The cell "{fault.cell}" {place} does not conform to a constraint: {rule}'


def _strict_required(_fault: Fault) -> Strict:
    return "Valeur manquante", "La valeur est obligatoire et doit être renseignée"


def _strict_min_length(fault: Fault) -> Strict:
    bound, length = fault.facts["bound"], len(fault.cell)
    message = f"Le texte doit comporter au moins {bound} caractère(s) (au lieu de {length} actuellement)"
    return "Valeur trop courte", message


def _strict_max_length(fault: Fault) -> Strict:
    bound, length = fault.facts["bound"], len(fault.cell)
    message = (
        f"Le texte ne doit pas comporter plus de {bound} caractère(s) (au lieu de {length} actuellement)"
    )
    return "Valeur trop longue", message


def _strict_pattern(fault: Fault) -> Strict:
    example = fault.facts.get("example")
    shown = f"**Exemple valide**{NBSP}:\n{example}\n\n" if example else ""
    rule = f"la valeur doit respecter l'expression régulière `{fault.facts['bound']}`)"
    message = f"{fault.cell} ne respecte pas le motif imposé\n\n{shown}**Détails techniques**{NBSP}: {rule}"
    return "Format incorrect", message


def _strict_maximum(fault: Fault) -> Strict:
    return "Valeur trop grande", f"La valeur doit être au plus égale à {fault.facts['bound']}"


def _strict_enum(fault: Fault) -> Strict:
    allowed = fault.facts["bound"]
    if len(allowed) == 1:
        return "Valeur incorrecte", "L'unique valeur autorisée est {enum_values[0]}"  # Validata's own defect
    return "Valeur incorrecte", "\n- ".join(["Les valeurs autorisées sont :", *map(str, allowed)])


STRICT_CONSTRAINTS: dict[str, Callable[[Fault], Strict]] = {
    "required": _strict_required,
    "minLength": _strict_min_length,
    "maxLength": _strict_max_length,
    "pattern": _strict_pattern,
    "maximum": _strict_maximum,
    "enum": _strict_enum,
}


def _fixed(name: str, message: str) -> Callable[[Fault], Strict]:
    return lambda _fault: (name, message)


def _strict_unusable(fault: Fault) -> Strict:
    name = fault.facts["check"]
    if fault.facts["cause"] == "unknown":
        return "Custom Check Inconnu", f"Tentative d'utilisation du custom check {name}, qui n'est pas défini"
    message = f"Le custom check {name} n'a pas pu être correctement initialisé\u00a0: {fault.facts['why']}"
    return "Erreur d'Initialisation du Custom Check", message


STRICT: dict[str, Callable[[Fault], Strict]] = {
    "type-error": _strict_type,
    "constraint-error": _strict_constraint,
    "missing-label": lambda f: ("Colonne manquante", f"La colonne obligatoire `{f.field}` est manquante"),
    "duplicate-label": _fixed("En-têtes dupliquées", "Les en-têtes doivent être uniques"),
    "blank-label": lambda f: (
        "Blank Label",
        f'Label in the header in field at position "{f.position}" is blank',
    ),
    "extra-label": lambda f: (
        "Extra Label",
        f'There is an extra label "{f.field}" in header at position "{f.position}"',
    ),
    "incorrect-label": lambda f: (
        "Incorrect Label",
        f'Label "{f.facts["label"]}" in field {f.field} at position "{f.position}" does not match the field name in the schema',
    ),
    "unmatched-header": _fixed(
        "Unmatched Header", "None of the fields defined in the schema is present in the header"
    ),
    "blank-header": _fixed("Blank Header", "Header is completely blank"),
    "blank-row": _fixed("Ligne vide", "La ligne vide doit être retirée de la table"),
    "extra-cell": _fixed(
        "Valeur surnuméraire",
        "Le nombre de cellules de la ligne excède le nombre de colonnes défini dans le schéma",
    ),
    "missing-cell": _fixed("Cellule manquante", "La ligne n'a pas le même nombre de cellules que l'en-tête"),
    "unique-error": _fixed("Valeur dupliquée", "Les valeurs de cette colonne doivent être uniques"),
    "primary-key": _fixed("Clé primaire", "La cellule viole la contrainte de clé primaire"),
    "foreign-key": _fixed("Clé étrangère", "La cellule viole la contrainte de clé étrangère"),
    "schema-error": lambda f: ("Schema Error", f"Schema is not valid: {f.facts['note']}"),
    "field-error": lambda f: ("Field Error", f"Field is not valid: {f.facts['note']}"),
    "resource-error": lambda f: ("Resource Error", f"The data resource has an error: {f.facts['note']}"),
    "source-error": lambda f: (
        "Source Error",
        f"The data source has not supported or has inconsistent contents: {f.facts.get('note', '')}",
    ),
    "error": lambda f: ("Error", str(f.facts["note"])),
    "check-error": _strict_unusable,
}


def strict_notice(notice: Notice) -> str:
    """Return Validata's warning; an empty text for what it does not tell."""
    if notice.kind == "missing-column":
        return f"Colonne manquante : Ajoutez la colonne manquante `{notice.field}`."
    if notice.kind == "extra-column":
        return f"Colonne surnuméraire : Retirez la colonne `{notice.field}` non définie dans le schéma."
    if notice.kind == "column-order":
        order = list(notice.facts["order"])
        return (
            f"Colonnes désordonnées : Réordonnez les colonnes du fichier pour respecter le schéma : {order}."
        )
    if notice.kind == "deprecated-check":
        old, new = notice.facts["old"], notice.facts["check"]
        return f"Le custom check '{old}' est déprécié, veuillez utiliser '{new}' à la place dans le schéma."
    return ""


# ours

TYPE_TITLES = {
    "any": Text("Valeur illisible", "Unreadable value"),
    "array": Text("Tableau JSON incorrect", "Incorrect JSON array"),
    "boolean": Text("Valeur booléenne incorrecte", "Incorrect boolean"),
    "date": Text("Date incorrecte", "Incorrect date"),
    "datetime": Text("Date et heure incorrectes", "Incorrect date and time"),
    "duration": Text("Durée incorrecte", "Incorrect duration"),
    "geojson": Text("GeoJSON incorrect", "Incorrect GeoJSON"),
    "geopoint": Text("Coordonnées incorrectes", "Incorrect coordinates"),
    "integer": Text("Nombre entier incorrect", "Incorrect whole number"),
    "list": Text("Liste incorrecte", "Incorrect list"),
    "number": Text("Nombre incorrect", "Incorrect number"),
    "object": Text("Objet JSON incorrect", "Incorrect JSON object"),
    "string": Text("Texte incorrect", "Incorrect text"),
    "time": Text("Heure incorrecte", "Incorrect time"),
    "year": Text("Année incorrecte", "Incorrect year"),
    "yearmonth": Text("Mois incorrect", "Incorrect month"),
}

CONSTRAINT_TITLES = {
    "required": Text("Valeur manquante", "Missing value"),
    "minLength": Text("Valeur trop courte", "Value too short"),
    "maxLength": Text("Valeur trop longue", "Value too long"),
    "pattern": Text("Format incorrect", "Incorrect format"),
    "minimum": Text("Valeur trop petite", "Value too small"),
    "maximum": Text("Valeur trop grande", "Value too large"),
    "exclusiveMinimum": Text("Valeur trop petite", "Value too small"),
    "exclusiveMaximum": Text("Valeur trop grande", "Value too large"),
    "enum": Text("Valeur hors liste", "Value not in the list"),
}

TITLES = {
    "missing-label": Text("Colonne obligatoire absente", "Required column absent"),
    "duplicate-label": Text("Nom de colonne en double", "Column name met twice"),
    "blank-label": Text("Colonne sans nom", "Column without a name"),
    "extra-label": Text("Colonne de trop", "Column too many"),
    "incorrect-label": Text("Colonne mal placée", "Column out of place"),
    "unmatched-header": Text("Aucune colonne du schéma", "No column of the schema"),
    "blank-header": Text("Première ligne vide", "Empty first line"),
    "blank-row": Text("Ligne vide", "Empty row"),
    "extra-cell": Text("Cellule en trop", "Cell too many"),
    "missing-cell": Text("Cellule absente", "Absent cell"),
    "unique-error": Text("Valeur en double", "Value met twice"),
    "primary-key": Text("Clé primaire en double ou vide", "Primary key met twice or empty"),
    "foreign-key": Text("Clé étrangère sans correspondance", "Foreign key without a match"),
    "resource-error": Text("Clé étrangère invérifiable", "Foreign key that cannot be checked"),
    "schema-error": Text("Schéma incorrect", "Incorrect schema"),
    "field-error": Text("Champ du schéma incorrect", "Incorrect field of the schema"),
    "check-error": Text("Contrôle du schéma inutilisable", "Check of the schema that cannot be used"),
    "source-error": Text("Fichier mal formé", "Malformed file"),
    "error": Text("Fichier non contrôlé", "File not checked"),
}


def _shown(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _listed(items: Sequence[Any]) -> tuple[str, str]:
    """Return a list in both languages, cut when it is long."""
    shown = ", ".join(f"« {item} »" for item in items[:SHOWN])
    english = ", ".join(f"“{item}”" for item in items[:SHOWN])
    more = len(items) - SHOWN
    return (f"{shown} et {more} autres", f"{english} and {more} others") if more > 0 else (shown, english)


TYPES = {
    "any": Text("une valeur", "a value"),
    "array": Text("un tableau JSON, par exemple [1, 2]", "a JSON array, for example [1, 2]"),
    "datetime": Text(
        "une date et une heure, par exemple 2021-12-31T10:00:00",
        "a date and a time, for example 2021-12-31T10:00:00",
    ),
    "duration": Text("une durée, par exemple P1DT2H", "a duration, for example P1DT2H"),
    "geojson": Text("une géométrie GeoJSON à deux dimensions", "a GeoJSON geometry in two dimensions"),
    "geopoint": Text("une longitude et une latitude en degrés", "a longitude and a latitude in degrees"),
    "integer": Text("un nombre entier, sans espace ni virgule", "a whole number, without space or comma"),
    "list": Text("une liste", "a list"),
    "number": Text(
        "un nombre, avec le point comme séparateur décimal", "a number, with a point as the decimal separator"
    ),
    "object": Text("un objet JSON", "a JSON object"),
    "string": Text("un texte", "a text"),
    "time": Text("une heure, par exemple 10:00:00", "a time, for example 10:00:00"),
    "year": Text("une année de quatre chiffres", "a year of four digits"),
    "yearmonth": Text("une année et un mois, par exemple 2021-12", "a year and a month, for example 2021-12"),
}
FORMS = {
    "uri": Text("une adresse qui commence par https://", "an address that begins with https://"),
    "email": Text("une adresse électronique", "an e-mail address"),
    "uuid": Text("un UUID", "a UUID"),
    "binary": Text("un contenu en base64", "base64 content"),
    "wkt": Text("une géométrie WKT", "a WKT geometry"),
}
REASONS = {
    "decimal-comma": Text("la virgule n'est pas un séparateur décimal", "a comma is no decimal separator"),
    "decimal-point": Text(
        "le schéma veut un autre séparateur décimal", "the schema wants another decimal separator"
    ),
    "grouped": Text(
        "les milliers ne se séparent pas par des espaces", "thousands are not separated by spaces"
    ),
    "decimal": Text("c'est un nombre à virgule", "this has a decimal part"),
    "day-first": Text("le jour est en premier", "the day comes first"),
    "with-time": Text("il y a une heure après le jour", "there is a time after the day"),
    "not-text": Text("la cellule du classeur n'est pas du texte", "the cell of the workbook is not text"),
    "json": Text("ce n'est pas du JSON", "this is not JSON"),
    "json-kind": Text("c'est du JSON d'une autre nature", "this is JSON of another kind"),
    "item": Text("un de ses éléments n'est pas du bon type", "one of its items is not of the right type"),
    "outside": Text("le point est hors de la Terre, ou inversé", "the point is off the Earth, or swapped"),
    "geojson": Text("ce JSON n'est pas une géométrie", "this JSON is not a geometry"),
}


def expected(facts: Mapping[str, Any]) -> Text:
    """Return what a field's type wants, in words."""
    kind, form = str(facts["type"]), str(facts["form"])
    if kind == "boolean":
        options = facts["options"]
        true, false = options.get("trueValues", TRUE), options.get("falseValues", FALSE)
        fr, en = _listed([*true, *false])
        return Text(f"une de ces valeurs : {fr}", f"one of these values: {en}")
    if kind == "date":
        written = "aaaa-mm-jj" if form == "default" else date_form(form)
        plain = written.replace("a", "y").replace("jj", "dd")
        return Text(f"une date sous la forme {written}", f"a date written {plain}")
    if kind == "string" and form in FORMS:
        return FORMS[form]
    return TYPES.get(kind, TYPES["any"])


def _type(fault: Fault) -> Text:
    wanted, cell = expected(fault.facts), _shown(fault.cell)
    reason = REASONS.get(str(fault.facts.get("reason", "")), NOTHING)
    fr, en = (f" ({reason.fr})", f" ({reason.en})") if reason else ("", "")
    if fault.facts["type"] == "date" and (date := proposed_date(str(fault.cell), str(fault.facts["form"]))):
        fr, en = f"{fr} : écrire « {date} »", f"{en}: write “{date}”"
    return Text(f"« {cell} » n'est pas {wanted.fr}{fr}.", f"“{cell}” is not {wanted.en}{en}.")


def _required(_fault: Fault) -> Text:
    return Text("Cette colonne doit être remplie à chaque ligne.", "This column must be filled in every row.")


def _length(fr: str, en: str) -> Callable[[Fault], Text]:
    def sentence(fault: Fault) -> Text:
        bound, cell = fault.facts["bound"], _shown(fault.cell)
        if fault.facts["type"] in ("array", "list", "object"):
            return Text(
                f"« {cell} » doit compter {fr} {bound} éléments.", f"“{cell}” must have {en} {bound} items."
            )
        count = len(str(fault.cell))
        return Text(
            f"« {cell} » a {count} caractères ; il en faut {fr} {bound}.",
            f"“{cell}” has {count} characters; it must have {en} {bound}.",
        )

    return sentence


def _bound(fr: str, en: str) -> Callable[[Fault], Text]:
    def sentence(fault: Fault) -> Text:
        bound, cell = fault.facts["bound"], _shown(fault.cell)
        return Text(f"« {cell} » doit être {fr} {bound}.", f"“{cell}” must be {en} {bound}.")

    return sentence


def _pattern(fault: Fault) -> Text:
    cell, bound, example = _shown(fault.cell), fault.facts["bound"], fault.facts.get("example")
    fr, en = (f" Exemple : {example}.", f" Example: {example}.") if example else ("", "")
    return Text(
        f"« {cell} » n'a pas la forme voulue.{fr} (expression : {bound})",
        f"“{cell}” does not have the form wanted.{en} (expression: {bound})",
    )


def _enum(fault: Fault) -> Text:
    fr, en = _listed(fault.facts["bound"])
    cell = _shown(fault.cell)
    return Text(
        f"« {cell} » n'est pas une valeur permise. Valeurs : {fr}.",
        f"“{cell}” is not an allowed value. Values: {en}.",
    )


CONSTRAINTS: dict[str, Callable[[Fault], Text]] = {
    "required": _required,
    "minLength": _length("au moins", "at least"),
    "maxLength": _length("au plus", "at most"),
    "pattern": _pattern,
    "minimum": _bound("au moins égal à", "at least"),
    "maximum": _bound("au plus égal à", "at most"),
    "exclusiveMinimum": _bound("supérieur à", "more than"),
    "exclusiveMaximum": _bound("inférieur à", "less than"),
    "enum": _enum,
}


def _unmatched(fault: Fault) -> Text:
    (fr, en), (fields_fr, fields_en) = _listed(fault.facts["labels"]), _listed(fault.facts["fields"])
    return Text(
        f"Aucune colonne du fichier ({fr}) n'est dans le schéma, qui attend {fields_fr}. "
        "Vérifier le schéma choisi, la ligne d'en-tête, le séparateur et la casse.",
        f"No column of the file ({en}) is in the schema, which expects {fields_en}. "
        "Check the schema that was chosen, the header line, the separator and the case.",
    )


def _unique(fault: Fault) -> Text:
    row, cell = fault.facts["row"], _shown(fault.cell)
    return Text(f"« {cell} » est déjà à la ligne {row}.", f"“{cell}” is already in row {row}.")


def _primary(fault: Fault) -> Text:
    names = ", ".join(fault.facts["fields"])
    if fault.facts.get("empty"):
        return Text(f"La clé ({names}) est vide ou illisible.", f"The key ({names}) is empty or unreadable.")
    row = fault.facts["row"]
    return Text(f"La clé ({names}) est déjà à la ligne {row}.", f"The key ({names}) is already in row {row}.")


def _foreign(fault: Fault) -> Text:
    values, names = ", ".join(fault.cells or ()), ", ".join(fault.facts["fields"])
    there = ", ".join(fault.facts["references"])
    resource = fault.facts["resource"]
    fr, en = (f"de « {resource} »", f"of “{resource}”") if resource else ("de ce tableau", "of this table")
    return Text(
        f"« {values} » ({names}) n'existe pas dans {there} {fr}.",
        f"“{values}” ({names}) does not exist in {there} {en}.",
    )


def _unusable(fault: Fault) -> Text:
    name, told = fault.facts["check"], fault.facts.get("told")
    if isinstance(told, Text):
        return Text(
            f"Le contrôle « {name} » n'a pas pu être fait : {told.fr}",
            f"The check “{name}” could not be made: {told.en}",
        )
    return Text(
        f"Le schéma demande un contrôle « {name} » qui n'existe pas ; le reste a été contrôlé.",
        f"The schema asks for a check “{name}” that does not exist; the rest was checked.",
    )


def _file(fault: Fault) -> Text:
    """What the reader remarked of the file itself."""
    facts, line = fault.facts, fault.facts.get("line", "?")
    if fault.requirement == "table-files/csv/closed-quotes":
        return Text(
            f"Un guillemet ouvert à la ligne {line} n'est jamais fermé : la suite du fichier est dans une seule cellule.",
            f"A quote opened on line {line} is never closed: the rest of the file is in a single cell.",
        )
    if fault.requirement == "table-files/text/one-encoding":
        count, byte, name = facts.get("lines", 1), facts.get("byte", ""), facts.get("encoding", "")
        return Text(
            f"{count} ligne(s) ont des octets d'un autre encodage que {name}, à partir de la ligne {line} ({byte}) ; "
            "ils ont été lus comme Windows-1252.",
            f"{count} line(s) have bytes of another encoding than {name}, from line {line} on ({byte}); "
            "they were read as Windows-1252.",
        )
    return _told(fault)


def _told(fault: Fault) -> Text:
    told = fault.facts.get("told")
    note = str(fault.facts.get("note", ""))
    return told if isinstance(told, Text) else Text(note or "Schéma incorrect.", note or "Incorrect schema.")


SENTENCES: dict[str, Callable[[Fault], Text]] = {
    "missing-label": lambda f: Text(
        f"La colonne obligatoire « {f.field} » n'est pas dans le fichier.",
        f"The required column “{f.field}” is not in the file.",
    ),
    "duplicate-label": lambda f: Text(
        f"« {f.field} » (colonne {f.position}) est déjà le nom de la colonne {f.facts.get('first', '?')}.",
        f"“{f.field}” (column {f.position}) is already the name of column {f.facts.get('first', '?')}.",
    ),
    "blank-label": lambda f: Text(
        f"La colonne {f.position} n'a pas de nom.", f"Column {f.position} has no name."
    ),
    "extra-label": lambda f: Text(
        f"La colonne « {f.field} » n'est pas dans le schéma, qui n'en veut pas d'autres que les siennes.",
        f"The column “{f.field}” is not in the schema, which wants no others than its own.",
    ),
    "incorrect-label": lambda f: Text(
        f"La colonne {f.position} doit être « {f.field} », pas « {f.facts['label']} ».",
        f"Column {f.position} must be “{f.field}”, not “{f.facts['label']}”.",
    ),
    "unmatched-header": _unmatched,
    "blank-header": lambda _fault: Text(
        "Le fichier commence par une ligne vide : l'en-tête doit être la première ligne.",
        "The file begins with an empty line: the header must be the first line.",
    ),
    "blank-row": lambda _fault: Text("La ligne est vide : la retirer.", "The row is empty: remove it."),
    "extra-cell": lambda f: Text(
        f"La ligne a une cellule en {f.position}ᵉ position, au-delà de l'en-tête (« {_shown(f.cell)} »).",
        f"The row has a cell at position {f.position}, beyond the header (“{_shown(f.cell)}”).",
    ),
    "missing-cell": lambda f: Text(
        f"La ligne s'arrête avant la colonne « {f.field} ».", f"The row stops before the column “{f.field}”."
    ),
    "unique-error": _unique,
    "primary-key": _primary,
    "foreign-key": _foreign,
    "resource-error": lambda _fault: Text(
        "Le schéma renvoie à un autre tableau, qui n'est pas fourni.",
        "The schema points at another table, which was not given.",
    ),
    "schema-error": _told,
    "field-error": _told,
    "source-error": _file,
    "error": _told,
    "check-error": _unusable,
}

NOTICE_TITLES = {
    "missing-column": Text("Colonne facultative absente", "Optional column absent"),
    "extra-column": Text("Colonne inconnue du schéma", "Column unknown to the schema"),
    "column-order": Text("Colonnes dans un autre ordre", "Columns in another order"),
    "deprecated-check": Text("Contrôle sous un ancien nom", "Check under an old name"),
    "schema-problem": Text("Défaut du schéma", "Defect of the schema"),
    "foreign-key": Text("Clé étrangère non contrôlée", "Foreign key not checked"),
}


def notice_title(notice: Notice) -> Text:
    """Return our title for a notice."""
    return NOTICE_TITLES[notice.kind]


def say_notice(notice: Notice) -> Text:
    """Return our sentence for a notice."""
    name = notice.field
    if notice.kind == "missing-column":
        return Text(
            f"La colonne « {name} » n'est pas dans le fichier.", f"The column “{name}” is not in the file."
        )
    if notice.kind == "extra-column":
        return Text(
            f"La colonne « {name} » n'est pas dans le schéma.", f"The column “{name}” is not in the schema."
        )
    if notice.kind == "column-order":
        fr, en = _listed(notice.facts["order"])
        return Text(f"L'ordre du schéma est : {fr}.", f"The order of the schema is: {en}.")
    if notice.kind == "deprecated-check":
        old, new = notice.facts["old"], notice.facts["check"]
        return Text(f"Le schéma écrit « {old} » pour « {new} ».", f"The schema writes “{old}” for “{new}”.")
    told = notice.facts.get("told")
    return told if isinstance(told, Text) else NOTICE_TITLES[notice.kind]
