"""Faults grouped by what caused them: “all 3,412 values of X use a decimal comma: replace , by .”.

One file adds one detector. A fault goes to the first detector (by `rank`) that explains it; the repairs of `repairs/`
come first, so that a cause proposes what `--fix` would do; what nobody explains is grouped by its requirement.
One walk over the faults; memory grows with the causes (bounded), not with the faults.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from cicclo.kernel.registry import Registry
from cicclo.kernel.text import NOTHING, Text
from cicclo.validation import coherence
from cicclo.validation.accepting import acceptance
from cicclo.validation.model import Fault, Field, Report, Schema, Severity
from cicclo.validation.repairs import Repair, of_values

SAMPLES = 5
MOST_CAUSES = 2000
MOST_REMEMBERED = 65_536
MOST_FIELDS = 100
SHOWN_FIELDS = 12
OF_THE_HEADER = ("missing-label", "missing-cell")
"""Kinds that concern several columns at once: one cause, that names them."""

Explain = Callable[[Fault, Field | None], str | None]


@dataclass(frozen=True, slots=True)
class Detector:
    """`explain` gives the text to write instead (empty when there is none to propose), or None: not this cause.

    `one` and `many` end the sentence “value(s) of X …” (“row(s) …” where there is no column). `requirements` are the
    only ones it looks at; a detector that names none never sees the anomalies of `coherence/`.
    """

    name: str
    rank: int
    one: Text
    many: Text
    remedy: Text
    explain: Explain
    requirements: tuple[str, ...] = ()


DETECTORS: Registry[Detector] = Registry("cicclo.validation.causes", name=lambda detector: detector.name)


@dataclass(frozen=True, slots=True)
class Sample:
    """One fault of a cause: where it is, what was read, what would be accepted."""

    row: int
    key: str
    cell: Any
    proposed: str
    where: str = ""
    note: Text = NOTHING
    """What was found, when the cell alone does not say it."""


@dataclass(frozen=True, slots=True)
class Cause:
    """`name` is a detector's or a repair's, or the requirement when nothing finer is known.

    `repair` names the repair that mends all of it.
    """

    name: str
    field: str
    requirement: str
    severity: Severity
    count: int
    title: Text
    remedy: Text
    samples: tuple[Sample, ...]
    repair: str = ""

    def say(self, lang: str) -> str:
        """Return one sentence: what, how many, what to do."""
        title, remedy = self.title.get(lang), self.remedy.get(lang)
        title = title[:1].upper() + title[1:]
        if not remedy:
            return title
        if not remedy[:2].isupper():
            remedy = remedy[:1].lower() + remedy[1:]
        return f"{title}{' : ' if lang != 'en' else ': '}{remedy}"


@dataclass(slots=True)
class _Group:
    severity: Severity
    first: Fault
    detector: "Detector | _OfRepair | None"
    count: int = 0
    samples: list[Sample] = field(default_factory=list)
    fields: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _OfRepair:
    """A repair seen as the cause of what it mends."""

    repair: Repair
    explain: Explain


def causes(report: Report) -> list[Cause]:
    """Group the faults of a report, errors first, the most frequent first."""
    filled = {column.name: column.filled for column in report.columns}
    grouped = group(report.faults, report.schema)
    found = [_cause(name, group, filled) for (name, _field, _rid), group in grouped.items()]
    return sorted(found, key=lambda cause: (cause.severity is not Severity.ERROR, -cause.count))


def group(faults: Iterable[Fault], schema: Schema | None) -> dict[tuple[str, str, str], _Group]:
    """Walk the faults once."""
    explainer = Explainer(schema)
    groups: dict[tuple[str, str, str], _Group] = {}
    for fault in faults:
        detector, proposed = explainer.explain(fault)
        name = _name(detector) if detector else fault.requirement
        key = (
            name,
            "" if fault.kind in OF_THE_HEADER else fault.field,
            "" if detector else fault.requirement,
        )
        if key not in groups:
            if len(groups) >= MOST_CAUSES:
                key = (fault.requirement, "", fault.requirement)
                detector = None
            groups.setdefault(key, _Group(fault.severity, fault, detector))
        group = groups[key]
        group.count += 1
        if len(group.fields) < MOST_FIELDS:
            group.fields[fault.field] = None
        again = fault.kind in OF_THE_HEADER and (not fault.row or fault.row in [s.row for s in group.samples])
        if len(group.samples) < SAMPLES and not again:
            group.samples.append(_sample(fault, proposed, detector))
    return groups


def _sample(fault: Fault, proposed: str, detector: "Detector | _OfRepair | None") -> Sample:
    from cicclo.validation.reports import _saying as saying  # noqa: PLC0415 - it needs the causes

    cell = fault.cell if fault.cells is None else list(fault.cells)
    told = bool(detector.requirements) if isinstance(detector, Detector) else not saying.of_tables(fault)
    return Sample(
        fault.row, fault.key, cell, proposed, fault.where, saying.message(fault) if told else NOTHING
    )


class Explainer:
    """Remembers what was explained of (field, requirement, cell): a file repeats its faults."""

    def __init__(self, schema: Schema | None) -> None:
        self._fields = {field.name: field for field in schema.fields} if schema else {}
        repairs = [_OfRepair(repair, _explain_by(repair)) for repair in of_values()] if schema else []
        others = sorted(DETECTORS.values(), key=lambda detector: detector.rank)
        self._detectors: list[Detector | _OfRepair] = [*repairs, *others]
        self._by_requirement: dict[str, list[Detector | _OfRepair]] = {}
        self._known: dict[tuple[str, str, str], tuple[Detector | _OfRepair | None, str]] = {}

    def explain(self, fault: Fault) -> tuple["Detector | _OfRepair | None", str]:
        if not isinstance(fault.cell, str):
            return self._look(fault)
        key = (fault.field, fault.requirement, fault.cell)
        if key not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = self._look(fault)
        return self._known[key]

    def _of(self, fault: Fault) -> "list[Detector | _OfRepair]":
        """Return the detectors that may look at a fault."""
        if fault.requirement not in self._by_requirement:
            anomaly = fault.kind == coherence.KIND
            self._by_requirement[fault.requirement] = [
                detector
                for detector in self._detectors
                if (
                    not anomaly if isinstance(detector, _OfRepair) else _may(detector, fault, anomaly=anomaly)
                )
            ]
        return self._by_requirement[fault.requirement]

    def _look(self, fault: Fault) -> tuple["Detector | _OfRepair | None", str]:
        of_field = self._fields.get(fault.field)
        for detector in self._of(fault):
            proposed = detector.explain(fault, of_field)
            if proposed is not None:
                return detector, proposed
        return None, ""


def _may(detector: Detector, fault: Fault, *, anomaly: bool) -> bool:
    return fault.requirement in detector.requirements if detector.requirements else not anomaly


def _explain_by(repair: Repair) -> Explain:
    accepted: dict[str, Callable[[str], bool]] = {}

    def explain(fault: Fault, of_field: Field | None) -> str | None:
        if of_field is None or not isinstance(fault.cell, str) or not fault.cell:
            return None
        proposed = repair.mend(of_field, fault.cell)
        if proposed is None or proposed == fault.cell:
            return None
        if of_field.name not in accepted:
            accepted[of_field.name] = acceptance(of_field)
        accepts = accepted[of_field.name]
        # a value that was accepted breaks another rule (a key, a check): changing its spelling is no cure
        return proposed if accepts(proposed) and not accepts(fault.cell) else None

    return explain


def _name(detector: Detector | _OfRepair) -> str:
    return detector.repair.name if isinstance(detector, _OfRepair) else detector.name


def _cause(name: str, group: _Group, filled: dict[str, int]) -> Cause:
    fault = group.first
    detector = group.detector
    repair = detector.repair if isinstance(detector, _OfRepair) else None
    told = repair or detector
    if isinstance(told, Repair | Detector):
        title = _counted(group.count, fault.field, told.one, told.many, filled.get(fault.field, 0))
        remedy = told.remedy
    else:
        title, remedy = _by_requirement(fault, group)
    return Cause(
        name,
        "" if fault.kind in OF_THE_HEADER else fault.field,
        fault.requirement,
        group.severity,
        group.count,
        title,
        remedy,
        tuple(group.samples),
        repair.name if repair else "",
    )


def _counted(count: int, name: str, one: Text, many: Text, filled: int) -> Text:
    of = Text(f"de « {name} » ", f"of “{name}” ") if name else NOTHING
    if count == 1:
        thing = Text("une valeur", "one value") if name else Text("une ligne", "one row")
        return Text(f"{thing.fr} {of.fr}{one.fr}", f"{thing.en} {of.en}{one.en}")
    things = Text("valeurs", "values") if name else Text("lignes", "rows")
    number = Text(f"{count:,}".replace(",", "\u202f"), f"{count:,}")
    every = Text("les ", "all ") if name and count == filled else NOTHING
    return Text(
        f"{every.fr}{number.fr} {things.fr} {of.fr}{many.fr}",
        f"{every.en}{number.en} {things.en} {of.en}{many.en}",
    )


def _by_requirement(fault: Fault, group: _Group) -> tuple[Text, Text]:
    from cicclo.requirements import find  # noqa: PLC0415 - the library is read only when something is wrong
    from cicclo.validation.reports import _saying as saying  # noqa: PLC0415

    title = saying.title(fault)
    if not saying.of_tables(fault):  # a requirement's title says what should be
        title = Text(f"Non respecté : {title.fr}", f"Not met: {title.en}")
    names = list(group.fields) if fault.kind in OF_THE_HEADER else [fault.field] if fault.field else []
    shown = [f"« {name} »" for name in names[:SHOWN_FIELDS]], [f"“{name}”" for name in names[:SHOWN_FIELDS]]
    more = "…" if len(names) > SHOWN_FIELDS else ""
    place = Text(f" ({', '.join(shown[0])}{more})", f" ({', '.join(shown[1])}{more})") if names else NOTHING
    count = group.count
    times = Text(f", {count} fois", f", {count} times") if count > 1 and len(names) != count else NOTHING
    return Text(f"{title.fr}{place.fr}{times.fr}", f"{title.en}{place.en}{times.en}"), find(
        fault.requirement
    ).remedy
