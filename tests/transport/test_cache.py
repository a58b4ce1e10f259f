"""Answers that are kept, and what a cache that fails costs: itself."""

from __future__ import annotations

import asyncio
import pickle
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import redis
from structlog.testing import capture_logs

from resolvers.model.invoice import Invoice, InvoiceLine, Note, Provenance
from resolvers.model.line_table import Kind, LineTable, TableLines
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.source import InvoiceList
from resolvers.transport.breaker import Breaker
from resolvers.transport.cache import AnswerCache, CachedAnswer
from tests.skips import skip
from tests.transport.test_breaker import Time
from tests.transport.wire import hang, wire

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
ANSWER = InvoiceList(
    invoices=[
        Invoice(
            source="shop",
            account_key="7",
            account_id="a",
            source_invoice_id="0070145",
            issue_date=date(2026, 1, 31),
            total=Money(Decimal("600.00"), "EUR"),
            lines=[
                InvoiceLine(position=1, quantity=Decimal("3.00"), total=TaxedMoney(gross=Money(Decimal("0.10"), "EUR")))
            ],
            provenance=Provenance("shop", "List", NOON),
            notes=[Note("SCALE_EXCESS", "total")],
        )
    ],
    total_count=1,
    fetched_at=NOON,
)


@pytest.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[AnswerCache]:
    """A cache in memory, and one in a real Redis."""
    url = "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")
    made = AnswerCache(url, fresh_seconds=15, stale_seconds=60)
    yield made
    await made.aclose()


async def test_an_answer_comes_back_as_it_was_kept(cache: AnswerCache) -> None:
    key = uuid4().hex

    await cache.put(key, ANSWER)
    cached = await cache.get(key)

    assert cached is not None
    assert cached.answer == ANSWER
    assert str(cached.answer.invoices[0].total) == str(ANSWER.invoices[0].total)
    assert cache.is_fresh(cached)


async def test_lines_in_a_table_come_back_as_a_list(cache: AnswerCache) -> None:
    table = LineTable("EUR", {"sku": ["A", "B"]}, {"position": Kind.POSITION, "sku": Kind.TEXT})
    invoice = msgspec.structs.replace(ANSWER.invoices[0], lines=TableLines(table, 1, 2))
    key = uuid4().hex

    await cache.put(key, msgspec.structs.replace(ANSWER, invoices=[invoice]))
    cached = await cache.get(key)

    assert cached is not None
    assert cached.answer.invoices[0].lines == [InvoiceLine(position=1, sku="B")]


async def test_what_was_not_kept_is_not_there(cache: AnswerCache) -> None:
    assert await cache.get(uuid4().hex) is None


async def test_an_answer_ages() -> None:
    now = Time()
    cache = AnswerCache(fresh_seconds=15, now=now)
    cached = CachedAnswer(0.0, ANSWER)

    now.seconds = 14.9
    assert cache.is_fresh(cached)
    now.seconds = 15.0
    assert not cache.is_fresh(cached)


async def test_an_answer_of_a_clock_that_was_ahead_is_fresh_no_longer_than_others() -> None:
    now = Time()
    cache = AnswerCache(fresh_seconds=15, now=now)
    now.seconds = -3_600

    assert not cache.is_fresh(CachedAnswer(0.0, ANSWER))
    assert cache.is_fresh(CachedAnswer(-3_598.0, ANSWER))  # of another replica, two seconds ahead


async def test_redis_forgets_what_is_too_old_to_stand_in(redis_url: str) -> None:
    cache, key = AnswerCache(redis_url, fresh_seconds=5, stale_seconds=60), uuid4().hex
    async with asyncio.timeout(20):
        while await cache.get(key) is None:  # a cache has little patience, and the machine may be busy
            await cache.put(key, ANSWER)
    await cache.aclose()

    with redis.Redis.from_url(redis_url) as client:
        assert 55 < int(str(client.ttl(f"invoice-graph:answer:2:{key}"))) <= 60


async def test_an_answer_that_would_crowd_out_all_others_is_not_kept() -> None:
    cache = AnswerCache()
    huge = InvoiceList(invoices=[], notes=[Note("x" * 1_000)] * 3_000, fetched_at=NOON)

    await cache.put("key", huge)

    assert await cache.get("key") is None
    await cache.aclose()


@pytest.mark.parametrize("unwritable", [{"number": "6\ud83d"}, {"lines": [object()]}, {"number": 2**64}])
async def test_an_answer_that_cannot_be_written_is_not_kept(unwritable: dict[str, object]) -> None:
    cache = AnswerCache()
    invoice = msgspec.structs.replace(ANSWER.invoices[0], **unwritable)

    await cache.put("key", msgspec.structs.replace(ANSWER, invoices=[invoice]))

    assert await cache.get("key") is None
    await cache.aclose()


async def test_an_answer_that_is_too_large_by_its_rows_is_not_encoded_first() -> None:
    cache = AnswerCache()
    unreadable = LineTable("EUR", {}, {"quantity": Kind.NUMBER})
    invoice = msgspec.structs.replace(ANSWER.invoices[0], lines=TableLines(unreadable, 0, 30_000))

    await cache.put("key", msgspec.structs.replace(ANSWER, invoices=[invoice]))

    assert await cache.get("key") is None
    await cache.aclose()


async def test_an_answer_of_many_rows_is_kept_as_long_as_it_is_not_too_large() -> None:
    cache = AnswerCache()
    bare = Invoice(source="", account_key="", account_id="", source_invoice_id="", provenance=Provenance("", "", NOON))

    await cache.put("key", InvoiceList(invoices=[bare] * 2_500, fetched_at=NOON))

    assert await cache.get("key") is not None
    await cache.aclose()


