"""A source that can be written to and a journal, in memory, for what an end-to-end test cannot bring about."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, cast

from resolvers.access import EVERYONE_IS_STAFF
from resolvers.gateway import Gateway, Session, WriteSide
from resolvers.keys import KeyRing
from resolvers.model.creation import Creation, CreationKey, CreationState, KnownBefore
from resolvers.model.customer import Account
from resolvers.model.errors import DirectoryUnavailable
from resolvers.model.identity import AccountRef
from resolvers.model.invoice import Invoice, Note
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import FindQuery, IndexedInvoice, InvoiceList, InvoiceSource
from resolvers.model.writing import DraftMistake, InvoiceDraft, merged
from tests.lists.register import Register
from tests.lists.shelf import account_at, invoice_of

ACCOUNT = account_at("orders", "7")


@dataclass(slots=True)
class Journal:
    """Keeps one creation, and fails as often as it is told to."""

    failures: int = 0
    failure: DirectoryUnavailable = field(default_factory=DirectoryUnavailable)
    state: CreationState | None = None
    named: str | None = None
    indexed: dict[str, date | None] = field(default_factory=dict)

    async def begin(self, key: CreationKey, fingerprint: str, seconds: float, *, patience: float) -> Creation | None:
        self._fail()
        earlier, self.state = self.state, self.state or CreationState.BEGUN
        return None if earlier is None else Creation(earlier, fingerprint, self.named)

    async def note_created(self, key: CreationKey, invoice: IndexedInvoice, *, patience: float) -> None:
        self._fail()
        self.named = invoice.source_invoice_id
        if self.named in self.indexed:
            raise KnownBefore
        self.indexed[self.named] = invoice.issue_date
        self.state = CreationState.DONE

    async def note_failed(self, key: CreationKey, *, patience: float) -> None:
        self._fail()
        self.state = CreationState.FAILED

    async def note_unknown(self, key: CreationKey, invoice_id: str | None = None, *, patience: float) -> None:
        self._fail()
        self.state, self.named = CreationState.UNKNOWN, invoice_id

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


class Leases:
    """Hands them out for as long as they are wanted; `patience` is what whoever gave one back last had."""

    def __init__(self) -> None:
        self.holders: dict[str, str] = {}
        self.patience = 0.0

    async def take(self, invoice_id: str, holder: str, seconds: float, *, patience: float) -> bool:
        return self.holders.setdefault(invoice_id, holder) == holder

    async def give_back(self, invoice_id: str, holder: str, *, patience: float) -> None:
        self.patience = patience
        if self.holders.get(invoice_id) == holder:
            del self.holders[invoice_id]


@dataclass(slots=True)
class Books:
    """A source that can be written to, and answers a creation with `number`.

    `told` is what it makes of a new invoice; while it writes, the database goes away for so many calls. A change
    replaces the whole invoice, and is carried out when it is `open`. What it `keeps` it shows once it is deleted, too.
    `faults` are what its next calls to read, change or delete raise, None for one that is carried out.
    """

    journal: Journal
    goes_away_for: int = 0
    failure: Exception | None = None
    number: str = "4711"
    told: dict[str, Any] = field(default_factory=dict)
    keeps: bool = False
    kept: list[Invoice] = field(default_factory=list)
    faults: list[Exception | None] = field(default_factory=list)
    leases: Leases = field(default_factory=Leases)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        self._begin("find", operation)
        found = [invoice for invoice in self.kept if invoice.source_invoice_id in query.ids]
        notes = [Note("ACCOUNT_MISMATCH")] if "somebody else's" in query.ids else []
        return InvoiceList(invoices=found, notes=notes, fetched_at=datetime.now(UTC))

    def check_draft(self, draft: InvoiceDraft, current: Invoice | None) -> list[DraftMistake]:
        return []

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> str:
        operation.begin(UpstreamCall(source="orders", operation="create"))
        self.journal.failures = self.goes_away_for
        if self.failure is not None:
            raise self.failure
        self.kept.append(invoice_of(account, "4711", **({"order_date": draft.order_date or None} | self.told)))
        return self.number

    async def update_invoice(
        self, current: Invoice, account: Account, draft: InvoiceDraft, operation: Operation
    ) -> None:
        self._begin("update", operation)
        whole = merged(draft, current)
        await self.open.wait()
        self.kept = [
            invoice_of(
                account,
                current.source_invoice_id,
                ship_date=whole.ship_date or None,
                instructions=whole.instructions or None,
            )
        ]

    async def delete_invoice(self, current: Invoice, account: Account, operation: Operation) -> None:
        self._begin("delete", operation)
        self.journal.failures = self.goes_away_for
        if not self.keeps:
            self.kept.clear()
        if self.failure is not None:
            raise self.failure

    def _begin(self, name: str, operation: Operation) -> None:
        operation.begin(UpstreamCall(source="orders", operation=name))
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault


def session_over(books: Books) -> Session:
    """A session of staff's with time enough."""
    gateway = Gateway(
        {"orders": cast("InvoiceSource", books)},
        Register([ACCOUNT]),
        KeyRing(["a key that is long enough"]),
        writing=WriteSide({"orders": books}, books.journal, books.leases),
    )
    return gateway.session(EVERYONE_IS_STAFF, Operation(deadline=time.monotonic() + 30))
