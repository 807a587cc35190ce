"""What is wrong with a Table Schema document, in frictionless' order and words, then what frictionless does not see."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cicclo.kernel.text import NOTHING, Text
from cicclo.validation.constraints import CONSTRAINTS, Unfit
from cicclo.validation.model import Field, Severity
from cicclo.validation.types import TYPES, Unreadable, reader

NAME = re.compile(r"^([-a-z0-9._/])+$")
TYPE = re.compile(r"^([-a-z/])+$")
V2 = re.compile(r"^https?://datapackage\.org/profiles/2\.\d+/")

Kinds = Mapping[str, Any]
"""A property's rule: a JSON type, a pattern, a list of values, or a function that gives a note."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a schema. `note` is frictionless' sentence, empty when it does not see the problem.

    `kind` is Validata's error type: `schema-error` or `field-error`. A warning is what no tool refuses.
    """

    place: str
    message: Text
    remedy: Text = NOTHING
    kind: str = "schema-error"
    note: str = ""
    severity: Severity = Severity.ERROR


JSON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict, Mapping),
    "integer": (int,),
}
SCHEMA: dict[str, str] = {
    "name": "string",
    "type": "string",
    "title": "string",
    "description": "string",
    "fields": "array",
    "fieldsMatch": "string",
    "missingValues": "missing",
    "primaryKey": "strings",
    "foreignKeys": "array",
}
MATCHES = ["exact", "equal", "subset", "superset", "partial"]
FIELD: dict[str, str] = {
    "name": "string",
    "type": "string",
    "title": "string",
    "description": "string",
    "format": "string",
    "missingValues": "missing",
    "constraints": "object",
    "rdfType": "string",
}
BOUNDS: dict[str, str] = {
    "required": "boolean",
    "unique": "boolean",
    "pattern": "string",
    "enum": "array",
    "minLength": "integer",
    "maxLength": "integer",
}
OF_TYPE: dict[str, dict[str, str]] = {
    "array": {"arrayItem": "object"},
    "boolean": {"trueValues": "strings", "falseValues": "strings"},
    "integer": {"bareNumber": "boolean"},
    "number": {
        "bareNumber": "boolean",
        "floatNumber": "boolean",
        "decimalChar": "string",
        "groupChar": "string",
    },
    "list": {"delimiter": "string", "itemType": "string"},
}
ITEM_TYPES = ["string", "integer", "boolean", "number", "datetime", "date", "time"]
USUAL = (
    "name", "type", "title", "description", "format", "missingValues", "constraints", "rdfType", "example", "examples",
    "customCheck", "enum", "trueValues", "falseValues", "bareNumber", "floatNumber", "decimalChar", "groupChar",
    "arrayItem", "delimiter", "itemType", "categories", "categoriesOrdered",
)  # fmt: skip
"""Properties of a field that mean something; a name close to one of them is a slip."""
SLIPS = {
    "exemple": "example",
    "exemples": "examples",
    "contraints": "constraints",
    "contraintes": "constraints",
}


def problems(descriptor: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong: first what frictionless 5.21 refuses, in its order, then the rest as warnings."""
    refused = list(_profile(descriptor)) or list(_coherence(descriptor))
    return refused + list(_unseen(descriptor))


def _refusal(kind: str, place: str, note: str, remedy: Text = NOTHING) -> Problem:
    return Problem(place, _told(note), remedy, kind, note)


