"""Layer after layer, batch after batch: rules look at geometries, the judge at attributes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cicclo.kernel.text import Text
from cicclo.validation.geo.expected import Expected
from cicclo.validation.geo.layers import Batch, Layer, open_layers, rows
from cicclo.validation.geo.reporting import Tally
from cicclo.validation.geo.rule import RULES, Rule, Watch, Work
from cicclo.validation.geo.sources import files, unreadable
from cicclo.validation.model import Fault, Notice, Options, Schema

OF_A_COVERAGE = frozenset({"overlaps", "edges"})


MakeJudge = Callable[[Schema, Any, Options], Any]


@dataclass(frozen=True, slots=True)
class Examination:
    """One file to go through: what it must be, and where what was gone through is counted."""

    source: Path
    schema: Schema | None
    options: Options
    expected: Expected
    tally: Tally
    judge: MakeJudge

    def faults(self) -> Iterator[Fault]:
        """Yield every fault of the file; the caller stops when it has enough."""
        wanted = self.expected.layers
        with files(self.source) as paths:
            layers = [layer for path in paths for layer in open_layers(path)]
            chosen = [layer for layer in layers if not wanted or layer.name in wanted]
            if not chosen:
                raise unreadable(Text("Aucune couche à examiner.", "No layer to look at."), self.source)
            self.tally.layers = len(chosen)
            self.tally.announced = sum(max(0, layer.features) for layer in chosen)
            for layer in chosen:
                self.tally.fields += len(layer.fields)
                yield from self._layer(layer)

    def _layer(self, layer: Layer) -> Iterator[Fault]:
        work = Work(layer, self.expected)
        watching = watches(work)
        verdicts = self.judge(self.schema, layer.fields, self.options) if self.schema is not None else None
        for _, watch in watching:
            yield from watch.begin()
        if verdicts is not None:
            yield from (_placed(fault, layer, None) for fault in verdicts.header_faults())
            self.tally.columns = [(column.label, column.known) for column in verdicts.columns]
            self.tally.filled = [0] * len(layer.fields)
            self.tally.notices += verdicts.notices()
        read = {name for rule, _ in watching for name in rule.fields(work)}
        fields = (
            layer.fields if verdicts is not None else tuple(name for name in layer.fields if name in read)
        )
        for batch in layer.batches(fields):
            for _, watch in watching:
                yield from watch.see(batch)
            if verdicts is not None:
                yield from _attributes(verdicts, batch, layer)
                self.tally.filled = [sum(one) for one in zip(self.tally.filled, _filled(batch), strict=True)]
            self.tally.features += len(batch)
            self._hear(batch, layer)
            _tell(self.options, self.tally)
        if verdicts is not None:
            yield from (_placed(fault, layer, None) for fault in verdicts.closing_faults())
        for _, watch in watching:
            yield from watch.end()
        self.tally.notices += work.notices

    def _hear(self, batch: Batch, layer: Layer) -> None:
        """Keep once what GDAL warned of."""
        told = {notice.facts.get("message") for notice in self.tally.notices}
        for message in batch.warnings:
            if message not in told:
                facts = {"layer": layer.name, "message": message}
                self.tally.notices.append(Notice("reading-warning", "geodata/geometry/readable", facts=facts))


def watches(work: Work) -> list[tuple[Rule, Watch]]:
    """Return the rules that apply to this layer: those asked for, else all but the coverage's."""
    names = work.expected.rules or tuple(
        name for name in RULES if name not in OF_A_COVERAGE or work.expected.coverage
    )
    unknown = set(names) - set(RULES)
    if unknown:
        raise unreadable(
            Text(
                f"Règles inconnues : {', '.join(sorted(unknown))}.",
                f"Unknown rules: {', '.join(sorted(unknown))}.",
            ),
            work.layer.path,
        )
    made = ((RULES[name], RULES[name].watch(work)) for name in names)
    return [(rule, watch) for rule, watch in made if watch is not None]


def _filled(batch: Batch) -> list[int]:
    """Return how many values each column has; an empty text is none."""
    return [len(column) - column.null_count - _empty(column) for column in batch.attributes.columns]


def _empty(column: pa.Array) -> int:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return 0
    return int(pc.sum(pc.equal(pc.binary_length(column), 0)).as_py() or 0)


def _attributes(verdicts: Any, batch: Batch, layer: Layer) -> Iterator[Fault]:
    for number, cells in rows(batch):
        for fault in verdicts.record(number, cells):
            yield _placed(fault, layer, batch)


def _placed(fault: Fault, layer: Layer, batch: Batch | None) -> Fault:
    """Return a judge's fault with the layer and the feature beside the record number."""
    if batch is None or not fault.row:
        return replace(fault, where=layer.name)
    feature = int(batch.ids[fault.row - 2 - batch.first])
    return replace(fault, where=f"{layer.name}/{feature}", key=fault.key or str(feature))


def _tell(options: Options, tally: Tally) -> None:
    if options.progress is not None and tally.announced:
        options.progress(min(1.0, tally.features / tally.announced))


def serves() -> Mapping[str, tuple[str, ...]]:
    """Return the requirements each rule can find unmet."""
    return {name: rule.serves for name, rule in RULES.items()}
