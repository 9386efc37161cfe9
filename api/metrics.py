"""What Prometheus reads, by name. Everything comes from the database, so every process of the API tells the same."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.store.gauges import Gauges


class Snapshot(Collector):
    """The gauges of one moment as Prometheus metrics."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Every metric once."""
        gauges = self._gauges
        yield GaugeMetricFamily("waitline_outbox_open", "Facts that wait to be routed.", gauges.outbox_open)
        yield GaugeMetricFamily(
            "waitline_outbox_failing", "Facts whose routing failed at least once.", gauges.outbox_failing
        )
        yield GaugeMetricFamily(
            "waitline_outbox_lag_seconds", "Age of the oldest fact that waits.", gauges.outbox_lag.total_seconds()
        )
        yield GaugeMetricFamily("waitline_dead_letters", "Received things that could not be used.", gauges.dead_letters)
        active = GaugeMetricFamily("waitline_enrollments_active", "Enrollments under way.", labels=["journey"])
        for journey, n in sorted(gauges.active.items()):
            active.add_metric([journey], n)
        yield active
        messages = CounterMetricFamily(
            "waitline_messages",
            "Messages by what became of them: sent, or why not.",
            labels=["journey", "node", "outcome"],
        )
        for count in gauges.messages:
            messages.add_metric([count.journey_id, count.node, count.outcome], count.n)
        yield messages
