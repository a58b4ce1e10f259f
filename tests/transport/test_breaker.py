"""When a source is left alone, and when it is asked again."""

from __future__ import annotations

from resolvers.transport.breaker import Breaker, Verdict


class Time:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


def ticket(breaker: Breaker) -> int:
    """A ticket that must be had."""
    given = breaker.admit()
    assert given is not None
    return given


def opened(time: Time) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(failures=2, pause_seconds=10, clock=time)
    for _ in range(2):
        breaker.settle(ticket(breaker), Verdict.FAILED)
    return breaker


def test_an_answer_between_failures_keeps_it_closed() -> None:
    breaker = Breaker(failures=2)

    for verdict in (Verdict.FAILED, Verdict.ANSWERED, Verdict.FAILED, Verdict.UNKNOWN):
        breaker.settle(ticket(breaker), verdict)

    assert breaker.is_closed


def test_failures_in_a_row_open_it_and_calls_are_refused() -> None:
    breaker = opened(Time())

    assert not breaker.is_closed
    assert breaker.is_refusing
    assert breaker.admit() is None


def test_after_the_pause_one_call_alone_probes() -> None:
    time = Time()
    breaker = opened(time)

    time.seconds = 10.0

    assert breaker.admit() is not None
    assert breaker.admit() is None


def test_it_says_how_it_stands() -> None:
    time = Time()
    breaker = Breaker(failures=1, pause_seconds=10, clock=time)
    states = [breaker.state]
    breaker.settle(ticket(breaker), Verdict.FAILED)
    states.append(breaker.state)
    time.seconds = 10
    states.append(breaker.state)
    probe = ticket(breaker)
    states.append(breaker.state)
    breaker.settle(probe, Verdict.ANSWERED)
    states.append(breaker.state)

    assert states == ["closed", "open", "half_open", "half_open", "closed"]


def test_a_probe_that_is_answered_closes_it() -> None:
    time = Time()
    breaker = opened(time)
    time.seconds = 10.0

    breaker.settle(ticket(breaker), Verdict.ANSWERED)

    assert breaker.is_closed
    breaker.settle(ticket(breaker), Verdict.FAILED)
    assert breaker.is_closed


def test_a_probe_that_fails_opens_it_for_another_pause() -> None:
    time = Time()
    breaker = opened(time)
    time.seconds = 10.0

    breaker.settle(ticket(breaker), Verdict.FAILED)
    time.seconds = 19.0

    assert breaker.is_refusing
    time.seconds = 20.0
    assert not breaker.is_refusing


def test_a_probe_that_was_cancelled_leaves_its_turn_to_the_next() -> None:
    time = Time()
    breaker = opened(time)
    time.seconds = 10.0

    breaker.settle(ticket(breaker), Verdict.UNKNOWN)

    assert breaker.admit() is not None


def test_a_late_answer_from_before_does_not_close_it() -> None:
    breaker = Breaker(failures=1)
    late, failing = ticket(breaker), ticket(breaker)
    breaker.settle(failing, Verdict.FAILED)

    breaker.settle(late, Verdict.ANSWERED)

    assert not breaker.is_closed
