"""A source that is late costs no more than the time that it was given."""

from __future__ import annotations

import pytest

from resolvers.model.errors import SourceTimeout
from tests.contract.bench import Bench, operation_of

LATE = ("slow", "trickle", "hang")


@pytest.mark.parametrize("kind", LATE)
async def test_an_answer_after_the_operations_deadline_is_a_timeout(bench: Bench, kind: str) -> None:
    source = await bench.proven_source()
    bench.arm(kind, seconds=60)

    with pytest.raises(SourceTimeout):
        await bench.ask(source, operation_of(seconds=0.1))


@pytest.mark.parametrize("kind", LATE)
async def test_an_answer_after_the_sources_own_timeout_is_a_timeout(bench: Bench, kind: str) -> None:
    bench.arm(kind, seconds=60)

    with pytest.raises(SourceTimeout):
        await bench.ask(bench.source(timeout_seconds=0.1))


async def test_an_operation_without_time_left_sends_nothing(bench: Bench) -> None:
    with pytest.raises(SourceTimeout):
        await bench.ask(bench.source(), operation_of(seconds=0))

    assert bench.calls == []


async def test_a_source_that_was_late_once_is_whole_the_next_time(bench: Bench) -> None:
    source = await bench.proven_source()
    whole = await bench.ask(source)
    bench.arm("hang", times=1)
    with pytest.raises(SourceTimeout):
        await bench.ask(source, operation_of(seconds=0.1))

    again = await bench.ask(source)

    assert again.invoices == whole.invoices
