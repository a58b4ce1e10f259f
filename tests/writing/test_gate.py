"""Who may write: staff and services, and these only what they may see."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import cast

import pytest

from resolvers.access import Principal, ViewerRole
from resolvers.gateway import Gateway, Session, WriteSide
from resolvers.keys import KeyRing
from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.errors import ErrorCode, Forbidden
from resolvers.model.identity import AccountRef, account_id, invoice_id
from resolvers.model.invoice import Note
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceSource
from resolvers.model.writing import InvoiceDraft
from resolvers.writing import WriteOutcome, create_invoice, delete_invoice, update_invoice
from tests.lists.shelf import invoice_of
from tests.writing.books import Books, Journal

REF = AccountRef("orders", "7")
ACCOUNT = Account(id=account_id(*REF), source="orders", key="7", customer_id="C-1")
INVOICE = invoice_id(*REF, "1")

Write = Callable[[Session], Awaitable[WriteOutcome]]
WRITES: list[Write] = [
    lambda session: create_invoice(session, ACCOUNT.id, "key", InvoiceDraft(), frozenset()),
    lambda session: update_invoice(session, INVOICE, InvoiceDraft(), frozenset()),
    lambda session: delete_invoice(session, INVOICE),
]


class OneAccount:
    """A directory that has it, and counts who asks."""

    def __init__(self) -> None:
        self.asked = 0

    async def accounts(self, refs: Sequence[AccountRef]) -> dict[AccountRef, Account]:
        """The account."""
        self.asked += 1
        return {REF: ACCOUNT} if REF in refs else {}

    def account_at_hand(self, ref: AccountRef) -> Account | None:
        """None."""


def session(
    directory: OneAccount, role: ViewerRole, *customer_ids: str, may_write: bool = False, books: Books | None = None
) -> Session:
    """A session of such a caller at a gateway with a source that can be written to if it has `books`."""
    sources = {"orders": cast("InvoiceSource", books)}
    writing = None if books is None else WriteSide({"orders": books}, books.journal, books.leases)
    gateway = Gateway(sources, cast("Directory", directory), KeyRing(["a key that is long enough"]), writing=writing)
    principal = Principal("me", (role,), frozenset(customer_ids) if customer_ids else None, may_write=may_write)
    return gateway.session(principal, Operation(deadline=time.monotonic() + 5))


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("role", ViewerRole)
async def test_who_may_not_write_is_forbidden_before_anything_is_looked_up(write: Write, role: ViewerRole) -> None:
    directory = OneAccount()

    with pytest.raises(Forbidden):
        await write(session(directory, role, "C-1"))

    assert directory.asked == 0


@pytest.mark.parametrize("write", WRITES)
async def test_a_service_learns_nothing_of_accounts_that_it_may_not_see(write: Write) -> None:
    outcome = await write(session(OneAccount(), ViewerRole.SERVICE, "C-2", may_write=True))

    assert [error.code for error in outcome.user_errors] == [ErrorCode.NOT_FOUND]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("role", [ViewerRole.STAFF, ViewerRole.SERVICE])
async def test_what_they_see_at_a_source_that_cannot_be_written_to_is_their_mistake(
    write: Write, role: ViewerRole
) -> None:
    outcome = await write(session(OneAccount(), role, "C-1", may_write=True))

    assert [error.code for error in outcome.user_errors] == [ErrorCode.BAD_USER_INPUT]


@pytest.mark.parametrize("write", WRITES[1:])
async def test_a_row_that_names_another_customer_is_no_target(write: Write) -> None:
    books = Books(Journal(), kept=[invoice_of(ACCOUNT, "1", notes=[Note("ACCOUNT_MISMATCH", "customerNumber")])])

    outcome = await write(session(OneAccount(), ViewerRole.STAFF, may_write=True, books=books))

    assert [error.code for error in outcome.user_errors] == [ErrorCode.NOT_FOUND]


@pytest.mark.parametrize("id_", ["", "x", ACCOUNT.id])
async def test_what_is_no_invoices_id_is_not_found(id_: str) -> None:
    outcome = await delete_invoice(session(OneAccount(), ViewerRole.STAFF, may_write=True), id_)

    assert [error.code for error in outcome.user_errors] == [ErrorCode.NOT_FOUND]
