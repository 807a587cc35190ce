"""Files that a platform offers for download and says to follow a schema: where both are, as each protocol writes it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rdflib.namespace import DCAT, DCTERMS, FOAF, OWL

from cicclo.ogc.links import absolute, find_links
from cicclo.probes.protocols._rdf import Resource

_NAME = re.compile(r"[\w.-]+/[\w.-]+")
_SCHEMA_TYPES = ("application/schema+json", "application/vnd.datapackage+json", "application/json", "")
_PLACES = (DCTERMS.identifier, DCTERMS.source, DCTERMS.type, FOAF.page, DCTERMS.title)
_TABLES = re.compile(r"(?i)text/csv|tab-separated|spreadsheet|ms-excel|parquet")


@dataclass(frozen=True, slots=True)
class Declared:
    """One file and what it is said to follow: an address, or a name of the national catalogue (`org/schema@version`).

    `media_type` is what the platform says of the file; a server may say something else.
    """

    url: str
    schema: str
    media_type: str = ""


def of_dataset(dataset: Resource) -> Iterator[Declared]:
    """DCAT: `dct:conformsTo` of a distribution; what it names need not be a schema, which its reader finds out."""
    for item in dataset.distributions:
        addresses = item.iris(DCAT.downloadURL) or item.iris(DCAT.accessURL)
        kinds = item.texts(DCAT.mediaType)
        for schema in _standards(item):
            yield from _each(addresses[:1], schema, kinds[0].rpartition("media-types/")[2] if kinds else "")


def _standards(item: Resource) -> Iterator[str]:
    """What a distribution conforms to: its address, else what the standard's description leads to."""
    for standard in item.linked(DCTERMS.conformsTo):
        named = [text for text in standard.texts(*_PLACES) if _is_address(text) or _NAME.fullmatch(text)]
        versions = standard.texts(OWL.versionInfo)
        if standard.iri:
            yield standard.iri
        elif named:
            mark = f"@{versions[0]}" if versions and not _is_address(named[0]) else ""
            yield named[0] + mark
    yield from (str(text) for text in item.literals(DCTERMS.conformsTo) if _is_address(str(text)))


def of_collection(document: Mapping[str, Any], base: str) -> Iterator[Declared]:
    """OGC API: a collection with a `describedby` schema, and a table to download whole (`enclosure`), else by pages (`items`)."""
    schemas = [
        link
        for link in find_links(document, "describedby")
        if str(link.get("type", "")).split(";")[0] in _SCHEMA_TYPES
    ]
    for schema in schemas[:1]:
        for file in _tables(document, "enclosure") or _tables(document, "items")[:1]:
            yield from _each(
                [absolute(base, str(file.get("href", "")))],
                absolute(base, str(schema.get("href", ""))),
                str(file.get("type", "")),
            )


def _tables(document: Mapping[str, Any], rel: str) -> list[dict[str, Any]]:
    return [link for link in find_links(document, rel) if _TABLES.search(str(link.get("type", "")))]


def of_udata(document: Mapping[str, Any]) -> Iterator[Declared]:
    """data.gouv.fr: the `schema` member of a resource: `url`, else `name` and `version`."""
    for resource in document.get("resources") or ():
        said = resource.get("schema") if isinstance(resource, dict) else None
        if not isinstance(said, dict):
            continue
        name, version = str(said.get("name") or ""), str(said.get("version") or "")
        schema = str(said.get("url") or "") or (f"{name}@{version}" if name and version else name)
        address = str(resource.get("latest") or resource.get("url") or "")
        yield from _each([address], schema, str(resource.get("mime") or ""))


def _each(addresses: Iterable[str], schema: str, media_type: str) -> Iterator[Declared]:
    if schema:
        yield from (Declared(address, schema, media_type) for address in addresses if _is_address(address))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
