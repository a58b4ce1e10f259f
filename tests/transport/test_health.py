"""What is said of a source after what was seen of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from resolvers.model.errors import ErrorCode
from resolvers.model.source import SourceState
from resolvers.transport.health import HealthRecord

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Day:
    """A time of day that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Now."""
        return self.now


def test_a_source_that_nobody_asked_is_untried() -> None:
    health = HealthRecord(Day()).snapshot()

    assert (health.state, health.since, health.latency_p50) == (SourceState.UNTRIED, NOON, None)


def test_one_failure_degrades_it_until_ten_calls_went_well() -> None:
    day = Day()
    record = HealthRecord(day)
    record.note(ErrorCode.SOURCE_TIMEOUT, 3_000, is_down=False)
    for minute in range(9):
        day.now = NOON + timedelta(minutes=minute)
        record.note(None, 10, is_down=False)
    degraded = record.snapshot()

    day.now = NOON + timedelta(minutes=10)
    record.note(None, 10, is_down=False)
    up = record.snapshot()

    assert (degraded.state, degraded.since) == (SourceState.DEGRADED, NOON)
    assert (up.state, up.since) == (SourceState.UP, day.now)
    assert (up.last_error_code, up.last_success_at) == (ErrorCode.SOURCE_TIMEOUT, day.now)


def test_a_source_that_is_left_alone_is_down() -> None:
    record = HealthRecord(Day())

    record.note(ErrorCode.SOURCE_UNAVAILABLE, 1, is_down=True)

    assert record.snapshot().state is SourceState.DOWN


def test_latencies_are_of_the_last_hundred_answers() -> None:
    record = HealthRecord(Day())
    for milliseconds in (9_999.0, *map(float, range(1, 101))):
        record.note(None, milliseconds, is_down=False)
    record.note(ErrorCode.SOURCE_TIMEOUT, 50_000, is_down=False)

    health = record.snapshot()

    assert (health.latency_p50, health.latency_p95) == (50, 95)
