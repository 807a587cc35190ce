"""A finding recalls the recorded problems it betrays: joins the known issues to the audit.

`app` is the audit's command line with that cable in place.
"""

from collections.abc import Iterator, Sequence

from cicclo.issues import Fact, Issue, recognise
from cicclo.probes import cli
from cicclo.probes.model import Endpoint, Finding, KnownProblem

app = cli.app


def recall(findings: Sequence[Finding], endpoints: Sequence[Endpoint]) -> Iterator[KnownProblem]:
    """Recognise recorded problems: each once per endpoint, with the first finding that betrays it."""
    software = {
        (e.protocol, e.url): tuple((guess.name, guess.version) for guess in e.software) for e in endpoints
    }
    seen: set[tuple[str, str, str]] = set()
    facts = (_fact(finding, software.get((finding.protocol, finding.endpoint), ())) for finding in findings)
    for found in recognise(facts):
        finding = found.fact.about
        mark = (found.issue.id, finding.protocol, finding.endpoint)
        if mark not in seen:
            seen.add(mark)
            yield _problem(found.issue, finding)


def _fact(finding: Finding, software: tuple[tuple[str, str], ...]) -> Fact:
    return Fact(
        finding.requirement, finding.outcome.value, finding.code, finding.facet, software, about=finding
    )


def _problem(issue: Issue, finding: Finding) -> KnownProblem:
    names = tuple(f"{party.name} {party.versions}".strip() for party in issue.software)
    return KnownProblem(issue.id, issue.title, issue.fix, issue.source, names, finding.key)


cli.KNOWN.append(recall)
