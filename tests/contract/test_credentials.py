"""Refused credentials are said to be so, and an expired session costs one login, whoever waits for it."""

from __future__ import annotations

import asyncio

import pytest

from resolvers.model.errors import SourceAuthFailed
from tests.contract.bench import Bench

MANY = 10


@pytest.mark.parametrize("kind", ["status_401", "status_403"])
async def test_a_refusal_is_failed_authentication_after_one_more_login_at_most(bench: Bench, kind: str) -> None:
    source = await bench.proven_source()
    bench.arm(kind)

    with pytest.raises(SourceAuthFailed):
        await bench.ask(source)

    assert 1 <= len(bench.calls) <= 3


async def test_ten_first_calls_share_one_login(bench: Bench) -> None:
    source = bench.source()

    answers = await asyncio.gather(*(bench.ask(source) for _ in range(MANY)))

    assert {len(answer.invoices) for answer in answers} == {len(bench.ledger.subject.invoices)}
    assert (bench.logins, len(bench.calls)) == (1, 1 + MANY)


async def test_an_expired_session_is_renewed_unseen_by_one_login(bench: Bench) -> None:
    source = await bench.proven_source()
    whole = await bench.ask(source)
    bench.calls.clear()
    bench.arm("expired_token", times=1)

    again = await bench.ask(source)

    assert again.invoices == whole.invoices
    assert (bench.logins, len(bench.calls)) == (1, 3)


async def test_ten_calls_that_find_the_session_expired_share_one_login(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("expired_token", times=1)

    answers = await asyncio.gather(*(bench.ask(source) for _ in range(MANY)))

    assert {len(answer.invoices) for answer in answers} == {len(bench.ledger.subject.invoices)}
    assert bench.logins == 1
    assert len(bench.calls) <= 1 + 2 * MANY


async def test_a_session_that_never_holds_is_refused_after_one_more_login(bench: Bench) -> None:
    source = await bench.proven_source()
    bench.arm("expired_token")

    with pytest.raises(SourceAuthFailed):
        await bench.ask(source)

    assert bench.logins <= 1
    assert len(bench.calls) <= 3
