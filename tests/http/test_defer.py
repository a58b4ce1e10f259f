"""Deferred fragments: what is known comes at once, what a slow source says when it says it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
import pytest
from starlette.types import Message

from graph.http.endpoint import Endpoint
from resolvers.answers import SharedSource
from resolvers.model.errors import SourceTimeout
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource, ListQuery
from resolvers.transport.cache import AnswerCache
from tests.http.serving import ACCOUNT, endpoint, post, shop
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import WHOLE, Shelf, invoice_of

PARTS = "multipart/mixed;incrementalSpec=v0.2, application/graphql-response+json"
LIST = "invoices(first: 1) { isComplete nodes { number } }"
DEFERRED = f'{{ customer(id: "C-1") {{ id ... @defer(label: "list") {{ {LIST} }} }} }}'
FOUND = {"invoices": {"isComplete": True, "nodes": [{"number": "7"}]}}


class Conversation:
    """One request to the endpoint, whose answer is read part by part."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        self._text = ""

    async def part(self) -> Any:
        """The next part, as soon as it is delimited."""
        while "\r\n---" not in self._text[3:]:
            message = await self.sent.get()
            self._text += message.get("body", b"").decode()
        part, _, rest = self._text[3:].partition("\r\n---")
        self._text = "---" + rest
        return json.loads(part.partition("\r\n\r\n")[2])


@asynccontextmanager
async def asked(
    graph: Endpoint, query: str, **variables: object
) -> AsyncIterator[tuple[Conversation, asyncio.Task[None]]]:
    """The conversation, and the task that answers."""
    talk = Conversation()
    body = json.dumps({"query": query, "variables": variables}).encode()
    headers = [(b"content-type", b"application/json"), (b"accept", PARTS.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers, "state": {}}
    talk.received.put_nowait({"type": "http.request", "body": body})

    async def send(message: Message) -> None:
        talk.sent.put_nowait(message)

    task = asyncio.create_task(graph(scope, talk.received.get, send))
    async with asyncio.timeout(10):
        yield talk, task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def slow() -> tuple[Bench, asyncio.Event]:
    """A shop that answers nothing until it is let."""
    bench = shop()
    bench.shelves["shop"].open = asyncio.Event()
    return bench, bench.shelves["shop"].open


async def test_what_is_known_comes_before_the_source_has_answered() -> None:
    bench, answers = slow()

    async with asked(endpoint(bench), DEFERRED) as (talk, _):
        start = await talk.sent.get()
        first = await talk.part()
        answers.set()
        last = await talk.part()

    assert (b"content-type", b'multipart/mixed; boundary="-"') in start["headers"]
    assert (b"cache-control", b"no-store") in start["headers"]
    assert first == {
        "data": {"customer": {"id": "C-1"}},
        "pending": [{"id": "0", "path": ["customer"], "label": "list"}],
        "hasNext": True,
    }
    late = {"id": "0", "path": ["customer"], "data": FOUND}
    assert last == {"incremental": [late], "completed": [{"id": "0"}], "hasNext": False}


async def test_a_proxy_is_told_to_pass_each_part_on_as_it_comes() -> None:
    in_parts = await post(endpoint(shop()), {"query": DEFERRED}, accept=PARTS)
    whole = await post(endpoint(shop()), {"query": DEFERRED}, accept="application/json")

    assert in_parts.headers["x-accel-buffering"] == "no"
    assert "x-accel-buffering" not in whole.headers


@pytest.mark.parametrize(
    "accept",
    ["application/json", "*/*", "multipart/mixed;deferSpec=20220824, application/json", "multipart/mixed;q=0, */*"],
)
async def test_a_client_that_takes_no_parts_gets_one_whole_answer(accept: str) -> None:
    answer = await post(endpoint(shop()), {"query": DEFERRED}, accept=accept)

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"data": {"customer": {"id": "C-1", **FOUND}}}


async def test_a_directive_with_space_behind_its_sign_is_taken_out_like_any_other() -> None:
    spaced = DEFERRED.replace("@defer", "@ # late\n defer")

    answer = await post(endpoint(shop()), {"query": spaced}, accept="application/json")

    assert answer.json() == {"data": {"customer": {"id": "C-1", **FOUND}}}


