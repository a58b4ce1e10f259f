"""What is owed: balances by currency, and their aging."""

from datetime import date

import strawberry

from graph.types.money import Money
from graph.types.scalars import CurrencyCode
from graph.types.source import SourceResult
from resolvers.model.payment import AgingBucketName


@strawberry.federation.type(
    shareable=True,
    description="What is owed in one currency. Open: amount due known and not 0. Drafts, proformas and cancelled "
    "invoices are left out; a credit note always counts against. XXX may be many currencies: its invoices are "
    "counted, never summed.",
)
class Balance:
    currency_code: CurrencyCode = strawberry.field(description='The currency; "XXX" where it is unknown.')
    invoiced: Money | None = strawberry.field(
        description="Totals of the open invoices; null where one of them has none."
    )
    paid: Money | None = strawberry.field(description="Paid on them so far; null where one of them does not say.")
    due: Money | None = strawberry.field(description="Sum of the known amounts due; null where none is known.")
    overdue: Money | None = strawberry.field(description="The part of due known to be past its due date.")
    due_without_date: Money | None = strawberry.field(
        description="The part of due that has no known due date: it may be overdue."
    )
    open_invoice_count: int = strawberry.field(description="How many invoices are open, credits among them.")
    unknown_invoice_count: int = strawberry.field(description="Invoices whose amount due no source could say.")
    oldest_due_date: date | None = strawberry.field(
        description="Of the open invoices with an amount due above 0; null where none has a due date."
    )


@strawberry.federation.type(shareable=True, description="What is owed, and how each source did in telling it.")
class BalanceSummary:
    as_of: date = strawberry.field(description="The day that overdue is measured from; amounts are those of now.")
    entries: list[Balance] = strawberry.field(
        description="One for each currency in which an invoice is open or its amount due unknown, by its code."
    )
    is_complete: bool = strawberry.field(
        description="True when every source asked answered OK and left no row out (RECORD_DROPPED in its warnings)."
    )
    sources: list[SourceResult] = strawberry.field(
        description="How each source did; invoiceCount: its invoices that are open or unknown."
    )


@strawberry.federation.type(shareable=True, description="The part of what is due that has been due for so long.")
class AgingBucket:
    name: AgingBucketName = strawberry.field(description="How long.")
    amount_due: Money | None = strawberry.field(description="How much; null where Balance.due is.")
    invoice_count: int = strawberry.field(description="In how many open invoices.")


@strawberry.federation.type(
    shareable=True,
    description="Aging in one currency. The overdue buckets sum to Balance.overdue, all buckets to Balance.due.",
)
class CurrencyAging:
    currency_code: CurrencyCode = strawberry.field(description='The currency; "XXX" where it is unknown.')
    buckets: list[AgingBucket] = strawberry.field(description="All six buckets, in their order.")
    total: Money | None = strawberry.field(description="The sum of the buckets, which is Balance.due.")
    unknown_invoice_count: int = strawberry.field(description="Invoices whose amount due no source could say.")


@strawberry.federation.type(shareable=True, description="How long what is owed has been due, by currency.")
class AgingReport:
    as_of: date = strawberry.field(description="The day it is measured from.")
    currencies: list[CurrencyAging] = strawberry.field(description="One for each currency as in balances, by its code.")
    is_complete: bool = strawberry.field(
        description="True when every source asked answered OK and left no row out (RECORD_DROPPED in its warnings)."
    )
    sources: list[SourceResult] = strawberry.field(
        description="How each source did; invoiceCount: its invoices that are open or unknown."
    )
