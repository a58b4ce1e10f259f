"""After a write nobody is answered with what was kept of the account before it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from resolvers.answers import SharedSource
from resolvers.model.customer import Account
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth, SourceState
from resolvers.transport.cache import AnswerCache

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ACCOUNT = Account(id="a", source="orders", key="7", customer_id="c")
OTHER = Account(id="b", source="orders", key="8", customer_id="c")
QUERY = ListQuery(account=ACCOUNT, fields=frozenset({"total"}))


class Counting:
    """A source that can be written to, whose answers count the questions."""

    name = title = kind = "orders"
    capabilities = Capabilities(
        documentation="",
        fields=QUERY.fields,
        list_fields=QUERY.fields,
        lists_by_account=True,
        lists_paid_invoices=True,
        writes=True,
    )

    def __init__(self) -> None:
        self.asked = 0
        self.open = asyncio.Event()
        self.open.set()

    def health(self) -> SourceHealth:
        """As if nobody had asked."""
        return SourceHealth(state=SourceState.UNTRIED, since=NOON)

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """How often it was asked, this time included."""
        operation.begin(UpstreamCall(source="orders", operation="Invoices", attempts=1))
        self.asked += 1
        answer = InvoiceList(invoices=[], total_count=self.asked, fetched_at=NOON)
        await self.open.wait()
        return answer

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """Nothing."""
        return InvoiceList(invoices=[], fetched_at=NOON)

    async def aclose(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
async def shared() -> AsyncIterator[SharedSource]:
    cache = AnswerCache(fresh_seconds=60)
    made = SharedSource(Counting(), cache, key_secret=b"key")
    yield made
    await made.aclose()
    await cache.aclose()


async def ask(shared: SharedSource, account: Account = ACCOUNT) -> int | None:
    operation = Operation(deadline=time.monotonic() + 5)
    answer = await shared.list_invoices(replace(QUERY, account=account), operation)
    await asyncio.gather(*shared._puts)
    return answer.total_count


async def test_a_forgotten_accounts_answers_are_asked_anew_and_no_other_accounts(shared: SharedSource) -> None:
    assert [await ask(shared), await ask(shared, OTHER), await ask(shared)] == [1, 2, 1]

    await shared.forget(ACCOUNT)

    assert [await ask(shared), await ask(shared, OTHER), await ask(shared)] == [3, 2, 3]


async def test_a_call_under_way_is_not_joined_and_what_it_brings_is_not_kept(shared: SharedSource) -> None:
    source = shared._source
    assert isinstance(source, Counting)
    source.open.clear()
    before = asyncio.create_task(ask(shared))
    while not source.asked:  # noqa: ASYNC110  # the call has no event to wait for
        await asyncio.sleep(0)

    await shared.forget(ACCOUNT)
    after = asyncio.create_task(ask(shared))
    await asyncio.sleep(0.01)
    source.open.set()

    assert [await before, await after, await ask(shared)] == [1, 2, 2]


async def test_what_was_begun_before_stays_forgotten_when_all_that_was_kept_by_then_is_gone() -> None:
    cache = AnswerCache(fresh_seconds=0.01, stale_seconds=0.01)
    before = await cache.generation("group")
    await cache.forget("group")

    await asyncio.sleep(0.05)

    assert await cache.generation("group") != before
    await cache.aclose()


async def test_a_cache_that_keeps_nothing_has_nothing_to_forget() -> None:
    cache = AnswerCache(fresh_seconds=0, stale_seconds=0)

    await cache.forget("group")

    assert await cache.generation("group") == ""
    await cache.aclose()
