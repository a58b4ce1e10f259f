"""netFORUM's invoice with its lines to the canonical one: the whole translation on one page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from resolvers.model.address import Address
from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerRecord
from resolvers.model.derivation import complete_balance, extended, settle_currency, settlement, sum_of, type_by_sign
from resolvers.model.invoice import (
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    InvoiceTotals,
    LineTax,
    Provenance,
    Tax,
)
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.country_names import country_code_of
from resolvers.sources.netforum.dates import read_date
from resolvers.sources.netforum.keys import tidy_key
from resolvers.sources.netforum.wire import Detail, Header, WholeInvoice

_HEADER_FIELDS = ALWAYS | {"number", "issueDate", "total", "amountPaid", "amountDue"}
_CUSTOMER_FIELDS = {"customerNumber", "customerName"}
_ADDRESS_PARTS = ("street1", "street2", "city", "postalCode", "region", "countryCode")
_BILLING_FIELDS = {"billingAddress", *(f"billingAddress.{part}" for part in _ADDRESS_PARTS)}
_LABEL_FIELDS = {
    "billingAddress.name",
    "shippingAddress",
    *(f"shippingAddress.{part}" for part in ("name", "street1", "street2")),
}
_LINE_FIELDS = {
    "lines",
    "lines.position",
    "lines.sku",
    "lines.name",
    "lines.quantity",
    "lines.unitPrice",
    "lines.unitPrice.net",
    "lines.total",
    "lines.total.net",
    "lines.tax",
    "lines.tax.amount",
    "totals",
    "totals.lines",
    "totals.lines.net",
    "totals.tax",
    "totals.shipping",
    "totals.discount",
    "taxes",
    "taxes.amount",
}

QUERY_FIELDS = _HEADER_FIELDS | _CUSTOMER_FIELDS | _BILLING_FIELDS | _LINE_FIELDS
"""What a query tells."""
INVOICE_FIELDS = QUERY_FIELDS | _LABEL_FIELDS | {"lines.total.gross"}
"""What `OpenInvoiceGet` tells."""

_STATUSES = {"0": InvoiceStatus.OPEN, "1": InvoiceStatus.CLOSED}
_YES = ("1", "true")
_NOWHERE = Address()


def belongs_to(header: Header, account: Account) -> bool:
    """Whether the invoice names the account's customer, and no other one."""
    named = {key for key in (tidy_key(header.inv_cst_key), tidy_key(header.cst_key)) if key is not None}
    return named == {account.key.lower()}


def to_whole_invoice(
    record: WholeInvoice,
    account: Account,
    *,
    source: str,
    operation: str,
    currency: str | None,
    zone: tzinfo,
    fetched_at: datetime,
) -> Invoice:
    """The invoice with lines, totals and addresses; `currency` is the configured one, for the vendor states none.

    Dates are of `zone`.
    """
    header, reading = record.header, Reading()
    currency_origin = settle_currency(reading, currency)
    total = reading.money("total", header.inv_total)
    balance = complete_balance(reading, total, None, reading.money("amountDue", header.inv_balance))
    type_ = type_by_sign(total)
    status = reading.word("status", header.inv_close_flag, _STATUSES, InvoiceStatus.UNKNOWN) or InvoiceStatus.UNKNOWN
    details = None if record.details is None else [detail for detail in record.details if not _is_left_out(detail)]
    lines = None if details is None else [_line(reading, index, detail) for index, detail in enumerate(details)]
    totals = None if details is None or lines is None else _totals(reading, record, details, lines)
    taxes = _taxes(totals)
    return Invoice(
        source=source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=tidy_key(header.inv_key) or "",
        number=reading.text("number", header.inv_code_cp),
        type=type_.type,
        status=status,
        payment_status=settlement(type_.type, status, total, balance.due),
        issue_date=read_date(reading, "issueDate", header.inv_trx_date, zone),
        currency_code=reading.currency_code,
        currency_origin=currency_origin,
        total=total,
        amount_paid=balance.paid,
        amount_due=balance.due,
        totals=totals,
        lines=lines,
        taxes=taxes,
        customer_name=reading.text("customerName", header.cst_name_cp),
        customer_number=reading.text("customerNumber", header.cst_id),
        billing_address=_billing_address(reading, header),
        shipping_address=_shipping_address(details or ()),
        provenance=Provenance(
            source,
            operation,
            fetched_at,
            derived_fields=[
                "paymentStatus",
                *type_.derived,
                *balance.derived,
                *_derived_lines(details or (), lines or ()),
                *_derived_totals(totals),
                *(("taxes",) if taxes else ()),
            ],
        ),
        notes=reading.notes,
    )


def to_customer_record(header: Header) -> CustomerRecord:
    """The customer as the invoice names them."""
    reading = Reading()
    return CustomerRecord(
        name=reading.text("name", header.cst_name_cp), email=reading.text("email", header.cst_eml_address_dn)
    )


def _is_left_out(detail: Detail) -> bool:
    """Whether the line was voided or deleted: the vendor keeps such a row, and does not charge it."""
    return any((flag or "").strip().lower() in _YES for flag in (detail.ivd_void_flag, detail.ivd_delete_flag))


