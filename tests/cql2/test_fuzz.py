"""Random trees keep their shape in both encodings; random text is refused, never crashed upon."""

import json
from contextlib import suppress
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cql2.trees import same, trees

from cicclo.kernel.errors import BadInput
from cicclo.ogc.cql2 import json as cql2_json
from cicclo.ogc.cql2 import text
from cicclo.ogc.cql2.limits import walk

EXAMPLES = Path(__file__).parent / "examples"
BUSY = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]  # a slow machine is no fault
SCHEMA = jsonschema.Draft202012Validator(json.loads((EXAMPLES / "cql2.json").read_text()))
TEXTS = [path.read_text() for path in sorted((EXAMPLES / "text").glob("*.txt"))]
DOCUMENTS = [json.loads(path.read_text()) for path in sorted((EXAMPLES / "json").glob("*.json"))]
PIECES = ["(", ")", "'", '"', ",", " AND ", " NOT ", " IN ", "DATE(", "BBOX(", "POINT Z(", "\\", "\x00", "é", "1e999", "..", "😀", "- -", "IS NULL", "CASEI("]  # fmt: skip


@given(trees)
@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
def test_text_round_trip(tree):
    """What is written as text parses to the same tree."""
    assert same(text.parse(text.write(tree)), tree)


@given(trees)
@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
def test_json_round_trip(tree):
    """What is written as JSON parses to the same tree, through an encoder and a decoder."""
    document = cql2_json.write(tree)
    assert same(cql2_json.parse(json.loads(json.dumps(document))), tree)


@given(trees.filter(lambda tree: max(depth for _, depth in walk(tree)) <= 3))
@settings(max_examples=30, deadline=None, suppress_health_check=BUSY)
def test_json_follows_the_schema(tree):
    """What is written as JSON is valid against the standard's schema (whose cost grows fast with depth)."""
    SCHEMA.validate(cql2_json.write(tree))


def refused_or_read(parse, value):
    """Anything but BadInput is our fault."""
    with suppress(BadInput):
        parse(value)


@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 5), st.sampled_from(PIECES)), max_size=4),
)
@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
def test_mutated_text(valid, edits):
    """A valid filter with pieces cut and pasted is read or refused."""
    for at, cut, paste in edits:
        place = at % (len(valid) + 1)
        valid = valid[:place] + paste + valid[place + cut :]
    refused_or_read(text.parse, valid)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
def test_any_text(value):
    """Any text at all is read or refused."""
    refused_or_read(text.parse, value)


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
KEYS = st.sampled_from(
    ["op", "args", "property", "date", "timestamp", "interval", "bbox", "type", "coordinates", "geometries"]
)
VALUES = st.sampled_from(
    [
        "and",
        "not",
        "=",
        "in",
        "like",
        "s_within",
        "Point",
        "Polygon",
        "GeometryCollection",
        "2020-02-30",
        "..",
    ]
)
ANY_JSON = st.recursive(
    LEAVES | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


@given(ANY_JSON)
@settings(max_examples=300, deadline=None, suppress_health_check=BUSY)
def test_any_json(document):
    """Any document at all is read or refused."""
    refused_or_read(cql2_json.parse, document)


@given(st.sampled_from(DOCUMENTS), ANY_JSON, st.integers(0, 30))
@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
def test_mutated_json(valid, other, place):
    """A valid document with one value replaced by anything is read or refused."""
    changed = json.loads(json.dumps(valid))
    spots = list(_spots(changed))
    holder, key = spots[place % len(spots)]
    holder[key] = other
    refused_or_read(cql2_json.parse, changed)


def _spots(node):
    for key in node if isinstance(node, dict) else range(len(node)):
        yield node, key
        if isinstance(node[key], dict | list):
            yield from _spots(node[key])


@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 50_000,
        "(" * 5_000 + "a=1" + ")" * 5_000,
        "NOT " * 5_000 + "a=1",
        "a" + "+a" * 5_000 + "=1",
        "-" * 5_000 + "1=1",
        "a" + "^a" * 5_000 + "=1",
        "f(" * 5_000,
        "a = " + "1" * 90_000,
        "a = 1e" + "9" * 5_000,
        "a IN (" + "1," * 40_000 + "1)",
        "a=1 AND " * 10_000 + "a=1",
        "s_within(a, " + "MULTIPOLYGON(" * 3_000,
        "a = '" + "''" * 60_000 + "'",
        "GEOMETRYCOLLECTION(" * 3_000,
        "A_EQUALS(a," + "(" * 3_000,
    ],
    ids=lambda value: value[:20],
)
def test_hostile_text_is_refused(hostile):
    """What nests or repeats without end is refused for that, not by Python's stack."""
    with pytest.raises(BadInput):
        text.parse(hostile)


def test_hostile_json_is_refused():
    """Deep documents are refused before Python's stack is."""
    document = True
    for _ in range(300):
        document = {"op": "not", "args": [document]}
    with pytest.raises(BadInput):
        cql2_json.parse(document)
    chain = {"property": "a"}
    for _ in range(300):
        chain = {"op": "+", "args": [chain, 1]}
    with pytest.raises(BadInput):
        cql2_json.parse({"op": "=", "args": [chain, 1]})
