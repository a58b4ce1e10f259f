"""The ports for finding out which invoices exist at a source that cannot list: asking for one number after another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from resolvers.model.operation import Operation


class IdentifiedInvoice(NamedTuple):
    """An invoice as a crawl knows it; `account_key` is None where there is none of that number."""

    source_invoice_id: str
    account_key: str | None = None
    issue_date: date | None = None


class CrawlableSource(Protocol):
    """A source that can say whose an invoice is, without knowing the account beforehand."""

    async def identify_invoice(self, source_invoice_id: str, operation: Operation) -> IdentifiedInvoice:
        """Whose invoice it is, if there is one. Raises SourceError."""


class CrawlLog(Protocol):
    """What crawls have found out so far, kept from one to the next."""

    async def known(self, source: str) -> dict[str, bool]:
        """The numbers asked for before, and whether there was an invoice."""

    async def note(self, source: str, found: Sequence[IdentifiedInvoice]) -> None:
        """Keeps what was found out, absent invoices too."""

    async def publish(self, source: str, *, is_complete: bool) -> int:
        """Puts all found invoices of known accounts into the index; how many were new there.

        With `is_complete` the index of all of the source's accounts is complete from now on.
        """
