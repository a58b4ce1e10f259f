"""A customer with more accounts than were guessed: their rows count, too, once they are known."""

from __future__ import annotations

from typing import Any

import pytest

from graph.context import Limits
from tests.graph.asking import ask, codes
from tests.lists.bench import Bench, bench_of
from tests.lists.shelf import Shelf, account_at

TURNED_BACK = '{ customer(id: "%s") { accounts { number %s } } }'


def bench_with(accounts: int) -> Bench:
    bench = bench_of(Shelf("shop"))
    bench.register.all_accounts = [account_at("shop", f"{number:03}") for number in range(accounts)]
    return bench


async def asked(bench: Bench, below: str, list_cost: int = 25_000, **options: Any) -> Any:
    customer = bench.register.all_accounts[0].customer_id
    return await ask(bench, TURNED_BACK % (customer, below), limits=Limits(list_cost=list_cost), **options)


@pytest.mark.parametrize("headers", [{}, {"apollo-federation-include-trace": "ftv1"}])
async def test_a_path_that_turns_back_again_and_again_is_cut_where_its_rows_are_too_many(
    headers: dict[str, str],
) -> None:
    below = "customer { accounts { number customer { accounts { number customer { accounts { number } } } } } }"

    answer = await asked(bench_with(60), below, headers=headers)

    errors = answer["errors"]
    assert set(codes(answer)) == {"QUERY_TOO_COMPLEX"}
    assert len(errors) < 1_000
    assert "60 entries" in errors[0]["message"]


@pytest.mark.parametrize(("list_cost", "allowed"), [(60 * 61, True), (60 * 61 - 1, False)])
async def test_lists_longer_than_was_guessed_are_counted_to_the_row(list_cost: int, *, allowed: bool) -> None:
    answer = await asked(bench_with(60), "customer { accounts { id } }", list_cost)

    assert ("QUERY_TOO_COMPLEX" not in codes(answer)) is allowed


@pytest.mark.parametrize("length", [0, 1, 5])
async def test_lists_as_long_as_was_guessed_cost_what_the_document_said(length: int) -> None:
    bench = bench_with(5)
    customer = bench.register.all_accounts[0].customer_id
    bench.register.all_accounts = bench.register.all_accounts[:length]

    answer = await ask(bench, TURNED_BACK % (customer, ""), limits=Limits(list_cost=5))

    assert "errors" not in answer
