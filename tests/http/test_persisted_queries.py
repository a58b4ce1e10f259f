"""Automatic persisted queries: a hash stands for a text that was sent before, to whichever replica."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
import redis

from graph.http.persisted_queries import PersistedQueries
from resolvers.transport.texts import TextCache
from tests.http.serving import client, endpoint, post, shop
from tests.skips import skip

REDIS = "redis://127.0.0.1:6379/0"


@pytest.fixture
def redis_url() -> str:
    """A real Redis."""
    try:
        with redis.Redis.from_url(REDIS, socket_timeout=1) as server:
            server.ping()
    except (redis.RedisError, OSError):
        skip("no Redis on 127.0.0.1:6379")
    return REDIS


@pytest.fixture(params=["memory", "redis"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[TextCache]:
    """A store in memory, and one in a real Redis."""
    made = TextCache("memory://" if request.param == "memory" else request.getfixturevalue("redis_url"))
    yield made
    await made.aclose()


def text() -> str:
    """A query that nobody sent before."""
    return f"query Q{uuid4().hex} {{ viewer {{ roles }} }}"


def said(query: str, *, version: int = 1) -> dict[str, Any]:
    """The extensions that name the query by its hash."""
    return {"persistedQuery": {"version": version, "sha256Hash": sha256(query.encode()).hexdigest()}}


def code(answer: httpx.Response) -> str:
    """The first error's code."""
    return str(answer.json()["errors"][0]["extensions"]["code"])


async def test_a_text_sent_with_its_hash_is_known_by_it(store: TextCache) -> None:
    query, graph = text(), endpoint(shop(), PersistedQueries(store))

    unknown = await post(graph, {"extensions": said(query)})
    first = await post(graph, {"query": query, "extensions": said(query)})
    second = await post(graph, {"extensions": said(query)})
    async with client(graph) as asking:
        by_get = await asking.get("/", params={"extensions": '{"persistedQuery":' + _json(query) + "}"})

    assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
    assert code(unknown) == "PERSISTED_QUERY_NOT_FOUND"
    assert [answer.json()["data"] for answer in (first, second, by_get)] == [{"viewer": {"roles": ["STAFF"]}}] * 3


def _json(query: str) -> str:
    return '{"version":1,"sha256Hash":"' + sha256(query.encode()).hexdigest() + '"}'


async def test_a_document_id_of_the_specification_finds_it_too(store: TextCache) -> None:
    query, graph = text(), endpoint(shop(), PersistedQueries(store))
    await post(graph, {"query": query, "extensions": said(query)})

    answer = await post(graph, {"documentId": f"sha256:{sha256(query.encode()).hexdigest()}"})

    assert answer.json()["data"] == {"viewer": {"roles": ["STAFF"]}}


async def test_a_hash_with_the_prefix_of_the_specification_is_the_same(store: TextCache) -> None:
    query, graph = text(), endpoint(shop(), PersistedQueries(store))
    prefixed = {"persistedQuery": {"version": 1, "sha256Hash": f"sha256:{sha256(query.encode()).hexdigest()}"}}

    first = await post(graph, {"query": query, "extensions": prefixed})
    answers = [await post(graph, {"extensions": extensions}) for extensions in (prefixed, said(query))]

    assert [answer.json()["data"] for answer in (first, *answers)] == [{"viewer": {"roles": ["STAFF"]}}] * 3


async def test_a_hash_of_another_text_is_refused(store: TextCache) -> None:
    query, graph = text(), endpoint(shop(), PersistedQueries(store))

    answer = await post(graph, {"query": "{ __typename }", "extensions": said(query)})

    assert (answer.status_code, code(answer)) == (400, "BAD_USER_INPUT")
    assert code(await post(graph, {"extensions": said(query)})) == "PERSISTED_QUERY_NOT_FOUND"


@pytest.mark.parametrize("invalid", ["{ nothing }", "{", "{ viewer { roles } } #" + "x" * 20_000])
async def test_what_is_invalid_or_large_is_not_kept(invalid: str, store: TextCache) -> None:
    query, graph = f"{invalid}\n#{uuid4()}", endpoint(shop(), PersistedQueries(store))

    await post(graph, {"query": query, "extensions": said(query)})

    assert code(await post(graph, {"extensions": said(query)})) == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_text_that_somebody_else_put_under_the_hash_does_not_run(store: TextCache) -> None:
    query, graph = text(), endpoint(shop(), PersistedQueries(store))
    await store.put(sha256(query.encode()).hexdigest(), "{ __typename }")

    answer = await post(graph, {"extensions": said(query)})

    assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"


async def test_another_version_sends_apollos_clients_back_to_texts(store: TextCache) -> None:
    answer = await post(endpoint(shop(), PersistedQueries(store)), {"extensions": said("", version=2)})

    assert answer.json()["errors"][0]["message"] == "PersistedQueryNotSupported"


async def test_another_replica_knows_it_and_forgets_it_within_the_hour(redis_url: str) -> None:
    query, here, there = text(), TextCache(redis_url), TextCache(redis_url)
    await post(endpoint(shop(), PersistedQueries(here)), {"query": query, "extensions": said(query)})

    answer = await post(endpoint(shop(), PersistedQueries(there)), {"extensions": said(query)})

    assert answer.json()["data"] == {"viewer": {"roles": ["STAFF"]}}
    with redis.Redis.from_url(redis_url) as server:
        key = f"invoice-graph:text:1:{sha256(query.encode()).hexdigest()}"
        assert 0 < int(str(server.ttl(key))) <= 3_600
    await here.aclose()
    await there.aclose()


async def test_a_redis_that_is_down_costs_the_hash_alone(unused_tcp_port: int) -> None:
    query, store = text(), TextCache(f"redis://127.0.0.1:{unused_tcp_port}/0")
    graph = endpoint(shop(), PersistedQueries(store))

    with_text = await post(graph, {"query": query, "extensions": said(query)})
    without = await post(graph, {"extensions": said(query)})

    assert with_text.json()["data"] == {"viewer": {"roles": ["STAFF"]}}
    assert code(without) == "PERSISTED_QUERY_NOT_FOUND"
    await store.aclose()


async def test_memory_keeps_so_many_bytes_and_no_more() -> None:
    store = TextCache()
    for number in range(400):
        await store.put(str(number), "x" * 50_000)

    assert await store.get("0") is None
    assert await store.get("399") is not None
    await store.aclose()
