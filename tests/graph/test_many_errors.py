"""An answer whose errors nobody can read tells a thousand of them, and how many more there are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.graph.asking import ask, codes
from tests.lists.bench import bench_of
from tests.lists.shelf import Shelf, account_at

ENTITIES = """query($these: [_Any!]!) { _entities(representations: $these) { ... on Customer {
  a: invoices(first: 1, after: "not ours") { totalCount } b: invoices(first: 1, after: "nor this") { totalCount }
} } }"""


async def failing_at(places: int) -> Any:
    account = account_at("shop", "1")
    bench = bench_of(Shelf("shop"))
    bench.register.all_accounts = [account]
    these = [{"__typename": "Customer", "id": account.customer_id}] * (places // 2)
    return await ask(bench, ENTITIES, {"these": these})


@pytest.mark.parametrize(("places", "told"), [(998, 998), (1_000, 1_000), (1_002, 1_001), (2_000, 1_001)])
async def test_an_answer_has_so_many_errors_and_no_more(places: int, told: int) -> None:
    answer = await failing_at(places)

    assert len(answer["errors"]) == told
    assert len(answer["data"]["_entities"]) == places // 2


async def test_the_last_error_says_how_many_are_not_told_and_belongs_to_no_field() -> None:
    answer = await failing_at(2_000)

    assert set(codes(answer)[:1_000]) == {"BAD_USER_INPUT"}
    assert answer["errors"][-1] == {
        "message": "There are 1000 more errors, and any field without one may be null for one of these. Ask for less.",
        "extensions": {"code": "QUERY_TOO_COMPLEX"},
    }
