"""JSON documents against JSON Schema, drafts 4 to 2020-12; nothing is fetched: geojson.org's schemas come with us.

Errors are placed by JSON pointer and sorted by it. Of alternatives that all fail (`anyOf`, `oneOf`), the one that the
document was nearest to is told as the reason.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.protocols import Validator
from jsonschema.validators import Draft201909Validator, Draft202012Validator, validator_for
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from cicclo.kernel.text import Text
from cicclo.validation.errors import SchemaWrong, SourceUnreadable
from cicclo.validation.geo.reporting import Tally
from cicclo.validation.model import Fault, Notice, Severity

VALID = "jsonschema/document/valid"
SCHEMA_VALID = "jsonschema/schema/valid"
RESOLVABLE = "jsonschema/schema/resolvable"
DRAFT = "jsonschema/schema/draft"
LARGEST = 128 << 20
MOST = 100_000
"""Errors gathered, so that they can be sorted."""
SHOWN = 200
"""Most characters of a value that a fault keeps."""


@lru_cache(maxsize=1)
def registry() -> Registry[Any]:
    """Return the schemas that come with us, by the addresses that others call them."""
    folder = files("cicclo.validation.documents").joinpath("geojson")
    found: list[tuple[str, Resource[Any]]] = []
    for entry in folder.iterdir():
        if entry.name.endswith(".json"):
            resource = Resource.from_contents(
                json.loads(entry.read_text("utf-8")), default_specification=DRAFT202012
            )
            found += [
                (f"{scheme}://geojson.org/schema/{entry.name}", resource) for scheme in ("https", "http")
            ]
    return Registry().with_resources(found)


def load(source: Path) -> Any:
    """Read a JSON document; raise SourceUnreadable, with the place of the first mistake."""
    if not source.is_file():
        raise _unreadable(Text("Ce n'est pas un fichier.", "This is not a file."), source)
    if source.stat().st_size > LARGEST:
        size = LARGEST >> 20
        raise _unreadable(
            Text(f"Le document JSON dépasse {size} Mio.", f"The JSON document is larger than {size} MiB."),
            source,
        )
    try:
        return json.loads(source.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        message = Text(
            f"Octet {error.start} : ce n'est pas de l'UTF-8.", f"Byte {error.start}: this is not UTF-8."
        )
        raise _unreadable(message, source, kind="encoding-error") from error
    except json.JSONDecodeError as error:
        message = Text(
            f"Ligne {error.lineno}, colonne {error.colno} : ce n'est pas du JSON.",
            f"Line {error.lineno}, column {error.colno}: this is not JSON.",
        )
        raise _unreadable(message, source) from error
    except RecursionError as error:
        raise _unreadable(
            Text("Le JSON est trop imbriqué.", "The JSON is nested too deeply."), source
        ) from error


def _unreadable(message: Text, source: Path, *, kind: str = "format-error") -> SourceUnreadable:
    remedy = Text("Vérifier le fichier dans un éditeur JSON.", "Check the file in a JSON editor.")
    return SourceUnreadable(message, kind=kind, at=source.name, remedy=remedy)


def faults(source: Path, schema: dict[str, Any], tally: Tally) -> Iterator[Fault]:
    """Yield what is wrong with the schema itself, then with the document."""
    document = load(source)
    tally.features = _size(document)
    kind = validator_for(schema, default=Draft202012Validator)
    # asked with two defaults, a draft that is known gives the same answer
    if "$schema" in schema and kind is not validator_for(schema, default=Draft201909Validator):
        tally.notices.append(
            Notice("json-schema-draft", DRAFT, facts={"found": str(schema["$schema"])[:SHOWN]})
        )
    try:
        kind.check_schema(schema)
    except SchemaError as error:
        facts = {"pointer": pointer(error.absolute_path), "message": error.message[:SHOWN]}
        yield Fault(
            "json-schema-invalid",
            SCHEMA_VALID,
            severity=Severity.WARNING,
            where=facts["pointer"],
            facts=facts,
        )
    yield from _errors(kind(schema, registry=registry()), document)


def _size(document: Any) -> int:
    """Return how many things the document lists: its features, or its items."""
    listed = document.get("features") if isinstance(document, dict) else document
    return len(listed) if isinstance(listed, list) else 1


def _errors(validator: Validator, document: Any) -> Iterator[Fault]:
    try:
        found = sorted(islice(validator.iter_errors(document), MOST), key=_order)
    except Unresolvable as error:
        facts = {"reference": str(error.ref)[:SHOWN]}
        yield Fault("json-schema-reference", RESOLVABLE, where=facts["reference"], facts=facts)
        return
    except (RecursionError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise SchemaWrong(
            Text("Le schéma JSON ne peut pas être suivi.", "The JSON Schema cannot be followed."),
            at=type(error).__name__,
            remedy=Text(
                "Corriger le schéma : renvois circulaires, type ou expression fautifs.",
                "Mend the schema: circular references, wrong type or expression.",
            ),
        ) from error
    for one in found:
        yield _fault(one, document)


def _order(error: ValidationError) -> tuple[Any, ...]:
    return (
        tuple((isinstance(part, str), str(part).zfill(9)) for part in error.absolute_path),
        str(error.validator),
    )


def _fault(error: ValidationError, document: Any) -> Fault:
    where = pointer(error.absolute_path)
    facts = _facts(error)
    nearest = best_match(error.context) if error.context else None
    if nearest is not None:
        facts["nearest"] = {"pointer": pointer(nearest.absolute_path), **_facts(nearest)}
    path = list(error.absolute_path)
    return Fault(
        "json-schema",
        VALID,
        row=path[1] + 2 if len(path) > 1 and isinstance(path[1], int) else 0,
        field=next((str(part) for part in reversed(path) if isinstance(part, str)), ""),
        cell=_short(error.instance),
        where=where,
        key=_key(document, path),
        point=_point(document, path),
        facts=facts,
    )


def _facts(error: ValidationError) -> dict[str, Any]:
    expected = error.validator_value
    if isinstance(expected, list) and error.validator == "enum":
        expected = [_short(item) for item in expected[:20]]
    elif isinstance(expected, list) and error.validator == "required" and isinstance(error.instance, dict):
        expected = [name for name in expected if name not in error.instance and repr(name) in error.message]
    elif isinstance(expected, (dict, list)) and error.validator not in {"type", "dependentRequired"}:
        expected = _short(expected)
    return {"keyword": str(error.validator), "expected": expected, "found": _short(error.instance)}


def _short(value: Any) -> Any:
    """Return a value small enough to be kept in a report."""
    if isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False, default=str)
        return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    if isinstance(value, str) and len(value) > SHOWN:
        return value[: SHOWN - 1] + "…"
    return value


def pointer(path: Any) -> str:
    """Return an RFC 6901 pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _feature(document: Any, path: list[Any]) -> Mapping[str, Any] | None:
    if len(path) > 1 and path[0] == "features" and isinstance(path[1], int):
        found = document["features"][path[1]]
        return found if isinstance(found, dict) else None
    return None


def _key(document: Any, path: list[Any]) -> str:
    feature = _feature(document, path)
    return str(feature["id"]) if feature is not None and isinstance(feature.get("id"), (str, int)) else ""


def _point(document: Any, path: list[Any]) -> tuple[float, float] | None:
    """Return the first position of the feature concerned (RFC 7946: longitude, latitude)."""
    feature = _feature(document, path) or {}
    geometry = feature.get("geometry")
    found = geometry.get("coordinates") if isinstance(geometry, dict) else None
    while isinstance(found, list) and found and isinstance(found[0], list):
        found = found[0]
    if not (
        isinstance(found, list) and len(found) > 1 and all(isinstance(one, (int, float)) for one in found[:2])
    ):
        return None
    return (float(found[0]), float(found[1])) if abs(found[0]) <= 180 and abs(found[1]) <= 90 else None
