"""An invoice, whatever its source."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.context import Info
from graph.pure import pure
from graph.types.account import Account
from graph.types.address import Address
from graph.types.arguments import AsOf
from graph.types.invoice_line import InvoiceLine
from graph.types.money import Money
from graph.types.quality import MissingField, Provenance
from graph.types.scalars import URL, CurrencyCode
from graph.types.source import Source
from graph.types.statement import (
    Discount,
    DocumentReference,
    InvoiceTotals,
    Rounding,
    ServiceCharge,
    Shipment,
)
from graph.types.tax import Tax
from graph.types.warning import DataWarning
from resolvers import lookup, quality
from resolvers.missing import MissingField as MissingFieldModel
from resolvers.missing import missing_fields
from resolvers.model import customer as customer_model
from resolvers.model import invoice as model
from resolvers.model import payment
from resolvers.model.identity import AccountRef
from resolvers.model.source import InvoiceSource

if TYPE_CHECKING:
    from graph.types.customer import Customer


@pure
def source_of(invoice: strawberry.Parent[model.Invoice], info: Info) -> InvoiceSource:
    """The configured source."""
    return info.context.session.gateway.sources[invoice.source]


async def account_of(invoice: strawberry.Parent[model.Invoice], info: Info) -> customer_model.Account:
    """The account, which is there because the invoice came through it."""
    ref = AccountRef(invoice.source, invoice.account_key)
    account = await info.context.session.account_by_ref.load(ref)
    if account is None:
        raise LookupError("the account of an invoice is gone from the directory")
    return account


async def customer_of(invoice: strawberry.Parent[model.Invoice], info: Info) -> customer_model.Customer | None:
    """The customer whose account it is."""
    account = await account_of(invoice, info)
    return await lookup.find_customer(info.context.session, account.customer_id)


@pure
def is_overdue(invoice: strawberry.Parent[model.Invoice], info: Info, as_of: AsOf = strawberry.UNSET) -> bool | None:
    """Whether it is overdue on that day, today by default."""
    return payment.is_overdue(invoice, as_of or info.context.today())


@pure
def days_overdue(invoice: strawberry.Parent[model.Invoice], info: Info, as_of: AsOf = strawberry.UNSET) -> int | None:
    """By how many days."""
    return payment.days_overdue(invoice, as_of or info.context.today())


@pure
def aging_bucket(
    invoice: strawberry.Parent[model.Invoice], info: Info, as_of: AsOf = strawberry.UNSET
) -> payment.AgingBucketName | None:
    """Its place in an aging report."""
    return payment.aging_bucket(invoice, as_of or info.context.today())


async def document_url_of(invoice: strawberry.Parent[model.Invoice], info: Info) -> str | None:
    """A link of ours, where the source has the document."""
    if invoice.document_url is None:
        return None
    account = await account_of(invoice, info)
    info.context.has_links = True
    return info.context.document_link(invoice.id, account.customer_id)


@pure
def missing_of(invoice: strawberry.Parent[model.Invoice], info: Info) -> list[MissingFieldModel]:
    """What it cannot answer."""
    return missing_fields(invoice, info.context.session.gateway.sources[invoice.source].capabilities.fields)


@pure
def warnings_of(invoice: strawberry.Parent[model.Invoice]) -> list[quality.DataWarning]:
    """What is odd about it."""
    return quality.warnings_of(invoice)


@strawberry.federation.type(keys=["id"], description="One document of one account at one source.")
class Invoice:
    id: strawberry.ID = strawberry.field(description="Opaque and stable: the same on every replica, paid or not.")
    source = strawberry.field(resolver=source_of, graphql_type=Source, description="The source that tells of it.")
    account = strawberry.field(resolver=account_of, graphql_type=Account, description="The account it belongs to.")
    customer = strawberry.field(
        resolver=customer_of,
        graphql_type=Annotated["Customer", strawberry.lazy("graph.types.customer")] | None,
        description="The customer whose account it is.",
    )
    source_invoice_id: str = strawberry.field(description="The source's own identifier.")
    number: str | None = strawberry.field(description="The number printed on it (BT-1), every zero kept.")
    type: model.InvoiceType = strawberry.field(description="What kind of document it is (BT-3).")
    status: model.InvoiceStatus = strawberry.field(
        description="Where the document is in its life; a separate question from whether it is paid."
    )
    source_status: str | None = strawberry.field(description="The source's own word for the status.")
    payment_status: model.PaymentStatus = strawberry.field(description="How far it is paid.")
    is_overdue = strawberry.field(
        resolver=is_overdue,
        graphql_type=bool | None,
        description="Past its due date with something still due; never for a credit; null where either is unknown.",
    )
    days_overdue = strawberry.field(
        resolver=days_overdue,
        graphql_type=int | None,
        description="Days past the due date; 0 when not overdue, null when isOverdue is.",
    )
    aging_bucket = strawberry.field(
        resolver=aging_bucket,
        graphql_type=payment.AgingBucketName | None,
        description="Its place in an aging report; null where nothing is due or the amount due is unknown.",
    )

    issue_date: date | None = strawberry.field(description="The day of issue (BT-2).")
    due_date: date | None = strawberry.field(description="The day it falls due (BT-9).")
    order_date: date | None = strawberry.field(description="The day of the order.")
    fulfilment_date: date | None = strawberry.field(description="The day the order was made ready.")
    ship_date: date | None = strawberry.field(description="The day the goods were shipped.")

    currency_code: CurrencyCode = strawberry.field(description='The currency (BT-5); "XXX" where none is known.')
    currency_origin: model.ValueOrigin = strawberry.field(description="Who says the currency.")
    total: Money | None = strawberry.field(
        description="Total, tax included (BT-112). Amounts keep the sign their source writes."
    )
    amount_paid: Money | None = strawberry.field(description="What was paid so far (BT-113).")
    amount_due: Money | None = strawberry.field(
        description="What is still to be paid (BT-115); below 0 it is a credit."
    )
    totals: InvoiceTotals | None = strawberry.field(description="The document's sums, as the source states them.")

    lines: list[InvoiceLine] | None = strawberry.field(description="The lines (BG-25); null where it tells none.")
    taxes: list[Tax] | None = strawberry.field(description="One entry per tax class (BG-23).")
    discounts: list[Discount] | None = strawberry.field(description="Discounts on the whole document (BG-20).")
    discounts_include_tax: bool | None = strawberry.field(description="Whether the discounts are of amounts with tax.")
    shipping_method: ServiceCharge | None = strawberry.field(description="How it is shipped, and for how much.")
    payment_method: ServiceCharge | None = strawberry.field(description="How it is paid, and for how much.")
    shipment: Shipment | None = strawberry.field(description="How the goods travelled.")

    customer_name: str | None = strawberry.field(description="The buyer's name as printed (BT-44).")
    customer_number: str | None = strawberry.field(
        description="The customer's number as printed on the document; may differ from the account's number."
    )
    billing_address: Address | None = strawberry.field(description="The buyer's address (BG-8).")
    shipping_address: Address | None = strawberry.field(description="Where the goods went (BG-15).")
    seller_address: Address | None = strawberry.field(description="The seller's address (BG-5).")

    reference: DocumentReference | None = strawberry.field(description="The document that this one stands on.")
    membership_code: str | None = strawberry.field(description="The membership that it bills.")
    document_url = strawberry.field(
        resolver=document_url_of,
        graphql_type=URL | None,
        description="A link to the document, at our own address, signed and short-lived: a plain <a href> opens it.",
    )
    terms: str | None = strawberry.field(description="Payment terms (BT-20) and conditions.")
    instructions: str | None = strawberry.field(description="The customer's instructions.")
    locale: str | None = strawberry.field(description="The language it is written in, such as en-GB.")
    rounding: Rounding | None = strawberry.field(description="How the source says that it rounds.")

    missing = strawberry.field(
        resolver=missing_of,
        graphql_type=list[MissingField],
        description="Fields that it cannot answer, and why; SOURCE_FAILED aside, the same whatever else is selected.",
    )
    warnings = strawberry.field(
        resolver=warnings_of,
        graphql_type=list[DataWarning],
        description="What is odd about the whole invoice: asking for it fetches all that the rules read.",
    )
    provenance: Provenance = strawberry.field(description="Where it came from.")

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Whether the object is one of these, for the union of entities."""
        return isinstance(obj, model.Invoice)
