"""What is made up of lists, customers and accounts: enough to ask on as the operation would, and no call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.answers import KeptAnswer
from resolvers.invoice_page import invoice_page
from resolvers.model.identity import AccountRef
from resolvers.model.invoice import CacheStatus
from resolvers.model.operation import Operation
from resolvers.model.source import Capabilities, FindQuery, IndexedInvoice, InvoiceList, ListQuery
from resolvers.rehearsal import MadeUpDirectory, rehearsal_of
from resolvers.rehearsal.source import RehearsedSource
from tests.lists.bench import bench_of, request
from tests.lists.shelf import INDEXED, NOON, NUMBERED, WHOLE, WINDOW, Query, Shelf, account_at, invoice_of

ACCOUNT = account_at("portal", "1")
LARGE = msgspec.structs.replace(ACCOUNT, known_invoices=150)
ONE_A_CALL = replace(WHOLE, list_fields=WHOLE.fields - {"customerNumber"}, ids_per_call=1)


def in_time(call_budget: int = 1_000) -> Operation:
    """An operation that has time enough."""
    return Operation.within(60, call_budget)


@pytest.mark.parametrize(("page_size", "rows"), [(20, 100), (100, 100), (500, 500)])
async def test_it_fills_the_largest_page_that_can_be_asked_for(page_size: int, rows: int) -> None:
    gateway = rehearsal_of(bench_of(Shelf("portal", ONE_A_CALL)).gateway, page_size=page_size)
    operation = in_time()

    page = await invoice_page(
        gateway.session(EVERYONE_IS_STAFF, operation),
        request(ACCOUNT, first=500, fields=frozenset({"customerNumber"}), count=True),
    )

    assert (page.total_count, len(operation.calls)) == (rows, 1 + rows)


LIST, FIND = "list_invoices", "find_invoices"


@pytest.mark.parametrize(
    ("capabilities", "asked", "calls", "told"),
    [
        (WHOLE, {"accounts": (LARGE,), "first": 100}, [(LIST, 1, 0)], (100, 150)),
        (NUMBERED, {"first": 20}, [(LIST, 1, 0)], (20, 100)),
        (WINDOW, {"first": 20}, [(LIST, 1, 0)], (20, 100)),
        (WINDOW, {"accounts": (LARGE,), "first": 20}, [(LIST, 1, 0), (FIND, None, 20)], (20, 150)),
        (WINDOW, {"accounts": (LARGE,), "rows": False}, [(LIST, 1, 0)], (0, 150)),
        (INDEXED, {"first": 2}, [(FIND, None, 1)] * 2, (2, 3)),
    ],
)
async def test_a_list_is_read_on_as_its_source_would_be(
    capabilities: Capabilities, asked: dict[str, Any], calls: list[tuple[Any, ...]], told: tuple[int, int]
) -> None:
    shelf = Shelf("portal", capabilities)
    bench, operation = bench_of(shelf), in_time()
    bench.register.index[ACCOUNT.id] = [IndexedInvoice(f"made-up-{number}", date.min) for number in range(3)]
    session = rehearsal_of(bench.gateway, page_size=100).session(EVERYONE_IS_STAFF, operation)

    page = await invoice_page(session, request(**({"accounts": (ACCOUNT,), "count": True} | asked)))

    assert [(call.operation, call.page, call.ids) for call in operation.calls] == calls
    assert (len(page.nodes), page.total_count) == told
    assert shelf.calls == []


@pytest.mark.parametrize(
    "query",
    [ListQuery(account=ACCOUNT, fields=frozenset()), FindQuery(account=ACCOUNT, fields=frozenset(), ids=("7",))],
)
@pytest.mark.parametrize(
    ("is_fresh", "attempts", "status"), [(True, 0, "HIT"), (False, 1, CacheStatus.FRESH), (None, 1, CacheStatus.FRESH)]
)
async def test_an_answer_that_is_kept_stands_for_the_sources_and_is_no_call_while_it_is_fresh(
    query: Query, attempts: int, status: str, *, is_fresh: bool | None
) -> None:
    kept = InvoiceList(invoices=[invoice_of(ACCOUNT, "7"), invoice_of(ACCOUNT, "8")], fetched_at=NOON)

    async def remember(_: Query) -> KeptAnswer | None:
        return None if is_fresh is None else KeptAnswer(kept, is_fresh)

    sut, operation = RehearsedSource(Shelf("portal"), {}, remember, page_size=20), in_time()

    answer = await (
        sut.list_invoices(query, operation) if isinstance(query, ListQuery) else sut.find_invoices(query, operation)
    )

    (call,) = operation.calls
    assert (call.attempts, call.cache_status, operation.spent.calls) == (attempts, status, attempts)
    assert call.rows == (None if is_fresh is None else 2)
    assert (answer == kept) is (is_fresh is not None)
    assert answer.invoices


async def test_a_customers_record_is_a_call() -> None:
    sut, operation = RehearsedSource(Shelf("portal"), {}, None, page_size=20), in_time()

    await sut.fetch_customer(ACCOUNT, operation)

    assert [(call.operation, call.attempts) for call in operation.calls] == [("fetch_customer", 1)]
    assert operation.spent.calls == 1


async def test_there_are_accounts_at_the_configured_sources_alone() -> None:
    directory = MadeUpDirectory(["portal"], invoices=3)
    here, elsewhere = AccountRef("portal", "1"), AccountRef("elsewhere", "1")

    assert (await directory.accounts([here, elsewhere])).keys() == {here}
    assert await directory.account_by_number("portal", "1") is not None
    assert await directory.account_by_number("elsewhere", "1") is None
