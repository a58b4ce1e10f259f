"""What mutations take and give back."""

from datetime import date
from decimal import Decimal
from typing import TypeVar

import strawberry
from msgspec import UNSET, UnsetType, structs
from strawberry.types.unset import UnsetType as Absent

from graph.types.invoice import Invoice
from resolvers.model.errors import ErrorCode
from resolvers.model.writing import DraftLine, InvoiceDraft

T = TypeVar("T")


@strawberry.input(description="A line of an invoice that is written.")
class InvoiceLineInput:
    sku: str = strawberry.field(description="The item, by the number that the source knows it by.")
    quantity: Decimal = strawberry.field(description="How many.")
    unit_price: Decimal = strawberry.field(description="The price of one, without tax.")


@strawberry.input(description="A new invoice. Amounts are in the source's configured currency.")
class CreateInvoiceInput:
    account_id: strawberry.ID = strawberry.field(description="The account that it is for.")
    idempotency_key: str = strawberry.field(
        description="1 to 200 characters of your choice. Sent again with the same key, the same invoice comes back and "
        "nothing is created twice. Where the first answer was lost: SOURCE_OUTCOME_UNKNOWN, never a second invoice. "
        "Same key, other input at the same account: BAD_USER_INPUT, unless nothing was created. At another account the "
        "key is another one."
    )
    order_date: date = strawberry.field(description="The day of the order.")
    fulfilment_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="The day the order was made ready."
    )
    ship_date: date | None = strawberry.field(default=strawberry.UNSET, description="The day the goods were shipped.")
    shipping_method: str | None = strawberry.field(default=strawberry.UNSET, description="How it is shipped.")
    lines: list[InvoiceLineInput] = strawberry.field(description="Its lines, at least one.")
    tax: Decimal = strawberry.field(description="The tax on all of it.")
    shipping: Decimal = strawberry.field(description="What shipping costs.")
    total: Decimal = strawberry.field(description="What lines, tax and shipping make.")
    instructions: str | None = strawberry.field(default=strawberry.UNSET, description="The customer's instructions.")


@strawberry.input(description="What to change of an invoice. Absent: unchanged. Null: emptied, where the source can.")
class UpdateInvoiceInput:
    id: strawberry.ID = strawberry.field(description="The invoice.")
    order_date: date | None = strawberry.field(default=strawberry.UNSET, description="The day of the order.")
    fulfilment_date: date | None = strawberry.field(
        default=strawberry.UNSET, description="The day the order was made ready."
    )
    ship_date: date | None = strawberry.field(default=strawberry.UNSET, description="The day the goods were shipped.")
    shipping_method: str | None = strawberry.field(default=strawberry.UNSET, description="How it is shipped.")
    lines: list[InvoiceLineInput] | None = strawberry.field(
        default=strawberry.UNSET, description="All of its lines: they replace those that are there."
    )
    tax: Decimal | None = strawberry.field(default=strawberry.UNSET, description="The tax on all of it.")
    shipping: Decimal | None = strawberry.field(default=strawberry.UNSET, description="What shipping costs.")
    total: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="What lines, tax and shipping make, changed or not."
    )
    instructions: str | None = strawberry.field(default=strawberry.UNSET, description="The customer's instructions.")


@strawberry.input(description="An invoice to delete.")
class DeleteInvoiceInput:
    id: strawberry.ID = strawberry.field(description="The invoice.")


@strawberry.federation.type(
    shareable=True, description="Why something was not written, or what is not known of it; words for its user."
)
class UserError:
    field: list[str] | None = strawberry.field(
        description="The path in the input, such as lines, 0, unitPrice; null: all of it."
    )
    message: str = strawberry.field(description="What is wrong, and what to do.")
    code: ErrorCode = strawberry.field(description="What kind of error it is.")


@strawberry.federation.type(shareable=True, description="What came of writing an invoice.")
class InvoicePayload:
    invoice: Invoice | None = strawberry.field(description="The invoice, read back from its source.")
    user_errors: list[UserError] = strawberry.field(
        description="Why there is none, or what is not known of it; empty where all went well."
    )


@strawberry.federation.type(shareable=True, description="What came of deleting an invoice.")
class DeleteInvoicePayload:
    deleted_invoice_id: strawberry.ID | None = strawberry.field(description="The id of the invoice that is gone now.")
    user_errors: list[UserError] = strawberry.field(description="Why it is not; empty where all went well.")


def draft_of(given: CreateInvoiceInput | UpdateInvoiceInput) -> InvoiceDraft:
    """The draft: what is absent stays unset, and so does what is null on a new invoice."""
    draft = InvoiceDraft(
        order_date=_set(given.order_date),
        fulfilment_date=_set(given.fulfilment_date),
        ship_date=_set(given.ship_date),
        shipping_method=_text(given.shipping_method),
        lines=_lines(given.lines),
        tax=_set(given.tax),
        shipping=_set(given.shipping),
        total=_set(given.total),
        instructions=_text(given.instructions),
    )
    if isinstance(given, UpdateInvoiceInput):
        return draft
    said = {name: value for name, value in draft.changes.items() if value is not None}
    return structs.replace(InvoiceDraft(), **said)


def _set(value: T | Absent) -> T | UnsetType:
    return UNSET if isinstance(value, Absent) else value


def _lines(given: list[InvoiceLineInput] | Absent | None) -> tuple[DraftLine, ...] | UnsetType | None:
    if isinstance(given, list):
        return tuple(DraftLine(line.sku, line.quantity, line.unit_price) for line in given)
    return None if given is None else UNSET


def _text(given: str | Absent | None) -> str | UnsetType | None:
    """The text without blanks around it, its lines ending in a line feed alone; None for an empty one."""
    if isinstance(given, Absent):
        return UNSET
    return (given or "").replace("\r\n", "\n").replace("\r", "\n").strip() or None
