"""What is kept of a creation, also when the database is away at the moment when it should be."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import cast

import pytest

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.gateway import Gateway, Session, WriteSide
from resolvers.keys import KeyRing
from resolvers.model.creation import Creation, CreationKey, CreationState
from resolvers.model.customer import Account
from resolvers.model.errors import CallBudgetExceeded, DirectoryBusy, DirectoryUnavailable, ErrorCode, SourceRejected
from resolvers.model.identity import AccountRef
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, IndexedInvoice, InvoiceList, InvoiceSource
from resolvers.model.writing import DraftMistake, InvoiceDraft
from resolvers.writing import WriteOutcome, create_invoice, delete_invoice
from tests.lists.register import Register
from tests.lists.shelf import account_at, invoice_of

ACCOUNT = account_at("orders", "7")
TODAY = date(2026, 11, 20)


@dataclass(slots=True)
class Journal:
    """Keeps one creation, and fails as often as it is told to."""

    failures: int = 0
    failure: DirectoryUnavailable = field(default_factory=DirectoryUnavailable)
    state: CreationState | None = None
    indexed: dict[str, date | None] = field(default_factory=dict)

    async def begin(self, key: CreationKey, fingerprint: str, seconds: float, *, patience: float) -> Creation | None:
        self._fail()
        earlier, self.state = self.state, self.state or CreationState.BEGUN
        return None if earlier is None else Creation(earlier, fingerprint)

    async def note_created(self, key: CreationKey, invoice: IndexedInvoice, *, patience: float) -> None:
        await self.index(key.account, invoice, patience=patience)
        self.state = CreationState.DONE

    async def note_failed(self, key: CreationKey, *, patience: float) -> None:
        self._fail()
        self.state = CreationState.FAILED

    async def note_unknown(self, key: CreationKey, *, patience: float) -> None:
        self._fail()
        self.state = CreationState.UNKNOWN

    async def index(self, account: AccountRef, invoice: IndexedInvoice, *, patience: float) -> None:
        self._fail()
        self.indexed[invoice.source_invoice_id] = invoice.issue_date

    async def drop_from_index(self, account: AccountRef, source_invoice_id: str, *, patience: float) -> None:
        self._fail()
        self.indexed.pop(source_invoice_id, None)

    def _fail(self) -> None:
        if self.failures:
            self.failures -= 1
            raise self.failure


@dataclass(slots=True)
class Books:
    """A source that can be written to, and answers a creation with `number`.

    While it writes, the database goes away for so many calls.
    """

    journal: Journal
    goes_away_for: int = 0
    failure: Exception | None = None
    number: str = "4711"
    kept: list[Invoice] = field(default_factory=list)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        found = [invoice for invoice in self.kept if invoice.source_invoice_id in query.ids]
        return InvoiceList(invoices=found, fetched_at=datetime.now(UTC))

    def check_draft(self, draft: InvoiceDraft, current: Invoice | None) -> list[DraftMistake]:
        return []

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> str:
        self.journal.failures = self.goes_away_for
        if self.failure is not None:
            raise self.failure
        self.kept.append(invoice_of(account, "4711"))
        return self.number

    async def update_invoice(
        self, current: Invoice, account: Account, draft: InvoiceDraft, operation: Operation
    ) -> None:
        raise NotImplementedError

    async def delete_invoice(self, current: Invoice, account: Account, operation: Operation) -> None:
        self.journal.failures = self.goes_away_for
        self.kept.clear()


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def books(journal: Journal) -> Books:
    return Books(journal)


@pytest.fixture
async def session(journal: Journal, books: Books) -> Session:
    """A session with time enough."""
    gateway = Gateway(
        {"orders": cast("InvoiceSource", books)},
        Register([ACCOUNT]),
        KeyRing(["a key that is long enough"]),
        writing=WriteSide({"orders": books}, journal),
    )
    return gateway.session(EVERYONE_IS_STAFF, Operation(deadline=time.monotonic() + 30))


async def created(session: Session) -> WriteOutcome:
    return await create_invoice(session, ACCOUNT.id, "key", InvoiceDraft(order_date=TODAY), frozenset())


def codes(outcome: WriteOutcome) -> list[ErrorCode]:
    return [error.code for error in outcome.user_errors]


async def test_a_creation_is_kept_when_the_database_is_back_before_the_deadline(
    session: Session, journal: Journal, books: Books
) -> None:
    books.goes_away_for = 2

    outcome = await created(session)

    assert outcome.invoice is not None
    assert (journal.state, journal.indexed) == (CreationState.DONE, {"4711": TODAY})


async def test_a_number_that_is_none_of_the_accounts_is_in_no_index(
    session: Session, journal: Journal, books: Books
) -> None:
    books.number = "somebody else's"

    outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_OUTCOME_UNKNOWN]
    assert (journal.state, journal.indexed) == (CreationState.UNKNOWN, {})


async def test_a_creation_beyond_the_operations_calls_leaves_the_key_to_be_used_again(
    session: Session, journal: Journal, books: Books
) -> None:
    books.failure = CallBudgetExceeded("too many")

    with pytest.raises(CallBudgetExceeded):
        await created(session)

    assert journal.state is CreationState.FAILED


async def test_a_creation_that_cannot_be_kept_is_told_with_its_number(
    session: Session, journal: Journal, books: Books
) -> None:
    books.goes_away_for = 1_000_000
    session.operation.deadline = time.monotonic() - 1.5  # what is left of the moment behind it is short

    outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_OUTCOME_UNKNOWN]
    assert "created the invoice as its number 4711" in outcome.user_errors[0].message
    assert session.gateway.directory_tally.failures == 1


async def test_a_refusal_that_cannot_be_kept_spends_the_key(session: Session, journal: Journal, books: Books) -> None:
    books.failure, books.goes_away_for = SourceRejected("orders"), 1

    outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_REJECTED]
    assert outcome.user_errors[0].message.endswith("Nothing was created. Use a new key: this one could not be kept.")
    assert journal.state is CreationState.BEGUN


async def test_nothing_is_sent_where_the_key_cannot_be_kept_first(
    session: Session, journal: Journal, books: Books
) -> None:
    journal.failures, journal.failure = 1, DirectoryBusy()

    with pytest.raises(DirectoryBusy):
        await created(session)

    assert books.kept == []
    assert session.gateway.directory_tally.failures == 1


async def test_a_deletion_that_the_index_does_not_learn_of_is_a_deletion(
    session: Session, journal: Journal, books: Books
) -> None:
    books.kept.append(invoice_of(ACCOUNT, "1"))
    books.goes_away_for = 1_000_000
    session.operation.deadline = time.monotonic() - 1.5

    outcome = await delete_invoice(session, books.kept[0].id)

    assert outcome.deleted_invoice_id is not None
    assert outcome.user_errors == ()
