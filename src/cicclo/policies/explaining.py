"""A decision in sentences, French and English: why, on what it rests, and what a person can do about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cicclo.kernel.text import Text
from cicclo.policies.judging import Operands
from cicclo.policies.model import Constraint, Iri, Kind, Policy
from cicclo.policies.operands import OPERANDS, Values, plain, told
from cicclo.policies.report import Decision, DutyReport, Place, PolicyReport, Premise, RuleReport, Void
from cicclo.policies.situation import Deontic

HABILITATION = "habilitation"
"""A policy whose `dct:source` names one was made from it: sentences speak of the habilitation, not of a policy."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` are for the answer, nearest first; `remedies` what can be done, each once."""

    answer: Text
    reasons: tuple[Text, ...]
    remedies: tuple[Text, ...] = ()


def explain(decision: Decision, operands: Operands = OPERANDS) -> Explanation:
    """Say why; a refusal speaks of the rules that come nearest to the request, and never of rules about other people."""
    if decision.permitted:
        reasons = [_permits(rule, report.policy) for report, rule in _holding(decision, Kind.PERMISSION)]
        reasons += [_narrows(rule, report.policy) for report, rule in _holding(decision, Kind.PROHIBITION)]
        return Explanation(_answer(decision), tuple(reasons))
    said = list(_refusals(decision, operands))
    reasons = [reason for reason, _ in said] or [_nothing(decision)]
    remedies = [remedy for _, remedy in said if remedy] or [
        Text(
            "demander une habilitation au fournisseur de la donnée",
            "ask the provider of the data for an habilitation",
        )
    ]
    return Explanation(_answer(decision), tuple(dict.fromkeys(reasons)), tuple(dict.fromkeys(remedies)))


def _answer(decision: Decision) -> Text:
    action, target = name(decision.request.action), decision.request.target
    who = decision.request.party
    fr = f"« {action} » sur {target or 'toute donnée'}" + (f" par {who}" if who else "")
    en = f"“{action}” on {target or 'any data'}" + (f" by {who}" if who else "")
    return (
        Text(f"Permis : {fr}.", f"Permitted: {en}.")
        if decision.permitted
        else Text(f"Refusé : {fr}.", f"Refused: {en}.")
    )


def name(iri: str) -> str:
    """The last part of an IRI."""
    return iri.rstrip("/").rpartition("/")[2].rpartition("#")[2]


def _holding(decision: Decision, kind: Kind) -> Iterator[tuple[PolicyReport, RuleReport]]:
    for report in decision.policies:
        for rule in report.permissions if kind is Kind.PERMISSION else report.prohibitions:
            yield report, rule


def _of(policy: Policy) -> Text:
    """The policy as a person knows it."""
    for source in policy.said("source"):
        if isinstance(source, Iri) and HABILITATION in source.lower():
            number = name(source)
            return Text(f"l'habilitation {number}", f"the habilitation {number}")
    titles = {value.language: value.text for value in policy.said("title") if not isinstance(value, Iri)}
    fr = titles.get("fr") or titles.get("") or titles.get("en") or policy.uid
    return Text(f"la politique « {fr} »", f"the policy “{titles.get('en') or fr}”")


def _permits(rule: RuleReport, policy: Policy) -> Text:
    of = _of(policy)
    part = rule.rows is not None or rule.masks
    fr, en = (", en partie", ", in part") if part else ("", "")
    return Text(f"Permis par {of.fr}{fr}.", f"Permitted by {of.en}{en}.")


def _narrows(rule: RuleReport, policy: Policy) -> Text:
    of = _of(policy)
    if rule.masks:
        return Text(f"Des attributs sont masqués par {of.fr}.", f"Attributes are masked by {of.en}.")
    return Text(f"Des objets sont cachés par {of.fr}.", f"Features are hidden by {of.en}.")


def _refusals(decision: Decision, operands: Operands) -> Iterator[tuple[Text, Text | None]]:
    for report, rule in _holding(decision, Kind.PROHIBITION):
        if rule.rows is None and not rule.masks:
            of = _of(report.policy)
            yield Text(f"Refusé car {of.fr} l'interdit.", f"Refused because {of.en} prohibits it."), None
    for report in decision.policies:
        yield from _voided(report)
        for rule in report.rules:
            if rule.rule.kind is Kind.PERMISSION and not rule.holds and _near(rule):
                yield from _missing(report.policy, rule, operands)


