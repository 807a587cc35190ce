"""`/metrics`: figures of use in the text format of Prometheus. One series per resource, collection, format and status."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from cicclo.features.http.usage import BUCKETS, Key, Tally, Usage
from cicclo.features.resources import RESOURCES, Ask, Content, Reply, Representation, Resource
from cicclo.kernel.text import Text

LABELS = ("resource", "collection", "format", "status")


class Collector:
    """What prometheus-client asks for; counting itself costs one addition per answer."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    def collect(self) -> Iterator[Metric]:
        tallies = list(self._usage.everyone().items())
        yield _counter("cicclo_features_requests", "Answers sent.", [(k, t.requests) for k, t in tallies])
        yield _counter(
            "cicclo_features_sent_bytes", "Bytes of bodies sent.", [(k, t.bytes) for k, t in tallies]
        )
        yield _durations(tallies)
        started = GaugeMetricFamily("cicclo_features_start_time_seconds", "When this worker started.")
        started.add_metric((), self._usage.started)
        yield started


def _counter(name: str, help_: str, values: list[tuple[Key, int]]) -> Metric:
    family = CounterMetricFamily(name, help_, labels=LABELS)
    for key, value in values:
        family.add_metric([str(part) for part in key], value)
    return family


def _durations(tallies: list[tuple[Key, Tally]]) -> Metric:
    family = HistogramMetricFamily(
        "cicclo_features_duration_seconds", "Time taken by answers.", labels=LABELS
    )
    edges = [*(str(edge) for edge in BUCKETS), "+Inf"]
    for key, tally in tallies:
        counted = list(zip(edges, accumulate(tally.buckets), strict=True))
        family.add_metric([str(part) for part in key], counted, tally.seconds)
    return family


async def metrics(ask: Ask) -> Reply:
    registry = CollectorRegistry()
    registry.register(Collector(ask.usage))
    return Content(generate_latest(registry), CONTENT_TYPE_LATEST, headers=(("Cache-Control", "no-store"),))


RESOURCES.add(
    Resource(
        name="metrics",
        path="/metrics",
        handler=metrics,
        summary=Text("Mesures", "Metrics"),
        representations=(Representation("text", "text/plain"),),
        prepared=False,
        listed=False,
    )
)
