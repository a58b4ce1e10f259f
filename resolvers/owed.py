"""What is owed, by currency: balances and their aging, from invoices alone. Pure; nothing is guessed.

Open is an invoice whose amount due is known and not 0. Proformas, drafts and cancelled invoices are no debts. A credit
note counts as minus its absolute amounts. `XXX` may be many currencies: its invoices are counted, never summed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from resolvers.model.currency import UNKNOWN_CURRENCY
from resolvers.model.derivation import sum_of
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType
from resolvers.model.money import Money
from resolvers.model.payment import AgingBucketName, aging_bucket

_OVERDUE = frozenset(
    {AgingBucketName.DAYS_1_30, AgingBucketName.DAYS_31_60, AgingBucketName.DAYS_61_90, AgingBucketName.OVER_90}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is owed in one currency. Amounts are None where they are unknown: in `XXX`, and where no `due` is known."""

    currency_code: str
    invoiced: Money | None
    paid: Money | None
    due: Money | None
    overdue: Money | None
    due_without_date: Money | None
    open_invoice_count: int
    unknown_invoice_count: int
    oldest_due_date: date | None


@dataclass(frozen=True, slots=True)
class AgingBucket:
    """The part of what is due that has been due for so long."""

    name: AgingBucketName
    amount_due: Money | None
    invoice_count: int


@dataclass(frozen=True, slots=True)
class CurrencyAging:
    """What is due in one currency by how long it has been: all six buckets in their order."""

    currency_code: str
    buckets: list[AgingBucket]
    total: Money | None
    unknown_invoice_count: int


@dataclass(frozen=True, slots=True)
class Debt:
    """All that counts in one currency, each invoice in exactly one of the three."""

    currency_code: str
    open: list[Invoice]
    settled: list[Invoice]
    unknown: list[Invoice]

    @property
    def counted(self) -> list[Invoice]:
        """The invoices that something is said of: the open ones, and those of which nobody knows."""
        return [*self.open, *self.unknown]


def debts_of(invoices: Iterable[Invoice]) -> list[Debt]:
    """One for each currency with an invoice that is open, or may be, by currency code."""
    debts: dict[str, Debt] = {}
    for invoice in invoices:
        if not _is_debt(invoice):
            continue
        code = invoice.currency_code
        debt = debts.setdefault(code, Debt(code, [], [], []))
        if invoice.amount_due is None:
            debt.unknown.append(invoice)
        else:
            (debt.open if invoice.amount_due.amount else debt.settled).append(invoice)
    return [debt for _, debt in sorted(debts.items()) if debt.counted]


def balance_of(debt: Debt, as_of: date) -> Balance:
    """The balance on a day; the amounts are what the sources say now."""
    aged = _aged(debt.open, as_of)
    owing = [invoice for invoice in debt.open if _is_owing(invoice)]
    return Balance(
        currency_code=debt.currency_code,
        invoiced=_sum(debt, [_counting(invoice, invoice.total) for invoice in debt.open]),
        paid=_sum(debt, [_counting(invoice, invoice.amount_paid) for invoice in debt.open]),
        due=_due(debt, debt.open),
        overdue=_due(debt, [invoice for name in _OVERDUE for invoice in aged[name]]),
        due_without_date=_due(debt, aged[AgingBucketName.NO_DUE_DATE]),
        open_invoice_count=len(debt.open),
        unknown_invoice_count=len(debt.unknown),
        oldest_due_date=min((invoice.due_date for invoice in owing if invoice.due_date is not None), default=None),
    )


def aging_of(debt: Debt, as_of: date) -> CurrencyAging:
    """How long what is due has been, on a day."""
    buckets = [
        AgingBucket(name, _due(debt, invoices), len(invoices)) for name, invoices in _aged(debt.open, as_of).items()
    ]
    return CurrencyAging(debt.currency_code, buckets, _due(debt, debt.open), len(debt.unknown))


def _is_debt(invoice: Invoice) -> bool:
    return invoice.type is not InvoiceType.PROFORMA and invoice.status not in (
        InvoiceStatus.DRAFT,
        InvoiceStatus.CANCELLED,
    )


def _is_owing(invoice: Invoice) -> bool:
    due = _counting(invoice, invoice.amount_due)
    return due is not None and due.amount > 0


def _aged(invoices: Iterable[Invoice], as_of: date) -> dict[AgingBucketName, list[Invoice]]:
    """Open invoices by bucket, each bucket being there."""
    aged: dict[AgingBucketName, list[Invoice]] = {name: [] for name in AgingBucketName}
    for invoice in invoices:
        name = aging_bucket(invoice, as_of)
        if name is not None:
            aged[name].append(invoice)
    return aged


def _due(debt: Debt, invoices: Sequence[Invoice]) -> Money | None:
    return _sum(debt, [_counting(invoice, invoice.amount_due) for invoice in invoices])


def _sum(debt: Debt, amounts: Sequence[Money | None]) -> Money | None:
    """None where one of the amounts is, and where nothing at all is known of the currency's invoices."""
    is_unknown = debt.currency_code == UNKNOWN_CURRENCY or not (debt.open or debt.settled)
    return None if is_unknown else sum_of(amounts, debt.currency_code)


def _counting(invoice: Invoice, amount: Money | None) -> Money | None:
    """The amount with the sign that it counts with."""
    if amount is None or invoice.type is not InvoiceType.CREDIT_NOTE:
        return amount
    return Money(amount.amount.copy_abs().copy_negate(), amount.currency_code)
