"""How long an answer may be kept, and what a client that has it already is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from graph.http.freshness import cache_control
from resolvers.answers import SharedSource
from resolvers.gateway import WriteSide
from resolvers.model.errors import SourceTimeout
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.cache import AnswerCache
from tests.http.serving import ACCOUNT, client, endpoint, post, shop
from tests.lists.bench import Bench
from tests.lists.shelf import invoice_of

LIST = '{ customer(id: "C-1") { invoices(first: 1) { isComplete nodes { number } } } }'


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([], "private, no-cache"),
        ([UpstreamCall("shop", "List")], "private, max-age=15"),
        ([UpstreamCall("shop", "List", cache_status="HIT", age_seconds=4.2)], "private, max-age=10"),
        ([UpstreamCall("shop", "List", cache_status="HIT", age_seconds=14)], "private, max-age=1"),
        (
            [
                UpstreamCall("shop", "List", cache_status="HIT", age_seconds=2),
                UpstreamCall("dues", "List", cache_status="HIT", age_seconds=9),
            ],
            "private, max-age=6",
        ),
        ([UpstreamCall("shop", "List", cache_status="HIT", age_seconds=15.5)], "private, no-cache"),
        ([UpstreamCall("shop", "List", cache_status="STALE", age_seconds=100)], "no-store"),
        ([UpstreamCall("shop", "List"), UpstreamCall("dues", "List", outcome="SOURCE_TIMEOUT")], "no-store"),
    ],
)
def test_an_answer_may_be_kept_as_long_as_the_oldest_of_what_was_read_is_fresh(
    calls: list[UpstreamCall], expected: str
) -> None:
    assert cache_control(Operation(0, calls=calls), fresh_seconds=15) == expected


def kept() -> Bench:
    """A shop whose answers are kept, as the service keeps them."""
    bench = shop()
    shelf = bench.shelves["shop"]
    shelf.edit = lambda _, answer: msgspec.structs.replace(answer, fetched_at=datetime.now(UTC))
    bench.gateway.sources = {"shop": SharedSource(shelf, AnswerCache(fresh_seconds=60), key_secret=b"key")}
    return bench


async def test_an_answer_that_was_kept_here_has_less_time_left() -> None:
    bench = kept()
    shelf = bench.shelves["shop"]
    shelf.edit = lambda _, answer: msgspec.structs.replace(
        answer, fetched_at=datetime.fromtimestamp(datetime.now(UTC).timestamp() - 20, UTC)
    )
    graph = endpoint(bench, fresh_seconds=60)

    await post(graph, {"query": LIST})
    answer = await post(graph, {"query": LIST})

    assert answer.headers["cache-control"] in ("private, max-age=39", "private, max-age=40")
    assert len(shelf.calls) == 1


@pytest.mark.parametrize(("writers", "expected"), [({"shop": None}, "private, no-cache"), ({}, "private, max-age=60")])
async def test_where_something_can_be_written_every_read_asks_again_so_that_nobody_misses_their_own_writes(
    writers: Any, expected: str
) -> None:
    bench = kept()
    unused: Any = None
    bench.gateway.writing = WriteSide(writers, unused, unused)

    answer = await post(endpoint(bench, fresh_seconds=60.5), {"query": LIST})

    assert answer.headers["cache-control"] == expected


async def test_an_answer_with_a_link_that_runs_out_is_asked_for_again() -> None:
    bench = kept()
    bench.shelves["shop"].books = {"1": [invoice_of(ACCOUNT, "7", document_url="7")]}
    graph = endpoint(bench, fresh_seconds=3_600, document_link=lambda *_: "https://graph.test/documents/7")

    answer = await post(graph, {"query": LIST.replace("number", "documentUrl")})

    assert "https://graph.test/documents/7" in answer.text
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_what_is_incomplete_is_not_kept() -> None:
    bench = kept()
    bench.shelves["shop"].fault = lambda _: SourceTimeout("shop")

    answer = await post(endpoint(bench, fresh_seconds=60), {"query": LIST})

    assert answer.json()["extensions"]["incomplete"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    ["{ nothing }", "mutation { __typename }", "{ invoices(ids: []) { id } x: customers(first: 0) { totalCount } }"],
)
async def test_mistakes_and_mutations_are_not_kept(query: str) -> None:
    answer = await post(endpoint(kept(), fresh_seconds=60), {"query": query})

    assert answer.headers["cache-control"] == "no-store"


async def test_what_an_explanation_goes_with_is_not_kept() -> None:
    answer = await post(endpoint(kept(), fresh_seconds=60), {"query": LIST}, **{"x-invoice-graph-explain": "1"})

    assert "explain" in answer.json()["extensions"]
    assert answer.headers["cache-control"] == "no-store"


async def test_a_client_that_has_the_answer_already_is_not_sent_it_again() -> None:
    async with client(endpoint(kept(), fresh_seconds=60)) as asking:
        first = await asking.get("/", params={"query": LIST})
        tag = first.headers["etag"]
        same = await asking.get("/", params={"query": LIST}, headers={"if-none-match": f'"other", {tag}'})
        any_of_them = await asking.get("/", params={"query": LIST}, headers={"if-none-match": "*"})
        changed = await asking.get("/", params={"query": LIST}, headers={"if-none-match": '"other"'})

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert any_of_them.status_code == 304
    assert same.headers["cache-control"].startswith("private, max-age=")
    assert (changed.status_code, changed.json()) == (200, first.json())


async def test_what_is_not_kept_or_was_posted_has_no_tag() -> None:
    async with client(endpoint(kept(), fresh_seconds=60)) as asking:
        mistaken = await asking.get("/", params={"query": "{ nothing }"})
        posted = await asking.post("/", json={"query": LIST}, headers={"if-none-match": "*"})

    assert (mistaken.headers["cache-control"], "etag" in mistaken.headers) == ("no-store", False)
    assert (posted.status_code, "etag" in posted.headers) == (200, False)


async def test_answers_differ_by_what_the_client_says_of_itself() -> None:
    answer = await post(endpoint(kept()), {"query": "{ __typename }"})

    assert answer.headers["vary"] == "Accept, Authorization, x-invoice-graph-explain"
