"""The arguments of lists: their input types and what they say when they are absent."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from graph.types.scalars import CurrencyCode
from resolvers import order
from resolvers.model.invoice import InvoiceStatus, InvoiceType, PaymentStatus


@strawberry.input(description="Days, both ends included; an absent end is open.")
class DateRange:
    from_: date | None = strawberry.field(default=strawberry.UNSET, name="from", description="The first day.")
    to: date | None = strawberry.field(default=strawberry.UNSET, description="The last day.")


@strawberry.input(description="Bare numbers, both ends included; an absent end is open.")
class DecimalRange:
    min: Decimal | None = strawberry.field(default=strawberry.UNSET, description="The smallest number.")
    max: Decimal | None = strawberry.field(default=strawberry.UNSET, description="The greatest number.")


@strawberry.input(
    description="All conditions must hold; an empty list is no condition. An unknown value matches no range and "
    "neither true nor false."
)
class InvoiceFilter:
    sources: list[str] | None = strawberry.field(default=strawberry.UNSET, description="Of these sources, by name.")
    types: list[InvoiceType] | None = strawberry.field(default=strawberry.UNSET, description="Of one of these types.")
    statuses: list[InvoiceStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these statuses."
    )
    payment_statuses: list[PaymentStatus] | None = strawberry.field(
        default=strawberry.UNSET, description="Paid this far."
    )
    numbers: list[str] | None = strawberry.field(default=strawberry.UNSET, description="With one of these numbers.")
    currency_codes: list[CurrencyCode] | None = strawberry.field(
        default=strawberry.UNSET, description="In one of these currencies."
    )
    issue_date: DateRange | None = strawberry.field(default=strawberry.UNSET, description="Issued on these days.")
    due_date: DateRange | None = strawberry.field(default=strawberry.UNSET, description="Due on these days.")
    amount_due: DecimalRange | None = strawberry.field(
        default=strawberry.UNSET, description="With so much due. Bare numbers: use it with currencyCodes."
    )
    is_overdue: bool | None = strawberry.field(default=strawberry.UNSET, description="Overdue or not, as of today.")
    has_warnings: bool | None = strawberry.field(
        default=strawberry.UNSET,
        description="With or without warnings: reads the whole of every invoice that the list has.",
    )


@strawberry.input(
    description="Nulls last either way, ties by id; NUMBER as text; TOTAL and AMOUNT_DUE by currency first. Only "
    "newest first can stop early, and only at sources known to list so; all else reads whole lists."
)
class InvoiceOrder:
    field: order.InvoiceOrderField = strawberry.field(
        default=order.InvoiceOrderField.ISSUE_DATE, description="By which field."
    )
    direction: order.OrderDirection = strawberry.field(
        default=order.OrderDirection.DESC, description="Which end comes first."
    )


First = Annotated[int | None, strawberry.argument(description="How many at most: from 1 to the configured page size.")]
After = Annotated[
    str | None, strawberry.argument(description="A cursor: the page goes on behind it. Absent: it begins at the start.")
]
Filter = Annotated[InvoiceFilter | None, strawberry.argument(description="Only these. Absent: all of them.")]
OrderBy = Annotated[
    InvoiceOrder | None, strawberry.argument(description="In which order. Absent: the newest issue date first.")
]
AsOf = Annotated[
    date | None, strawberry.argument(description="The day to measure from. Absent: today, in the graph's time zone.")
]
SourceNames = Annotated[
    list[str] | None, strawberry.argument(description="Of these sources, by name. Absent: of all of them.")
]


DEFAULT_PAGE = 20
"""Where `first` is absent or null; less where the configured page size is less."""
