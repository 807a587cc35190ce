"""Read the recorded problems, and recognise them in facts."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import zip_longest
from typing import Any

from cicclo.issues.model import Fact, Issue, Party, Recognised, Rule, Status
from cicclo.kernel.errors import NotFound
from cicclo.kernel.text import Text


@cache
def known() -> Mapping[str, Issue]:
    """Every recorded problem by id, from `known/<id>.toml`."""
    folder = files("cicclo.issues") / "known"
    found = [
        _issue(tomllib.loads(file.read_text("utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    return {issue.id: issue for issue in sorted(found, key=lambda issue: issue.id)}


def find(issue_id: str) -> Issue:
    """Return one recorded problem; raise NotFound for an id that is not recorded."""
    try:
        return known()[issue_id]
    except KeyError:
        raise NotFound(
            Text(f"aucun problème connu « {issue_id} »", f"no known problem “{issue_id}”")
        ) from None


def recognise(facts: Iterable[Fact]) -> Iterator[Recognised]:
    """Yield each pair of a recorded problem and a fact that betrays it, in the order of the facts."""
    rules = _rules()
    for fact in facts:
        for issue, rule in rules.get(fact.requirement, ()):
            if matches(rule, fact):
                yield Recognised(issue, fact)


def matches(rule: Rule, fact: Fact) -> bool:
    """Tell whether a fact is the one a rule describes."""
    return (
        rule.requirement == fact.requirement
        and rule.outcome == fact.outcome
        and (not rule.codes or fact.code in rule.codes)
        and (not rule.facets or fact.facet in rule.facets)
        and _runs(rule, fact.software)
    )


def older(version: str, limit: str) -> bool:
    """Tell whether a version number comes before another; an unknown version might."""
    numbers = [[int(n) for n in re.findall(r"\d+", text)] for text in (version, limit)]
    if not all(numbers):
        return True
    pairs = zip_longest(*numbers, fillvalue=0)
    return next((ours < theirs for ours, theirs in pairs if ours != theirs), False)


def _runs(rule: Rule, software: tuple[tuple[str, str], ...]) -> bool:
    if not rule.software:
        return True
    versions = [version for name, version in software if name.casefold() == rule.software.casefold()]
    return any(not rule.below or older(version, rule.below) for version in versions)


@cache
def _rules() -> Mapping[str, tuple[tuple[Issue, Rule], ...]]:
    """Rules by requirement: those that ask for more come first, so that the most precise problem is named."""
    found: dict[str, list[tuple[Issue, Rule]]] = {}
    for issue in known().values():
        for rule in issue.rules:
            found.setdefault(rule.requirement, []).append((issue, rule))
    return {key: tuple(sorted(pairs, key=lambda pair: -_precision(pair[1]))) for key, pairs in found.items()}


def _precision(rule: Rule) -> int:
    return sum(map(bool, (rule.software, rule.below, rule.codes, rule.facets)))


def _issue(raw: dict[str, Any]) -> Issue:
    return Issue(
        id=raw["id"],
        title=Text(**raw["title"]),
        fix=Text(**raw["fix"]),
        source=raw["source"],
        status=Status(raw["status"]),
        software=tuple(Party(**party) for party in raw["software"]),
        fixed_in=raw.get("fixed_in", ""),
        reported=raw.get("reported", ""),
        rules=tuple(_rule(rule) for rule in raw.get("recognised_by", [])),
    )


def _rule(raw: dict[str, Any]) -> Rule:
    lists: dict[str, Any] = {name: tuple(raw[name]) for name in ("codes", "facets") if name in raw}
    values: dict[str, Any] = {**raw, **lists}
    return Rule(**values)
