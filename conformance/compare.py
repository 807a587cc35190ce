"""Put each test of the suite beside our findings on the same requirement and facet."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cicclo.probes.model import Finding, Outcome
from conformance.suite import OfficialTest

TABLE = Path(__file__).with_name("ets-ogcapi-features10.toml")
WANTED = 0.95


class Agreement(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: a test of the suite and what judges the same here.

    `also` names the requirements under which we judge apart what the same test sends in one go.
    """

    number: int
    test: str
    requirement: str
    facet: str
    note: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    line: Line
    theirs: str
    ours: str
    agreement: Agreement
    message: str = ""
    their_message: str = ""


def table() -> list[Line]:
    raw = tomllib.loads(TABLE.read_text("utf-8"))["test"]
    return [
        Line(
            t["number"],
            f"{t['class']}.{t['method']}",
            t.get("requirement", ""),
            t.get("facet", ""),
            t.get("note", ""),
            tuple(t.get("also", ())),
        )
        for t in raw
    ]


def compare(
    lines: Iterable[Line], tests: Sequence[OfficialTest], findings: Sequence[Finding]
) -> list[Compared]:
    """Compare line by line; a test that either side did not decide is not comparable."""
    by_name = {test.name: test for test in tests}
    return [_one(line, by_name, findings) for line in lines]


def _one(line: Line, tests: Mapping[str, OfficialTest], findings: Sequence[Finding]) -> Compared:
    test = tests.get(line.test)
    mine = [f for f in findings if f.requirement == line.requirement and f.facet == line.facet]
    mine += [f for f in findings if f.requirement in line.also]
    ours, worst = verdict(mine)
    theirs = test.verdict if test else "SKIP"
    agreement = Agreement.NOT_COMPARABLE
    if theirs in ("PASS", "FAIL") and ours in (Outcome.PASSED, Outcome.FAILED):
        agreement = Agreement.AGREE if (theirs == "PASS") is (ours is Outcome.PASSED) else Agreement.DISAGREE
    message = worst.message.en if worst else ""
    return Compared(line, theirs, ours.value, agreement, message, test.message if test else "")


def verdict(findings: Sequence[Finding]) -> tuple[Outcome, Finding | None]:
    """Fail when one subject fails, pass when one passes, else what the first says."""
    for wanted in (Outcome.FAILED, Outcome.PASSED):
        for finding in findings:
            if finding.outcome is wanted:
                return wanted, finding
    return (findings[0].outcome, findings[0]) if findings else (Outcome.UNTESTED, None)


def share(compared: Sequence[Compared]) -> tuple[int, int]:
    """How many agree, and how many could be compared."""
    comparable = [c for c in compared if c.agreement is not Agreement.NOT_COMPARABLE]
    return sum(c.agreement is Agreement.AGREE for c in comparable), len(comparable)
