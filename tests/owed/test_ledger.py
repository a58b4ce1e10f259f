"""What is read to know what is owed: every page, nothing twice, and no call that could not tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from resolvers.invoice_page import invoice_page
from resolvers.ledger import BalanceSummary, read_aging, read_balances
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, SourceUnavailable
from resolvers.model.invoice import Invoice, InvoiceType
from resolvers.model.source import FindQuery, IndexedInvoice, ListQuery
from resolvers.outcome import SourceResultStatus
from tests.lists.bench import Bench, bench_of, request
from tests.lists.shelf import INDEXED, NUMBERED, WHOLE, WINDOW, Shelf, account_at, euros, invoice_of

AS_OF = date(2026, 11, 21)
EVERYWHERE: frozenset[str] = frozenset()
SILENT = frozenset({"amountDue", "amountPaid"})


def owed(account: Account, number: int, due: str = "10", **told: object) -> Invoice:
    day = AS_OF - timedelta(number)
    known = {"currency_code": "EUR", "total": euros(due), "amount_due": euros(due), "due_date": day}
    return invoice_of(account, f"{account.source}-{number}", day, **(known | told))


def several(account: Account, count: int) -> list[Invoice]:
    return [owed(account, number) for number in range(1, count + 1)]


async def balances(
    bench: Bench, *accounts: Account, sources: frozenset[str] = EVERYWHERE, call_budget: int = 500
) -> BalanceSummary:
    return await read_balances(bench.session(call_budget), accounts, sources, AS_OF)


def dues(summary: BalanceSummary) -> dict[str, str | None]:
    return {one.currency_code: None if one.due is None else str(one.due.amount) for one in summary.entries}


def counts(summary: BalanceSummary) -> dict[str, tuple[int, int]]:
    return {one.currency_code: (one.open_invoice_count, one.unknown_invoice_count) for one in summary.entries}


async def test_every_page_of_a_numbered_list_is_read_once() -> None:
    account = account_at("shop", "1")
    shelf = Shelf("shop", NUMBERED, page_size=4, books={"1": several(account, 10)})

    summary = await balances(bench_of(shelf), account)

    assert dues(summary) == {"EUR": "100.00"}
    assert sorted(shelf.pages) == [1, 2, 3]
    assert [(result.status, result.invoice_count) for result in summary.sources] == [(SourceResultStatus.OK, 10)]


@pytest.mark.parametrize("size", [0, 3, 250])
async def test_a_window_is_one_call_for_the_amounts_alone_however_long_the_list(size: int) -> None:
    account = account_at("web", "1")
    shelf = Shelf("web", WINDOW, books={"1": several(account, size)})

    summary = await balances(bench_of(shelf), account)

    assert dues(summary) == ({"EUR": f"{size * 10}.00"} if size else {})
    (call,) = shelf.calls
    wanted = frozenset({"type", "status", "total", "amountPaid", "amountDue", "dueDate", "currencyCode"})
    assert isinstance(call, ListQuery)
    assert (call.fields, call.limit) == (wanted, None)


async def test_an_index_that_stands_for_a_source_with_amounts_is_asked_for_each_invoice() -> None:
    account = account_at("orders", "1")
    shelf = Shelf("orders", INDEXED, books={"1": several(account, 3)})
    bench = bench_of(shelf)
    bench.register.index[account.id] = [IndexedInvoice(f"orders-{number}") for number in (1, 2, 3)]

    summary = await balances(bench, account)

    assert dues(summary) == {"EUR": "30.00"}
    assert [type(call) for call in shelf.calls] == [FindQuery] * 3


@pytest.mark.parametrize(("configured", "code"), [("USD", "USD"), (None, "XXX")])
async def test_an_index_of_invoices_that_cannot_say_what_is_due_is_counted_without_a_call(
    configured: str | None, code: str
) -> None:
    account = account_at("orders", "1")
    can = replace(INDEXED, fields=INDEXED.fields - SILENT, currency=configured)
    shelf = Shelf("orders", can, books={"1": several(account, 2)})
    bench = bench_of(shelf)
    bench.register.index[account.id] = [IndexedInvoice("orders-1", AS_OF), IndexedInvoice("orders-2")]

    summary = await balances(bench, account)

    assert shelf.calls == []
    assert (counts(summary), dues(summary)) == ({code: (0, 2)}, {code: None})
    assert summary.is_complete


async def test_a_list_that_cannot_say_what_is_due_is_asked_only_which_invoices_count() -> None:
    account = account_at("web", "1")
    rows = [owed(account, 1, amount_due=None), owed(account, 2, amount_due=None, type=InvoiceType.PROFORMA)]
    shelf = Shelf("web", replace(WINDOW, fields=WINDOW.fields - SILENT), books={"1": rows})

    summary = await balances(bench_of(shelf), account)

    assert counts(summary) == {"EUR": (0, 1)}
    assert [call.fields for call in shelf.calls] == [{"type", "total", "status", "currencyCode"}]


async def test_an_index_that_was_never_completed_says_so() -> None:
    account = account_at("orders", "1")

    summary = await balances(bench_of(Shelf("orders", INDEXED)), account)

    assert (summary.entries, summary.is_complete) == ([], False)
    assert [result.status for result in summary.sources] == [SourceResultStatus.NOT_INDEXED]


async def test_an_invoice_that_two_accounts_list_is_owed_once_and_under_the_lowest_id() -> None:
    first, second = sorted((account_at("shop", "1"), account_at("shop", "2")), key=lambda account: account.id)
    both = {
        first.key: [invoice_of(first, "A", currency_code="EUR", amount_due=euros("10"))],
        second.key: [invoice_of(second, "A", currency_code="EUR", amount_due=euros("99"))],
    }

    summary = await balances(bench_of(Shelf("shop", WHOLE, books=both)), second, first)

    assert (dues(summary), counts(summary)) == ({"EUR": "10.00"}, {"EUR": (1, 0)})
    assert [result.invoice_count for result in summary.sources] == [1]


async def test_the_same_id_in_another_context_is_another_debt() -> None:
    first, second = account_at("shop", "1"), account_at("shop", "2", context=(("divisionCode", "200"),))
    both = {account.key: [invoice_of(account, "A", amount_due=euros("10"))] for account in (first, second)}

    summary = await balances(bench_of(Shelf("shop", WHOLE, books=both)), first, second)

    assert counts(summary) == {"XXX": (2, 0)}


async def test_a_source_that_fails_leaves_the_debts_at_the_others_and_is_named() -> None:
    shop, web = account_at("shop", "1"), account_at("web", "1")
    bench = bench_of(
        Shelf("shop", NUMBERED, page_size=2, books={"1": several(shop, 5)}),
        Shelf("web", WINDOW, books={"1": several(web, 2)}),
    )
    bench.shelves["shop"].fault = lambda call: (
        SourceUnavailable("shop", "gone") if isinstance(call, ListQuery) and call.page == 3 else None
    )

    summary = await balances(bench, shop, web)

    assert (dues(summary), summary.is_complete) == ({"EUR": "20.00"}, False)
    told = [(one.source, one.status, one.invoice_count) for one in summary.sources]
    assert told == [("shop", SourceResultStatus.FAILED, 0), ("web", SourceResultStatus.OK, 2)]


async def test_an_account_of_which_one_invoice_cannot_be_had_is_in_no_sum() -> None:
    account = account_at("orders", "1")
    shelf = Shelf("orders", INDEXED, books={"1": several(account, 3)})
    bench = bench_of(shelf)
    ids = [row.source_invoice_id for row in shelf.books["1"]]
    bench.register.index[account.id] = [IndexedInvoice(id_, None) for id_ in ids]
    shelf.fault = lambda call: (
        SourceUnavailable("orders") if isinstance(call, FindQuery) and ids[1] in call.ids else None
    )

    summary = await balances(bench, account)

    assert (dues(summary), summary.is_complete) == ({}, False)
    assert [(one.status, one.invoice_count) for one in summary.sources] == [(SourceResultStatus.FAILED, 0)]


async def test_a_source_that_is_left_out_is_not_asked_and_costs_no_completeness() -> None:
    shop, web = account_at("shop", "1"), account_at("web", "1")
    bench = bench_of(Shelf("shop", WHOLE, books={"1": several(shop, 1)}), Shelf("web", WINDOW))

    summary = await balances(bench, shop, web, sources=frozenset({"shop"}))

    assert (dues(summary), summary.is_complete) == ({"EUR": "10.00"}, True)
    assert [one.status for one in summary.sources] == [SourceResultStatus.OK, SourceResultStatus.SKIPPED]
    assert bench.shelves["web"].calls == []


async def test_an_operation_out_of_calls_says_so_instead_of_a_smaller_sum() -> None:
    one, other = account_at("shop", "1"), account_at("shop", "2")
    books = {"1": several(one, 6), "2": several(other, 6)}

    with pytest.raises(CallBudgetExceeded):
        await balances(bench_of(Shelf("shop", NUMBERED, page_size=2, books=books)), one, other, call_budget=3)


async def test_a_list_of_more_pages_than_there_are_calls_is_the_failure_of_its_source() -> None:
    shop, web = account_at("shop", "1"), account_at("web", "1")
    paged = Shelf("shop", NUMBERED, page_size=2, books={"1": several(shop, 9)})
    bench = bench_of(paged, Shelf("web", WINDOW, books={"1": several(web, 1)}))

    summary = await balances(bench, shop, web, call_budget=3)

    assert (dues(summary), summary.is_complete) == ({"EUR": "10.00"}, False)
    assert [one.status for one in summary.sources] == [SourceResultStatus.FAILED, SourceResultStatus.OK]


async def read_together(bench: Bench, accounts: Sequence[Account]) -> tuple[BalanceSummary, list[Invoice]]:
    """Balances, aging and the two newest invoices, in one operation."""
    session = bench.session()
    summary, report, page = await asyncio.gather(
        read_balances(session, accounts, EVERYWHERE, AS_OF),
        read_aging(session, accounts, EVERYWHERE, AS_OF - timedelta(30)),
        invoice_page(session, request(*accounts, first=2)),
    )
    assert [one.total for one in report.currencies] == [one.due for one in summary.entries]
    return summary, page.nodes


async def test_balances_aging_and_a_page_of_a_small_window_are_one_call() -> None:
    account = account_at("web", "1")
    shelf = Shelf("web", WINDOW, books={"1": several(account, 20)})

    summary, page = await read_together(bench_of(shelf), [account])

    assert (dues(summary), [row.number for row in page]) == ({"EUR": "200.00"}, ["web-1", "web-2"])
    assert len(shelf.calls) == 1


async def test_balances_aging_and_a_page_of_a_large_window_are_one_list_and_the_pages_bodies() -> None:
    account = account_at("web", "1", known_invoices=300)
    shelf = Shelf("web", WINDOW, books={"1": several(account, 300)})

    summary, page = await read_together(bench_of(shelf), [account])

    assert (dues(summary), [row.number for row in page]) == ({"EUR": "3000.00"}, ["web-1", "web-2"])
    assert [type(call) for call in shelf.calls] == [ListQuery, FindQuery]


async def test_balances_aging_and_a_page_of_a_numbered_list_read_each_page_once() -> None:
    account = account_at("shop", "1")
    shelf = Shelf("shop", NUMBERED, page_size=4, books={"1": several(account, 10)})

    summary, page = await read_together(bench_of(shelf), [account])

    assert (dues(summary), [row.number for row in page]) == ({"EUR": "100.00"}, ["shop-1", "shop-2"])
    assert sorted(shelf.pages) == [1, 2, 3]


async def test_a_page_that_came_in_time_stays_where_the_whole_list_cannot_be_read() -> None:
    account = account_at("shop", "1")
    shelf = Shelf("shop", NUMBERED, page_size=4, books={"1": several(account, 10)})
    shelf.fault = lambda call: (
        SourceUnavailable("shop", "gone") if isinstance(call, ListQuery) and call.page > 1 else None
    )

    summary, page = await read_together(bench_of(shelf), [account])

    assert (summary.entries, summary.is_complete) == ([], False)
    assert [row.number for row in page] == ["shop-1", "shop-2"]
