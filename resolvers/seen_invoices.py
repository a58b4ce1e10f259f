"""Tells the index of invoices that somebody came across, beside the answers: none waits for it, or fails with it."""

from __future__ import annotations

import asyncio
from datetime import date

from resolvers.model.identity import InvoiceRef
from resolvers.model.invoice import CacheStatus, Invoice
from resolvers.model.source import SeenLog

_MOST_REMEMBERED = 100_000
_CLOSING_SECONDS = 1.0


class SeenInvoices:
    """Writes each invoice down once a date, with all that came meanwhile; of too many the oldest are forgotten.

    What could not be written is written when it is found again. Kept copies are left aside: the index may know better.
    """

    def __init__(self, log: SeenLog, *, most_remembered: int = _MOST_REMEMBERED) -> None:
        self._log = log
        self._most_remembered = most_remembered
        self._remembered: dict[InvoiceRef, date | None] = {}
        self._waiting: dict[InvoiceRef, date | None] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, invoice: Invoice) -> None:
        """Takes note of it; if it is new, or its date is, it is written as soon as what came before is."""
        ref, day = _ref(invoice), invoice.issue_date
        if invoice.provenance.cache_status is not CacheStatus.FRESH:
            return
        if ref in self._remembered and self._remembered[ref] == day:
            return
        self._remember(ref, day)
        self._waiting[ref] = day
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    def correct(self, invoice: Invoice) -> None:
        """Takes note of one whose date the index has wrong, whatever was written before."""
        self._remembered.pop(_ref(invoice), None)
        self.note(invoice)

    async def aclose(self) -> None:
        """Waits until everything is written, or for a second: what is lost is found again by whoever asks for it."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=_CLOSING_SECONDS)
            self._writing.cancel()

    def _remember(self, ref: InvoiceRef, day: date | None) -> None:
        self._remembered.pop(ref, None)
        if len(self._remembered) >= self._most_remembered:
            oldest = next(iter(self._remembered))
            del self._remembered[oldest]
            self._waiting.pop(oldest, None)
        self._remembered[ref] = day

    async def _write(self) -> None:
        while self._waiting:
            seen, self._waiting = self._waiting, {}
            if not await self._log.note_seen(seen):
                for ref in seen:
                    self._remembered.pop(ref, None)


def _ref(invoice: Invoice) -> InvoiceRef:
    return InvoiceRef(invoice.source, invoice.account_key, invoice.source_invoice_id)
