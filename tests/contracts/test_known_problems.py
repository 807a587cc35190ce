"""Known problems point at requirements that exist, and each is recognised on a service damaged in its way."""

import asyncio
from importlib import import_module

import pytest

from cicclo.hub.wiring.findings_recall_known_problems import recall
from cicclo.issues import Issue, Rule, known
from cicclo.probes.check import CHECKS, Check
from cicclo.probes.evidence import Spool
from cicclo.probes.examples.site import Site, SiteTransport
from cicclo.probes.model import Endpoint, Event, Finding, Options, SoftwareGuess
from cicclo.probes.runner import Runner
from cicclo.probes.session import Session
from cicclo.requirements import library

RULES = [(issue, rule) for issue in known().values() for rule in issue.rules]


def checks_of(rule: Rule) -> list[Check]:
    return [check for check in CHECKS.values() if check.requirement == rule.requirement]


def audited(site: Site, check: Check) -> list[Finding]:
    """Findings of one check on a site, through the real runner."""
    found: list[Finding] = []
    options, spool = Options(today="2026-11-01", sample=0), Spool()

    def tell(event: Event) -> None:
        if event.kind == "finding":
            found.append(event.thing)

    protocol = check.example if check.on == ("*",) else check.on[0]
    runner = Runner(Session(SiteTransport(site), spool, options), options, tell, checks={check.id: check})
    try:
        asyncio.run(runner.endpoint(Endpoint(protocol, site.url)))
    finally:
        spool.close()
    return found


def recognised(issue: Issue, rule: Rule, site: Site, check: Check) -> bool:
    findings = audited(site, check)
    software = (SoftwareGuess(rule.software, rule.below and "0"),) if rule.software else ()
    endpoints = [Endpoint(f.protocol, f.endpoint, software=software) for f in findings]
    return issue.id in {problem.id for problem in recall(findings, endpoints)}


def test_rules_name_requirements_that_exist() -> None:
    missing = {(issue.id, rule.requirement) for issue, rule in RULES} - {
        (issue.id, rule.requirement) for issue, rule in RULES if rule.requirement in library()
    }
    assert missing == set()


def test_at_least_twenty_five_are_recognised_by_a_probe() -> None:
    assert len([issue for issue in known().values() if any(map(checks_of, issue.rules))]) >= 25


@pytest.mark.parametrize(
    ("issue", "rule"), RULES, ids=lambda part: getattr(part, "id", "") or part.requirement
)
def test_is_recognised_where_the_fault_is_and_only_there(issue: Issue, rule: Rule) -> None:
    """The check's own damaged example has the fault; its correct example recalls nothing."""
    checks = checks_of(rule)
    sites = {check.id: import_module(f"cicclo.probes.examples.{check.example}").site() for check in checks}
    assert not any(recognised(issue, rule, sites[check.id], check) for check in checks)
    if rule.codes:
        assert any(
            recognised(issue, rule, damaged, check)
            for check in checks
            for damaged in with_codes(rule, sites[check.id])
        )
    else:
        assert any(
            check.breaks and recognised(issue, rule, check.breaks(sites[check.id]), check) for check in checks
        )


def with_codes(rule: Rule, site: Site) -> list[Site]:
    """The site answering the statuses that a rule names, on the list of collections."""
    return [site.status("*/collections", int(code.removeprefix("status-"))) for code in rule.codes]
