"""Schemas by name and version: `etalab/schema-irve-statique@2.3.1`, an address, or a file.

Names come from the index that schema.data.gouv.fr publishes (format of opendataschema); a copy of it is shipped, so
that a name is known, and what is missing can be said, without a network.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec

from cicclo.kernel.text import Text
from cicclo.validation.errors import SchemaUnreadable
from cicclo.validation.fetching import Cache, Fetched, is_address, safe
from cicclo.validation.settings import Settings

LARGEST_FILE = 32 << 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One schema of the catalogue. `kind` is tableschema, jsonschema, datapackage or other; `versions` oldest first."""

    name: str
    title: str
    kind: str
    url: str
    versions: Mapping[str, str]
    homepage: str = ""

    def address(self, version: str = "") -> str:
        """Return where a version is (the latest when none is named); empty when there is no such version."""
        if version in ("", "latest"):
            return self.url
        wanted = version.removeprefix("v")
        return next((url for name, url in self.versions.items() if name.removeprefix("v") == wanted), "")


@dataclass(frozen=True, slots=True)
class Found:
    """A descriptor and where it comes from. `fetched` and `stale` are empty for a file; `kind` is read from it."""

    descriptor: Mapping[str, Any]
    address: str
    kind: str
    name: str = ""
    version: str = ""
    sha256: str = ""
    fetched: str = ""
    stale: Text | None = None


def entries(document: bytes) -> dict[str, Entry]:
    """Read an index; entries that lack a name or an address are left out."""
    raw = msgspec.json.decode(document)
    listed = raw.get("schemas") if isinstance(raw, dict) else None
    found = [_entry(item) for item in listed or () if isinstance(item, dict)]
    return {entry.name: entry for entry in found if entry.name and (entry.url or entry.versions)}


def _entry(item: Mapping[str, Any]) -> Entry:
    versions = [v for v in item.get("versions") or () if isinstance(v, dict)]
    return Entry(
        str(item.get("name") or ""),
        str(item.get("title") or ""),
        str(item.get("schema_type") or ""),
        str(item.get("schema_url") or ""),
        {str(v.get("version_name")): str(v.get("schema_url")) for v in versions if v.get("schema_url")},
        str(item.get("homepage") or ""),
    )


@cache
def shipped() -> dict[str, Entry]:
    """Return the index as it was when this version was made."""
    return entries((files("cicclo.validation") / "published" / "schemas.json").read_bytes())


def index(settings: Settings) -> dict[str, Entry]:
    """Return the catalogue's index: fetched or kept, else the one shipped."""
    try:
        return entries(Cache(settings).document(settings.schemas).body)
    except (SchemaUnreadable, msgspec.DecodeError):
        return shipped()


def schema(reference: str, settings: Settings) -> Found:
    """Find a schema by name (`org/name`, `org/name@version`), address or path; raise SchemaUnreadable."""
    if is_address(reference):
        return _fetched(Cache(settings).document(reference))
    path = Path(reference)
    if path.is_file():
        return _file(path)
    if path.suffix in (".json", ".yml", ".yaml") or path.is_absolute() or path.is_dir():
        raise SchemaUnreadable(Text("fichier absent", "no such file"), at=reference)
    return named(reference, settings)


def named(reference: str, settings: Settings) -> Found:
    """Find a schema of the catalogue by its name; the index is asked again only for what the shipped one lacks."""
    name, _, version = reference.partition("@")
    entry, address = _look(shipped(), name, version)
    if not address:
        known = index(settings)
        entry, address = _look(known, name, version)
        if entry is None:
            raise _unknown(reference, name, known)
        if not address:
            raise _no_version(reference, entry)
    assert entry is not None
    if entry.kind == "other":
        raise _only_a_document(reference, entry)
    found = _fetched(Cache(settings).document(address))
    return Found(
        found.descriptor,
        address,
        found.kind,
        entry.name,
        version if version != "latest" else "",
        found.sha256,
        found.fetched,
        found.stale,
    )


