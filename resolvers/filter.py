"""Which invoices a list shall hold: all conditions must hold, and an unknown value matches none. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, PaymentStatus
from resolvers.model.payment import is_overdue
from resolvers.quality import warnings_of


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days, both ends included; None: open."""

    from_: date | None = None
    to: date | None = None

    def holds(self, value: date | None) -> bool:
        """Whether the day lies in the range; never where it is unknown, unless the range is open at both ends."""
        if self.from_ is None and self.to is None:
            return True
        return (
            value is not None and (self.from_ is None or value >= self.from_) and (self.to is None or value <= self.to)
        )


@dataclass(frozen=True, slots=True)
class DecimalRange:
    """Bare numbers, both ends included; None: open."""

    min: Decimal | None = None
    max: Decimal | None = None

    def holds(self, value: Decimal | None) -> bool:
        """Whether the number lies in the range; never where it is unknown, unless the range is open at both ends."""
        if self.min is None and self.max is None:
            return True
        return value is not None and (self.min is None or value >= self.min) and (self.max is None or value <= self.max)


_ANY_DAY = DateRange()
_ANY_NUMBER = DecimalRange()


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFilter:
    """What a client asked for; an empty set is no condition. `today` is the day that `is_overdue` is measured from."""

    sources: frozenset[str] = frozenset()
    types: frozenset[InvoiceType] = frozenset()
    statuses: frozenset[InvoiceStatus] = frozenset()
    payment_statuses: frozenset[PaymentStatus] = frozenset()
    numbers: frozenset[str] = frozenset()
    currency_codes: frozenset[str] = frozenset()
    issue_date: DateRange = _ANY_DAY
    due_date: DateRange = _ANY_DAY
    amount_due: DecimalRange = _ANY_NUMBER
    is_overdue: bool | None = None
    has_warnings: bool | None = None
    today: date | None = None
    _read: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_read", frozenset(path for path, is_read in self._conditions() if is_read))

    def select(self, invoices: Iterable[Invoice]) -> list[Invoice]:
        """Those that meet every condition, the source's aside, in their order."""
        return [invoice for invoice in invoices if self.holds(invoice)] if self._read else [*invoices]

    def holds(self, invoice: Invoice) -> bool:
        """Whether the invoice meets every condition, the source's aside."""
        return (
            (not self.types or invoice.type in self.types)
            and (not self.statuses or invoice.status in self.statuses)
            and (not self.payment_statuses or invoice.payment_status in self.payment_statuses)
            and (not self.numbers or invoice.number in self.numbers)
            and (not self.currency_codes or invoice.currency_code in self.currency_codes)
            and self.issue_date.holds(invoice.issue_date)
            and self.due_date.holds(invoice.due_date)
            and self.amount_due.holds(None if invoice.amount_due is None else invoice.amount_due.amount)
            and (self.is_overdue is None or self._overdue(invoice) is self.is_overdue)
            and (self.has_warnings is None or bool(warnings_of(invoice)) is self.has_warnings)
        )

    def _overdue(self, invoice: Invoice) -> bool | None:
        return None if self.today is None else is_overdue(invoice, self.today)

    def fields(self, *, types_pushed_down: bool = False) -> frozenset[str]:
        """The canonical paths that the conditions read; not the type where the source itself goes by it."""
        return self._read - {"type"} if types_pushed_down else self._read

    def _conditions(self) -> Iterator[tuple[str, bool]]:
        """The canonical paths that conditions may read, and whether there is such a condition."""
        yield "type", bool(self.types)
        yield "status", bool(self.statuses)
        yield "paymentStatus", bool(self.payment_statuses)
        yield "number", bool(self.numbers)
        yield "currencyCode", bool(self.currency_codes)
        yield "issueDate", self.issue_date != _ANY_DAY
        yield "dueDate", self.due_date != _ANY_DAY
        yield "amountDue", self.amount_due != _ANY_NUMBER
        yield "isOverdue", self.is_overdue is not None
        yield "warnings", self.has_warnings is not None


EVERY_INVOICE = InvoiceFilter()
