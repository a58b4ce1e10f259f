"""What a body holds beyond what an operation can use is refused, or let go of, before it is held for long."""

from __future__ import annotations

import gc
import json
from dataclasses import dataclass

import pytest

from graph.http.operation_request import TooManyValues, request_of_body
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceList, ListQuery
from tests.http.serving import ACCOUNT, client, endpoint, post
from tests.lists.bench import bench_of
from tests.lists.shelf import Shelf

QUERY = "query($id: ID!) { customer(id: $id) { id } }"
VALUES = 20_000
MARK = "what nobody reads"


@dataclass(slots=True)
class Keeper(Shelf):
    """A source that looks, while it is asked, for what is kept of the request."""

    kept: int = -1

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        self.kept = sum(type(each) is dict and MARK in each for each in gc.get_objects())
        return await Shelf.list_invoices(self, query, operation)


def body_of(variables: object, **more: object) -> bytes:
    return json.dumps({"query": QUERY, "variables": variables} | more).encode()


@pytest.mark.parametrize("value", [{}, [], {"": 1}, "ab", 1])
@pytest.mark.parametrize("place", ["variables", "extensions"])
async def test_a_body_of_far_too_many_values_is_not_even_decoded(place: str, value: object) -> None:
    body = json.dumps({"query": QUERY, place: {"x": [value] * 60_000}}).encode()

    async with client(endpoint(bench_of(Shelf("shop")))) as asking:
        answer = await asking.post("/", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["QUERY_TOO_COMPLEX"]


@pytest.mark.parametrize(
    "body",
    [
        body_of({"representations": [{"__typename": "Customer", "id": f"C-{number}"} for number in range(1_000)]}),
        body_of({"input": {"notes": "a, b, c. " * 4_000, "description": "word " * 100_000}}),
        body_of({"values": [1] * (VALUES - 2), "note": "x" * 500_000}),
        body_of({"note": "[,{" * 40_000}),
    ],
)
def test_a_body_of_what_an_operation_may_hold_is_read_however_large(body: bytes) -> None:
    assert request_of_body(body, VALUES).query == QUERY


def test_the_limit_is_that_of_the_variables() -> None:
    with pytest.raises(TooManyValues):
        request_of_body(body_of({"values": [[]] * 60_000}), VALUES)

    assert request_of_body(body_of({"values": [[]] * 60_000}), 10 * VALUES).variables is not None


def test_of_the_extensions_those_that_nobody_reads_are_not_kept() -> None:
    asked = request_of_body(body_of({}, extensions={"explain": "plan", "other": [1, 2, 3]}), VALUES)

    assert asked.extensions == {"explain": "plan"}


async def test_variables_that_the_operation_does_not_declare_are_not_held_while_it_runs() -> None:
    keeper = Keeper("shop", books={"1": []})
    bench = bench_of(keeper)
    bench.register.all_accounts = [ACCOUNT]
    query = "query($id: ID!) { customer(id: $id) { invoices { totalCount } } }"

    answer = await post(endpoint(bench), {"query": query, "variables": {"id": "C-1", "other": {MARK: [[]]}}})

    assert answer.json() == {"data": {"customer": {"invoices": {"totalCount": 0}}}}
    assert keeper.kept == 1  # this test's own
