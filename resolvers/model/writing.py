"""The port for writing invoices, at sources whose capabilities say that they can be written to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec

from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice, InvoiceLine, InvoiceTotals, ServiceCharge
from resolvers.model.money import Money
from resolvers.model.operation import Operation
from resolvers.model.source import FindQuery, InvoiceList, InvoiceSource

WRITTEN_FIELDS = frozenset(
    {
        "orderDate",
        "fulfilmentDate",
        "shipDate",
        "shippingMethod",
        "shippingMethod.name",
        "lines",
        "lines.sku",
        "lines.quantity",
        "lines.unitPrice",
        "lines.unitPrice.net",
        "totals",
        "totals.tax",
        "totals.shipping",
        "total",
        "instructions",
    }
)
"""The canonical paths that a draft can set."""


class DraftLine(msgspec.Struct, frozen=True):
    """A line as it is to be written; the price is of one, without tax."""

    sku: str
    quantity: Decimal
    unit_price: Decimal


class InvoiceDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice as it is to be written, in the source's configured currency.

    UNSET leaves a field as it is, None empties it; a new invoice has neither. Whether a field can be emptied, the
    source says. Texts are without blanks around them and never empty, and their lines end in a line feed alone.
    """

    order_date: date | msgspec.UnsetType | None = msgspec.UNSET
    fulfilment_date: date | msgspec.UnsetType | None = msgspec.UNSET
    ship_date: date | msgspec.UnsetType | None = msgspec.UNSET
    shipping_method: str | msgspec.UnsetType | None = msgspec.UNSET
    lines: tuple[DraftLine, ...] | msgspec.UnsetType | None = msgspec.UNSET
    tax: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    shipping: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    total: Decimal | msgspec.UnsetType | None = msgspec.UNSET
    instructions: str | msgspec.UnsetType | None = msgspec.UNSET

    @property
    def changes(self) -> dict[str, object]:
        """The fields that are set, by their names here."""
        said = {name: getattr(self, name) for name in self.__struct_fields__}
        return {name: value for name, value in said.items() if value is not msgspec.UNSET}


class DraftMistake(msgspec.Struct, frozen=True):
    """What cannot be written: the field's path in the input (`("lines", "0", "unitPrice")`), and what would do."""

    field: tuple[str, ...]
    message: str


class InvoiceWriter(Protocol):
    """A source that can be written to.

    Whatever may have been carried out, and was not answered so, is SourceOutcomeUnknown and was not sent again. Every
    other SourceError, and CallBudgetExceeded, says that nothing was written.
    """

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The account's invoices of these ids, as the source tells them now."""

    def check_draft(self, draft: InvoiceDraft, current: Invoice | None) -> list[DraftMistake]:
        """What the source could not take of the draft, for a new invoice or for the current one. Asks nobody."""

    async def create_invoice(self, account: Account, draft: InvoiceDraft, operation: Operation) -> str:
        """The source's id of the created invoice, as its answer says; it is still to be read back."""

    async def update_invoice(
        self, current: Invoice, account: Account, draft: InvoiceDraft, operation: Operation
    ) -> None:
        """Changes what the draft sets. `current` was read a moment ago, and is the account's."""

    async def delete_invoice(self, current: Invoice, account: Account, operation: Operation) -> None:
        """Deletes it. `current` was read a moment ago, and is the account's."""


class WritableSource(InvoiceSource, InvoiceWriter, Protocol):
    """A source that is read and written."""


def as_draft(invoice: Invoice) -> InvoiceDraft:
    """What would write the invoice as it is; None where it does not say."""
    totals, method = invoice.totals or InvoiceTotals(), invoice.shipping_method or ServiceCharge()
    return InvoiceDraft(
        order_date=invoice.order_date,
        fulfilment_date=invoice.fulfilment_date,
        ship_date=invoice.ship_date,
        shipping_method=method.name,
        lines=_draft_lines(invoice.lines),
        tax=_amount(totals.tax),
        shipping=_amount(totals.shipping),
        total=_amount(invoice.total),
        instructions=invoice.instructions,
    )


def merged(draft: InvoiceDraft, current: Invoice) -> InvoiceDraft:
    """The whole invoice as it is to be: what the draft sets, else what the current one says, else UNSET."""
    known = {name: value for name, value in as_draft(current).changes.items() if value is not None}
    return msgspec.structs.replace(InvoiceDraft(), **(known | draft.changes))


def is_written(draft: InvoiceDraft, invoice: Invoice) -> bool:
    """Whether the invoice shows all that the draft sets."""
    return as_draft(invoice).changes.items() >= draft.changes.items()


def _draft_lines(lines: Sequence[InvoiceLine] | None) -> tuple[DraftLine, ...] | None:
    """The lines; None where there are none, or one does not say all that a draft needs."""
    drafts = [
        DraftLine(line.sku, line.quantity, line.unit_price.net.amount)
        for line in lines or ()
        if line.sku is not None and line.quantity is not None and line.unit_price and line.unit_price.net
    ]
    return tuple(drafts) if lines is not None and len(drafts) == len(lines) else None


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else money.amount