NOTES: tuple[tuple[str, str], ...] = (
    (r"(?P<a>.*) is not of type '(?P<b>.*)' at property '(?P<c>.*)'", "« {c} » n'est pas du type {b} ({a})"),
    (r"(?P<a>.*) does not match '(?P<b>.*)' at property '(?P<c>.*)'", "« {c} » ne peut pas s'écrire {a} (règle {b})"),
    (r"(?P<a>.*) is not one of (?P<b>.*) at property '(?P<c>.*)'", "« {c} » n'est pas une valeur connue ({a}) : {b}"),
    (r"(?P<a>.*) is not valid under any of the given schemas at property '(?P<c>.*)'", "« {c} » est mal formé ({a})"),
    (r"(?P<a>.*) is a required property(?: at property '(?P<c>.*)')?", "la propriété {a} manque"),
    (r'constraint "(?P<a>.*)" is not supported by type "(?P<b>.*)"', "la contrainte « {a} » n'a pas de sens pour le type « {b} »"),
    (r'constraint "(?P<a>.*)" requires datapackage v2', "la contrainte « {a} » appartient à Table Schema v2"),
    (r'example value "(?P<a>.*)" for field "(?P<b>.*)" is not valid', "l'exemple « {a} » de « {b} » n'est pas une valeur permise"),
    (r'"(?P<a>.*)" should be set as "(?P<b>.*)"', "« {a} » doit être écrit « {b} »"),
    (r'field type "(?P<a>.*)" is not supported', "le type « {a} » n'existe pas"),
    (r"names of the fields are not unique", "deux champs ont le même nom"),
    (r'primary key "(?P<a>.*)" does not match the fields "(?P<b>.*)"', "la clé primaire {a} cite un champ absent"),
    (r'foreign key "(?P<a>.*)" does not match the fields "(?P<b>.*)"', "la clé étrangère {a} cite un champ absent"),
    (r'foreign key fields "(?P<a>.*)" does not match the reference fields "(?P<b>.*)"', "la clé étrangère {a} et sa cible {b} n'ont pas autant de champs"),
    (r"missing values in object form require datapackage v2", "les valeurs manquantes sous forme d'objets appartiennent à Table Schema v2"),
)  # fmt: skip


def _told(note: str) -> Text:
    """Return frictionless' sentence in both languages."""
    for shape, french in NOTES:
        found = re.fullmatch(shape, note, re.DOTALL)
        if found:
            return Text(french.format(**{name: part or "" for name, part in found.groupdict().items()}), note)
    return Text(note, note)


# what the profile says


def _profile(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    """The shape of the document, then of each field."""
    if "fields" not in descriptor:
        yield _refusal("schema-error", "fields", "'fields' is a required property")
    for name, kind in SCHEMA.items():
        if name in descriptor:
            for place, note in _shape(descriptor[name], kind, name):
                yield _refusal("schema-error", place, note)
            for place, note in _more(name, descriptor[name]):
                yield _refusal("schema-error", place, note)
    fields = descriptor.get("fields")
    version = _is_v2(descriptor)
    listed = fields if isinstance(fields, list) else [fields] if isinstance(fields, dict) else []
    for index, field in enumerate(listed):
        yield from _field(f"fields/{index}", field, v2=version)


def _is_v2(descriptor: Mapping[str, Any]) -> bool:
    """Tell whether the terms of v2 may be used: its profile, or one that only its author knows."""
    profile = descriptor.get("$schema")
    return isinstance(profile, str) and "datapackage.org/profiles/1." not in profile


def _shape(value: Any, kind: str, place: str) -> Iterator[tuple[str, str]]:
    """Say what makes a value not of the JSON kind, as `jsonschema` does."""
    if kind == "missing":
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        objects = isinstance(value, list) and all(
            isinstance(item, dict)
            and isinstance(item.get("value"), str)
            and isinstance(item.get("label", ""), str)
            for item in value
        )
        if not texts and not objects:
            yield place, f"{value!r} is not valid under any of the given schemas at property '{place}'"
        return
    if kind == "strings":
        if not isinstance(value, list):
            if place != "primaryKey" or not value or not isinstance(value, str):
                yield place, f"{value!r} is not of type 'array' at property '{place}'"
            return
        for index, item in enumerate(value):
            yield from _shape(item, "string", f"{place}/{index}")
        return
    number = kind == "integer" and isinstance(value, float) and value.is_integer()
    if number or (
        isinstance(value, JSON_TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))
    ):
        return
    yield place, f"{value!r} is not of type {kind!r} at property '{place}'"


