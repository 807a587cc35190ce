"""A table with faults of every kind: ragged and empty records, duplicates written in another way, quotes, line ends."""

import csv
import random
from pathlib import Path

SCHEMA = {
    "primaryKey": ["id"],
    "missingValues": ["", "n/a"],
    "fields": [
        {"name": "id", "type": "integer", "constraints": {"required": True}},
        {"name": "code", "type": "string", "constraints": {"pattern": "^[A-Z]{2}\\d{7}$", "unique": True}},
        {"name": "siret", "type": "string", "constraints": {"required": True}},
        {"name": "nom", "type": "string", "constraints": {"minLength": 2, "maxLength": 20}},
        {"name": "debut", "type": "date", "constraints": {"required": True}},
        {"name": "fin", "type": "date", "constraints": {"minimum": "2000-01-01"}},
        {"name": "montant", "type": "number", "constraints": {"minimum": -5, "maximum": 1000.5}},
        {"name": "nature", "type": "string", "constraints": {"enum": ["numéraire", "nature"]}},
        {"name": "actif", "type": "boolean"},
        {"name": "contact", "type": "string", "format": "email"},
        {"name": "lieu", "type": "geopoint"},
        {"name": "annee", "type": "year"},
    ],
    "custom_checks": [
        {"name": "siret", "params": {"column": "siret"}},
        {"name": "compare-columns-value", "params": {"column": "fin", "op": ">=", "column2": "debut"}},
    ],
}
SIRETS = ("13002526500013", "55208131766522", "35600000000048", "21750001600019")
ODD = (
    "",
    "n/a",
    "x",
    "é\xa0",
    "2024-02-29",
    "2024-2-3",
    "01/02/2024",
    "1e3",
    " 7 ",
    "12,5",
    "NaN",
    "١٢",
    "a\nb",
    'a"b',
    "9" * 20,
)


def write(file: Path, count: int, seed: int = 4) -> None:
    """Write `count` records, one in twenty with an accident."""
    dice = random.Random(seed)  # noqa: S311 - data, not secrets
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(field["name"] for field in SCHEMA["fields"])
        for number in range(count):
            row = _right(number, dice)
            writer.writerow(_wrong(row, number, dice) if dice.random() < 0.05 else row)


def _right(number: int, dice: random.Random) -> list[str]:
    year = dice.randint(2001, 2025)
    begun = f"{year}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    return [
        str(number),
        f"AB{number:07}",
        dice.choice(SIRETS[:2]),
        dice.choice(("Les Écoliers", "Sport, culture", "Amis du lac")),
        begun,
        f"{year + 1}-01-31",
        f"{dice.uniform(-5, 1000):.2f}",
        dice.choice(("numéraire", "nature")),
        dice.choice(("true", "False", "1", "")),
        "contact@mairie.example",
        f"{dice.uniform(-5, 8):.5f}, {dice.uniform(42, 51):.5f}",
        str(year),
    ]


def _wrong(row: list[str], number: int, dice: random.Random) -> list[str]:
    kind, earlier = dice.randrange(6), dice.randrange(max(1, number))
    if kind == 0:
        return dice.choice(([], row[:5], [*row, "de trop"], [""] * len(row), [*row, ""]))
    if kind == 1:
        return [dice.choice(("0{}", "{}.0", " {} ", "+{}", "{}")).format(earlier), *row[1:]]
    if kind == 2:
        return [row[0], f"AB{earlier:07}", *row[2:]]
    if kind == 3:
        return [*row[:2], dice.choice((*SIRETS, "13002526500014", "130 025 265 00013")), *row[3:]]
    if kind == 4:
        return [*row[:4], row[5], row[4], *row[6:]]
    place = dice.randrange(len(row))
    return [*row[:place], dice.choice(ODD), *row[place + 1 :]]