def _voided(report: PolicyReport) -> Iterator[tuple[Text, Text | None]]:
    if report.void is Void.CONFLICT:
        of = _of(report.policy)
        yield (
            Text(
                f"Refusé car {of.fr} permet et interdit à la fois, et ne dit pas ce qui l'emporte.",
                f"Refused because {of.en} both permits and prohibits, and does not say which wins.",
            ),
            Text(
                "demander au fournisseur de donner à sa politique « conflict » : prohibit ou perm",
                "ask the provider to give the policy “conflict”: prohibit or perm",
            ),
        )


def _near(rule: RuleReport) -> bool:
    """About this data and this action: who is not the right party is told so, but not of what others may do elsewhere."""
    return all(
        premise.satisfied for premise in rule.premises if premise.place in {Place.TARGET, Place.ACTION}
    )


def _missing(policy: Policy, rule: RuleReport, operands: Operands) -> Iterator[tuple[Text, Text | None]]:
    if any(premise.place is Place.PARTY and not premise.satisfied for premise in rule.premises):
        return  # another's right: that it exists is not for this person to know
    of = _of(policy)
    for premise in _failing(rule.premises):
        why, remedy = _why(premise, of, operands)
        yield Text(f"Refusé car {why.fr}.", f"Refused because {why.en}."), remedy
    for duty in rule.duties:
        if duty.active and duty.deontic is not Deontic.FULFILLED:
            yield _owed(duty, of)


def _failing(premises: Iterable[Premise]) -> Iterator[Premise]:
    """The constraints that do not hold, at the bottom of logical ones."""
    for premise in premises:
        if premise.satisfied is not True and premise.condition is not None:
            below = list(_failing(premise.parts))
            yield from below or [premise]


def _why(premise: Premise, of: Text, operands: Operands) -> tuple[Text, Text | None]:
    constraint = premise.condition
    if not isinstance(constraint, Constraint):
        joined = name(constraint.operator) if constraint else ""
        return Text(
            f"{of.fr} ne veut qu'une de ses conditions à la fois ({joined})",
            f"{of.en} wants only one of its conditions at a time ({joined})",
        ), None
    operand = operands.get(constraint.left)
    said = (operand.refused if operand else told)(constraint, _values(premise))
    if operand and constraint.left.endswith("/dateTime"):  # the subject of the sentence is what ended
        said = Text(said.fr.replace("ce droit", of.fr, 1), said.en.replace("this right", of.en, 1))
    return said, operand.remedy if operand else None


def _values(premise: Premise) -> Values:
    return premise.left


def _owed(duty: DutyReport, of: Text) -> tuple[Text, Text | None]:
    action = name(duty.rule.action.iri) if duty.rule.action else "?"
    if duty.deontic is Deontic.VIOLATED:
        return Text(
            f"Refusé car le devoir « {action} » de {of.fr} a été violé.",
            f"Refused because the duty “{action}” of {of.en} was violated.",
        ), None
    return Text(
        f"Refusé car le devoir « {action} » de {of.fr} n'est pas encore rempli.",
        f"Refused because the duty “{action}” of {of.en} is not yet fulfilled.",
    ), Text(f"remplir ce devoir : {action}", f"fulfil this duty: {action}")


def _nothing(decision: Decision) -> Text:
    target = decision.request.target or "?"
    return Text(
        f"Refusé car aucune politique ne vous permet cela sur {target} ; ce qui n'est pas permis est refusé.",
        f"Refused because no policy permits you this on {target}; what is not permitted is refused.",
    )


def who(
    policies: Iterable[Policy], target: str, members: frozenset[str] = frozenset()
) -> list[tuple[str, str, Text]]:
    """Who may do what with a target: party ("" for anyone), action, and under how many conditions."""
    found = []
    for policy in policies:
        for rule in policy.of(Kind.PERMISSION):
            asset = rule.target
            if asset is None or {asset.iri, asset.source} & ({target} | members):
                party = (rule.assignee.iri or rule.assignee.source) if rule.assignee else ""
                found.append(
                    (party, name(rule.action.iri) if rule.action else "", _conditions(rule.constraints))
                )
    return found


def _conditions(constraints: tuple[object, ...]) -> Text:
    simple = [each for each in constraints if isinstance(each, Constraint)]
    if not constraints:
        return Text("sans condition", "without condition")
    words = "; ".join(f"{name(c.left)} {c.operator} {', '.join(map(plain, c.right))}" for c in simple)
    more = len(constraints) - len(simple)
    return Text(words + (f" ; {more} de plus" if more else ""), words + (f"; {more} more" if more else ""))