@pytest.mark.parametrize(("condition", "is_whole"), [(True, False), (False, True)])
async def test_a_fragment_is_deferred_only_if_its_condition_holds(condition: bool, is_whole: bool) -> None:
    query = f'query ($late: Boolean!) {{ customer(id: "C-1") {{ id ... @defer(if: $late) {{ {LIST} }} }} }}'
    body = {"query": query, "variables": {"late": condition}}

    in_parts = await post(endpoint(shop()), body, accept=PARTS)
    whole = await post(endpoint(shop()), body, accept="application/json")

    assert in_parts.headers["content-type"].startswith("application/") == is_whole
    assert whole.json() == {"data": {"customer": {"id": "C-1", **FOUND}}}


async def test_fragments_deferred_in_the_rows_of_a_list_bring_each_row_its_own() -> None:
    bench = shop()
    bench.shelves["shop"].books["1"] += [invoice_of(ACCOUNT, str(number), date(2026, 1, number)) for number in (8, 9)]
    rows = "nodes { number ... @defer { issueDate source { name } } }"
    query = f'{{ customer(id: "C-1") {{ invoices(first: 3) {{ {rows} }} }} }}'
    whole = (await post(endpoint(bench), {"query": query})).json()["data"]["customer"]["invoices"]["nodes"]

    async with asked(endpoint(bench), query) as (talk, _):
        first = await talk.part()
        parts = [await talk.part()]
        while parts[-1]["hasNext"]:
            parts.append(await talk.part())

    places = {pending["id"]: pending["path"][-1] for part in [first, *parts] for pending in part.get("pending", [])}
    late = {places[each["id"]]: each["data"] for part in parts for each in part["incremental"]}
    nodes = first["data"]["customer"]["invoices"]["nodes"]
    assert nodes == [{"number": "9"}, {"number": "8"}, {"number": "7"}]
    assert [node | late[place] for place, node in enumerate(nodes)] == whole


async def test_a_part_that_belongs_further_down_than_its_fragment_says_where() -> None:
    query = '{ customer(id: "C-1") { id } ... @defer { customer(id: "C-1") { name } } }'

    async with asked(endpoint(shop()), query) as (talk, _):
        first, last = await talk.part(), await talk.part()

    assert (first["data"], first["pending"]) == ({"customer": {"id": "C-1"}}, [{"id": "0", "path": []}])
    place = {"path": ["customer"], "subPath": ["customer"]}
    assert last["incremental"] == [{"id": "0", **place, "data": {"name": "Customer C-1"}}]


async def test_what_fails_at_once_is_told_in_the_first_part() -> None:
    query = '{ customers(first: 0) { totalCount } customer(id: "C-1") { id ... @defer { name } } }'

    async with asked(endpoint(shop()), query) as (talk, _):
        first, last = await talk.part(), await talk.part()

    assert first["data"] == {"customers": None, "customer": {"id": "C-1"}}
    assert [(error["path"], error["extensions"]["code"]) for error in first["errors"]] == [
        (["customers"], "BAD_USER_INPUT")
    ]
    assert (last["incremental"][0]["data"], "errors" in last) == ({"name": "Customer C-1"}, False)


async def test_what_all_parts_cost_is_explained_with_the_last() -> None:
    answer = await post(endpoint(shop()), {"query": DEFERRED}, accept=PARTS, **{"x-invoice-graph-explain": "1"})

    first, last = [part for part in answer.text.split("\r\n---") if "hasNext" in part]
    assert ("explain" in first, '"upstreamCalls": 1' in last or '"upstreamCalls":1' in last) == (False, True)


async def test_a_source_that_fails_late_is_told_in_the_part_that_it_costs() -> None:
    bench = shop()
    bench.shelves["shop"].fault = lambda _: SourceTimeout("shop", "hunter2 at upstream")

    async with asked(endpoint(bench), DEFERRED) as (talk, _):
        first, last = await talk.part(), await talk.part()

    assert "extensions" not in first
    assert last["extensions"] == {"incomplete": [["customer", "invoices"]]}
    assert last["incremental"][0]["data"]["invoices"] == {"isComplete": False, "nodes": []}


