"""What passes by itself is tried again, so often and no more; what does not is said by its name."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceError, SourceRateLimited, SourceUnavailable
from tests.contract.bench import RETRIES, Bench

ATTEMPTS = 1 + RETRIES
PASSING = ("status_429", "status_500", "status_503", "reset", "truncated_wrong_length")
PAST = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize("kind", PASSING)
async def test_a_failure_that_passes_is_not_noticed(bench: Bench, kind: str) -> None:
    source = await bench.proven_source()
    whole = await bench.ask(source)
    bench.calls.clear()
    bench.arm(kind, times=RETRIES)

    again = await bench.ask(source)

    assert again.invoices == whole.invoices
    assert len(bench.calls) == ATTEMPTS


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("status_429", SourceRateLimited),
        ("status_500", SourceUnavailable),
        ("status_503", SourceUnavailable),
        ("reset", SourceUnavailable),
        ("truncated_wrong_length", SourceUnavailable),
    ],
)
async def test_a_failure_that_stays_is_named_after_the_last_retry(
    bench: Bench, kind: str, expected: type[SourceError]
) -> None:
    source = await bench.proven_source()
    bench.arm(kind)

    with pytest.raises(expected):
        await bench.ask(source)

    assert len(bench.calls) == ATTEMPTS


@pytest.mark.parametrize("retry_after", ["0", PAST])
async def test_a_wait_that_the_source_asks_for_is_kept_and_then_tried_again(bench: Bench, retry_after: str) -> None:
    source = await bench.proven_source()
    bench.arm("status_429", times=1, retry_after=retry_after)

    answer = await bench.ask(source)

    assert len(answer.invoices) == len(bench.ledger.subject.invoices)
    assert len(bench.calls) == 2


async def test_a_wait_beyond_the_deadline_is_not_begun(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("status_429", retry_after="3600")

    with pytest.raises(SourceRateLimited) as caught:
        await bench.ask(source)

    assert caught.value.retry_after_seconds == 3600
    assert len(bench.calls) == 1


async def test_without_retries_there_is_one_attempt(bench: Bench) -> None:
    source = await bench.proven_source(retries=0)
    bench.arm("status_503")

    with pytest.raises(SourceUnavailable):
        await bench.ask(source)

    assert len(bench.calls) == 1


async def test_a_server_that_is_not_there_is_unavailable(bench: Bench) -> None:
    source = bench.source(base_url="http://127.0.0.1:1")

    with pytest.raises(SourceUnavailable):
        await bench.ask(source)
