"""Python's regular expressions brought into what RE2, Rust and Java share."""

import polars as pl
import pytest

from cicclo.validation.predicates.patterns import NotPortable, portable


@pytest.mark.parametrize(
    ("pattern", "accepted", "left"),
    [
        (r"\d{5}", ["75056"], ["7505", "750567", "75056\n", "٧٥٠٥٦"]),
        (r"^\d{5}$", ["75056"], ["75056\n", " 75056"]),
        (r"a|b", ["a", "ax", "b"], ["xb", "c"]),  # Validata's reading: one side of each branch is anchored
        (r"[^\s/]+", ["abc"], ["a b", "a/b", "a\x1cb", "a\xa0b"]),
        (r"[^\d]", ["a", "é"], ["1", "٣"]),
        (r"\w+", ["été_1"], ["a-b"]),
        (r"x.y", ["x\ty", "xéy"], ["x\ny"]),
        (r"[\u00C0-\u00FF]+", ["éà"], ["e"]),
        (r"\’\.", ["’."], ["'."]),
        (r"(ab){2,3}c*", ["abab", "abababcc"], ["ab", "abababab"]),
    ],
)
def test_translation(pattern: str, accepted: list[str], left: list[str]) -> None:
    """What the translation accepts, and what it leaves to the exact reading."""
    found = pl.Series([*accepted, *left]).str.contains(portable(pattern)).to_list()
    assert found == [True] * len(accepted) + [False] * len(left)


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", r"(?=a)a", r"(?!a)b", r"(?<=a)b", r"\bmot\b", r"(?i)a", r"a{1001}", r"["]
)
def test_what_is_not_portable(pattern: str) -> None:
    """Back-references, look-arounds, word boundaries, flags, long repetitions, and what is no expression."""
    with pytest.raises(NotPortable):
        portable(pattern)


def test_one_expression_has_one_writing() -> None:
    """A pattern with and without its own anchors is the same condition."""
    assert portable(r"\d{14}") == portable(r"^\d{14}$") == r"\A[0-9]{14}\z"