async def test_a_fault_of_our_own_is_masked_in_late_parts_too() -> None:
    bench = shop()
    bench.shelves["shop"].fault = lambda _: RuntimeError("hunter2 at upstream")

    async with asked(endpoint(bench), DEFERRED) as (talk, _):
        _, last = await talk.part(), await talk.part()

    [error] = last["incremental"][0]["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer", "invoices"], "INTERNAL_SERVER_ERROR")
    assert "hunter2" not in json.dumps(last)


async def test_late_parts_keep_the_operations_deadline() -> None:
    bench, _ = slow()
    bench.gateway.sources = shared(bench)

    async with asked(endpoint(bench, deadline_seconds=0.2), DEFERRED) as (talk, _):
        _, last = await talk.part(), await talk.part()

    assert last["incremental"][0]["data"]["invoices"] == {"isComplete": False, "nodes": []}
    assert not last["hasNext"]


async def test_a_client_that_leaves_ends_the_call_to_the_source() -> None:
    bench, begun, ended = shop(), asyncio.Event(), asyncio.Event()

    async def until_cancelled(_query: object) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    bench.shelves["shop"].before = until_cancelled
    bench.gateway.sources = shared(bench)

    async with asked(endpoint(bench), DEFERRED) as (talk, answering):
        await talk.part()
        await begun.wait()
        talk.received.put_nowait({"type": "http.disconnect"})
        await answering
        await ended.wait()

    assert ended.is_set()


def shared(bench: Bench) -> dict[str, InvoiceSource]:
    """The sources as the service has them, with shared calls."""
    return {name: SharedSource(shelf, AnswerCache(), key_secret=b"key") for name, shelf in bench.shelves.items()}


@pytest.mark.parametrize(
    "query",
    [
        "mutation { ... @defer { __typename } }",
        '{ customer(id: "C-1") { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }',
        '{ customer(id: "C-1") { invoices { nodes @stream { number } } } }',
    ],
)
async def test_what_cannot_be_deferred_is_not_valid(query: str) -> None:
    answer = await post(endpoint(shop()), {"query": query}, accept=PARTS)

    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]


DETAILED = replace(WHOLE, list_fields=WHOLE.fields - {"customerNumber"}, ids_per_call=100)
"""A list that has all but the customer's number, which a look-up by id tells."""


@dataclass(slots=True)
class Detailed(Shelf):
    """Its look-ups answer nothing until they are let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        await self.let.wait()
        return await Shelf.find_invoices(self, query, operation)


def detailed(count: int = 2) -> tuple[Bench, asyncio.Event]:
    """A shop whose list leaves out the customer's number, and the event that lets its look-ups answer."""

    def outlined(_query: ListQuery, answer: InvoiceList) -> InvoiceList:
        rows = [msgspec.structs.replace(row, customer_number=None) for row in answer.invoices]
        return msgspec.structs.replace(answer, invoices=rows)

    rows = [invoice_of(ACCOUNT, str(day), date(2026, 1, day), customer_number="1") for day in range(1, count + 1)]
    shelf = Detailed("shop", DETAILED, books={"1": rows}, edit=outlined)
    bench = bench_of(shelf)
    bench.register.all_accounts = [ACCOUNT]
    return bench, shelf.let


@pytest.mark.parametrize(
    "rows",
    [
        "nodes { number ... @defer { customerNumber } }",
        "edges { node { number ... @defer { customerNumber } } }",
        "nodes { number ...Late @defer } ",
        "nodes { number ... @defer { customerNumber } } nodes { ... @defer { customerNumber } }",
    ],
)
async def test_the_list_comes_before_what_its_rows_have_to_be_looked_up_for(rows: str) -> None:
    bench, let = detailed()
    fragment = "fragment Late on Invoice { customerNumber }" if "Late" in rows else ""
    query = f'{{ customer(id: "C-1") {{ invoices(first: 2) {{ {rows} }} }} }} {fragment}'

    async with asked(endpoint(bench), query) as (talk, _):
        first = await talk.part()
        let.set()
        late = await later(talk)

    assert '"number": "2"' in json.dumps(first)
    assert "customerNumber" not in json.dumps(first)
    assert [each["data"] for each in late] == [{"customerNumber": "1"}] * 2
    assert [type(asked_for) for asked_for in bench.shelves["shop"].calls] == [ListQuery, FindQuery]


