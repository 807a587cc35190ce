"""Every report format says the same thing, safely."""

import csv
import io

import pytest
from lxml import etree
from rdflib import Graph, Namespace

from cicclo.kernel.text import Text
from cicclo.probes.compare import compare
from cicclo.probes.model import (
    ClientRun,
    Endpoint,
    Finding,
    KnownProblem,
    Options,
    Outcome,
    Report,
    SoftwareGuess,
    Standing,
    Step,
    Trouble,
)
from cicclo.probes.reports import FORMATS
from cicclo.probes.reports.json import read

EARL = Namespace("http://www.w3.org/ns/earl#")
RID = "ogcapi-common/landing-page/conformance-link"
HOSTILE = '=HYPERLINK("http://x")\x00<script>alert(1)</script>'


def finding(outcome: Outcome, subject: str = "", message: str = "rien") -> Finding:
    text = Text(message, message)
    return Finding(
        RID,
        "https://a.example/",
        "ogcapi",
        outcome,
        Standing.BINDING,
        text,
        "/links",
        "",
        subject,
        "",
        ("k",),
    )


def report(*findings: Finding) -> Report:
    return Report(
        targets=("https://a.example/",),
        options=Options(),
        started="2026-11-23T10:00:00+00:00",
        tool="cicclo test",
        endpoints=[
            Endpoint("ogcapi", "https://a.example/", software=(SoftwareGuess("pygeoapi", "0.21", 0.99),))
        ],
        findings=list(findings),
        clients=[
            ClientRun(
                "GDAL",
                "3.12",
                "real",
                "https://a.example/",
                "ogcapi",
                (Step("open", Outcome.FAILED, Text("non", "no")),),
            )
        ],
        known=[
            KnownProblem("oapif-x", Text("Titre", "Title"), Text("Remède", "Fix"), "https://example.org/1")
        ],
        troubles=[Trouble("https://b.example/", Text("muet", "silent"), "timeout")],
    )


REPORT = report(finding(Outcome.FAILED, message=HOSTILE), finding(Outcome.PASSED, "communes"))


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_writes_in_both_languages(name: str, lang: str) -> None:
    """Each format produces bytes, and never lets a stranger's markup through as markup."""
    data = FORMATS[name].write(REPORT, lang)
    assert data
    if name == "html":
        assert b"<script>" not in data


def test_json_reads_back_the_same_report() -> None:
    """What comparisons and replays read is exactly what was written."""
    assert read(FORMATS["json"].write(REPORT, "fr")) == REPORT


def test_earl_is_linked_data_with_the_five_outcomes() -> None:
    """A standard RDF library finds one assertion a finding, each with an outcome of the EARL vocabulary."""
    graph = Graph().parse(data=FORMATS["earl"].write(REPORT, "fr"), format="json-ld")
    outcomes = list(graph.objects(None, EARL.outcome))
    assert sorted(outcomes) == [EARL.failed, EARL.passed]


def test_junit_counts_failures_as_ci_tools_expect() -> None:
    """One suite an endpoint, its failures counted; a target that could not be audited is an error."""
    root = etree.fromstring(FORMATS["junit"].write(REPORT, "en"))
    assert root.xpath("sum(testsuite/@failures)") == 1
    assert root.xpath("sum(testsuite/@errors)") == 1
    assert len(root.xpath("testsuite/testcase/failure")) == 1


def test_csv_is_safe_in_a_spreadsheet() -> None:
    """A cell that would be a formula is quoted."""
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].write(REPORT, "en").decode("utf-8-sig"))))
    assert rows[0]["message"].startswith("'=HYPERLINK")


def test_comparison_names_what_was_mended_and_broken() -> None:
    """A failure that passes is mended; a pass that fails is broken; a new failure has appeared."""
    before = report(finding(Outcome.FAILED), finding(Outcome.PASSED, "a"), finding(Outcome.FAILED, "gone"))
    after = report(finding(Outcome.PASSED), finding(Outcome.FAILED, "a"), finding(Outcome.FAILED, "b"))
    assert [(c.kind, c.finding.subject) for c in compare(before, after)] == [
        ("broken", "a"),
        ("appeared", "b"),
        ("mended", ""),
        ("gone", "gone"),
    ]