def _more(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """What the profile asks of some properties beyond their kind."""
    if name == "name" and isinstance(value, str) and not NAME.search(value):
        yield name, f"{value!r} does not match {NAME.pattern!r} at property 'name'"
    if name == "type" and isinstance(value, str) and not TYPE.search(value):
        yield name, f"{value!r} does not match {TYPE.pattern!r} at property 'type'"
    if name == "fieldsMatch" and value not in MATCHES:
        yield name, f"{value!r} is not one of {MATCHES!r} at property 'fieldsMatch'"
    if name == "foreignKeys" and isinstance(value, list):
        for index, key in enumerate(value):
            yield from _shape(key, "object", f"foreignKeys/{index}")


def _field(place: str, field: Any, *, v2: bool) -> Iterator[Problem]:
    if not isinstance(field, Mapping):
        message = Text("un champ doit être un objet avec un nom", "a field must be an object with a name")
        yield Problem(place, message, kind="field-error", note=f"{field!r} is not of type 'object'")
        return
    kind = field.get("type", "string")
    if isinstance(kind, str) and kind not in TYPES:
        known = ", ".join(TYPES)
        remedy = Text(f"choisir parmi : {known}", f"choose among: {known}")
        yield _refusal("field-error", f"{place}/type", f'field type "{kind}" is not supported', remedy)
        return
    found = list(_field_shape(place, field, kind if isinstance(kind, str) else "string"))
    yield from found or _field_sense(place, field, kind, v2=v2)


def _field_shape(place: str, field: Mapping[str, Any], kind: str) -> Iterator[Problem]:
    if "name" not in field:
        yield _refusal("field-error", place, "'name' is a required property")
    rules = {**FIELD, **OF_TYPE.get(kind, {})}
    for name, rule in rules.items():
        if name not in field:
            continue
        for at, note in _shape(field[name], rule, name):
            yield _refusal("field-error", f"{place}/{at}", note)
        allowed = _allowed(name, kind)
        if allowed and isinstance(field[name], str) and field[name].removeprefix("fmt:") not in allowed:
            note = f"{field[name]!r} is not one of {allowed!r} at property '{name}'"
            yield _refusal("field-error", f"{place}/{name}", note)
    bounds: Any = field.get("constraints")
    for name, rule in BOUNDS.items() if isinstance(bounds, Mapping) else ():
        if name in bounds:
            for at, note in _shape(bounds[name], rule, f"constraints/{name}"):
                yield _refusal("field-error", f"{place}/{at}", note)


def _allowed(name: str, kind: str) -> list[str]:
    if name == "itemType":
        return ITEM_TYPES
    return list(TYPES[kind].formats) if name == "format" and kind in ("string", "geojson") else []


def _field_sense(place: str, field: Mapping[str, Any], kind: str, *, v2: bool) -> Iterator[Problem]:
    """What the field says that its type has no meaning for."""
    bounds: Mapping[str, Any] = field.get("constraints") or {}
    supported = (*TYPES[kind].constraints, "unique")
    for name in bounds:
        if name not in supported:
            remedy = Text(
                "retirer la contrainte, ou changer de type", "remove the constraint, or change the type"
            )
            note = f'constraint "{name}" is not supported by type "{kind}"'
            yield _refusal("field-error", f"{place}/constraints/{name}", note, remedy)
    yield from _missing_notes(place, field.get("missingValues"), "field-error", v2=v2)
    for name in ("exclusiveMinimum", "exclusiveMaximum"):
        if name in bounds and not v2:
            note = f'constraint "{name}" requires datapackage v2'
            yield _refusal("field-error", f"{place}/constraints/{name}", note)
    if not _example_fits(field, kind):
        note = f'example value "{field["example"]}" for field "{field["name"]}" is not valid'
        remedy = Text("donner un exemple que le type accepte", "give an example that the type takes")
        yield _refusal("field-error", f"{place}/example", note, remedy)
    if "required" in field:
        note = '"required" should be set as "constraints.required"'
        yield _refusal("field-error", f"{place}/required", note)


def _example_fits(field: Mapping[str, Any], kind: str) -> bool:
    """Tell whether the example can be read; only the type, the format and a boolean's words are looked at."""
    example = field.get("example")
    if not example:
        return True
    form = str(field.get("format", "default")).removeprefix("fmt:")
    options = {
        name: field[name] for name in ("trueValues", "falseValues") if name in field and kind == "boolean"
    }
    try:
        reader(Field(str(field["name"]), kind, form, options=options))(example)
    except Unreadable:
        return False
    return True


# what the document says as a whole


def _coherence(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    names = [
        field["name"] for field in descriptor["fields"] if isinstance(field, Mapping) and "name" in field
    ]
    if len(names) != len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        remedy = Text(f"renommer {', '.join(twice)}", f"rename {', '.join(twice)}")
        yield _refusal("schema-error", "fields", "names of the fields are not unique", remedy)
    key = descriptor.get("primaryKey") or []
    key = key if isinstance(key, list) else [key]
    for name in key:
        if name not in names:
            yield _refusal(
                "schema-error", "primaryKey", f'primary key "{key}" does not match the fields "{names}"'
            )
    yield from _missing_notes(
        "missingValues", descriptor.get("missingValues"), "schema-error", v2=_is_v2(descriptor)
    )
    for place, foreign in enumerate(descriptor.get("foreignKeys") or []):
        yield from _foreign(f"foreignKeys/{place}", foreign, names)


def _missing_notes(place: str, values: Any, kind: str, *, v2: bool) -> Iterator[Problem]:
    if isinstance(values, list) and not v2 and any(isinstance(item, Mapping) for item in values):
        yield _refusal(kind, place, "missing values in object form require datapackage v2")


def _foreign(place: str, key: Mapping[str, Any], names: Sequence[str]) -> Iterator[Problem]:
    """A key as frictionless normalises it: lists of fields, whatever is written."""
    reference = dict(key.get("reference") or {})
    listed: Callable[[Any], list[Any]] = lambda value: value if isinstance(value, list) else [value]  # noqa: E731
    own, there = listed(key.get("fields", [])), listed(reference.get("fields", []))
    normal = {**key, "fields": own, "reference": {**reference, "fields": there}}
    for name in own:
        if name not in names:
            yield _refusal(
                "schema-error", place, f'foreign key "{normal}" does not match the fields "{list(names)}"'
            )
    if len(own) != len(there):
        note = f'foreign key fields "{own}" does not match the reference fields "{there}"'
        yield _refusal("schema-error", place, note)


# what no tool refuses


def _unseen(descriptor: Mapping[str, Any]) -> Iterator[Problem]:
    fields = descriptor.get("fields")
    for place, field in enumerate(fields if isinstance(fields, list) else []):
        if isinstance(field, Mapping):
            yield from _slips(f"fields/{place}", field)
            yield from _unusable_bounds(f"fields/{place}", field)


def _slips(place: str, field: Mapping[str, Any]) -> Iterator[Problem]:
    """Properties whose name is almost that of a property that means something: they are silently ignored."""
    if all(name in USUAL for name in field):
        return
    import difflib  # noqa: PLC0415 - few schemas need it

    for name in field:
        close = difflib.get_close_matches(str(name), USUAL, 1, 0.8) if name not in USUAL else []
        meant = SLIPS.get(str(name), close[0] if close else "")
        if meant and meant not in field:
            yield Problem(
                f"{place}/{name}",
                Text(
                    f"« {name} » ne veut rien dire : c'est sans doute « {meant} »",
                    f"“{name}” means nothing: it is probably “{meant}”",
                ),
                Text(f"écrire « {meant} »", f"write “{meant}”"),
                "field-error",
                severity=Severity.WARNING,
            )


def _unusable_bounds(place: str, field: Mapping[str, Any]) -> Iterator[Problem]:
    """Constraints that their type knows, and cannot use: a bound that it does not read, an expression that is none."""
    kind, bounds = field.get("type", "string"), field.get("constraints")
    if not isinstance(bounds, Mapping) or not isinstance(kind, str) or kind not in TYPES:
        return
    form = str(field.get("format", "default")).removeprefix("fmt:")
    read = reader(Field(str(field.get("name", "")), kind, form, options=_options(field)))
    for name, bound in bounds.items():
        if name in TYPES[kind].constraints and bound is not None and not _usable(name, bound, read):
            yield Problem(
                f"{place}/constraints/{name}",
                Text(
                    f"« {name} » ne peut pas être appliquée ({bound})",
                    f"“{name}” cannot be applied ({bound})",
                ),
                Text("donner une valeur du type du champ", "give a value of the field's type"),
                "field-error",
                severity=Severity.WARNING,
            )


def _usable(name: str, bound: Any, read: Callable[[Any], Any]) -> bool:
    try:
        CONSTRAINTS[name].compile(bound, read)
    except Unfit:
        return False
    return True


def _options(field: Mapping[str, Any]) -> dict[str, Any]:
    names = ("decimalChar", "groupChar", "bareNumber", "floatNumber")
    words = {name: field[name] for name in ("trueValues", "falseValues") if isinstance(field.get(name), list)}
    return words | {name: field[name] for name in names if isinstance(field.get(name), (str, bool))}