def _look(known: Mapping[str, Entry], name: str, version: str) -> tuple[Entry | None, str]:
    entry = known.get(name)
    if entry is None and "/" not in name:  # the last part is enough when only one schema has it
        same = [item for key, item in known.items() if key.rpartition("/")[2] == name]
        entry = same[0] if len(same) == 1 else None
    return (entry, entry.address(version)) if entry else (None, "")


def _unknown(reference: str, name: str, known: Mapping[str, Entry]) -> SchemaUnreadable:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return SchemaUnreadable(
        Text(
            "ni un fichier, ni un schéma du catalogue (schema.data.gouv.fr)",
            "neither a file nor a schema of the catalogue (schema.data.gouv.fr)",
        ),
        at=reference,
        remedy=Text(f"proches : {', '.join(near)}", f"close to it: {', '.join(near)}")
        if near
        else Text("cicclo validate --suggest FICHIER", "cicclo validate --suggest FILE"),
    )


def _no_version(reference: str, entry: Entry) -> SchemaUnreadable:
    versions = ", ".join(entry.versions)
    return SchemaUnreadable(
        Text("ce schéma n'a pas cette version", "this schema has no such version"),
        at=reference,
        remedy=Text(f"versions : {versions}", f"versions: {versions}"),
    )


def _only_a_document(reference: str, entry: Entry) -> SchemaUnreadable:
    where = entry.homepage or entry.url
    return SchemaUnreadable(
        Text(
            "ce standard n'est publié que comme un texte, non comme un schéma lisible par une machine",
            "this standard is published as a text only, not as a schema that a machine reads",
        ),
        at=reference,
        remedy=Text(f"le lire : {where}", f"read it: {where}"),
    )


def _fetched(document: Fetched) -> Found:
    descriptor = parse(document.body, safe(document.url))
    return Found(
        descriptor,
        document.url,
        kind_of(descriptor),
        sha256=document.sha256,
        fetched=document.fetched,
        stale=document.stale,
    )


def _file(path: Path) -> Found:
    if path.stat().st_size > LARGEST_FILE:
        raise SchemaUnreadable(Text("trop gros pour un schéma", "too large for a schema"), at=str(path))
    descriptor = parse(path.read_bytes(), str(path))
    return Found(descriptor, str(path), kind_of(descriptor))


def parse(body: bytes, at: str) -> Mapping[str, Any]:
    """Read JSON, else YAML; raise SchemaUnreadable when the document is neither, or is not an object."""
    try:
        descriptor = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError) as error:
        descriptor = _yaml(body, at) if not body.lstrip().startswith((b"{", b"[")) else _no_json(error, at)
    if not isinstance(descriptor, dict):
        raise SchemaUnreadable(Text("un objet JSON est attendu", "a JSON object is expected"), at=at)
    return descriptor


def _no_json(error: Exception, at: str) -> Any:
    raise SchemaUnreadable(Text(f"JSON incorrect : {error}", f"incorrect JSON: {error}"), at=at) from error


def _yaml(body: bytes, at: str) -> Any:
    import yaml  # noqa: PLC0415 - few schemas are written in YAML

    try:
        return yaml.safe_load(body.decode())
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise SchemaUnreadable(
            Text("ni JSON ni YAML lisible", "neither readable JSON nor readable YAML"), at=at
        ) from error


def kind_of(descriptor: Mapping[str, Any]) -> str:
    """Tell what a descriptor describes: tableschema, datapackage, jsonschema, or other."""
    if isinstance(descriptor.get("fields"), list):
        return "tableschema"
    # a JSON Schema may list its examples under “resources”, as a data package does its tables
    if "json-schema.org" in str(descriptor.get("$schema")):
        return "jsonschema"
    if isinstance(descriptor.get("resources"), list) and "fields" not in descriptor:
        return "datapackage"
    marks: Sequence[str] = ("properties", "$defs", "definitions", "allOf", "oneOf", "anyOf", "items", "$ref")
    return "jsonschema" if any(mark in descriptor for mark in marks) else "other"
