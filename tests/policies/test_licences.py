"""Open licences: correct policies, free to read, with duties for who redistributes."""

from datetime import UTC, datetime

import pytest

from cicclo.policies.deciding import decide
from cicclo.policies.explaining import explain
from cicclo.policies.licences import LICENCES, policy
from cicclo.policies.model import ODRL
from cicclo.policies.reading import read
from cicclo.policies.shapes import judge, problems
from cicclo.policies.situation import Event, Request, State
from cicclo.policies.terms import CC
from cicclo.policies.writing import json_text, turtle

NOW = datetime(2026, 11, 28, tzinfo=UTC)
LAYER, ANNE = "https://ex.org/layer", "urn:anne"


def test_the_three_licences_are_there() -> None:
    assert list(LICENCES) == ["cc-by", "lov2", "odbl"]


@pytest.mark.parametrize("name", LICENCES)
def test_a_licence_is_a_correct_policy(name: str) -> None:
    """Checked, written and read back the same, in both encodings."""
    made = policy(LICENCES[name], LAYER, "https://ex.org/ign")
    assert judge(made) == []
    for text in (json_text([made]), turtle([made])):
        assert problems(text.encode()) == []
        (back,) = read(text.encode())
        assert set(back.rules) == set(made.rules)
        assert set(back.about) == set(made.about)


@pytest.mark.parametrize(
    ("name", "duties"),
    [
        ("lov2", {f"{ODRL}attribute"}),
        ("odbl", {f"{ODRL}attribute", f"{CC}Notice", f"{CC}ShareAlike"}),
        ("cc-by", {f"{CC}Attribution", f"{CC}Notice"}),
    ],
)
def test_reading_is_free_and_redistributing_has_duties(name: str, duties: set[str]) -> None:
    """Refused until each duty was done, and the refusal names them; selling a copy is no part of any of them."""
    policies = [policy(LICENCES[name], LAYER, "https://ex.org/ign")]
    assert decide(policies, Request(f"{ODRL}read", LAYER, ANNE), State(NOW)).permitted
    asked = Request(f"{ODRL}distribute", LAYER, ANNE)
    said = explain(decide(policies, asked, State(NOW)))
    assert {remedy.en for remedy in said.remedies} == {
        f"fulfil this duty: {duty.rpartition('/')[2].rpartition('#')[2]}" for duty in duties
    }
    done = tuple(Event(duty, party=ANNE, when=datetime(2026, 11, 27, tzinfo=UTC)) for duty in duties)
    assert decide(policies, asked, State(NOW, events=done)).permitted
    assert not decide(policies, asked, State(NOW, events=done[1:])).permitted
    assert not decide(policies, Request(f"{ODRL}transfer", LAYER, ANNE), State(NOW, events=done)).permitted
