"""A book answers as `decide` does, on policies, requests and states drawn at random."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from cicclo.policies.compiling import Book
from cicclo.policies.deciding import decide
from cicclo.policies.model import (
    GEO,
    ODRL,
    XSD,
    Action,
    Asset,
    Constraint,
    Iri,
    Kind,
    Literal,
    Logical,
    Party,
    Policy,
    Rule,
    Strategy,
)
from cicclo.policies.situation import Deontic, Request, State

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
OPERATORS = st.sampled_from(
    ["eq", "neq", "lt", "lteq", "gt", "gteq", "isA", "isPartOf", "hasPart", "isAnyOf", "isNoneOf", "isAllOf"]
)
VALUES = {
    f"{ODRL}dateTime": [Literal(f"2026-11-{day}", f"{XSD}date") for day in (27, 28, 29)] + [Literal("soon")],
    f"{GEO}acr": [Literal(f"eidas{level}") for level in (1, 2, 3)],
    f"{GEO}role": [Literal("editor"), Literal("admin")],
    f"{ODRL}purpose": [Iri("urn:water"), Iri("urn:roads")],
    f"{ODRL}count": [Literal("1"), Literal("3")],
    f"{GEO}featureExtent": [Iri("http://id.insee.fr/geo/departement/33"), Iri("urn:nowhere")],
    f"{GEO}attribute": [Literal("a"), Literal("b")],
    "urn:unknown": [Literal("x")],
}


def constraints() -> st.SearchStrategy[Constraint]:
    return st.sampled_from(sorted(VALUES)).flatmap(
        lambda left: st.builds(
            Constraint,
            st.just(left),
            OPERATORS,
            st.lists(st.sampled_from(VALUES[left]), max_size=2).map(tuple),
        )
    )


CONDITIONS = st.recursive(
    constraints(),
    lambda inner: st.builds(
        Logical,
        st.sampled_from(["and", "or", "xone", "andSequence"]),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=5,
)
SOME = st.lists(CONDITIONS, max_size=2).map(tuple)
ASSETS = st.none() | st.builds(
    Asset, st.sampled_from(["urn:a", "urn:all", ""]), st.booleans(), st.just(""), SOME
)
PARTIES = st.none() | st.builds(Party, st.sampled_from(["urn:anne", "urn:ddt", "urn:bob"]))
ACTIONS = st.none() | st.builds(
    Action, st.sampled_from([ODRL + name for name in ("read", "use", "sell", "write")]), SOME
)
DUTY = Rule(Kind.DUTY, "urn:duty", Action(f"{ODRL}inform"))
RULES = st.builds(
    Rule,
    st.sampled_from([Kind.PERMISSION, Kind.PROHIBITION]),
    st.sampled_from(["urn:r1", "urn:r2", "urn:r3"]),
    ACTIONS,
    ASSETS,
    st.none(),
    PARTIES,
    SOME,
    st.sampled_from([(), (), (DUTY,)]),
)
POLICIES = st.lists(
    st.builds(
        Policy,
        st.sampled_from(["urn:p", "urn:q"]),
        st.sampled_from(["Set", "Agreement", "Offer"]),
        st.lists(RULES, min_size=1, max_size=3).map(tuple),
        st.just(()),
        st.none() | st.sampled_from(list(Strategy)),
    ),
    min_size=1,
    max_size=3,
)
REQUESTS = st.builds(
    Request,
    st.sampled_from([ODRL + name for name in ("read", "modify", "sell", "use")]),
    st.sampled_from(["urn:a", "urn:b", ""]),
    st.sampled_from(["urn:anne", "urn:bob", ""]),
    st.sampled_from([{}, {f"{ODRL}purpose": (Iri("urn:water"),)}]),
)
STATES = st.builds(
    State,
    st.just(NOW),
    st.just({"urn:a": ("urn:all",), "urn:anne": ("urn:ddt",)}),
    st.sampled_from(
        [{}, {"urn:anne": {f"{GEO}acr": (Literal("eidas2"),), f"{GEO}role": (Literal("admin"),)}}]
    ),
    st.just(()),
    st.sampled_from([{}, {"urn:duty": Deontic.FULFILLED}]),
    st.sampled_from([{}, {("urn:r1", "urn:anne"): 2}]),
)


@given(POLICIES, REQUESTS, STATES)
@settings(max_examples=150, deadline=None)
def test_a_book_answers_as_decide(policies: list[Policy], request: Request, state: State) -> None:
    expected = decide(policies, request, state).permitted
    book = Book(policies)
    assert book.permits(request, state) is expected
    assert book.decide(request, state).permitted is expected
