"""So many calls in any window, and no more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resolvers.transport.limiter import RateLimiter
from tests.transport.test_breaker import Time


def test_the_first_calls_go_at_once_and_the_next_waits_for_the_window() -> None:
    time = Time()
    limiter = RateLimiter(2, 10, time)

    assert [limiter.reserve(100), limiter.reserve(100)] == [0, 0]
    time.seconds = 4
    assert limiter.reserve(100) == 6
    assert limiter.reserve(100) == 6
    assert limiter.reserve(100) == 16


def test_a_wait_that_is_too_long_reserves_nothing() -> None:
    limiter = RateLimiter(1, 10, Time())
    limiter.reserve(0)

    assert limiter.reserve(5) is None
    assert limiter.wait_seconds() == 10


@given(st.lists(st.floats(0, 5), max_size=60))
def test_no_window_ever_holds_more_calls_than_allowed(pauses: list[float]) -> None:
    time = Time()
    limiter = RateLimiter(3, 10, time)
    moments = []
    for pause in pauses:
        time.seconds += pause
        wait = limiter.reserve(25)
        if wait is not None:
            moments.append(time.seconds + wait)

    assert moments == sorted(moments)
    assert all(later - earlier >= 10 - 1e-9 for earlier, later in zip(moments, moments[3:], strict=False))
