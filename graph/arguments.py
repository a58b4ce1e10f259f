"""The arguments of lists: input types, their translation to the canonical ones, and the checks that need words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import strawberry

from graph.context import Info
from graph.selection import selection_of
from graph.types import enums
from graph.types.scalars import CurrencyCode
from resolvers import filter as model
from resolvers import order
from resolvers.invoice_page import InvoicePage, PageRequest, invoice_page
from resolvers.model.customer import Account
from resolvers.model.errors import BadUserInput
from resolvers.model.invoice import InvoiceStatus, InvoiceType, PaymentStatus

__all__ = [
    "DEFAULT_PAGE",
    "After",
    "AsOf",
    "DateRange",
    "DecimalRange",
    "Filter",
    "First",
    "InvoiceFilter",
    "InvoiceOrder",
    "OrderBy",
    "SourceNames",
    "enums",
    "invoice_page_of",
    "page_size",
    "source_names",
]


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


def page_size(info: Info, first: int | None) -> int:
    """How many entries a page shall have. Raises BadUserInput outside 1 to the configured limit."""
    most = info.context.limits.page_size
    size = min(DEFAULT_PAGE, most) if first is None else first
    if not 1 <= size <= most:
        raise BadUserInput(f"first: must be between 1 and {most}, not {size}.")
    return size


async def invoice_page_of(
    info: Info,
    owner: str,
    accounts: Sequence[Account],
    first: int | None,
    after: str | None,
    filter_: InvoiceFilter | None,
    order_by: InvoiceOrder | None,
) -> InvoicePage:
    """The page of a merged list, asked for no more than is selected below it."""
    wanted = selection_of(info).page
    request = PageRequest(
        owner=owner,
        accounts=tuple(accounts),
        fields=wanted.fields,
        late=wanted.late,
        filter=_filter(info, filter_) if filter_ else model.EVERY_INVOICE,
        order=order.InvoiceOrder(order_by.field, order_by.direction) if order_by else order.NEWEST_FIRST,
        first=page_size(info, first),
        after=after or None,
        rows=wanted.rows,
        count=wanted.count,
        edge_cursors=wanted.edge_cursors,
        page_cursors=wanted.page_cursors,
    )
    page = await invoice_page(info.context.session, request)
    if not page.is_complete:
        info.context.incomplete.append(info.path.as_list())
    if request.late:
        info.context.late_rows.note(page.nodes, accounts, request.fields, request.late)
    return page


def source_names(info: Info, argument: str, given: Sequence[str] | None) -> frozenset[str]:
    """The sources that an argument names; empty: no condition. Raises BadUserInput for one that is not configured."""
    known = info.context.session.gateway.sources
    unknown = [name for name in given or () if name not in known]
    if unknown:
        raise BadUserInput(f"{argument}: no source is named {unknown[0]!r}. There are: {', '.join(sorted(known))}.")
    return frozenset(given or ())


def _filter(info: Info, given: InvoiceFilter) -> model.InvoiceFilter:
    return model.InvoiceFilter(
        sources=source_names(info, "filter.sources", given.sources),
        types=frozenset(given.types or ()),
        statuses=frozenset(given.statuses or ()),
        payment_statuses=frozenset(given.payment_statuses or ()),
        numbers=frozenset(given.numbers or ()),
        currency_codes=frozenset(given.currency_codes or ()),
        issue_date=model.DateRange(given.issue_date.from_ or None, given.issue_date.to or None)
        if given.issue_date
        else model.DateRange(),
        due_date=model.DateRange(given.due_date.from_ or None, given.due_date.to or None)
        if given.due_date
        else model.DateRange(),
        amount_due=model.DecimalRange(_number(given.amount_due.min), _number(given.amount_due.max))
        if given.amount_due
        else model.DecimalRange(),
        is_overdue=given.is_overdue if isinstance(given.is_overdue, bool) else None,
        has_warnings=given.has_warnings if isinstance(given.has_warnings, bool) else None,
        today=info.context.today(),
    )


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
