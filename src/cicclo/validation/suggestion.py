"""Which schema fits this table? Names of columns first, then a sample of values, read by the exact reader."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from cicclo.kernel.text import Text
from cicclo.validation import catalogue, schemas
from cicclo.validation.accepting import acceptance
from cicclo.validation.errors import SchemaUnreadable, SchemaWrong
from cicclo.validation.fetching import Cache, Fetched
from cicclo.validation.fixing import as_text
from cicclo.validation.model import Cell, Schema, Table
from cicclo.validation.repairs.header import plain
from cicclo.validation.settings import Settings

SAMPLE = 100
LOOKED_INTO = 12
SURE, AHEAD = 0.75, 0.05
"""A schema is taken without asking when it fits this well, and this much better than the next."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One schema that may fit, under the name that `--schema` takes."""

    reference: str
    schema: Schema


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a schema fits: `score` between 0 and 1; shares likewise."""

    reference: str
    schema: Schema
    score: float
    columns: int
    required: int
    required_all: int
    values: float
    reasons: tuple[Text, ...]


def candidates(settings: Settings) -> tuple[list[Candidate], int]:
    """Return the Table Schemas of the catalogue (from the network or the cache), and how many could not be had."""
    entries = [entry for entry in catalogue.index(settings).values() if entry.kind == "tableschema"]
    documents = Cache(settings).documents([entry.address() for entry in entries])
    found = [
        Candidate(entry.name, schema)
        for entry, document in zip(entries, documents, strict=True)
        if isinstance(document, Fetched) and (schema := _read(document))
    ]
    return found, len(entries) - len(found)


def _read(document: Fetched) -> Schema | None:
    try:
        return schemas.read(catalogue.parse(document.body, document.url), document.url)
    except (SchemaUnreadable, SchemaWrong):
        return None


def rank(table: Table, among: Iterable[Candidate], most: int = 10) -> list[Fit]:
    """Return the schemas that share a column with the table, the best first."""
    header = [as_text(name).strip() for name in table.header]
    met = [(_by_header(header, candidate.schema), candidate) for candidate in among]
    best = sorted((pair for pair in met if pair[0] > 0), key=lambda pair: -pair[0])[: max(most, LOOKED_INTO)]
    sample = [cells for _number, cells in islice(table.records(), SAMPLE)] if best else []
    fits = [_fit(header, sample, candidate, share) for share, candidate in best]
    return sorted(fits, key=lambda fit: -fit.score)[:most]


def sure(fits: Sequence[Fit]) -> Fit | None:
    """Return the schema to take without asking, when one is clearly the best."""
    if not fits or fits[0].score < SURE:
        return None
    others = [fit for fit in fits[1:] if fit.schema.descriptor != fits[0].schema.descriptor]
    return fits[0] if not others or fits[0].score - others[0].score >= AHEAD else None


def _by_header(header: Sequence[str], schema: Schema) -> float:
    """Harmonic mean of the shares of both headers that are met; a required column counts double."""
    names = {plain(name) for name in header if name}
    weights = {plain(field.name): 2 if field.required else 1 for field in schema.fields}
    met = names & set(weights)
    if not met:
        return 0.0
    of_schema = sum(weights[name] for name in met) / sum(weights.values())
    of_file = len(met) / len(names)
    return 2 * of_schema * of_file / (of_schema + of_file)


def _fit(header: Sequence[str], sample: Sequence[Sequence[Cell]], candidate: Candidate, share: float) -> Fit:
    schema = candidate.schema
    places = {plain(name): place for place, name in enumerate(header) if name}
    met = [field for field in schema.fields if plain(field.name) in places]
    required = [field for field in schema.fields if field.required]
    met_required = [field for field in required if plain(field.name) in places]
    tests = [(places[plain(field.name)], acceptance(field)) for field in met]
    values = _accepted(sample, tests)
    reasons = [
        Text(
            f"{len(met)} de vos {len(header)} colonnes sont dans ce schéma",
            f"{len(met)} of your {len(header)} columns are in this schema",
        ),
        Text(
            f"{len(met_required)} de ses {len(required)} colonnes obligatoires sont là",
            f"{len(met_required)} of its {len(required)} mandatory columns are there",
        ),
        Text(f"{values:.0%} des valeurs lues conviennent", f"{values:.0%} of the values read fit"),
    ]
    return Fit(
        candidate.reference,
        schema,
        share * (0.5 + 0.5 * values),
        len(met),
        len(met_required),
        len(required),
        values,
        tuple(reasons),
    )


def _accepted(sample: Sequence[Sequence[Cell]], tests: Sequence[tuple[int, Callable[[str], bool]]]) -> float:
    """Return the share of filled cells that the exact reader takes; 1 when there is none to read."""
    taken = filled = 0
    for cells in sample:
        for place, accepts in tests:
            text = as_text(cells[place]) if place < len(cells) else ""
            if text:
                filled += 1
                taken += accepts(text)
    return taken / filled if filled else 1.0
