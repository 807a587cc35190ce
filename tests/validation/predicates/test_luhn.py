"""SIREN and SIRET numbers whose check digits are right are surely valid, as the exact check accepts them."""

import random

import polars as pl
import pytest

from cicclo.validation import checks
from cicclo.validation.model import CheckUse
from cicclo.validation.predicates.fields import luhn
from cicclo.validation.predicates.with_polars import expression


@pytest.mark.parametrize(("name", "length"), [("siren", 9), ("siret", 14)])
def test_surely_valid_is_accepted(name: str, length: int) -> None:
    """100,000 random numbers and others made right: none is accepted that the check refuses."""
    dice = random.Random(length)
    texts = [f"{dice.randrange(10**length):0{length}}" for _ in range(100_000)]
    texts += [
        "13002526500013",
        "130025265",
        "55208131766522",
        "552081317",
        "",
        "abc",
        "-3002526500013",
        "1" * 20,
    ]
    texts += ["+13002526500", "13 002 526 500 013", "１３００２５２６５０００１３", "35600000000048"]
    found = checks.find(name)
    assert found is not None
    accepts = found[0].prepare(CheckUse(name, {"column": "c"}), ["c"], True).accepts  # noqa: FBT003 - the contract of checks
    assert accepts is not None
    frame = pl.DataFrame({"c": texts})
    accepted = frame.filter(expression(luhn(length), ["c"], pl.col("c")))["c"].to_list()
    assert len(accepted) > (800 if length == 14 else 8000)
    assert [text for text in accepted if not accepts(text)] == []
