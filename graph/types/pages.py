"""What a list's arguments come to: the page that is asked for, and the checks that need words."""

from collections.abc import Sequence
from decimal import Decimal

from graph.context import Info
from graph.selection import selection_of
from graph.types.arguments import DEFAULT_PAGE, InvoiceFilter, InvoiceOrder
from graph.types.completeness import tell_completeness
from resolvers import filter as model
from resolvers import order
from resolvers.invoice_page import invoice_page
from resolvers.model.customer import Account
from resolvers.model.errors import BadUserInput
from resolvers.page import InvoicePage, PageRequest


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
        has_next=wanted.has_next,
        edge_cursors=wanted.edge_cursors,
        page_cursors=wanted.page_cursors,
    )
    page = await invoice_page(info.context.session, request)
    tell_completeness(info, is_complete=page.is_complete)
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