def _line(reading: Reading, index: int, detail: Detail) -> InvoiceLine:
    """A line, its price and amount without tax, its total with it."""
    reading.prefix = f"lines.{index}."
    quantity = reading.number("quantity", detail.ivd_qty)
    unit_price = reading.money("unitPrice.net", detail.ivd_price)
    net = extended(unit_price, quantity) if _is_unpriced(detail) else reading.money("total.net", detail.ivd_amount_cp)
    gross = reading.money("total.gross", detail.ivd_total)
    tax = reading.money("tax.amount", detail.ivd_tax)
    line = InvoiceLine(
        position=index + 1,
        sku=reading.text("sku", detail.prd_code),
        name=reading.text("name", detail.prd_name),
        quantity=quantity,
        unit_price=TaxedMoney(net=unit_price) if unit_price else None,
        total=TaxedMoney(net=net, gross=gross) if net or gross else None,
        tax=LineTax(amount=tax) if tax else None,
    )
    reading.prefix = ""
    return line


def _is_unpriced(detail: Detail) -> bool:
    """Whether neither the line's amount nor its total is stated, so that it is quantity times price."""
    return not (detail.ivd_amount_cp or "").strip() and not (detail.ivd_total or "").strip()


def _derived_lines(details: Iterable[Detail], lines: Iterable[InvoiceLine]) -> Iterator[str]:
    if any(line.total is not None and _is_unpriced(detail) for detail, line in zip(details, lines, strict=True)):
        yield "lines.total"


def _totals(
    reading: Reading, record: WholeInvoice, details: list[Detail], lines: list[InvoiceLine]
) -> InvoiceTotals | None:
    """The sums of what the lines state; None where nothing can be summed."""
    currency = reading.currency_code
    net = sum_of((line.total.net if line.total else None for line in lines), currency)
    totals = InvoiceTotals(
        lines=TaxedMoney(net=net) if net else None,
        tax=sum_of((line.tax.amount if line.tax else None for line in lines), currency),
        shipping=_sum_stated(reading, "totals.shipping", (detail.ivd_shipping for detail in details)),
        discount=_sum_stated(reading, "totals.discount", (detail.ivd_discountamount for detail in details)),
        tells_charges=record.tells_charges,
    )
    return None if totals == InvoiceTotals(tells_charges=record.tells_charges) else totals


def _sum_stated(reading: Reading, path: str, texts: Iterable[str | None]) -> Money | None:
    """The sum of what the lines state, for one that states none is not charged any; None where no line does."""
    stated = [text for text in texts if text is not None and text.strip()]
    return sum_of((reading.money(path, text) for text in stated), reading.currency_code) if stated else None


def _derived_totals(totals: InvoiceTotals | None) -> Iterator[str]:
    if totals is not None:
        stated = (("lines", totals.lines), ("tax", totals.tax))
        more = (("shipping", totals.shipping), ("discount", totals.discount))
        yield from (f"totals.{name}" for name, value in (*stated, *more) if value is not None)


def _taxes(totals: InvoiceTotals | None) -> list[Tax] | None:
    """All tax as one class without a name, for the vendor tells amounts alone; no class where the amount is 0."""
    if totals is None or totals.tax is None:
        return None
    return [Tax(amount=totals.tax)] if totals.tax.amount else []


def _billing_address(reading: Reading, header: Header) -> Address | None:
    """The address by its parts; by the lines of its label only where there is no part at all."""
    reading.prefix = "billingAddress."
    more = [reading.text("street2", line) for line in (header.adr_line2, header.adr_line3)]
    address = Address(
        street1=reading.text("street1", header.adr_line1),
        street2=", ".join(line for line in more if line) or None,
        city=reading.text("city", header.adr_city),
        postal_code=reading.text("postalCode", header.adr_post_code),
        region=reading.text("region", header.adr_state),
        country_code=_country_code(reading, header.adr_country),
    )
    reading.prefix = ""
    return _labelled(header.cxa_mailing_label) if address == _NOWHERE else address


def _country_code(reading: Reading, country: str | None) -> str | None:
    """The code of a country that is stated by a code or, as tenants do, by its name."""
    stated = reading.text("countryCode", country)
    code = country_code_of(stated)
    if stated is not None and code is None:
        reading.note("VALUE_UNRECOGNISED", "countryCode", actual=stated)
    return code


def _shipping_address(details: Iterable[Detail]) -> Address | None:
    """Where all lines go, if they all go to one place."""
    labels = {detail.cxa_mailing_label for detail in details}
    return _labelled(labels.pop()) if len(labels) == 1 else None


def _labelled(label: str | None) -> Address | None:
    """A label's lines as they are printed, the first of them a name: which is the town, nobody can say."""
    lines = [line.strip() for line in (label or "").splitlines() if line.strip()]
    if not lines:
        return None
    name, street1, street2 = lines[0], lines[1:2], lines[2:]
    return Address(name=name, street1="".join(street1) or None, street2=", ".join(street2) or None)
