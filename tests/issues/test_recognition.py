"""Rules compare facts: requirement, outcome, code, facet, and the program behind the endpoint."""

import pytest

from cicclo.issues import Fact, Rule, find, known
from cicclo.issues.actions import matches, older
from cicclo.kernel.errors import NotFound

FACT = Fact("wfs/paging/pages", "failed", "short", "count", (("GeoServer", "2.24.1"),))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule("wfs/paging/pages"), True),
        (Rule("wfs/paging/page"), False),
        (Rule("wfs/paging/pages", outcome="passed"), False),
        (Rule("wfs/paging/pages", codes=("short", "long")), True),
        (Rule("wfs/paging/pages", codes=("long",)), False),
        (Rule("wfs/paging/pages", facets=("bbox",)), False),
        (Rule("wfs/paging/pages", software="geoserver"), True),
        (Rule("wfs/paging/pages", software="MapServer"), False),
        (Rule("wfs/paging/pages", software="GeoServer", below="2.25"), True),
        (Rule("wfs/paging/pages", software="GeoServer", below="2.24"), False),
    ],
)
def test_a_rule_matches_what_it_names(rule: Rule, *, expected: bool) -> None:
    assert matches(rule, FACT) is expected


def test_versions_are_compared_as_numbers() -> None:
    assert older("2.9", "2.10")
    assert not older("3.0", "3")
    assert older("", "3"), "an unknown version might be the faulty one"


def test_an_unknown_problem_is_named_in_the_error() -> None:
    with pytest.raises(NotFound, match="no-such"):
        find("no-such")


def test_every_problem_names_a_public_thread_and_two_parties() -> None:
    assert len(known()) >= 30
    for name, issue in known().items():
        assert issue.source.startswith("https://github.com/"), name
        assert len(issue.software) >= 2, name
        assert issue.rules, name
