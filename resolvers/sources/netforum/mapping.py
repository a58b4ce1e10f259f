"""netFORUM's open invoice to the canonical one: the whole translation on one page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import Balance, complete_balance, settle_currency, settlement, type_by_sign
from resolvers.model.identity import invoice_id
from resolvers.model.invoice import Invoice, InvoiceStatus, Note, Provenance, ValueOrigin
from resolvers.model.money import Money
from resolvers.model.reading import Reading, amounts_of
from resolvers.sources.netforum.dates import read_date
from resolvers.sources.netforum.keys import tidy_key
from resolvers.sources.netforum.wire import LIST_OPERATION, OpenInvoice

LIST_FIELDS = ALWAYS | {"number", "issueDate", "total", "amountPaid", "amountDue", "membershipCode"}
"""What the open list carries."""


_OPEN = InvoiceStatus.OPEN  # Python 3.11 takes long to find an enumeration's member by name


def identify(record: OpenInvoice) -> str | None:
    """The invoice's own identifier, its key in lower case; None where the row has none."""
    return tidy_key(record.inv_key)


@dataclass(frozen=True, slots=True)
class OpenList:
    """What all rows of a reply share; `currency` is the configured one, for the vendor states none."""

    source: str
    account: Account
    currency: str | None
    fetched_at: datetime
    _currency_code: str = field(init=False)
    _currency_origin: ValueOrigin = field(init=False)
    _notes: list[Note] = field(init=False)
    _days: dict[str | None, date] = field(default_factory=dict, init=False)
    _provenances: dict[tuple[str, ...], Provenance] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        reading = Reading()
        object.__setattr__(self, "_currency_origin", settle_currency(reading, self.currency))
        object.__setattr__(self, "_currency_code", reading.currency_code)
        object.__setattr__(self, "_notes", reading.notes)

    def to_invoices(self, rows: Mapping[str, OpenInvoice]) -> list[Invoice]:
        """The invoices of rows by their identifier: their amounts by the column, where nothing is odd in any."""
        totals = amounts_of((row.inv_total for row in rows.values()), self._currency_code)
        paid = amounts_of((row.inv_paid for row in rows.values()), self._currency_code)
        due = amounts_of((row.inv_balance for row in rows.values()), self._currency_code)
        if totals is None or paid is None or due is None or any(row.inv_amount_due for row in rows.values()):
            return [self.to_invoice(row, key) for key, row in rows.items()]
        return [
            self._invoice(row, key, Reading(self._currency_code, self._notes), total, Balance(of_paid, of_due, ()))
            for (key, row), total, of_paid, of_due in zip(rows.items(), totals, paid, due, strict=True)
        ]

    def to_invoice(self, record: OpenInvoice, source_invoice_id: str) -> Invoice:
        """The invoice of one row, value by value."""
        reading = Reading(self._currency_code, self._notes)
        total = reading.money("total", record.inv_total)
        balance = complete_balance(
            reading, total, reading.money("amountPaid", record.inv_paid), _amount_due(reading, record)
        )
        return self._invoice(record, source_invoice_id, reading, total, balance)

    def _invoice(
        self, record: OpenInvoice, source_invoice_id: str, reading: Reading, total: Money | None, balance: Balance
    ) -> Invoice:
        type_ = type_by_sign(total)
        return Invoice(
            id=invoice_id(self.source, self.account.key, source_invoice_id),
            source=self.source,
            account_key=self.account.key,
            account_id=self.account.id,
            source_invoice_id=source_invoice_id,
            number=reading.text("number", record.inv_code_cp),
            type=type_.type,
            status=_OPEN,
            payment_status=settlement(type_.type, _OPEN, total, balance.due),
            issue_date=self._issue_date(reading, record.inv_date),
            currency_code=self._currency_code,
            currency_origin=self._currency_origin,
            total=total,
            amount_paid=balance.paid,
            amount_due=balance.due,
            membership_code=reading.text("membershipCode", record.mbt_code),
            provenance=self._provenance((*type_.derived, *balance.derived)),
            notes=reading.notes,
        )

    def _issue_date(self, reading: Reading, value: str | None) -> date | None:
        """The day; one that was read without a note is kept for the rows after."""
        known = self._days.get(value)
        if known is not None:
            return known
        read = read_date(reading, "issueDate", value)
        if read is not None:
            self._days[value] = read
        return read

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
