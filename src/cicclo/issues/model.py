"""Nouns: a recorded problem, the rule that recognises it, a fact to compare it with."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cicclo.kernel.text import Text


class Status(StrEnum):
    """What became of the problem, as its public thread says."""

    OPEN = "open"
    FIXED = "fixed"
    CLOSED = "closed"


STATUS_NAMES = {
    Status.OPEN: Text("ouvert", "open"),
    Status.FIXED: Text("corrigé", "fixed"),
    Status.CLOSED: Text("clos", "closed"),
}


@dataclass(frozen=True, slots=True)
class Party:
    """One of the programs concerned, with the versions the thread names (its own words)."""

    name: str
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A finding that betrays the problem. Empty parts match anything.

    `codes`, `facets` are alternatives; `software` a program that must be behind the endpoint, and `below` the
    version from which it is corrected.
    """

    requirement: str
    outcome: str = "failed"
    codes: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    software: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One recorded problem. `source` is the public thread; title and fix are in our words."""

    id: str
    title: Text
    fix: Text
    source: str
    status: Status
    software: tuple[Party, ...]
    fixed_in: str = ""
    reported: str = ""
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """What was observed: a finding, and the programs (name, version) thought to be behind its endpoint.

    `about` is whatever the caller wants back.
    """

    requirement: str
    outcome: str
    code: str = ""
    facet: str = ""
    software: tuple[tuple[str, str], ...] = ()
    about: Any = None


@dataclass(frozen=True, slots=True)
class Recognised:
    """A recorded problem, and the first fact that betrays it."""

    issue: Issue
    fact: Fact
