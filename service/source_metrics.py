"""How sources and directory do, in numbers: the half of /metrics behind the gate. No id or address is among them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from resolvers.answers import SharedSource
from resolvers.directory_until import DirectoryTally
from resolvers.transport.breaker import BreakerState
from resolvers.transport.http import HttpTransport
from resolvers.transport.tally import BUCKETS

_BOUNDS = (*(str(bound) for bound in BUCKETS), "+Inf")


class SourceMetrics(Collector):
    """Reads what transports and shared sources count anyway, whenever somebody measures."""

    def __init__(
        self,
        transports: Mapping[str, HttpTransport],
        shared: Mapping[str, SharedSource],
        directory: DirectoryTally,
    ) -> None:
        self._transports, self._shared, self._directory = transports, shared, directory

    def collect(self) -> Iterable[Metric]:
        """The families, as they stand now."""
        of_sources = (self._calls(), self._seconds(), self._retries(), self._received(), self._breakers())
        return (*of_sources, self._answers(), self._directory_failures())

    def _calls(self) -> Metric:
        labels = ("source", "operation", "outcome")
        family = CounterMetricFamily("invoice_graph_upstream_calls", "Calls to sources, retries within", labels=labels)
        for source, transport in self._transports.items():
            for (operation, outcome), count in transport.tally.calls.items():
                family.add_metric((source, operation, outcome), count)
        return family

    def _seconds(self) -> Metric:
        family = HistogramMetricFamily("invoice_graph_upstream_seconds", "How long calls took", labels=("source",))
        for source, transport in self._transports.items():
            buckets = [
                (bound, float(count)) for bound, count in zip(_BOUNDS, accumulate(transport.tally.buckets), strict=True)
            ]
            family.add_metric((source,), buckets, transport.tally.seconds)
        return family

    def _retries(self) -> Metric:
        family = CounterMetricFamily("invoice_graph_upstream_retries", "Attempts beyond the first", labels=("source",))
        for source, transport in self._transports.items():
            family.add_metric((source,), transport.tally.retries)
        return family

    def _received(self) -> Metric:
        family = CounterMetricFamily("invoice_graph_upstream_received_bytes", "Bytes of bodies", labels=("source",))
        for source, transport in self._transports.items():
            family.add_metric((source,), transport.tally.received_bytes)
        return family

    def _breakers(self) -> Metric:
        family = GaugeMetricFamily(
            "invoice_graph_breaker_state", "1 for the state that a breaker is in", labels=("source", "state")
        )
        for source, transport in self._transports.items():
            for state in BreakerState:
                family.add_metric((source, state.value), state is transport.breaker_state)
        return family

    def _answers(self) -> Metric:
        family = CounterMetricFamily(
            "invoice_graph_answers",
            "Answers for lists and look-ups: FRESH from the source, HIT and STALE from the cache",
            labels=("source", "cache_status"),
        )
        for source, shared in self._shared.items():
            for status, count in shared.given.items():
                family.add_metric((source, status.value), count)
        return family

    def _directory_failures(self) -> Metric:
        family = CounterMetricFamily(
            "invoice_graph_directory_failures", "Times the directory failed a request or came too late", labels=()
        )
        family.add_metric((), self._directory.failures)
        return family
