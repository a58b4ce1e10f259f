"""Changes of one invoice come one after the other: each is made of what the one before has left."""

from __future__ import annotations

import asyncio
import time
from datetime import date

import pytest

from resolvers.model.errors import DirectoryUnavailable, ErrorCode
from resolvers.model.writing import InvoiceDraft
from resolvers.writing import WriteOutcome, delete_invoice, update_invoice
from tests.lists.shelf import invoice_of
from tests.writing.books import ACCOUNT, Books, Journal, Leases, session_over

INVOICE = invoice_of(ACCOUNT, "100", instructions="hello")


@pytest.fixture
def books() -> Books:
    return Books(Journal(), kept=[INVOICE])


async def changed(books: Books, draft: InvoiceDraft) -> WriteOutcome:
    return await update_invoice(session_over(books), INVOICE.id, draft, frozenset())


async def test_two_changes_at_once_of_different_fields_are_both_there(books: Books) -> None:
    first = asyncio.create_task(changed(books, InvoiceDraft(ship_date=date(2026, 2, 3))))
    second = asyncio.create_task(changed(books, InvoiceDraft(instructions="Call before delivery")))
    for _ in range(100):  # as far as either comes without the source
        await asyncio.sleep(0)
    books.open.set()

    outcomes = [await first, await second]

    assert [outcome.user_errors for outcome in outcomes] == [(), ()]
    (left,) = books.kept
    assert (left.ship_date, left.instructions) == (date(2026, 2, 3), "Call before delivery")
    assert books.leases.holders == {}


async def test_who_does_not_get_a_turn_in_time_is_told_that_nothing_was_changed(books: Books) -> None:
    books.leases.holders[INVOICE.id] = "another"
    session = session_over(books)
    session.operation.deadline = time.monotonic() + 0.01

    outcomes = [
        await update_invoice(session, INVOICE.id, InvoiceDraft(instructions=None), frozenset()),
        await delete_invoice(session, INVOICE.id),
    ]

    for outcome in outcomes:
        (error,) = outcome.user_errors
        assert error.code is ErrorCode.SERVICE_UNAVAILABLE
        assert "Nothing was changed; send it again in a moment." in error.message
    assert books.kept == [INVOICE]


async def test_a_change_of_nothing_asks_for_nothing(books: Books) -> None:
    session = session_over(books)
    books.open.set()

    outcome = await update_invoice(session, INVOICE.id, InvoiceDraft(), frozenset())

    assert outcome == WriteOutcome(invoice=INVOICE)
    assert [made.operation for made in session.operation.calls] == ["find"]


async def test_a_changed_invoice_is_in_the_index_from_then_on(books: Books) -> None:
    books.open.set()

    await changed(books, InvoiceDraft(instructions="hello again"))

    assert books.journal.indexed == {"100": INVOICE.issue_date}


async def test_a_lease_that_cannot_be_given_back_costs_no_change(books: Books) -> None:
    class Lost(Leases):
        async def give_back(self, invoice_id: str, holder: str, *, patience: float) -> None:
            raise DirectoryUnavailable

    books.leases = Lost()
    books.open.set()

    session = session_over(books)

    outcome = await update_invoice(session, INVOICE.id, InvoiceDraft(instructions="hello again"), frozenset())

    assert (outcome.user_errors, [each.instructions for each in books.kept]) == ((), ["hello again"])
    assert session.gateway.directory_tally.failures == 1


async def test_a_change_that_fails_leaves_the_turn_to_the_next(books: Books) -> None:
    books.kept.clear()

    outcome = await changed(books, InvoiceDraft(instructions=None))

    assert [error.code for error in outcome.user_errors] == [ErrorCode.NOT_FOUND]
    assert books.leases.holders == {}


@pytest.mark.parametrize(("left", "most"), [(10, 12), (-1.5, 0.5), (-3, 0)])
async def test_nobody_waits_for_a_lease_to_be_given_back_longer_than_it_lasts(
    books: Books, left: float, most: float
) -> None:
    books.open.set()
    session = session_over(books)
    session.operation.deadline = time.monotonic() + left

    outcome = await update_invoice(session, INVOICE.id, InvoiceDraft(instructions="Ring twice"), frozenset())

    assert outcome.user_errors == ()
    assert 0 <= books.leases.patience <= most
