"""netFORUM's open invoice to the canonical one: the whole translation on one page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from itertools import repeat

from msgspec.structs import replace

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.invoice import Invoice, InvoiceStatus, Note, Provenance
from resolvers.model.money import Money
from resolvers.model.reading import OddColumn, Reading, amounts_of, dates_of, texts_of
from resolvers.sources.netforum.dates import read_date
from resolvers.sources.netforum.keys import tidy_key
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoice

LIST_FIELDS = ALWAYS | {"number", "issueDate", "total", "amountPaid", "amountDue", "membershipCode"}
"""What the open list carries."""


_OPEN = InvoiceStatus.OPEN  # Python 3.11 takes long to find an enumeration's member by name


def identify(record: OpenInvoice) -> str | None:
    """The invoice's own identifier, its key in lower case; None where the row has none."""
    return tidy_key(record.inv_key)


_Amounts = tuple[Money | None, Money | None, Money | None, tuple[str, ...]]
"""The total, what is paid, what is due, and the paths of those that were derived."""


@dataclass(frozen=True, slots=True)
class OpenList:
    """What all rows of a reply share; `currency` is the configured one, for the vendor states none.

    Dates are of `zone`.
    """

    source: str
    account: Account
    currency: str | None
    zone: tzinfo
    fetched_at: datetime
    _shared: Invoice = field(init=False)
    _provenances: dict[tuple[str, ...], Provenance] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        reading = Reading()
        origin = settle_currency(reading, self.currency)
        shared = Invoice(
            source=self.source,
            account_key=self.account.key,
            account_id=self.account.id,
            source_invoice_id="",
            status=_OPEN,
            currency_code=reading.currency_code,
            currency_origin=origin,
            provenance=self._provenance(()),
            notes=reading.notes,
        )
        object.__setattr__(self, "_shared", shared)

    def to_invoices(self, rows: Mapping[str, OpenInvoice]) -> list[Invoice]:
        """The invoices of rows by their identifier: by the column, or row by row where anything is odd in any."""
        try:
            return self._by_column(rows)
        except OddColumn:
            return [self.to_invoice(row, key) for key, row in rows.items()]

    def to_invoice(self, record: OpenInvoice, source_invoice_id: str) -> Invoice:
        """The invoice of one row, value by value."""
        reading = Reading(self._shared.currency_code, self._shared.notes)
        total = reading.money("total", record.inv_total)
        paid = reading.money("amountPaid", record.inv_paid)
        balance = complete_balance(reading, total, paid, _amount_due(reading, record))
        number = reading.text("number", record.inv_code_cp)
        issue_date = read_date(reading, "issueDate", record.inv_date, self.zone)
        membership_code = reading.text("membershipCode", record.mbt_code)
        return self._invoice(source_invoice_id, number, issue_date, (total, *balance), membership_code, reading.notes)

    def _by_column(self, rows: Mapping[str, OpenInvoice]) -> list[Invoice]:
        """The invoices of rows of which nothing is noted but what is of all. Raises OddColumn for any others."""
        records, currency = rows.values(), self._shared.currency_code
        if any(row.inv_amount_due and row.inv_amount_due != row.inv_balance for row in records):  # JSON says both
            raise OddColumn
        numbers = texts_of(row.inv_code_cp for row in records)
        issue_dates = dates_of((row.inv_date for row in records), read_date, self.zone)
        totals = amounts_of((row.inv_total for row in records), currency)
        paid = amounts_of((row.inv_paid for row in records), currency)
        due = amounts_of((row.inv_balance for row in records), currency)
        amounts = zip(totals, paid, due, repeat(()), strict=False)
        codes = texts_of(row.mbt_code for row in records)
        return [*map(self._invoice, rows, numbers, issue_dates, amounts, codes, repeat(self._shared.notes))]

    def _invoice(
        self,
        source_invoice_id: str,
        number: str | None,
        issue_date: date | None,
        amounts: _Amounts,
        membership_code: str | None,
        notes: list[Note],
    ) -> Invoice:
        total, paid, due, derived = amounts
        type_ = type_by_sign(total)
        return replace(
            self._shared,
            source_invoice_id=source_invoice_id,
            number=number,
            type=type_.type,
            payment_status=settlement(type_.type, _OPEN, total, due),
            issue_date=issue_date,
            total=total,
            amount_paid=paid,
            amount_due=due,
            membership_code=membership_code,
            provenance=self._provenance(type_.derived + derived),
            notes=notes,
        )

    def _provenance(self, derived: tuple[str, ...]) -> Provenance:
        known = self._provenances.get(derived)
        if known is None:
            known = Provenance(self.source, LIST_OPERATION, self.fetched_at, derived_fields=["paymentStatus", *derived])
            self._provenances[derived] = known
        return known


def _amount_due(reading: Reading, record: OpenInvoice) -> Money | None:
    """The balance; where JSON states the amount due once more, and otherwise, AMOUNT_DUE_CONFLICT."""
    balance = reading.money("amountDue", record.inv_balance)
    if balance is None:
        return reading.money("amountDue", record.inv_amount_due)
    said_again = reading.number("amountDue", record.inv_amount_due)
    if said_again is not None and said_again != balance.amount:
        reading.note(
            "AMOUNT_DUE_CONFLICT", "amountDue", expected=format(said_again, "f"), actual=format(balance.amount, "f")
        )
    return balance
