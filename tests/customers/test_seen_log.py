"""What was seen is in the index afterwards, on both databases, and costs no more than it must."""

from __future__ import annotations

from datetime import date

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from resolvers.customers.directory import SqlDirectory
from resolvers.customers.engine import writing
from resolvers.customers.seen_log import SqlSeenLog
from resolvers.model.identity import AccountRef, InvoiceRef
from resolvers.model.source import IndexedInvoice
from tests.customers.loading import Load

DAY = date(2026, 1, 1)
ACCOUNT = AccountRef("orders", "7")
OLD, NEW, OTHERS = InvoiceRef("orders", "7", "1"), InvoiceRef("orders", "7", "2"), InvoiceRef("orders", "9", "3")


@pytest.fixture
async def seen_log(engine: AsyncEngine, load: Load) -> SqlSeenLog:
    await load(
        customers="id\nC-1\n",
        accounts="customer,source,account_key\nC-1,orders,7\n",
        invoices="source,account_key,invoice_id,issue_date\norders,7,1,2026-01-01\n",
        completes_index=True,
    )
    return SqlSeenLog(engine)


async def indexed(directory: SqlDirectory) -> list[IndexedInvoice] | None:
    (account,) = (await directory.accounts([ACCOUNT])).values()
    return (await directory.invoices_of([account]))[account.id]


async def test_what_is_new_is_added_and_what_is_there_stays_as_it_is(
    seen_log: SqlSeenLog, directory: SqlDirectory
) -> None:
    await seen_log.note_seen({OLD: None, NEW: DAY, InvoiceRef("orders", "7", "3"): None})
    await seen_log.note_seen({NEW: None})

    assert await indexed(directory) == [IndexedInvoice("1", DAY), IndexedInvoice("2", DAY), IndexedInvoice("3", None)]


async def test_a_date_that_changed_takes_the_place_of_the_one_before(
    seen_log: SqlSeenLog, directory: SqlDirectory
) -> None:
    later = date(2026, 2, 2)

    await seen_log.note_seen({OLD: later, NEW: DAY})

    assert await indexed(directory) == [IndexedInvoice("1", later), IndexedInvoice("2", DAY)]


async def test_what_no_database_can_hold_and_an_account_that_is_gone_cost_nothing_else(
    seen_log: SqlSeenLog, directory: SqlDirectory
) -> None:
    with structlog.testing.capture_logs() as logged:
        await seen_log.note_seen({OTHERS: DAY, InvoiceRef("orders", "7", "\0"): DAY, NEW: DAY})

    assert logged == []
    assert await indexed(directory) == [IndexedInvoice("1", DAY), IndexedInvoice("2", DAY)]


async def test_an_id_that_is_too_long_for_its_column_costs_no_other(
    seen_log: SqlSeenLog, directory: SqlDirectory
) -> None:
    is_noted = await seen_log.note_seen({InvoiceRef("orders", "7", "9" * 300): DAY, NEW: DAY})

    assert is_noted
    assert await indexed(directory) == [IndexedInvoice("1", DAY), IndexedInvoice("2", DAY)]


async def test_seeing_what_is_known_takes_nobodys_turn_to_write(seen_log: SqlSeenLog, statements: list[str]) -> None:
    await seen_log.note_seen({OLD: DAY})

    assert [statement.split()[0] for statement in statements] == ["SELECT"]


async def test_seeing_does_not_make_an_index_complete(
    seen_log: SqlSeenLog, directory: SqlDirectory, load: Load
) -> None:
    await load(accounts="customer,source,account_key\nC-1,orders,8\n")
    await seen_log.note_seen({InvoiceRef("orders", "8", "5"): DAY})

    (account,) = (await directory.accounts([AccountRef("orders", "8")])).values()

    assert account.known_invoices == 1
    assert await directory.invoices_of([account]) == {account.id: None}


async def test_a_database_that_fails_is_a_line_in_the_log(seen_log: SqlSeenLog, engine: AsyncEngine) -> None:
    async with writing(engine) as connection:
        await connection.execute(text("DROP TABLE indexed_invoices"))

    with structlog.testing.capture_logs() as logged:
        is_noted = await seen_log.note_seen({NEW: DAY})

    assert not is_noted
    assert [(line["event"], line["count"]) for line in logged] == [("invoices not indexed", 1)]
