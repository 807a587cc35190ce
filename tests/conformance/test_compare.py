"""Reading the official suite's results, and putting them beside ours."""

from conformance.compare import Agreement, Line, compare, share, table, verdict
from conformance.suite import OfficialTest, read

from cicclo.probes.model import Finding, Outcome, Standing
from cicclo.requirements import library

# the shape of TestNG's report: suite, test, class, test-method
RESULTS = b"""<?xml version="1.0" encoding="UTF-8"?>
<testng-results failed="1" passed="1" skipped="1" total="3"><suite name="s"><test name="Core">
<class name="org.opengis.cite.ogcapifeatures10.conformance.core.landingpage.LandingPage">
<test-method is-config="true" name="init" status="PASS"/>
<test-method name="landingPageRetrieval" status="PASS"/>
<test-method name="landingPageValidation" status="PASS"/>
<test-method name="landingPageValidation" status="FAIL">
<exception class="java.lang.AssertionError"><message><![CDATA[no data link]]></message></exception></test-method>
</class></test></suite></testng-results>"""


def finding(outcome: Outcome, facet: str = "") -> Finding:
    return Finding(
        "ogcapi-features/core/root-success", "http://x/", "ogcapi", outcome, Standing.BINDING, facet=facet
    )


def test_a_test_run_several_times_keeps_its_worst_verdict() -> None:
    """The suite runs a method once per collection; one failure is a failure, and set-up methods do not count."""
    assert read(RESULTS) == [
        OfficialTest("LandingPage.landingPageRetrieval", "PASS", ""),
        OfficialTest("LandingPage.landingPageValidation", "FAIL", "no data link"),
    ]


def test_what_one_side_did_not_decide_is_not_comparable() -> None:
    """Skipped there or inapplicable here says nothing on agreement."""
    line = Line(3, "LandingPage.landingPageValidation", "ogcapi-features/core/root-success", "")
    sides = {
        ("FAIL", Outcome.FAILED): Agreement.AGREE,
        ("FAIL", Outcome.PASSED): Agreement.DISAGREE,
        ("PASS", Outcome.FAILED): Agreement.DISAGREE,
        ("SKIP", Outcome.FAILED): Agreement.NOT_COMPARABLE,
        ("PASS", Outcome.INAPPLICABLE): Agreement.NOT_COMPARABLE,
    }
    for (theirs, ours), expected in sides.items():
        (one,) = compare([line], [OfficialTest(line.test, theirs)], [finding(ours)])
        assert one.agreement is expected
    assert share(compare([line], [], [])) == (0, 0)


def test_facets_keep_variants_of_a_request_apart() -> None:
    """The failure of one variant is not held against another."""
    line = Line(1, "A.b", "ogcapi-features/core/root-success", "bbox")
    (one,) = compare(
        [line], [OfficialTest("A.b", "PASS")], [finding(Outcome.FAILED), finding(Outcome.PASSED, "bbox")]
    )
    assert one.agreement is Agreement.AGREE
    assert verdict([finding(Outcome.PASSED), finding(Outcome.FAILED)])[0] is Outcome.FAILED


def test_the_table_has_the_eighty_tests_and_real_requirements() -> None:
    """Release 1.9 has 80 tests; each leads to requirements of the library."""
    lines = table()
    assert [line.number for line in lines] == list(range(1, 81))
    assert {line.requirement for line in lines if line.requirement} <= set(library())