@pytest.mark.parametrize(
    "rows",
    [
        "nodes { number customerNumber ... @defer { customerNumber issueDate } }",
        "nodes { number ... @defer { customerNumber } } edges { node { customerNumber } }",
        "nodes { ...Late ...Late @defer ... @defer { number } }",
        "... @defer { nodes { number customerNumber } }",
        "nodes { number missing { field } ... @defer { customerNumber } }",
    ],
)
async def test_what_is_wanted_at_once_too_is_read_with_the_list_and_is_never_lost(rows: str) -> None:
    bench, let = detailed()
    let.set()
    fragment = "fragment Late on Invoice { customerNumber }" if "Late" in rows else ""
    query = f'{{ customer(id: "C-1") {{ invoices(first: 2) {{ {rows} }} }} }} {fragment}'

    async with asked(endpoint(bench), query) as (talk, _):
        whole = json.dumps([await talk.part(), *await later(talk)])

    assert whole.count('"customerNumber": "1"') == 2 * (1 + ("edges" in rows))
    assert '"customerNumber": null' not in whole


async def test_a_look_up_that_fails_late_costs_its_part_and_says_whose_fault_it_was() -> None:
    bench, let = detailed(1)
    bench.shelves["shop"].fault = lambda query: (
        SourceTimeout("shop", "hunter2") if isinstance(query, FindQuery) else None
    )
    let.set()
    query = '{ customer(id: "C-1") { invoices(first: 1) { nodes { number ... @defer { customerNumber } } } } }'

    async with asked(endpoint(bench), query) as (talk, _):
        first, last = await talk.part(), await talk.part()

    assert first["data"]["customer"]["invoices"]["nodes"] == [{"number": "1"}]
    (error,) = last["completed"][0]["errors"]
    assert (error["path"], len(error["locations"])) == (["customer", "invoices", "nodes", 0], 1)
    assert error["extensions"] | {"requestId": ""} == {
        "code": "SOURCE_TIMEOUT", "source": "shop", "isRetryable": True, "requestId": "",
    }  # fmt: skip
    assert "hunter2" not in json.dumps(last)


async def test_a_row_that_the_look_up_does_not_know_is_an_error_and_not_nulls() -> None:
    bench, let = detailed(1)
    bench.shelves["shop"].lost = frozenset({"1"})
    let.set()
    query = '{ customer(id: "C-1") { invoices(first: 1) { nodes { number ... @defer { customerNumber } } } } }'

    async with asked(endpoint(bench), query) as (talk, _):
        first, last = await talk.part(), await talk.part()

    assert first["data"]["customer"]["invoices"]["nodes"] == [{"number": "1"}]
    assert last["completed"][0]["errors"][0]["extensions"]["code"] == "SOURCE_PROTOCOL_ERROR"
    assert "incremental" not in last


async def later(talk: Conversation) -> list[Any]:
    """What the parts behind the first bring."""
    brought = []
    has_next = True
    while has_next:
        part = await talk.part()
        has_next = part["hasNext"]
        brought += part.get("incremental", [])
    return brought


async def test_of_the_errors_of_all_parts_together_a_thousand_are_told() -> None:
    places = " ".join(f'a{number}: invoices(first: 1, after: "not ours") {{ totalCount }}' for number in range(3))
    query = (
        f"query($these: [_Any!]!) {{ _entities(representations: $these) {{ ... on Customer @defer {{ {places} }} }} }}"
    )
    these = [{"__typename": "Customer", "id": "C-1"}] * 400
    errors: list[Any] = []

    async with asked(endpoint(shop()), query, these=these) as (talk, _):
        part = await talk.part()
        while part["hasNext"]:
            part = await talk.part()
            errors += [error for each in part.get("incremental", ()) for error in each["errors"]]

    codes = Counter(error["extensions"]["code"] for error in errors)
    assert codes == {"BAD_USER_INPUT": 1_000, "QUERY_TOO_COMPLEX": 67}
    assert sum(int(error["message"].split()[2]) for error in errors if "path" not in error) == 200
