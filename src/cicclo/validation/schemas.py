"""A Table Schema document → Schema, and what is wrong with it.

`read` takes any document that has fields: a schema that breaks today's rules (`problems`) can be used anyway, with the
parts that make no sense left out. It raises SchemaWrong only when there is nothing to validate against.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cicclo.kernel.text import Text
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong
from cicclo.validation.model import CheckUse, Field, ForeignKey, Schema
from cicclo.validation.profile import Problem, problems
from cicclo.validation.types import TYPES

__all__ = ["Problem", "load", "problems", "read"]

LARGEST = 64 << 20
"""Bytes of a schema document: the largest published one is 200 kB."""

OPTIONS = (
    "decimalChar",
    "groupChar",
    "bareNumber",
    "floatNumber",
    "trueValues",
    "falseValues",
    "delimiter",
    "itemType",
    "arrayItem",
    "format",
)
"""Properties of a field that only some types have; `format` only when it is written."""


def load(address: str | Path) -> Mapping[str, Any]:
    """Read the JSON document in a local file; raise SchemaUnreadable when there is none."""
    path = Path(address)
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(address, "le document dépasse 64 Mo", "the document is larger than 64 MB")
        document = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise _unreadable(
            address, f"lecture impossible ({error.strerror})", f"cannot be read ({error.strerror})"
        ) from None
    except RecursionError:
        raise _unreadable(
            address, "le document est trop imbriqué", "the document is nested too deep"
        ) from None
    except ValueError as error:
        raise _unreadable(address, f"ce n'est pas du JSON ({error})", f"this is not JSON ({error})") from None
    if not isinstance(document, dict):
        raise _unreadable(address, "le document n'est pas un objet JSON", "the document is not a JSON object")
    return document


def _unreadable(address: str | Path, fr: str, en: str) -> SchemaUnreadable:
    remedy = Text(
        "donner l'adresse d'un document Table Schema", "give the address of a Table Schema document"
    )
    return SchemaUnreadable(Text(fr, en), at=str(address), remedy=remedy)


def read(descriptor: Mapping[str, Any], address: str = "") -> Schema:
    """Return the Schema that `descriptor` describes; raise SchemaWrong when it has no usable field."""
    items = descriptor.get("fields") if isinstance(descriptor, Mapping) else None
    missing = _missing(descriptor.get("missingValues")) if items else None
    fields = tuple(_fields(items, missing or ("",)))
    if not fields:
        raise SchemaWrong(
            Text("le schéma ne décrit aucune colonne", "the schema describes no column"),
            at=f"{address}/fields" if address else "fields",
            remedy=Text(
                "donner une liste « fields » d'objets avec un nom",
                "give a list “fields” of objects with a name",
            ),
        )
    names = {field.name for field in fields}
    return Schema(
        fields,
        _text(descriptor.get("name")),
        _text(descriptor.get("title")),
        _text(descriptor.get("version")),
        _primary(descriptor.get("primaryKey"), names),
        tuple(_foreign(descriptor.get("foreignKeys"), names)),
        tuple(_checks(descriptor)),
        missing or ("",),
        address,
        descriptor,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _missing(values: Any) -> tuple[str, ...] | None:
    """Return the texts that mean “no value”; None when the list is absent or is not one."""
    if not isinstance(values, list):
        return None
    texts = (item.get("value") if isinstance(item, Mapping) else item for item in values)
    return tuple(text for text in texts if isinstance(text, str))


def _fields(items: Any, missing: tuple[str, ...]) -> Iterator[Field]:
    """Each field once: of two with a name, the first."""
    seen: set[str] = set()
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str) and item["name"] not in seen:
            seen.add(item["name"])
            yield _field(item, missing)


def _field(item: Mapping[str, Any], missing: tuple[str, ...]) -> Field:
    kind = item.get("type", "string")
    form = _text(item.get("format")).removeprefix("fmt:") or "default"
    constraints = item.get("constraints")
    own = _missing(item.get("missingValues"))
    return Field(
        item["name"],
        kind if isinstance(kind, str) and kind in TYPES else "any",
        form,
        _text(item.get("title")),
        _text(item.get("description")),
        item.get("example"),
        dict(constraints) if isinstance(constraints, Mapping) else {},
        missing if own is None else own,
        {name: item[name] for name in OPTIONS if _usable(name, item.get(name))},
    )


def _usable(name: str, value: Any) -> bool:
    """Tell whether an option has the form that its type needs."""
    if name in ("bareNumber", "floatNumber"):
        return isinstance(value, bool)
    if name in ("trueValues", "falseValues"):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return isinstance(value, Mapping if name == "arrayItem" else str)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str))


def _primary(value: Any, names: set[str]) -> tuple[str, ...]:
    found = _names(value)
    return found if set(found) <= names else ()


def _foreign(keys: Any, names: set[str]) -> Iterator[ForeignKey]:
    for key in keys if isinstance(keys, list) else ():
        reference = key.get("reference") if isinstance(key, Mapping) else None
        if not isinstance(reference, Mapping):
            continue
        own, others = _names(key.get("fields")), _names(reference.get("fields"))
        if own and len(own) == len(others) and set(own) <= names:
            yield ForeignKey(own, _text(reference.get("resource")), others)


def _checks(descriptor: Mapping[str, Any]) -> Iterator[CheckUse]:
    """The checks of the schema, then those that fields carry."""
    listed = descriptor.get("custom_checks")
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, Mapping) and isinstance(item.get("name"), str):
            params = item.get("params")
            yield CheckUse(item["name"], dict(params) if isinstance(params, Mapping) else {})
    for field in descriptor["fields"]:
        if isinstance(field, Mapping) and isinstance(field.get("name"), str):
            yield from _own_check(field["name"], field.get("customCheck"))


def _own_check(column: str, value: Any) -> Iterator[CheckUse]:
    if isinstance(value, str):
        yield CheckUse(value, {"column": column})
    elif isinstance(value, Mapping) and isinstance(value.get("name"), str):
        inside = value.get("params")
        params = {name: item for name, item in value.items() if name not in ("name", "params")}
        yield CheckUse(
            value["name"], {"column": column, **params, **(inside if isinstance(inside, Mapping) else {})}
        )
