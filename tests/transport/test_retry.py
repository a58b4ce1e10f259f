"""Whether an attempt is made again, and after how long."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceRateLimited, SourceUnavailable
from resolvers.transport.failures import SourceBusy
from resolvers.transport.retry import RetryBudget, RetryPolicy
from tests.transport.test_breaker import Time

UNAVAILABLE = SourceUnavailable("shop")


def longest(_low: float, high: float) -> float:
    """The most that jitter may be."""
    return high


def none(low: float, _high: float) -> float:
    """The least that jitter may be."""
    return low


def test_waits_double_under_full_jitter_and_end_with_the_retries() -> None:
    assert [RetryPolicy(8, uniform=longest).wait_seconds(UNAVAILABLE, attempt, 60) for attempt in range(1, 10)] == [
        0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0, None,
    ]  # fmt: skip
    assert RetryPolicy(1, uniform=none).wait_seconds(UNAVAILABLE, 1, 60) == 0


@pytest.mark.parametrize("error", [SourceRateLimited("shop", retry_after_seconds=3), SourceBusy("shop", "", 3)])
def test_what_the_source_asks_for_is_waited_and_never_less(error: SourceError) -> None:
    assert RetryPolicy(2, uniform=none).wait_seconds(error, 1, 60) == 3
    assert RetryPolicy(2, uniform=longest).wait_seconds(error, 1, 60) == pytest.approx(3.1)


def test_a_wait_that_does_not_fit_is_not_begun() -> None:
    error = SourceRateLimited("shop", retry_after_seconds=3)

    assert RetryPolicy(2, uniform=none).wait_seconds(error, 1, 2.9) is None


def test_what_would_fail_again_is_left() -> None:
    assert RetryPolicy(2).wait_seconds(SourceProtocolError("shop"), 1, 60) is None


def test_retries_are_a_fifth_of_the_calls_lately() -> None:
    time = Time()
    budget = RetryBudget(share=0.2, floor=3, window_seconds=10, clock=time)
    for _ in range(50):
        budget.count_call()

    assert [budget.take() for _ in range(12)] == [True] * 10 + [False] * 2
    time.seconds = 11
    assert [budget.take() for _ in range(5)] == [True] * 3 + [False] * 2
