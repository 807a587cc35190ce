"""What changed between two audits: mended, broken, appeared, gone."""

from dataclasses import dataclass

from cicclo.kernel.text import Text
from cicclo.probes.model import Finding, Outcome, Report

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One finding whose outcome differs; `before` or `after` is None when only one audit has it."""

    kind: str
    before: Finding | None
    after: Finding | None

    @property
    def finding(self) -> Finding:
        """The latest of the two."""
        found = self.after or self.before
        if found is None:
            msg = "a change needs a finding"
            raise ValueError(msg)
        return found


KINDS = {
    "mended": Text("réparé", "mended"),
    "broken": Text("dégradé", "broken"),
    "appeared": Text("nouvel échec", "new failure"),
    "gone": Text("échec disparu", "failure gone"),
    "other": Text("autre changement", "other change"),
}


def compare(before: Report, after: Report) -> list[Change]:
    """Return the changes, failures first; findings with the same outcome in both audits are left out."""
    old, new = _by_key(before), _by_key(after)
    changes = [
        Change(_kind(old.get(key), new.get(key)), old.get(key), new.get(key)) for key in {**old, **new}
    ]
    order = ["broken", "appeared", "mended", "gone", "other", ""]
    return sorted((change for change in changes if change.kind), key=lambda change: order.index(change.kind))


def _by_key(report: Report) -> dict[Key, Finding]:
    return {finding.key: finding for finding in report.findings}


def _kind(before: Finding | None, after: Finding | None) -> str:
    if before is not None and after is not None:
        if before.outcome is after.outcome:
            return ""
        if after.outcome is Outcome.FAILED:
            return "broken"
        return "mended" if before.outcome is Outcome.FAILED and after.outcome is Outcome.PASSED else "other"
    if after is not None and after.outcome is Outcome.FAILED:
        return "appeared"
    if before is not None and before.outcome is Outcome.FAILED:
        return "gone"
    return ""
