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
    services = _some(len(report.endpoints), ("service", "services"), ("service", "services"))
    met = _some(good, ("exigence tenue", "exigences tenues"), ("requirement met", "requirements met"))
    said = [
        Text(
            f"{met.fr} sur {tested} vérifiées, sur {services.fr}.",
            f"{met.en} of {tested} verified, over {services.en}.",
        )
    ]
    told = (
        (
            mandatory,
            ("exigence obligatoire n'est pas tenue.", "exigences obligatoires ne sont pas tenues."),
            ("mandatory requirement is not met.", "mandatory requirements are not met."),
        ),
        (
            false,
            ("capacité est annoncée mais fausse.", "capacités sont annoncées mais fausses."),
            ("capability is claimed but false.", "capabilities are claimed but false."),
        ),
        (
            true,
            ("capacité est réelle mais non annoncée.", "capacités sont réelles mais non annoncées."),
            ("capability is real but not claimed.", "capabilities are real but not claimed."),
        ),
        (
            len({problem.id for problem in report.known}),
            (
                "problème connu est reconnu, avec son remède.",
                "problèmes connus sont reconnus, avec leur remède.",
            ),
            ("known problem is recognised, with its fix.", "known problems are recognised, with their fix."),
        ),
    )
    return said + [_some(number, fr, en) for number, fr, en in told if number]


def _some(number: int, fr: tuple[str, str], en: tuple[str, str]) -> Text:
    """“1 échec”, “2 échecs”: French has a singular zero."""
    return Text(f"{number} {fr[number > 1]}", f"{number} {en[number != 1]}")
