"""Nothing is written that the operation's budget leaves no call to see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from resolvers.gateway import Session
from resolvers.model.creation import CreationState
from resolvers.model.errors import CallBudgetExceeded
from resolvers.model.writing import InvoiceDraft
from resolvers.writing import WriteOutcome, create_invoice, delete_invoice, update_invoice
from tests.lists.shelf import invoice_of
from tests.writing.books import ACCOUNT, Books, Journal, session_over

INVOICE = invoice_of(ACCOUNT, "100", instructions="hello")
DRAFT = InvoiceDraft(instructions="Ring twice")

Write = Callable[[Session], Awaitable[WriteOutcome]]
WRITES: list[tuple[Write, int]] = [
    (lambda session: create_invoice(session, ACCOUNT.id, "key", DRAFT, frozenset()), 2),
    (lambda session: update_invoice(session, INVOICE.id, DRAFT, frozenset()), 3),
    (lambda session: delete_invoice(session, INVOICE.id), 3),
]


@pytest.fixture
def books() -> Books:
    made = Books(Journal(), kept=[INVOICE], told={"instructions": DRAFT.instructions})
    made.open.set()
    return made


@pytest.mark.parametrize(("write", "calls"), WRITES)
async def test_a_write_takes_its_calls_and_no_more(books: Books, write: Write, calls: int) -> None:
    session = session_over(books)
    session.operation.call_budget = calls

    outcome = await write(session)

    assert outcome.user_errors == ()
    assert session.operation.spent.calls == len(session.operation.calls) == calls


@pytest.mark.parametrize(("write", "calls"), WRITES)
async def test_what_could_not_be_read_back_is_not_sent(books: Books, write: Write, calls: int) -> None:
    session = session_over(books)
    session.operation.call_budget = calls - 1

    with pytest.raises(CallBudgetExceeded):
        await write(session)

    assert {call.operation for call in session.operation.calls} <= {"find"}
    assert books.kept == [INVOICE]
    assert books.journal.state in (None, CreationState.FAILED)
    assert books.leases.holders == {}
