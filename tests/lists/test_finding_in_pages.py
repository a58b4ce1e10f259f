"""Invoices by their ids in a list that can only be read page by page."""

from __future__ import annotations

import pytest

from resolvers.invoice_by_id import InvoiceRequest
from resolvers.lists.slice import Found
from resolvers.model.errors import CallBudgetExceeded, SourceUnavailable
from resolvers.model.source import ListQuery
from tests.lists.bench import FIELDS, Bench
from tests.lists.numbered import ACCOUNT, shop


async def test_an_invoice_is_looked_for_from_the_newest_page_on() -> None:
    bench, shelf = shop(12)

    found = await find(bench, "5", "1")

    assert {row.source_invoice_id for row in found.invoices} == {"1", "5"}
    assert shelf.pages == [1, 2]


async def test_an_invoice_that_no_page_has_is_unknown() -> None:
    bench, shelf = shop(7)

    assert await find(bench, "no such") == Found([])
    assert shelf.pages == [1, 2, 3]


async def test_an_invoice_beyond_the_fiftieth_page_is_too_far_and_leaves_the_near_ones_found() -> None:
    bench, shelf = shop(60, page_size=1)
    session = bench.session()
    near, far = (InvoiceRequest(ACCOUNT, id_, FIELDS) for id_ in ("2", "55"))

    answers = [session.invoice_by_id.load(near), session.invoice_by_id.load(far)]

    assert (await answers[0]) == shelf.books["1"][1]
    with pytest.raises(CallBudgetExceeded):
        await answers[1]
    assert len(shelf.pages) == 50


async def test_a_page_that_fails_on_the_way_leaves_what_was_found_before_it() -> None:
    bench, shelf = shop(12)
    shelf.fault = lambda query: SourceUnavailable("shop") if isinstance(query, ListQuery) and query.page == 2 else None

    found = await find(bench, "1", "9")

    assert [row.source_invoice_id for row in found.invoices] == ["1"]
    assert isinstance(found.failure, SourceUnavailable)


async def find(bench: Bench, *ids: str) -> Found:
    """A look-up in an operation of its own."""
    return await bench.lists().find(ACCOUNT, frozenset(ids), FIELDS)
