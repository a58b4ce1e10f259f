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
    assert limiter.reserve(100) == 10
    assert limiter.reserve(100) == 10
    assert limiter.reserve(100) == 20


def test_a_wait_that_is_too_long_reserves_nothing() -> None:
    limiter = RateLimiter(1, 10, Time())
    limiter.reserve(0)

    assert limiter.reserve(5) is None
    assert limiter.wait_seconds() == 10


def test_a_moment_that_is_given_back_is_the_next_ones() -> None:
    limiter = RateLimiter(1, 10, Time())
    assert limiter.reserve(100) == 0
    waiting = limiter.reserve(100)
    assert waiting == 10

    limiter.give_back(waiting)

    assert limiter.reserve(100) == 10


def test_a_moment_that_is_given_back_lets_nobody_into_the_window_before_it() -> None:
    limiter = RateLimiter(2, 10, Time())
    moments = [limiter.reserve(100) for _ in range(4)]
    assert moments == [0, 0, 10, 10]

    limiter.give_back(10)

    assert limiter.reserve(100) == 10


def test_moments_that_are_given_back_before_others_make_no_window_too_full() -> None:
    limiter = RateLimiter(2, 10, Time())
    assert [limiter.reserve(100) for _ in range(5)] == [0, 0, 10, 10, 20]
    limiter.give_back(10)
    limiter.give_back(10)

    assert [limiter.reserve(100) for _ in range(3)] == [10, 20, 30]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_moments_come_in_the_order_of_the_calls(pauses: list[float]) -> None:
    time = Time()
    limiter = RateLimiter(3, 10, time)
    moments = []
    for pause in pauses:
        time.seconds += pause
        moments.append(limiter.reserve(25))

    given_out = [moment for moment in moments if moment is not None]
    assert given_out == sorted(given_out)


@given(st.lists(st.tuples(st.sampled_from([0, 0, 1, 4]), st.integers(0, 9) | st.none()), max_size=60))
def test_no_window_ever_holds_more_calls_than_allowed(steps: list[tuple[int, int | None]]) -> None:
    time = Time()
    limiter = RateLimiter(2, 10, time)
    moments: list[float] = []
    for pause, given_back in steps:
        time.seconds += pause
        waiting = [moment for moment in moments if moment > time.seconds]
        if given_back is not None and given_back < len(waiting):
            limiter.give_back(waiting[given_back])
            moments.remove(waiting[given_back])
        elif (moment := limiter.reserve(45)) is not None:
            moments.append(moment)

    moments.sort()
    assert all(later - earlier >= 10 for earlier, later in zip(moments, moments[2:], strict=False))


def test_a_moment_that_is_given_back_late_is_forgotten_already() -> None:
    time = Time()
    limiter = RateLimiter(1, 10, time)
    limiter.reserve(100)
    assert limiter.reserve(100) == 10
    time.seconds = 20
    limiter.wait_seconds()

    limiter.give_back(10)

    assert limiter.reserve(0) == 20
