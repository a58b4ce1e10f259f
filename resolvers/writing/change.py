"""Changing and deleting an invoice: only what was just read as the account's own, and believed only when read back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import structlog

from resolvers.gateway import Session
from resolvers.model.errors import CallBudgetExceeded, SourceError, SourceOutcomeUnknown
from resolvers.model.identity import account_id, parse_invoice_id
from resolvers.model.invoice import Invoice
from resolvers.model.source import IndexedInvoice
from resolvers.model.writing import InvoiceDraft, is_written
from resolvers.writing.desk import CALLS_OF_A_WRITE, Desk, desk_of
from resolvers.writing.outcome import Refused, WriteOutcome, failed, mistaken, not_found, unknown
from resolvers.writing.turn import turn

_log = structlog.get_logger("invoice_graph.writing")

_ID = ("id",)
_MISSING = "There is no such invoice, or it is not yours."
_NOT_CHANGED = "Nothing was changed."
_UNSEEN = "Whether the change was carried out could not be read. Read the invoice; to send it again does no harm."
_UNCHANGED = "The source does not show the change. Read the invoice again before you send it again."
_NOT_DELETED = "The source still shows the invoice. Read it again before you send it again."


async def update_invoice(
    session: Session, invoice_id: str, draft: InvoiceDraft, fields: frozenset[str]
) -> WriteOutcome:
    """The changed invoice with these canonical paths.

    Raises Forbidden, CallBudgetExceeded, DirectoryUnavailable or OperationTimeout, after which nothing was changed.
    """
    try:
        async with _target(session, invoice_id, fields) as (desk, current):
            if mistakes := desk.writer.check_draft(draft, current):
                raise mistaken(mistakes)
            return WriteOutcome(invoice=await _changed(desk, current, draft, fields) if draft.changes else current)
    except Refused as refused:
        return refused.outcome


async def delete_invoice(session: Session, invoice_id: str) -> WriteOutcome:
    """The id of what is gone now.

    Raises Forbidden, CallBudgetExceeded, DirectoryUnavailable or OperationTimeout, after which nothing was deleted.
    """
    try:
        async with _target(session, invoice_id, frozenset()) as (desk, current):
            await _delete(desk, current)
            return WriteOutcome(deleted_invoice_id=current.id)
    except Refused as refused:
        return refused.outcome


@asynccontextmanager
async def _target(session: Session, invoice_id: str, fields: frozenset[str]) -> AsyncIterator[tuple[Desk, Invoice]]:
    """The invoice as it is now, and nobody else's to change meanwhile.

    An id only claims whose it is: anybody can write one, so that it is read first.
    """
    ref = parse_invoice_id(invoice_id)
    desk = await desk_of(session, "" if ref is None else account_id(*ref.account), _ID, _MISSING)
    async with turn(desk, invoice_id):
        try:
            current = None if ref is None else await desk.read(ref.source_invoice_id, fields)
        except SourceError as failure:
            raise failed(failure, _NOT_CHANGED) from None
        if current is None:
            raise not_found(_ID, _MISSING)
        yield desk, current


async def _delete(desk: Desk, current: Invoice) -> None:
    desk = desk.prepaid(CALLS_OF_A_WRITE)
    with _sent():
        await desk.writer.delete_invoice(current, desk.account, desk.operation)
    if (left := await _read_back(desk, current, frozenset())) is not None:
        raise unknown(_NOT_DELETED, left)
    gone = current.source_invoice_id
    _log.info("invoice_deleted", source=current.source, account=current.account_key, invoice=gone)
    await desk.note(lambda seconds: desk.journal.drop_from_index(desk.ref, gone, patience=seconds))


async def _changed(desk: Desk, current: Invoice, draft: InvoiceDraft, fields: frozenset[str]) -> Invoice:
    desk = desk.prepaid(CALLS_OF_A_WRITE)
    with _sent():
        await desk.writer.update_invoice(current, desk.account, draft, desk.operation)
    invoice = await _read_back(desk, current, fields)
    if invoice is None or not is_written(draft, invoice):
        raise unknown(_UNCHANGED, invoice)
    _log.info("invoice_updated", source=current.source, account=current.account_key, invoice=current.source_invoice_id)
    indexed = IndexedInvoice(invoice.source_invoice_id, invoice.issue_date)
    await desk.note(lambda seconds: desk.journal.index(desk.ref, indexed, patience=seconds))
    return invoice


@contextmanager
def _sent() -> Iterator[None]:
    """Goes on where nobody knows what became of a write, for that is read back; raises Refused where it failed."""
    try:
        yield
    except SourceOutcomeUnknown:
        pass
    except SourceError as failure:
        raise failed(failure, _NOT_CHANGED) from None


async def _read_back(desk: Desk, current: Invoice, fields: frozenset[str]) -> Invoice | None:
    try:
        return await desk.read(current.source_invoice_id, fields)
    except (SourceError, CallBudgetExceeded):  # names of items are calls of their own
        raise unknown(_UNSEEN) from None
