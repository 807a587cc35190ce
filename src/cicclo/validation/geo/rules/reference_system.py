"""A layer says its reference system, and it is one of those allowed."""

from collections.abc import Iterator

from cicclo.validation.geo import srs
from cicclo.validation.geo.expected import LEGAL_SRS
from cicclo.validation.geo.rule import RULES, Rule, Watch
from cicclo.validation.model import Fault, Severity

DECLARED = "geodata/srs/declared"
ALLOWED = "geodata/srs/allowed"


class ReferenceSystem(Watch):
    def begin(self) -> Iterator[Fault]:
        said = self.work.layer.srs
        system = srs.read(said)
        if system is None:
            yield self.work.fault("SRS_MISSING", DECLARED)
            return
        code = srs.code(said)
        if code not in self.work.expected.srs:
            facts = {"found": code or system.name, "name": system.name}
            # the law binds public bodies, not everyone's files: an error only for who says which systems are wanted
            severity = Severity.WARNING if self.work.expected.srs is LEGAL_SRS else Severity.ERROR
            yield self.work.fault("SRS_NOT_ALLOWED", ALLOWED, severity=severity, facts=facts)


RULES.add(
    Rule(
        "reference-system",
        (DECLARED, ALLOWED),
        lambda work: ReferenceSystem(work) if work.layer.spatial else None,
    )
)
