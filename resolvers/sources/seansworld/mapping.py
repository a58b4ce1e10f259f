"""seansworld's record to the canonical invoice: the whole translation on one page. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from resolvers.model.always import ALWAYS
from resolvers.model.customer import Account
from resolvers.model.derivation import extended, settle_currency, settlement, sum_of, type_by_sign
from resolvers.model.invoice import (
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    InvoiceTotals,
    Provenance,
    ServiceCharge,
    Shipment,
)
from resolvers.model.money import TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.seansworld.item import ItemName
from resolvers.sources.seansworld.items import LineRecord
from resolvers.sources.seansworld.wire import InvoiceRecord

OPERATION = "invoicesAPI"

FIELDS = ALWAYS | {
    "number",
    "customerNumber",
    "orderDate",
    "issueDate",
    "fulfilmentDate",
    "shipDate",
    "lines",
    "lines.position",
    "lines.sku",
    "lines.quantity",
    "lines.unitPrice",
    "lines.unitPrice.net",
    "lines.total",
    "lines.total.net",
    "total",
    "totals",
    "totals.lines",
    "totals.lines.net",
    "totals.tax",
    "totals.shipping",
    "shippingMethod",
    "shippingMethod.name",
    "shippingMethod.cost",
    "shipment",
    "shipment.method",
    "instructions",
}
"""What a document carries."""

_NAMELESS = ItemName()
_NO_NAMES: Mapping[str, ItemName] = MappingProxyType({})
_MISTYPED = str.maketrans("oOl", "001")


def is_foreign(record: InvoiceRecord, account: Account) -> bool:
    """Whether the document is of another customer."""
    return record.customer_id.strip() != account.key


def to_invoice(
    record: InvoiceRecord,
    account: Account,
    *,
    source: str,
    currency: str | None,
    strict_dates: bool,
    fetched_at: datetime,
    names: Mapping[str, ItemName] = _NO_NAMES,
) -> Invoice:
    """The invoice of one document; `currency` is the configured one, for the vendor states none.

    `names` are those of the items by their number, where they were asked for.
    """
    reading = Reading()
    currency_origin = settle_currency(reading, currency)
    if record.is_repaired:
        reading.note("DOCUMENT_REPAIRED", None)
    if record.has_unknown:
        reading.note("VALUE_UNRECOGNISED", None)
    if record.has_unknown_lines:
        reading.note("VALUE_UNRECOGNISED", "lines")
    number = reading.text("number", record.invoice_id)
    customer_number = reading.text("customerNumber", record.customer_id)
    total = reading.money("total", record.total)
    type_ = type_by_sign(total)
    order_date = _date(reading, "orderDate", record.order_date, strict=strict_dates)
    lines = [_line(reading, index, line, names) for index, line in enumerate(record.lines)]
    reading.prefix = ""
    lines_sum = sum_of((line.total.net if line.total else None for line in lines), reading.currency_code)
    shipping_method = ServiceCharge(
        reading.text("shippingMethod.name", record.ship_method),
        reading.money("shippingMethod.cost", record.shipping_charges),
    )
    return Invoice(
        source=source,
        account_key=account.key,
        account_id=account.id,
        source_invoice_id=record.invoice_id.strip(),
        number=number,
        type=type_.type,
        status=InvoiceStatus.UNKNOWN,
        payment_status=settlement(type_.type, InvoiceStatus.UNKNOWN, total, None),
        issue_date=order_date,
        order_date=order_date,
        fulfilment_date=_date(reading, "fulfilmentDate", record.fill_date, strict=strict_dates),
        ship_date=_date(reading, "shipDate", record.ship_date, strict=strict_dates),
        currency_code=reading.currency_code,
        currency_origin=currency_origin,
        total=total,
        totals=InvoiceTotals(
            lines=TaxedMoney(net=lines_sum) if lines_sum else None,
            shipping=shipping_method.cost,
            tax=reading.money("totals.tax", record.tax),
        ),
        lines=lines,
        shipping_method=None if shipping_method == ServiceCharge() else shipping_method,
        shipment=Shipment(method=shipping_method.name) if shipping_method.name else None,
        customer_number=customer_number,
        instructions=reading.text("instructions", record.instructions),
        provenance=Provenance(
            source,
            OPERATION,
            fetched_at,
            derived_fields=[
                "paymentStatus",
                *type_.derived,
                *(("issueDate",) if order_date else ()),
                *(("lines.unitPrice.net", "lines.total") if lines else ()),
                *(("totals.lines",) if lines_sum else ()),
            ],
        ),
        notes=reading.notes,
    )


def _line(reading: Reading, index: int, record: LineRecord, names: Mapping[str, ItemName]) -> InvoiceLine:
    """Prices are taken to be without tax: tax and shipping are added to their sum."""
    reading.prefix = f"lines.{index}."
    quantity = reading.number("quantity", record.quantity)
    unit_price = reading.money("unitPrice.net", record.price)
    total = extended(unit_price, quantity)
    sku = reading.text("sku", record.item_id)
    name = names.get(sku or "", _NAMELESS)
    if not name.is_readable:
        reading.note("VALUE_UNREADABLE", "name")
    return InvoiceLine(
        position=index + 1,
        sku=sku,
        name=name.text,
        quantity=quantity,
        unit_price=TaxedMoney(net=unit_price) if unit_price else None,
        total=TaxedMoney(net=total) if total else None,
    )


def _date(reading: Reading, path: str, value: str | None, *, strict: bool) -> date | None:
    """A date, letters read as the digits that they look like unless dates are taken strictly."""
    if value is None or strict or (repaired := value.translate(_MISTYPED)) == value:
        return reading.us_date(path, value)
    trial = Reading()
    day = trial.us_date(path, repaired)
    if trial.notes:
        return reading.us_date(path, value)
    reading.note("DATE_REPAIRED", path, expected=repaired.strip(), actual=value.strip())
    return day
