"""What is read back after a write is held against what was sent: only then is it called done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from resolvers.gateway import Session
from resolvers.model.creation import CreationState
from resolvers.model.errors import (
    CallBudgetExceeded,
    ErrorCode,
    SourceError,
    SourceOutcomeUnknown,
    SourceRejected,
    SourceUnavailable,
)
from resolvers.model.writing import InvoiceDraft
from resolvers.writing import WriteOutcome, create_invoice, delete_invoice, update_invoice
from tests.lists.shelf import invoice_of
from tests.writing.books import ACCOUNT, Books, Journal, session_over

DRAFT = InvoiceDraft(order_date=date(2026, 11, 20), instructions="Leave it at the door")


@pytest.fixture
def books() -> Books:
    return Books(Journal(), told={"instructions": DRAFT.instructions})


@pytest.fixture
async def session(books: Books) -> Session:
    return session_over(books)


async def created(session: Session) -> WriteOutcome:
    return await create_invoice(session, ACCOUNT.id, "key", DRAFT, frozenset())


async def test_an_invoice_that_shows_what_was_sent_is_the_new_one(session: Session) -> None:
    outcome = await created(session)

    assert outcome.user_errors == ()
    assert outcome.invoice is not None


async def test_an_invoice_that_shows_something_else_is_told_with_its_number_and_stays_the_keys(
    session: Session, books: Books
) -> None:
    books.told["instructions"] = "Leave it a"

    first = await created(session)
    again = await created(session)

    (error,) = first.user_errors
    assert error.code is ErrorCode.SOURCE_OUTCOME_UNKNOWN
    assert "as its number 4711, and shows something else than was sent" in error.message
    assert first.invoice is not None
    assert again.invoice == first.invoice
    assert books.journal.state is CreationState.DONE


async def test_an_invoice_that_the_account_had_before_is_no_new_one(session: Session, books: Books) -> None:
    books.kept.append(invoice_of(ACCOUNT, "100", order_date=DRAFT.order_date, instructions=DRAFT.instructions))
    books.number, books.journal.indexed = "100", {"100": None}

    first = await created(session)
    again = await created(session)

    assert first.invoice is None
    assert [error.code for error in first.user_errors] == [ErrorCode.SOURCE_OUTCOME_UNKNOWN]
    assert "number 100, which does not seem to be that of a new invoice" in first.user_errors[0].message
    assert again == first
    assert books.journal.indexed == {"100": None}


async def test_an_invoice_that_the_source_does_not_show_yet_is_the_keys_when_it_does(
    session: Session, books: Books
) -> None:
    books.number = "4712"

    first = await created(session)
    books.kept.append(invoice_of(ACCOUNT, "4712", order_date=DRAFT.order_date, instructions=DRAFT.instructions))
    again = await created(session)

    (error,) = first.user_errors
    assert error.code is ErrorCode.SOURCE_OUTCOME_UNKNOWN
    assert "as its number 4712, and does not show it yet. Send it again with the same key" in error.message
    assert again.user_errors == ()
    assert again.invoice == books.kept[-1]
    assert "4712" in books.journal.indexed


CHANGE = InvoiceDraft(instructions="Ring twice")
BEFORE = invoice_of(ACCOUNT, "100", instructions="hello")


async def changed(session: Session) -> WriteOutcome:
    return await update_invoice(session, BEFORE.id, CHANGE, frozenset())


async def deleted(session: Session) -> WriteOutcome:
    return await delete_invoice(session, BEFORE.id)


@pytest.mark.parametrize("write", [changed, deleted])
@pytest.mark.parametrize(
    ("faults", "code", "advice"),
    [
        ([SourceUnavailable], ErrorCode.SOURCE_UNAVAILABLE, "Nothing was changed."),
        ([None, SourceRejected], ErrorCode.SOURCE_REJECTED, "Nothing was changed."),
        ([None, None, SourceUnavailable], ErrorCode.SOURCE_OUTCOME_UNKNOWN, "to send it again does no harm."),
        (
            [None, None, CallBudgetExceeded],
            ErrorCode.SOURCE_OUTCOME_UNKNOWN,
            "to send it again does no harm.",
        ),
        ([None, SourceOutcomeUnknown], ErrorCode.SOURCE_OUTCOME_UNKNOWN, "again before you send it again."),
    ],
)
async def test_a_write_that_fails_says_what_became_of_the_invoice(
    books: Books,
    write: Callable[[Session], Awaitable[WriteOutcome]],
    faults: list[type[SourceError | CallBudgetExceeded] | None],
    code: ErrorCode,
    advice: str,
) -> None:
    books.kept, books.journal.indexed = [BEFORE], {"100": None}
    books.faults = [None if fault is None else fault("orders") for fault in faults]
    books.open.set()

    outcome = await write(session_over(books))

    (error,) = outcome.user_errors
    assert (error.code, error.message.endswith(advice)) == (code, True)
    assert outcome.deleted_invoice_id is None
    assert outcome.invoice == (BEFORE if len(faults) == 2 and code is ErrorCode.SOURCE_OUTCOME_UNKNOWN else None)
    assert books.journal.indexed == {"100": None}
    assert books.leases.holders == {}
