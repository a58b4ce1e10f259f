"""An answer larger than may be is withheld, and what to do is told; a client that writes is answered anyway."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from graph.context import Limits
from graph.http.answer_size import within as bounded
from graph.http.endpoint import Endpoint
from graph.http.incremental import Part
from tests.http.serving import endpoint, post, shop
from tests.http.test_defer import asked

LIST = '{ customer(id: "C-1") { id invoices(first: 1) { isComplete nodes { number } } } }'
LATE = '{ customer(id: "C-1") { id ... @defer { name } ... @defer { invoices(first: 1) { nodes { %s } } } } }'
WRITING = 'mutation { deleteInvoice(input: {id: "nobody"}) { userErrors { message } } }'
TOO_LARGE = "The answer is larger than the {} bytes that are allowed. Ask for shorter pages or fewer fields."
JSON = "application/json"


def within(answer_bytes: int) -> Endpoint:
    return endpoint(shop(), limits=Limits(answer_bytes=answer_bytes))


async def test_an_answer_of_as_many_bytes_as_are_allowed_is_given() -> None:
    usual = await post(endpoint(shop()), {"query": LIST})

    answer = await post(within(len(usual.content)), {"query": LIST})

    assert answer.content == usual.content


@pytest.mark.parametrize(("media_type", "status"), [(JSON, 200), ("application/graphql-response+json", 400)])
async def test_a_larger_one_is_an_error_that_says_what_to_do(media_type: str, status: int) -> None:
    size = len((await post(endpoint(shop()), {"query": LIST})).content)

    answer = await post(within(size - 1), {"query": LIST}, accept=media_type)

    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert "data" not in answer.json()
    assert error["message"] == TOO_LARGE.format(size - 1)
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"


async def test_what_was_written_is_told_however_large() -> None:
    answer = await post(within(1), {"query": WRITING})

    assert "errors" not in answer.json()
    assert answer.json()["data"]["deleteInvoice"]["userErrors"]


async def parts(query: str, answer_bytes: int) -> list[Any]:
    found = list[Any]()
    async with asked(within(answer_bytes), query) as (talk, _):
        while not found or found[-1]["hasNext"]:
            found.append(await talk.part())
    return found


async def test_the_first_part_that_is_too_large_is_all() -> None:
    (only,) = await parts(LATE % "number", 10)

    assert only["data"] is None
    assert only["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"


async def test_a_later_one_ends_what_is_still_owed() -> None:
    fields = " ".join(f"a{number}: number" for number in range(28))

    first, *_, last = await parts(LATE % fields, 300)

    assert first["data"] == {"customer": {"id": "C-1"}}
    assert {each["errors"][0]["extensions"]["code"] for each in last["completed"]} == {"QUERY_TOO_COMPLEX"}
    assert {each["id"] for each in last["completed"]} <= {each["id"] for each in first["pending"]}


async def test_parts_within_the_bound_are_as_without_one() -> None:
    assert await parts(LATE % "number", 1_000) == await parts(LATE % "number", 1_000_000)


async def test_what_was_completed_before_is_not_completed_again() -> None:
    async def sent() -> AsyncGenerator[Part]:
        yield {"pending": [{"id": "0"}, {"id": "1"}], "hasNext": True}
        yield {"completed": [{"id": "0"}], "hasNext": True}
        yield {"incremental": "x" * 200, "completed": [{"id": "1"}], "hasNext": False}

    told = [part async for part in bounded(100, sent(), lambda errors: [{"message": "too large"} for _ in errors])]

    assert told[-1] == {"completed": [{"id": "1", "errors": [{"message": "too large"}]}], "hasNext": False}


async def test_what_was_written_is_told_in_parts_however_large() -> None:
    writing = 'mutation { deleteInvoice(input: {id: "nobody"}) { ... @defer { userErrors { message } } } }'

    first, last = await parts(writing, 1)

    assert first["data"] == {"deleteInvoice": {}}
    assert last["incremental"][0]["data"]["userErrors"]
