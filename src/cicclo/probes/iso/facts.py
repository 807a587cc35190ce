"""What a record tells, whatever the words it is told in: enough to see what another form of it has lost.

Forms differ in structure on purpose: a fact is kept when its value stands anywhere in the other form.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from cicclo.kernel.text import Text
from cicclo.probes.iso.record import Record
from cicclo.probes.iso.vocabulary import fold

NAMES = {
    "title": Text("titre", "title"),
    "abstract": Text("résumé", "abstract"),
    "identifier": Text("identifiant de la ressource", "resource identifier"),
    "links": Text("liens", "links"),
    "conditions": Text("conditions d'utilisation", "conditions of use"),
    "contact": Text("contact", "contact"),
    "keywords": Text("mots-clés", "keywords"),
    "extent": Text("emprise", "extent"),
    "dates": Text("dates", "dates"),
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LEADER = 160  # letters of an abstract compared: some catalogues cut, none rewrites
NEAR = 0.011  # forms round an extent to two decimals


def facts(record: Record) -> dict[str, list[str]]:
    """The values of each fact that the record holds."""
    uses = [words.any for block in record.constraints if block.use for words in block.others]
    told = {
        "title": [record.title],
        "abstract": [record.abstract],
        "identifier": [identifier.code.any for identifier in record.identifiers[:1]],
        "links": [link.url for link in record.main_links],
        "conditions": uses,
        "contact": [
            email for contact in record.contacts for email in contact.emails if contact.about != "contact"
        ],
        "keywords": [words.text for block in record.keywords for words in block.values],
        "extent": [f"{b.west} {b.south} {b.east} {b.north}" for b in record.boxes[:1]],
        "dates": [dated.value[:10] for dated in record.dates],
    }
    kept = {name: list(dict.fromkeys(value.strip() for value in values)) for name, values in told.items()}
    return {name: values for name, values in kept.items() if any(values)}


def words_of(root: etree._Element) -> str:
    """Texts and attributes of a document, in one line."""
    inside = (value for element in root.iter("*") for value in (element.text or "", *element.attrib.values()))
    return " ".join(inside)


def words_of_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False)


def lost(told: Mapping[str, list[str]], wanted: Iterable[str], other: str) -> dict[str, list[str]]:
    """The values, by fact, that another form (its words in one line) does not hold."""
    folded = fold(other)
    numbers = [float(number) for number in _NUMBER.findall(other)] if "extent" in told else []
    missing: dict[str, list[str]] = {}
    for name in wanted:
        gone = [value for value in told.get(name, ()) if value and not _kept(name, value, folded, numbers)]
        if gone:
            missing[name] = gone
    return missing


def _kept(name: str, value: str, folded: str, numbers: list[float]) -> bool:
    if name == "extent":
        bounds = [float(number) for number in _NUMBER.findall(value)]
        return all(any(abs(bound - number) <= NEAR for number in numbers) for bound in bounds)
    return fold(value)[:_LEADER] in folded


def said(missing: Mapping[str, list[str]]) -> Text:
    """The facts that are lost, counted, with the first value of each."""
    parts = [(NAMES[name], len(values), values[0][:60]) for name, values in missing.items()]
    fr = " ; ".join(f"{name.fr} ({count}) « {first} »" for name, count, first in parts)
    en = "; ".join(f"{name.en} ({count}) “{first}”" for name, count, first in parts)
    return Text(fr, en)
