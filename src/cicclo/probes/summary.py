"""What a decision-maker reads first: a few numbers and plain sentences, the same in every report."""

from collections import Counter
from dataclasses import dataclass

from cicclo.kernel.text import Text
from cicclo.probes.model import Finding, Outcome, Report, Standing
from cicclo.requirements import Level, find


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts are requirements (not findings), each counted once with its worst outcome."""

    outcomes: Counter[Outcome]
    families: dict[str, Counter[Outcome]]
    mandatory_failures: int
    claimed_false: int
    unclaimed_true: int
    sentences: tuple[Text, ...]


_WORST = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED, Outcome.UNTESTED, Outcome.INAPPLICABLE)


def worst(findings: list[Finding]) -> Outcome:
    """Outcome of a requirement over all the subjects it was judged on."""
    outcomes = {finding.outcome for finding in findings}
    return next(outcome for outcome in _WORST if outcome in outcomes)


def by_requirement(findings: list[Finding]) -> dict[str, list[Finding]]:
    """Group findings by requirement, in order of appearance."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.requirement, []).append(finding)
    return groups


def summarise(report: Report) -> Summary:
    groups = by_requirement(report.findings)
    worsts = {rid: worst(group) for rid, group in groups.items()}
    families: dict[str, Counter[Outcome]] = {}
    for rid, outcome in worsts.items():
        families.setdefault(rid.split("/")[0], Counter())[outcome] += 1
    failures = [rid for rid, outcome in worsts.items() if outcome is Outcome.FAILED]
    mandatory = sum(find(rid).level is Level.MANDATORY for rid in failures)
    standings = {
        standing: {f.requirement for f in report.findings if f.standing is standing} for standing in Standing
    }
    false, true = len(standings[Standing.CLAIMED_FALSE]), len(standings[Standing.UNCLAIMED_TRUE])
    outcomes = Counter(worsts.values())
    return Summary(
        outcomes,
        families,
        mandatory,
        false,
        true,
        tuple(_sentences(report, outcomes, mandatory, false, true)),
    )


def _sentences(
    report: Report, outcomes: Counter[Outcome], mandatory: int, false: int, true: int
) -> list[Text]:
    tested = outcomes[Outcome.PASSED] + outcomes[Outcome.FAILED]
    if not tested:
        return [Text("Rien n'a pu être vérifié.", "Nothing could be verified.")]
    good = outcomes[Outcome.PASSED]
    said = [
        Text(
            f"{good} exigences sur {tested} vérifiées sont tenues, sur {len(report.endpoints)} services.",
            f"{good} of {tested} verified requirements are met, over {len(report.endpoints)} services.",
        )
    ]
    if mandatory:
        said.append(
            Text(
                f"{mandatory} exigences obligatoires ne sont pas tenues.",
                f"{mandatory} mandatory requirements are not met.",
            )
        )
    if false:
        said.append(
            Text(
                f"{false} capacités sont annoncées mais fausses.",
                f"{false} capabilities are claimed but false.",
            )
        )
    if true:
        said.append(
            Text(
                f"{true} capacités sont réelles mais non annoncées.",
                f"{true} capabilities are real but not claimed.",
            )
        )
    if report.known:
        number = len({problem.id for problem in report.known})
        said.append(
            Text(
                f"{number} problèmes connus sont reconnus, avec leur remède.",
                f"{number} known problems are recognised, with their fix.",
            )
        )
    return said
