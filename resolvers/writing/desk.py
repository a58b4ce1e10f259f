"""Where every mutation begins: may the caller write, whose account is it, and can its source be written to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import structlog

from resolvers import lookup
from resolvers.directory_until import DirectoryTally
from resolvers.gateway import Session
from resolvers.model.creation import WriteJournal
from resolvers.model.customer import Account
from resolvers.model.errors import DirectoryUnavailable, Forbidden, OperationTimeout
from resolvers.model.identity import AccountRef
from resolvers.model.invoice import Invoice
from resolvers.model.lease import InvoiceLeases
from resolvers.model.operation import Operation
from resolvers.model.requires import with_requirements
from resolvers.model.source import FindQuery
from resolvers.model.writing import WRITTEN_FIELDS, InvoiceWriter
from resolvers.ownership import names_somebody_else
from resolvers.writing.outcome import Field, bad_input, not_found

T = TypeVar("T")

_log = structlog.get_logger("invoice_graph.writing")

GRACE_SECONDS = 2.0
"""How long after its deadline a process may still be noting what came of its call."""
_PAUSE_SECONDS = 0.2
CALLS_OF_A_WRITE = 2
"""The call that writes, and the one that reads back: nothing is sent where there is not one left to see it."""


class Sight(NamedTuple):
    """The account's invoice of an id, if the source shows one; `is_foreign` where it shows somebody else's."""

    invoice: Invoice | None
    is_foreign: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """An account that can be written to, and all that it takes."""

    account: Account
    writer: InvoiceWriter
    journal: WriteJournal
    leases: InvoiceLeases
    operation: Operation
    tally: DirectoryTally

    @property
    def ref(self) -> AccountRef:
        """What names the account."""
        return AccountRef(self.account.source, self.account.key)

    def prepaid(self, calls: int) -> Desk:
        """The desk with so many calls taken from the budget before any of them. Raises CallBudgetExceeded."""
        self.operation.plan(calls)
        return replace(self, operation=self.operation.prepaying(calls))

    def remaining_seconds(self) -> float:
        """How long this process may still be at it, with the moment after the deadline."""
        operation = self.operation
        return max(0.0, operation.deadline + GRACE_SECONDS - operation.clock())

    async def in_time(self, ask: Callable[[float], Awaitable[T]]) -> T:
        """What the directory says, which is told how many seconds the operation has left.

        Raises DirectoryUnavailable; OperationTimeout where none were left to ask in: no fault of the directory's.
        """
        seconds = self.operation.remaining_seconds()
        try:
            return await ask(seconds)
        except DirectoryUnavailable:
            if not seconds:
                raise OperationTimeout from None
            self.tally.failures += 1
            raise

    async def note(self, write: Callable[[float], Awaitable[None]], *, again: bool = True) -> bool:
        """Whether the journal has it, which is told how many seconds are left.

        It is told again until a moment after the deadline: what came of a call is known here alone. Not `again` where
        that would undo what another request did after a first time that was carried out, and not answered.
        """
        while True:
            try:
                await write(self.remaining_seconds())
            except DirectoryUnavailable as failure:
                if not again or self.remaining_seconds() <= _PAUSE_SECONDS:
                    self.tally.failures += 1
                    _log.error(
                        "creation_not_noted", source=self.account.source, code=failure.code, detail=failure.detail
                    )
                    return False
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return True

    async def read(self, source_invoice_id: str, fields: frozenset[str] = frozenset()) -> Invoice | None:
        """The account's invoice, as `look` sees it; None where the account has none of that id."""
        return (await self.look(source_invoice_id, fields)).invoice

    async def look(self, source_invoice_id: str, fields: frozenset[str]) -> Sight:
        """What the source shows now, with all that can be written and these canonical paths.

        An invoice that names another customer is not the account's. Raises SourceError or CallBudgetExceeded.
        """
        wanted = with_requirements(fields) | WRITTEN_FIELDS
        query = FindQuery(account=self.account, fields=wanted, ids=(source_invoice_id,))
        answer = await self.writer.find_invoices(query, self.operation)
        own = next((invoice for invoice in answer.invoices if not names_somebody_else(invoice)), None)
        is_noted = any(note.code == "ACCOUNT_MISMATCH" for note in answer.notes)
        return Sight(own, is_foreign=own is None and (is_noted or bool(answer.invoices)))


async def desk_of(session: Session, account_id: str, field: Field, missing: str) -> Desk:
    """The desk of this account. Raises Forbidden and Refused, asks no source.

    `field` is the input's that names the account, or something of it; `missing` says that what it names is not there.
    """
    if not session.principal.may_write:
        raise Forbidden("Only staff and services may write invoices.")
    account = await lookup.find_account(session, account_id)
    if account is None:
        raise not_found(field, missing)
    side = session.gateway.writing
    writer = None if side is None else side.writers.get(account.source)
    if side is None or writer is None:
        raise bad_input(field, "The account's source cannot be written to: see capabilities.writes of its source.")
    return Desk(account, writer, side.journal, side.leases, session.operation, session.gateway.directory_tally)
