"""The port for writing invoices, at sources whose capabilities say that they can be written to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec

from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.model.operation import Operation


class DraftLine(msgspec.Struct, frozen=True):
    """A line as it is to be written; the price is of one, without tax."""

    sku: str
    quantity: Decimal
    unit_price: Decimal


class InvoiceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as it is to be written, in the source's configured currency. UNSET leaves a field as it is."""

    order_date: date | msgspec.UnsetType | None = msgspec.UNSET
    fulfilment_date: date | msgspec.UnsetType | None = msgspec.UNSET
    ship_date: date | msgspec.UnsetType | None = msgspec.UNSET
    shipping_method: str | msgspec.UnsetType | None = msgspec.UNSET
    lines: tuple[DraftLine, ...] | msgspec.UnsetType = msgspec.UNSET
    tax: Decimal | msgspec.UnsetType = msgspec.UNSET
    shipping: Decimal | msgspec.UnsetType = msgspec.UNSET
    total: Decimal | msgspec.UnsetType = msgspec.UNSET
    instructions: str | msgspec.UnsetType | None = msgspec.UNSET


class DraftMistake(msgspec.Struct, frozen=True):
    """What cannot be written: the field's path in the input (`("lines", "0", "sku")`), and what would do."""

    field: tuple[str, ...]
    message: str


class InvoiceWriter(Protocol):
    """A source that can be written to. What was not proven unsent is not sent again: SourceOutcomeUnknown."""

    def check_draft(self, draft: InvoiceDraft, *, is_new: bool) -> list[DraftMistake]:
        """What the source could not take of the draft; checked before anything is sent."""

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> Invoice:
        """The created invoice. Raises SourceError, SourceOutcomeUnknown among them."""

    async def update_invoice(
        self, account: Account, source_invoice_id: str, draft: InvoiceDraft, operation: Operation
    ) -> Invoice | None:
        """The invoice as it is now; None where the account has none of that id. Raises SourceError."""

    async def delete_invoice(self, account: Account, source_invoice_id: str, operation: Operation) -> bool:
        """Whether there was one to delete. Raises SourceError."""
