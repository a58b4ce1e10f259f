"""After a write nobody is answered with what was kept of the account before it."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis
from msgspec.structs import replace

from resolvers.answers import SharedSource
from resolvers.model.customer import Account
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import Capabilities, FindQuery, InvoiceList, ListQuery, SourceHealth, SourceState
from resolvers.transport.breaker import Breaker
from resolvers.transport.cache import AnswerCache
from resolvers.transport.generations import Generations
from tests.skips import skip
from tests.transport.test_cache import own_redis

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


async def ask(shared: SharedSource, account: Account = ACCOUNT) -> int:
    operation = Operation(deadline=time.monotonic() + 5)
    answer = await shared.list_invoices(replace(QUERY, account=account), operation)
    await asyncio.gather(*shared._puts)
    assert answer.total_count is not None
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


async def test_a_call_under_way_is_not_joined_where_nothing_is_kept_either_and_another_accounts_is() -> None:
    cache, source = AnswerCache(fresh_seconds=0, stale_seconds=0), Counting()
    shared = SharedSource(source, cache, key_secret=b"key")
    source.open.clear()
    asking = [asyncio.create_task(ask(shared, account)) for account in (ACCOUNT, OTHER)]
    await asyncio.sleep(0.01)

    await shared.forget(ACCOUNT)
    asking += [asyncio.create_task(ask(shared, account)) for account in (ACCOUNT, OTHER)]
    await asyncio.sleep(0.01)
    source.open.set()

    assert await asyncio.gather(*asking) == [1, 2, 3, 2]
    await cache.aclose()


async def test_a_source_whose_answers_are_not_kept_is_asked_each_time() -> None:
    cache = AnswerCache(fresh_seconds=0, stale_seconds=0)
    shared = SharedSource(Counting(), cache, key_secret=b"key")

    await shared.forget(ACCOUNT)

    assert [await ask(shared), await ask(shared)] == [1, 2]
    await cache.aclose()


@dataclass(frozen=True, slots=True)
class Replicas:
    """Two gateways over a Redis of their own, the source that the other asks, and who operates the Redis."""

    one: SharedSource
    other: SharedSource
    asked_by_other: Counting
    operator: redis.Redis


@pytest.fixture
async def replicas(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[Replicas]:
    if shutil.which("redis-server") is None:
        skip("no redis-server to start")
    url, sources = f"redis://127.0.0.1:{unused_tcp_port}/0", [Counting(), Counting()]
    caches = [AnswerCache(url, fresh_seconds=60, breaker=Breaker(failures=1_000)) for _ in sources]
    one, other = (SharedSource(source, cache, key_secret=b"key") for source, cache in zip(sources, caches, strict=True))
    with own_redis(tmp_path, unused_tcp_port), redis.Redis.from_url(url) as operator:
        async with asyncio.timeout(10):
            while await ask(one) != await ask(one):
                pass  # the server is not up yet
        yield Replicas(one, other, sources[1], operator)
        for cache in caches:
            await cache.aclose()


async def test_what_one_replica_wrote_no_other_shows_as_it_was(replicas: Replicas) -> None:
    before = await ask(replicas.one)
    assert await ask(replicas.other) == before

    await replicas.one.forget(ACCOUNT)

    assert replicas.asked_by_other.asked == 0
    assert [await ask(replicas.other), await ask(replicas.one)] == [1, 1]


async def test_what_was_written_where_the_newest_key_is_another_one_is_not_shown_as_it_was(replicas: Replicas) -> None:
    rotated = SharedSource(Counting(), replicas.one._cache, key_secret=b"the next key")
    before = await ask(replicas.one)
    assert await ask(replicas.one) == before

    await rotated.forget(ACCOUNT)

    assert await ask(replicas.one) == before + 1


async def test_a_call_under_way_at_another_replica_is_not_joined_after_the_write(replicas: Replicas) -> None:
    source = replicas.asked_by_other
    await replicas.one.forget(ACCOUNT)
    source.open.clear()
    before = asyncio.create_task(ask(replicas.other))
    while not source.asked:  # noqa: ASYNC110  # the call has no event to wait for
        await asyncio.sleep(0.001)

    await replicas.one.forget(ACCOUNT)
    after = asyncio.create_task(ask(replicas.other))
    async with asyncio.timeout(5):
        while source.asked < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
    source.open.set()

    assert [await before, await after] == [1, 2]


async def test_a_full_redis_forgets_all_the_same(replicas: Replicas) -> None:
    before = await ask(replicas.one)
    replicas.operator.config_set("maxmemory", 1)

    await replicas.one.forget(ACCOUNT)
    meanwhile = await ask(replicas.one)
    replicas.operator.config_set("maxmemory", 0)
    after = [await ask(replicas.one), await ask(replicas.one), await ask(replicas.other)]

    assert [meanwhile, *after] == [before + 1, before + 2, before + 2, before + 2]


async def test_what_redis_did_not_hear_is_not_shown_here_and_is_told_to_it_again(replicas: Replicas) -> None:
    await ask(replicas.one)
    others = await ask(replicas.one, OTHER)
    replicas.operator.replicaof("127.0.0.1", "1")  # it answers questions, and refuses to change anything

    await replicas.one.forget(ACCOUNT)
    meanwhile = [await ask(replicas.one), await ask(replicas.one), await ask(replicas.one, OTHER)]
    replicas.operator.replicaof("NO", "ONE")
    await ask(replicas.one, OTHER)

    assert meanwhile == [others + 1, others + 2, others]
    assert [await ask(replicas.other), replicas.asked_by_other.asked] == [1, 1]


async def test_a_generation_that_redis_has_evicted_forgets_more_and_never_less(replicas: Replicas) -> None:
    before = await ask(replicas.one)
    await replicas.one.forget(ACCOUNT)
    written = await ask(replicas.one)

    replicas.operator.delete(*replicas.operator.keys("invoice-graph:generation:*"))

    assert await ask(replicas.one) == written + 1 != before


async def test_a_generation_lasts_as_long_as_what_is_kept_under_it(replicas: Replicas) -> None:
    [generation] = replicas.operator.keys("invoice-graph:generation:*")
    replicas.operator.expire(generation, 5)

    await replicas.one.list_invoices(replace(QUERY, page=2), Operation(deadline=time.monotonic() + 5))
    await asyncio.gather(*replicas.one._puts)

    assert replicas.operator.pttl(generation) > 3_600_000


async def test_ends_that_nobody_hears_are_bounded_and_none_of_them_is_lost_here(replicas: Replicas) -> None:
    backend = replicas.one._cache._backend
    generations = Generations(backend, 60, most_unheard=2)
    before = {group: await generations.of(group) for group in "abc"}
    replicas.operator.replicaof("127.0.0.1", "1")

    for group in "abc":
        await generations.end(group)
    replicas.operator.replicaof("NO", "ONE")

    assert len(generations._unheard) <= 2
    assert not {await generations.of(group) for group in "abc"} & {*before.values()}
