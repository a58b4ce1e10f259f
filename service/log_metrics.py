"""How the log does, in numbers, of which the log itself can tell only afterwards."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from service.log_sink import LogSink


class LogMetrics(Collector):
    """Reads what the sink counts, whenever somebody measures."""

    def __init__(self, sink: LogSink) -> None:
        self._sink = sink

    def collect(self) -> Iterable[Metric]:
        """The one family, as it stands now."""
        lost = CounterMetricFamily("invoice_graph_log_lines_lost", "Lines for which the log had no room", labels=())
        lost.add_metric((), self._sink.lost)
        return (lost,)
