"""Random tables against random schemas: our strict report is Validata's own, to the letter.

Validata is GPL: it is run as it is, in a Python of its own that `CICCLO_VALIDATA` names, on tables made here.
"""

import io
import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.validation.rows import Rows

from cicclo.validation import schemas
from cicclo.validation.actions import validate
from cicclo.validation.model import Options
from cicclo.validation.reports.strict import write

PEER = os.environ.get("CICCLO_VALIDATA", "")
TABLES = 400
RUN = """
import json, logging, sys, warnings
warnings.filterwarnings("ignore")
logging.disable(50)
from validata_core import validate
for line in sys.stdin:
    schema, rows = json.loads(line)
    try:
        report = validate(rows, schema).to_dict()
    except Exception as error:
        report = {"crash": repr(error)}
    print(json.dumps(report, default=str))
"""
CELLS = {
    "string": ["a", "b", "ab", "abc", "x y", "", " ", "NA"],
    "integer": ["1", "2", "3", "x", "1.5", " 4 ", "", "01", "1_0"],
    "number": ["1", "1.0", "01", "1,5", "2.5", "x", "", "NaN", "-1"],
    "date": ["2021-01-01", "2021-1-1", "31/12/2021", "x", "", "2020-05-05"],
    "boolean": ["true", "1", "0", "oui", ""],
    "year": ["2020", "20", "", "2021", "abcd"],
    "any": ["x", "", "y"],
    "array": ["[1]", "[", "[]", "", "[1,2]"],
    "datetime": ["2021-01-01T00:00:00", "x", "", "2021-01-01T00:00:00Z"],
}
BOUNDS: dict[str, list[tuple[str, list[Any]]]] = {
    "string": [
        ("pattern", ["a+", "a|b", "[ab]*", "^a$", r"\w+"]),
        ("minLength", [2]),
        ("maxLength", [1]),
        ("enum", [["a"], ["b", "ab"], ["a", "b", "abc"]]),
    ],
    "integer": [("minimum", [2]), ("maximum", [2, 3]), ("enum", [[1, 2]])],
    "number": [("minimum", [2]), ("maximum", [2.5])],
    "date": [("minimum", ["2021-01-01"])],
    "year": [("maximum", ["2020"])],
}


def a_field(pick: random.Random, place: int) -> dict[str, Any]:
    kind = pick.choice(list(CELLS))
    found: dict[str, Any] = {"name": f"{pick.choice('abcdefgh')}{place}", "type": kind}
    bounds = {name: pick.choice(values) for name, values in BOUNDS.get(kind, ()) if pick.random() < 0.25}
    bounds |= {"required": True} if pick.random() < 0.35 else {}
    bounds |= {"unique": True} if pick.random() < 0.25 else {}
    if bounds and kind != "array":  # on an array, Validata breaks
        found["constraints"] = bounds
    if pick.random() < 0.1:
        found["missingValues"] = pick.choice([["NA", ""], ["NA"]])
    if "pattern" in bounds and pick.random() < 0.3:
        found["example"] = "a"
    return found


def a_schema(pick: random.Random) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [a_field(pick, place) for place in range(pick.randint(1, 5))]}
    names = [found["name"] for found in schema["fields"]]
    if pick.random() < 0.4:
        schema["primaryKey"] = pick.sample(names, pick.randint(1, min(2, len(names))))
    if pick.random() < 0.15 and len(names) > 1:
        own, other = pick.sample(names, 2)
        schema["foreignKeys"] = [{"fields": own, "reference": {"resource": "", "fields": other}}]
    if pick.random() < 0.1:
        schema["missingValues"] = ["", "-"]
    return schema


def a_header(pick: random.Random, names: list[str]) -> list[str]:
    chance = pick.random()
    if chance < 0.15:
        return pick.sample(names, len(names))
    if chance < 0.3 and len(names) > 1:
        return [name for name in names if name != names[-1]]
    if chance < 0.4:
        return ["extra", *names]
    if chance < 0.45:
        return [*names, names[0]]
    if chance < 0.5:
        return ["", *names[1:]]
    if chance < 0.55:
        return [f" {name}\t" for name in names]
    return [] if chance < 0.58 else names


def a_table(pick: random.Random, schema: dict[str, Any]) -> list[list[str]]:
    kinds = {found["name"]: found["type"] for found in schema["fields"]}
    header = a_header(pick, list(kinds))
    rows = [["title"], header] if pick.random() < 0.05 else [header]
    for _ in range(pick.randint(0, 8)):
        row = [pick.choice(CELLS[kinds.get(label, "any")]) for label in header or kinds]
        chance = pick.random()
        if chance < 0.12:
            row = row[: pick.randint(0, len(row))]
        elif chance < 0.2:
            row += ["z"] * pick.randint(1, 2)
        elif chance < 0.3:
            row = [""] * len(row)
        rows.append(row)
    return rows


def ours(schema: dict[str, Any], rows: list[list[str]]) -> dict[str, Any]:
    out = io.BytesIO()
    write(validate(Rows(rows), schemas.read(schema), Options(strict=True, engine="exact")), out, "fr")
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.peer
@pytest.mark.skipif(not Path(PEER).is_file(), reason="CICCLO_VALIDATA names no Python with validata-table")
@pytest.mark.parametrize("seed", [random.SystemRandom().randrange(2**32)])
def test_random_tables_get_the_peer_s_report(seed: int) -> None:
    pick = random.Random(seed)
    cases = [(schema, a_table(pick, schema)) for schema in (a_schema(pick) for _ in range(TABLES))]
    lines = "\n".join(map(json.dumps, cases))
    told = subprocess.run([PEER, "-c", RUN], input=lines, capture_output=True, text=True, check=True).stdout
    compared = 0
    for (schema, rows), line in zip(cases, told.splitlines(), strict=True):
        theirs = json.loads(line)
        if "crash" in theirs:
            continue
        found = ours(schema, rows)
        theirs["stats"].pop("seconds")
        found["stats"].pop("seconds")
        assert found == theirs, (schema, rows)
        compared += 1
    assert compared > TABLES / 2
