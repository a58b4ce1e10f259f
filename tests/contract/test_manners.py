"""However a call fails: it stays within its calls, keeps what is secret, and sends nothing that was not allowed."""

from __future__ import annotations

from contextlib import suppress

import pytest

from resolvers.model.errors import CallBudgetExceeded, SourceError
from sandbox.faults import MEANING_KINDS, TRANSPORT_KINDS
from tests.contract.adapter import ADAPTERS
from tests.contract.bench import Bench, operation_of

MOST_CALLS = 4
MATRIX = [
    pytest.param(adapter, kind, id=f"{adapter.name}-{kind}")
    for adapter in ADAPTERS
    for kind in sorted(TRANSPORT_KINDS | MEANING_KINDS.get(adapter.emulator, frozenset()))
]
ALWAYS_ERRORS = (
    "status_401",
    "status_403",
    "status_429",
    "status_500",
    "reset",
    "truncated",
    "truncated_wrong_length",
    "html_200",
    "error_200",
)


@pytest.mark.parametrize(("adapter", "kind"), MATRIX, indirect=["adapter"])
async def test_a_logical_call_is_at_most_four_calls_with_its_login(bench: Bench, kind: str) -> None:
    source = bench.source(timeout_seconds=1, max_body_bytes=1_000_000)
    bench.arm(kind)

    with suppress(SourceError):
        await bench.ask(source)

    assert 1 <= len(bench.calls) <= MOST_CALLS


@pytest.mark.parametrize("kind", ALWAYS_ERRORS)
async def test_an_error_says_a_sentence_of_ours_and_its_detail_no_secret(bench: Bench, kind: str) -> None:
    source = await bench.proven_source()
    bench.arm(kind)

    with pytest.raises(SourceError) as caught:
        await bench.ask(source)

    error = caught.value
    own = bench.ledger.subject.account.secret
    hidden = [*bench.adapter.secrets, bench.sandbox.url(bench.adapter.emulator), *([own.reveal()] if own else [])]
    assert str(error) == error.message == type(error).sentence
    assert [secret for secret in hidden if secret in f"{error!r} {error.detail}"] == []


async def test_an_operation_without_calls_left_sends_nothing(bench: Bench) -> None:
    with pytest.raises(CallBudgetExceeded):
        await bench.ask(bench.source(), operation_of(call_budget=0))

    assert bench.calls == []


async def test_every_call_is_noted_with_its_account_and_without_a_secret(bench: Bench) -> None:
    operation = operation_of()

    await bench.ask(bench.source(), operation)

    account = bench.ledger.subject.account
    assert [call.account for call in operation.calls if call.operation != bench.adapter.login] == [account.key]
    assert sum(call.attempts for call in operation.calls) == len(bench.calls)
    assert [secret for secret in bench.adapter.secrets if secret in repr(operation.calls)] == []
