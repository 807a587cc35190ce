"""A row of a filtered list is seen exactly when it may be seen by itself; never more, whatever the policies."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cicclo.ogc.cql2 import evaluate
from cicclo.policies.deciding import decide
from cicclo.policies.model import (
    GEO,
    ODRL,
    XSD,
    Action,
    Asset,
    Condition,
    Constraint,
    Iri,
    Kind,
    Literal,
    Logical,
    Policy,
    Rule,
    Strategy,
)
from cicclo.policies.situation import Request, State
from cicclo.policies.targets._restriction import restriction

INSEE = "http://id.insee.fr/geo/"
AREAS = [
    f"{INSEE}{area}"
    for area in ("commune/33063", "departement/33", "departement/44", "region/75", "pays/france")
]
COMMUNES = ("33063", "33001", "44109", "2A004", "17300")
STATE = State(datetime(2026, 11, 28, 12, tzinfo=UTC))
TRUE = Constraint(f"{ODRL}dateTime", "gt", (Literal("2026-01-01", f"{XSD}date"),))
FALSE = Constraint(f"{ODRL}dateTime", "lt", (Literal("2026-01-01", f"{XSD}date"),))
UNKNOWN = Constraint("urn:unknown", "eq", (Literal("x"),))
EXTENTS = st.builds(
    Constraint,
    st.just(f"{GEO}featureExtent"),
    st.sampled_from(["eq", "neq", "isPartOf", "isAnyOf", "isNoneOf"]),
    st.lists(st.sampled_from(AREAS).map(Iri), min_size=1, max_size=2).map(tuple),
)


def conditions(*leaves: Constraint) -> st.SearchStrategy[Condition]:
    return st.recursive(
        EXTENTS | st.sampled_from(leaves),
        lambda inner: st.builds(
            Logical,
            st.sampled_from(["and", "or", "xone"]),
            st.lists(inner, min_size=1, max_size=3).map(tuple),
        ),
        max_leaves=5,
    )


def policies(leaves: tuple[Constraint, ...], strategies: list[Strategy]) -> st.SearchStrategy[list[Policy]]:
    rules = st.builds(
        Rule,
        st.sampled_from([Kind.PERMISSION, Kind.PERMISSION, Kind.PROHIBITION]),
        st.just("urn:r"),
        st.just(Action(f"{ODRL}read")),
        st.just(Asset("urn:layer")),
        constraints=st.lists(conditions(*leaves), max_size=2).map(tuple),
    )
    policy = st.builds(
        Policy,
        st.sampled_from(["urn:p", "urn:q"]),
        rules=st.lists(rules, min_size=1, max_size=3).map(tuple),
        conflict=st.sampled_from(strategies),
    )
    return st.lists(policy, min_size=1, max_size=2)


def in_a_list(found: list[Policy], commune: str) -> bool:
    left = restriction(decide(found, Request(f"{ODRL}read", "urn:layer"), STATE))
    return left.permitted and (left.rows is None or evaluate.matches(left.rows, {"insee": commune}))


def alone(found: list[Policy], commune: str) -> bool:
    facts = {f"{GEO}featureExtent": (Iri(f"{INSEE}commune/{commune}"),)}
    return decide(found, Request(f"{ODRL}read", "urn:layer", facts=facts), STATE).permitted


@given(policies((TRUE, FALSE, UNKNOWN), list(Strategy)), st.sampled_from(COMMUNES))
@settings(max_examples=250, deadline=None)
def test_a_list_never_shows_what_is_refused_alone(found: list[Policy], commune: str) -> None:
    assert not in_a_list(found, commune) or alone(found, commune)


@given(policies((TRUE, FALSE), [Strategy.PROHIBIT, Strategy.PERM]), st.sampled_from(COMMUNES))
@settings(max_examples=250, deadline=None)
def test_a_list_shows_all_that_is_permitted_alone(found: list[Policy], commune: str) -> None:
    """Where everything is known, and a conflict on some rows does not make the whole policy void."""
    assert in_a_list(found, commune) is alone(found, commune)
