"""Nouns of an audit: endpoint, verdict, finding, report."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from cicclo.kernel.text import NOTHING, Text


class Outcome(StrEnum):
    """The five outcomes of EARL (W3C Evaluation and Report Language 1.0, section 2.6)."""

    PASSED = "passed"
    FAILED = "failed"
    CANT_TELL = "cantTell"
    INAPPLICABLE = "inapplicable"
    UNTESTED = "untested"


OUTCOME_NAMES = {
    Outcome.PASSED: Text("réussi", "passed"),
    Outcome.FAILED: Text("échec", "failed"),
    Outcome.CANT_TELL: Text("indécidable", "cannot tell"),
    Outcome.INAPPLICABLE: Text("sans objet", "not applicable"),
    Outcome.UNTESTED: Text("non testé", "untested"),
}


class Standing(StrEnum):
    """How what a service announces compares with what it does."""

    BINDING = "binding"  # binds every service of its kind, announced or not
    CLAIMED_TRUE = "claimed-and-true"
    CLAIMED_FALSE = "claimed-but-false"
    UNCLAIMED_TRUE = "true-but-not-claimed"
    UNCLAIMED = "not-claimed"
    CLAIMED_UNKNOWN = "claimed-not-verified"


STANDING_NAMES = {
    Standing.BINDING: Text("exigé de tous", "binds everyone"),
    Standing.CLAIMED_TRUE: Text("annoncé et vrai", "claimed and true"),
    Standing.CLAIMED_FALSE: Text("annoncé mais faux", "claimed but false"),
    Standing.UNCLAIMED_TRUE: Text("vrai mais non annoncé", "true but not claimed"),
    Standing.UNCLAIMED: Text("non annoncé", "not claimed"),
    Standing.CLAIMED_UNKNOWN: Text("annoncé, non vérifié", "claimed, not verified"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one check says of one subject.

    `at` is the place (JSON pointer, XPath, header name, URL); `code` a stable word for machines that tells
    apart the ways to fail one requirement; `facet` the variant of the request (`bbox`, `limit`, a CRS…).
    """

    outcome: Outcome
    message: Text = NOTHING
    at: str = ""
    code: str = ""
    facet: str = ""


def passed(fr: str = "", en: str = "", *, at: str = "", code: str = "", facet: str = "") -> Verdict:
    return Verdict(Outcome.PASSED, Text(fr, en), at, code, facet)


def failed(fr: str, en: str, *, at: str = "", code: str = "", facet: str = "") -> Verdict:
    return Verdict(Outcome.FAILED, Text(fr, en), at, code, facet)


def cannot_tell(fr: str, en: str, *, at: str = "", code: str = "", facet: str = "") -> Verdict:
    return Verdict(Outcome.CANT_TELL, Text(fr, en), at, code, facet)


def inapplicable(fr: str, en: str, *, at: str = "", code: str = "", facet: str = "") -> Verdict:
    return Verdict(Outcome.INAPPLICABLE, Text(fr, en), at, code, facet)


def untested(fr: str, en: str, *, at: str = "", code: str = "", facet: str = "") -> Verdict:
    return Verdict(Outcome.UNTESTED, Text(fr, en), at, code, facet)


@dataclass(frozen=True, slots=True)
class SoftwareGuess:
    """A program recognised behind an endpoint; `confidence` between 0 and 1, `signs` what gave it away."""

    name: str
    version: str = ""
    confidence: float = 0.0
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that speaks a protocol. `found_by` tells how we came to it."""

    protocol: str
    url: str
    found_by: str = ""
    title: str = ""
    version: str = ""
    software: tuple[SoftwareGuess, ...] = ()
    claims: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return f"{self.protocol} {self.url}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One requirement judged on one subject of one endpoint, with the exchanges that prove it.

    `subject` is empty for the endpoint itself, else the name of a collection, layer, record or file.
    `evidence` are keys of exchanges in the evidence of the audit.
    """

    requirement: str
    endpoint: str
    protocol: str
    outcome: Outcome
    standing: Standing
    message: Text = NOTHING
    at: str = ""
    code: str = ""
    subject: str = ""
    facet: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What identifies a finding from one audit to the next."""
        return (self.endpoint, self.protocol, self.requirement, self.subject, self.facet)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation of a client on an endpoint: `open`, `list`, `read` or `page`."""

    name: str
    outcome: Outcome
    message: Text = NOTHING
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientRun:
    """One client tried on one endpoint. `kind` is `real` (the program itself ran) or `replay` (its requests)."""

    client: str
    version: str
    kind: str
    endpoint: str
    protocol: str
    steps: tuple[Step, ...]

    @property
    def outcome(self) -> Outcome:
        """Failed if a step failed, passed if one passed, else the first step's own word."""
        outcomes = [step.outcome for step in self.steps]
        for wanted in (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED):
            if wanted in outcomes:
                return wanted
        return outcomes[0] if outcomes else Outcome.UNTESTED


@dataclass(frozen=True, slots=True)
class KnownProblem:
    """A recorded problem between two programs that a finding recalls."""

    id: str
    title: Text
    fix: Text
    source: str
    software: tuple[str, ...] = ()
    finding: tuple[str, str, str, str, str] = ("", "", "", "", "")


@dataclass(frozen=True, slots=True)
class Options:
    """What an audit is asked to do. `sample` is how many collections, layers, records are looked into; 0 is all.

    `today` is the day verdicts on dates refer to, so that a replay gives the same ones (ISO 8601).
    """

    profile: str = "all"
    sample: int = 3
    concurrency: int = 4
    max_requests: int = 5000
    clients: bool = True
    real_clients: bool = True
    explore: bool = True
    today: str = ""


@dataclass(slots=True)
class Report:
    """Everything one audit found.

    Its `repr` leaves the lists out: asyncio takes the repr of a finished task's result, 80 MB for a big audit.
    """

    targets: tuple[str, ...]
    options: Options
    started: str = ""
    finished: str = ""
    tool: str = ""
    endpoints: list[Endpoint] = field(default_factory=list, repr=False)
    findings: list[Finding] = field(default_factory=list, repr=False)
    clients: list[ClientRun] = field(default_factory=list, repr=False)
    known: list[KnownProblem] = field(default_factory=list, repr=False)
    troubles: list[Trouble] = field(default_factory=list, repr=False)
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A target or endpoint that could not be audited, and why."""

    target: str
    message: Text
    code: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened: `endpoint`, `finding`, `client`, `trouble`, `progress`, `finished`."""

    kind: str
    thing: Any = None
    done: int = 0
    total: int = 0
