"""Orders and filters, each held against its own definition in plain words."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cmp_to_key

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.filter import EVERY_INVOICE, DateRange, DecimalRange, InvoiceFilter
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, PaymentStatus
from resolvers.model.money import Money
from resolvers.order import NEWEST_FIRST, InvoiceOrder, InvoiceOrderField, OrderDirection
from tests.lists.shelf import account_at, euros, invoice_of

TODAY = date(2026, 1, 10)
INVOICE = invoice_of(
    account_at("shop", "1"),
    "1",
    TODAY,
    number="070",
    status=InvoiceStatus.OPEN,
    payment_status=PaymentStatus.UNPAID,
    currency_code="EUR",
    due_date=TODAY,
    total=euros(5),
    amount_due=euros("2.50"),
)
EMPTY = invoice_of(account_at("shop", "1"), "2", number=None)

_days = st.none() | st.integers(0, 3).map(lambda number: TODAY + timedelta(number))
_money = st.none() | st.builds(Money, st.integers(-2, 2).map(Decimal), st.sampled_from(["EUR", "USD", "XXX"]))
_invoices = st.builds(
    lambda key, **told: invoice_of(account_at("shop", key), key, **told),
    st.integers(0, 50).map(str),
    issue_date=_days,
    due_date=_days,
    number=st.none() | st.sampled_from(["1", "01", "10", "a"]),
    total=_money,
    amount_due=_money,
)
_orders = st.builds(InvoiceOrder, st.sampled_from(list(InvoiceOrderField)), st.sampled_from(list(OrderDirection)))


def compared(order: InvoiceOrder, one: Invoice, other: Invoice) -> int:
    """The definition: nulls last either way, amounts by currency first, ties by id."""
    first, second = (getattr(row, order.field.lower()) for row in (one, other))
    if first is None or second is None:
        if first is not second:
            return 1 if first is None else -1
    elif isinstance(first, Money):
        if first.currency_code != second.currency_code:
            return 1 if first.currency_code > second.currency_code else -1
        first, second = first.amount, second.amount
    if first != second:
        return (1 if first > second else -1) * (1 if order.direction is OrderDirection.ASC else -1)
    return (one.id > other.id) - (one.id < other.id)


@given(st.lists(_invoices, max_size=12, unique_by=lambda row: row.id), _orders)
def test_rows_stand_as_the_order_is_defined(rows: list[Invoice], order: InvoiceOrder) -> None:
    def comparison(one: Invoice, other: Invoice) -> int:
        return compared(order, one, other)

    assert order.sorted(rows) == sorted(rows, key=cmp_to_key(comparison))


@given(st.lists(_invoices, max_size=12, unique_by=lambda row: row.id), _orders)
def test_rows_that_stand_in_their_order_stay_as_they_are(rows: list[Invoice], order: InvoiceOrder) -> None:
    in_order = order.sorted(rows)

    assert order.sorted(in_order) == in_order


@given(_invoices, _invoices, _orders)
def test_behind_and_furthest_say_what_sorting_says(one: Invoice, other: Invoice, order: InvoiceOrder) -> None:
    key, other_key = order.key(one), order.key(other)

    assert order.is_behind(key, other_key) == (compared(order, one, other) > 0)
    assert order.furthest(key, other_key) == order.key(order.sorted([one, other])[1])
    assert order.furthest(key, None) == key


def test_only_the_newest_first_is_what_sources_promise() -> None:
    assert [order.is_newest_first for order in (NEWEST_FIRST, InvoiceOrder(direction=OrderDirection.ASC))] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("condition", "path", "holds"),
    [
        (InvoiceFilter(), None, True),
        (InvoiceFilter(sources=frozenset({"elsewhere"})), None, True),
        (InvoiceFilter(types=frozenset({InvoiceType.INVOICE})), "type", True),
        (InvoiceFilter(types=frozenset({InvoiceType.PROFORMA})), "type", False),
        (InvoiceFilter(statuses=frozenset({InvoiceStatus.OPEN, InvoiceStatus.SENT})), "status", True),
        (InvoiceFilter(statuses=frozenset({InvoiceStatus.SENT})), "status", False),
        (InvoiceFilter(payment_statuses=frozenset({PaymentStatus.UNPAID})), "paymentStatus", True),
        (InvoiceFilter(payment_statuses=frozenset({PaymentStatus.PAID})), "paymentStatus", False),
        (InvoiceFilter(numbers=frozenset({"070"})), "number", True),
        (InvoiceFilter(numbers=frozenset({"70"})), "number", False),
        (InvoiceFilter(currency_codes=frozenset({"EUR"})), "currencyCode", True),
        (InvoiceFilter(currency_codes=frozenset({"USD"})), "currencyCode", False),
        (InvoiceFilter(issue_date=DateRange(TODAY, TODAY)), "issueDate", True),
        (InvoiceFilter(issue_date=DateRange(TODAY + timedelta(1))), "issueDate", False),
        (InvoiceFilter(due_date=DateRange(None, TODAY)), "dueDate", True),
        (InvoiceFilter(due_date=DateRange(None, TODAY - timedelta(1))), "dueDate", False),
        (InvoiceFilter(amount_due=DecimalRange(Decimal("2.5"), Decimal("2.5"))), "amountDue", True),
        (InvoiceFilter(amount_due=DecimalRange(Decimal("2.51"))), "amountDue", False),
        (InvoiceFilter(amount_due=DecimalRange(max=Decimal("2.5"))), "amountDue", True),
        (InvoiceFilter(amount_due=DecimalRange(max=Decimal("2.49"))), "amountDue", False),
        (InvoiceFilter(numbers=frozenset({"070"}), today=TODAY), "number", True),
        (InvoiceFilter(is_overdue=False), "isOverdue", False),
        (InvoiceFilter(is_overdue=True, today=TODAY + timedelta(1)), "isOverdue", True),
        (InvoiceFilter(is_overdue=True, today=TODAY), "isOverdue", False),
        (InvoiceFilter(is_overdue=False, today=TODAY), "isOverdue", True),
    ],
)
def test_a_condition_holds_or_not_and_reads_its_own_field(
    condition: InvoiceFilter, path: str | None, *, holds: bool
) -> None:
    assert condition.holds(INVOICE) is holds
    assert condition.fields() == ({path} if path else set())


@pytest.mark.parametrize(
    "condition",
    [
        InvoiceFilter(numbers=frozenset({""})),
        InvoiceFilter(issue_date=DateRange(date.min)),
        InvoiceFilter(due_date=DateRange(None, date.max)),
        InvoiceFilter(amount_due=DecimalRange(Decimal(-1), None)),
        InvoiceFilter(is_overdue=True, today=TODAY),
        InvoiceFilter(is_overdue=False, today=TODAY),
    ],
)
def test_an_unknown_value_meets_no_condition(condition: InvoiceFilter) -> None:
    assert not condition.holds(EMPTY)
    assert EVERY_INVOICE.holds(EMPTY)


def test_all_conditions_must_hold() -> None:
    one, other = frozenset({"070"}), frozenset({"EUR"})

    assert InvoiceFilter(numbers=one, currency_codes=other).holds(INVOICE)
    assert not InvoiceFilter(numbers=one, currency_codes=other).holds(
        msgspec.structs.replace(INVOICE, currency_code="USD")
    )


def test_a_type_that_the_source_itself_goes_by_need_not_be_read() -> None:
    assert InvoiceFilter(types=frozenset({InvoiceType.INVOICE})).fields(types_pushed_down=True) == frozenset()
