"""How a rule announces itself, and what it is given: the layer, what is expected, batch after batch.

    RULE = RULES.add(Rule("validity", ("geodata/geometry/valid",), watch=lambda work: Validity(work)))

A rule that does not apply to the layer returns None. A watch is told the beginning of the layer, each batch, then the
end: what is wrong with the whole layer is said first, before a limit on the number of faults can hide it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import shapely
from numpy.typing import NDArray

from cicclo.kernel.registry import Registry
from cicclo.validation.geo import srs
from cicclo.validation.geo.expected import Expected
from cicclo.validation.geo.layers import Batch, Layer
from cicclo.validation.model import Fault, Notice, Severity


@dataclass(slots=True)
class Work:
    """One layer under examination; `notices` is where a rule says what it could not do."""

    layer: Layer
    expected: Expected
    notices: list[Notice] = field(default_factory=list)
    collection: Any = None
    """What the rules that compare features keep together."""

    def fault(
        self,
        kind: str,
        requirement: str,
        *,
        feature: int | None = None,
        row: int = 0,
        column: str = "",
        at: tuple[float, float] | None = None,
        severity: Severity = Severity.ERROR,
        facts: Mapping[str, Any] | None = None,
    ) -> Fault:
        """Return a fault placed in the layer; `at` is in the layer's own reference system."""
        where = self.layer.name if feature is None else f"{self.layer.name}/{feature}"
        return Fault(
            kind,
            requirement,
            row=row,
            field=column,
            severity=severity,
            where=where,
            key="" if feature is None else str(feature),
            point=srs.point(self.layer.srs, *at) if at is not None and srs.read(self.layer.srs) else None,
            facts={"layer": self.layer.name, **(facts or {})},
        )

    def on(self, batch: Batch, index: int, kind: str, requirement: str, **more: Any) -> Fault:
        """Return a fault on one feature of a batch, by default at the first position of its geometry."""
        more.setdefault("at", first_position(batch.geometries[index]))
        return self.fault(
            kind, requirement, feature=int(batch.ids[index]), row=batch.first + index + 2, **more
        )


def first_position(geometry: Any) -> tuple[float, float] | None:
    if geometry is None:
        return None
    positions = shapely.get_coordinates(geometry)
    return (float(positions[0][0]), float(positions[0][1])) if len(positions) else None


def present(geometries: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return where there is a geometry with at least one position."""
    return np.asarray(~(shapely.is_missing(geometries) | shapely.is_empty(geometries)))


class Watch:
    """One rule at work on one layer. Override what the rule needs."""

    columns: ClassVar[tuple[str, ...]] = ()

    def __init__(self, work: Work) -> None:
        self.work = work

    def begin(self) -> Iterator[Fault]:
        return iter(())

    def see(self, batch: Batch) -> Iterator[Fault]:  # noqa: ARG002 - most rules look at batches, some only at the end
        return iter(())

    def end(self) -> Iterator[Fault]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Rule:
    """`serves` are the requirements it can find unmet; `fields` the attributes it reads."""

    name: str
    serves: tuple[str, ...]
    watch: Callable[[Work], Watch | None]
    fields: Callable[[Work], tuple[str, ...]] = lambda _: ()


RULES: Registry[Rule] = Registry("cicclo.validation.geo.rules", name=lambda rule: rule.name)
