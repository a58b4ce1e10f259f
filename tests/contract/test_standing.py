"""What a source says of itself: its names, and how it did lately."""

from __future__ import annotations

import asyncio

import pytest

from resolvers.model.errors import CircuitOpen, ErrorCode, SourceError, SourceProtocolError, SourceUnavailable
from resolvers.model.source import SourceState
from tests.contract.bench import TITLE, Bench, find, operation_of
from tests.contract.ledger import NAME

FAILURES_UNTIL_LEFT_ALONE = 5


async def test_a_source_has_its_kind_its_configured_name_and_its_title(bench: Bench) -> None:
    source = bench.source()

    assert (source.kind, source.name, source.title) == (bench.adapter.kind, NAME, TITLE)


async def test_a_source_without_a_title_is_called_by_its_name(bench: Bench) -> None:
    assert bench.source(title="").title == NAME


async def test_a_source_that_nobody_asked_is_untried(bench: Bench) -> None:
    health = bench.source().health()

    assert (health.state, health.last_success_at, health.last_error_code) == (SourceState.UNTRIED, None, None)


async def test_a_source_that_answers_is_up(bench: Bench) -> None:
    source = await bench.proven_source()

    health = source.health()

    assert (health.state, health.last_error_code) == (SourceState.UP, None)
    assert health.last_success_at is not None


async def test_a_source_that_failed_once_is_degraded(bench: Bench) -> None:
    source = await bench.proven_source(retries=0)
    bench.arm("status_503", times=1)

    with pytest.raises(SourceUnavailable):
        await bench.ask(source)

    health = source.health()
    assert (health.state, health.last_error_code) == (SourceState.DEGRADED, ErrorCode.SOURCE_UNAVAILABLE)


async def test_a_source_whose_answers_cannot_be_read_is_degraded_and_counted_as_such(bench: Bench) -> None:
    source = await bench.proven_source()
    good = bench.outcomes["OK"]
    bench.arm("truncated", times=3)
    for _ in range(3):
        with pytest.raises(SourceProtocolError):
            await bench.ask(source)

    health = source.health()
    assert (health.state, health.last_error_code) == (SourceState.DEGRADED, ErrorCode.SOURCE_PROTOCOL_ERROR)
    assert (bench.outcomes["OK"], bench.outcomes["SOURCE_PROTOCOL_ERROR"]) == (good, 3)


@pytest.mark.parametrize("kind", ["short_page", "lying_count", "foreign_row"])
async def test_an_answer_that_is_refused_for_its_rows_is_counted_and_degrades_its_source(
    bench: Bench, kind: str
) -> None:
    source = await bench.proven_source()
    bench.arm(kind)
    subject, ids = bench.ledger.subject, bench.ledger.ids(bench.ledger.subject)

    answers = await asyncio.gather(
        bench.ask(source), find(source, subject, ids[:2], operation_of()), return_exceptions=True
    )

    refused = sum(isinstance(answer, SourceProtocolError) for answer in answers)
    assert bench.outcomes["SOURCE_PROTOCOL_ERROR"] == refused
    assert (source.health().last_error_code is ErrorCode.SOURCE_PROTOCOL_ERROR) == bool(refused)


async def test_the_vendors_own_error_with_status_200_is_counted_by_its_code(bench: Bench) -> None:
    source = await bench.proven_source(retries=0)
    good = bench.outcomes["OK"]
    bench.arm("error_200", times=1)

    with pytest.raises(SourceError):
        await bench.ask(source)

    assert (bench.outcomes["OK"], bench.outcomes[bench.adapter.error_in_200]) == (good, 1)


async def test_a_source_that_keeps_failing_is_down_and_left_alone(bench: Bench) -> None:
    source = await bench.proven_source(retries=0)
    bench.arm("status_503")
    for _ in range(FAILURES_UNTIL_LEFT_ALONE):
        with pytest.raises(SourceUnavailable):
            await bench.ask(source)
    bench.calls.clear()

    with pytest.raises(CircuitOpen):
        await bench.ask(source)

    assert source.health().state is SourceState.DOWN
    assert bench.calls == []