class Poison:
    """Would be run if it were unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        """What unpickling runs."""
        return exec, ("raise SystemExit",)


@pytest.mark.parametrize("content", [pickle.dumps(Poison()), b"bytes:" + pickle.dumps(Poison()), b"17", b"bytes:\x93"])
async def test_what_somebody_else_put_into_redis_is_nothing(content: bytes, redis_url: str) -> None:
    cache, key = AnswerCache(redis_url), uuid4().hex
    with redis.Redis.from_url(redis_url) as client:
        client.set(f"invoice-graph:answer:2:{key}", content, px=10_000)

    assert await cache.get(key) is None
    await cache.aclose()


@contextmanager
def own_redis(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server of the test's own, to be killed."""
    arguments = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


async def test_a_redis_that_dies_and_comes_back_costs_the_cache_meanwhile(tmp_path: Path, unused_tcp_port: int) -> None:
    if shutil.which("redis-server") is None:
        skip("no redis-server to start and stop")
    time = Time()
    cache = AnswerCache(f"redis://127.0.0.1:{unused_tcp_port}/0", breaker=Breaker(failures=3, clock=time))
    with own_redis(tmp_path, unused_tcp_port):
        await kept(cache, time)
    with capture_logs() as lines:
        assert [await cache.get("key") for _ in range(3)] == [None] * 3
        await cache.put("key", ANSWER)
    assert {line["event"] for line in lines} == {"cache_failed"}
    assert len(lines) == 3

    with own_redis(tmp_path, unused_tcp_port):
        await kept(cache, time)
        await cache.aclose()


async def kept(cache: AnswerCache, time: Time) -> None:
    """Returns when the server is up and keeps what it gets; the breaker's pauses pass at once."""
    async with asyncio.timeout(10):
        while await cache.get("key") is None:
            await asyncio.sleep(0.05)
            time.seconds += 60
            await cache.put("key", ANSWER)


async def test_a_redis_that_stops_in_the_middle_costs_the_cache_until_it_goes_on(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    if shutil.which("redis-server") is None:
        skip("no redis-server to stop")
    time = Time()
    cache = AnswerCache(f"redis://127.0.0.1:{unused_tcp_port}/0", breaker=Breaker(failures=3, clock=time))
    with own_redis(tmp_path, unused_tcp_port) as process:
        await kept(cache, time)
        process.send_signal(signal.SIGSTOP)
        with capture_logs() as lines:
            assert [await cache.get("key") for _ in range(9)] == [None] * 9
        assert len(lines) == 3

        process.send_signal(signal.SIGCONT)
        await kept(cache, time)
    await cache.aclose()


async def test_a_redis_that_is_not_there_at_the_start_is_used_once_it_is(tmp_path: Path, unused_tcp_port: int) -> None:
    if shutil.which("redis-server") is None:
        skip("no redis-server to start")
    time = Time()
    cache = AnswerCache(f"redis://127.0.0.1:{unused_tcp_port}/0", breaker=Breaker(failures=3, clock=time))
    assert [await cache.get("key") for _ in range(5)] == [None] * 5

    with own_redis(tmp_path, unused_tcp_port):
        await kept(cache, time)
    await cache.aclose()


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b":no number\r\n",
        b"*1\r\n" * 3_000,
        b"%2\r\n*0\r\n*0\r\n",
        b"-MOVED 1 elsewhere\r\n",
        b"-NOAUTH Authentication required.\r\n",
        b"$99999999\r\nx",
        b"\x00\xff" * 99,
    ],
)
async def test_what_speaks_no_redis_is_an_empty_cache(garbage: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while await reader.read(1_000):
                writer.write(garbage)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    cache = AnswerCache(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")

    await cache.put("key", ANSWER)
    await cache.forget("group")
    assert (await cache.get("key"), await cache.generation("group")) == (None, None)

    await cache.aclose()
    server.close()


async def test_memory_is_bounded_by_bytes_and_the_least_used_go_first() -> None:
    cache = AnswerCache(memory_bytes=100_000)
    large = InvoiceList(invoices=[], notes=[Note("x" * 1_000)] * 10, fetched_at=NOON)

    await cache.put("used", large)
    for number in range(50):
        await cache.put(f"{number}", large)
        assert await cache.get("used") is not None

    kept_on = [number for number in range(50) if await cache.get(f"{number}") is not None]
    assert kept_on == list(range(50 - len(kept_on), 50))
    assert 5 <= len(kept_on) <= 9
    await cache.aclose()


async def test_an_answer_larger_than_the_memory_is_not_kept_and_costs_no_other() -> None:
    cache = AnswerCache(memory_bytes=5_000)
    await cache.put("small", ANSWER)

    await cache.put("large", InvoiceList(invoices=[], notes=[Note("x" * 1_000)] * 10, fetched_at=NOON))

    assert await cache.get("large") is None
    assert await cache.get("small") is not None
    await cache.aclose()


async def test_what_is_put_again_and_again_takes_its_place_once() -> None:
    cache = AnswerCache(memory_bytes=5_000)
    await cache.put("first", ANSWER)

    for _ in range(100):
        await cache.put("second", ANSWER)

    assert await cache.get("first") is not None
    await cache.aclose()


async def test_a_redis_that_hangs_is_not_waited_for() -> None:
    async with wire(hang) as server:
        cache = AnswerCache(server.url.replace("http", "redis"))
        async with asyncio.timeout(2):
            assert [await cache.get("key") for _ in range(50)] == [None] * 50
        await cache.aclose()


@pytest.mark.parametrize("url", ["", "memory", "http://127.0.0.1", "disk://"])
def test_another_kind_of_cache_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="memory://"):
        AnswerCache(url)
