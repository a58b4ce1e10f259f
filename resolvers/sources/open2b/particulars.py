"""What Open2b's record tells of an invoice beside its outline and its lines: sums, taxes, addresses, shipment. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from msgspec.structs import replace

from resolvers.model.invoice import (
    Discount,
    DiscountType,
    DocumentReference,
    DocumentType,
    FreightTerms,
    Invoice,
    InvoiceTotals,
    Rounding,
    RoundingMode,
    RoundingRule,
    ServiceCharge,
    Shipment,
    Tax,
)
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.json_text import scalar_text
from resolvers.sources.open2b.addresses import read_address
from resolvers.sources.open2b.amounts import read_money, read_number, read_taxed, read_weight
from resolvers.sources.open2b.lines import sum_of_lines
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import DiscountRecord, InvoiceRecord, Method, RoundingRecord, TaxClass
from resolvers.sources.open2b.words import DISCOUNTS, FREIGHT_TERMS, REFERENCES, ROUNDING_MODES, ROUNDING_RULES

_NOT_SHIPPED = Shipment()


def with_particulars(outline: Invoice, reading: Reading, record: InvoiceRecord, reply: ReplyContext) -> Invoice:
    """The invoice with the rest of what its record may tell: most lists are asked for none of it."""
    wanted, derived = reply.wanted, outline.provenance.derived_fields
    shipped_at = _moment(reading, "shipment.shippedAt", record.shipping_time, reply.zone)
    shipping = _charge(reading, "shippingMethod", record.shipping_method)
    payment = _charge(reading, "paymentMethod", record.payment_method)
    totals = _totals(reading, record, outline.total, shipping, payment) if "totals" in wanted else None
    if totals is not None and outline.lines is not None and "totals.lines" in wanted:
        totals = replace(totals, lines=sum_of_lines(outline.lines, reading.currency_code))
    ship_dates, sums = ("shipDate",) * bool(shipped_at), ("totals.lines",) * bool(totals and totals.lines)
    particulars = replace(
        outline,
        ship_date=shipped_at.astimezone(reply.zone).date() if shipped_at else None,
        totals=totals,
        taxes=None if record.taxes is None else _taxes(reading, record.taxes),
        discounts=None if record.discounts is None else _discounts(reading, record.discounts),
        discounts_include_tax=record.discounts_include_taxes,
        shipping_method=shipping,
        payment_method=payment,
        shipment=_shipment(reading, record, shipped_at) if "shipment" in wanted else None,
        customer_name=reading.text("customerName", record.customer_name),
        billing_address=read_address(reading, "billingAddress.", record.billing_address),
        shipping_address=read_address(reading, "shippingAddress.", record.shipping_address),
        seller_address=read_address(reading, "sellerAddress.", record.seller_address),
        reference=_reference(reading, record) if "reference" in wanted else None,
        terms=reading.text("terms", record.terms),
        locale=reading.text("locale", record.locale),
        rounding=None if record.rounding is None else _rounding(reading, record.rounding),
        provenance=reply.provenance(*derived, *ship_dates, *sums),
    )
    return replace(particulars, notes=reading.notes) if particulars.notes is not reading.notes else particulars


def _totals(
    reading: Reading,
    record: InvoiceRecord,
    gross: Money | None,
    shipping: ServiceCharge | None,
    payment: ServiceCharge | None,
) -> InvoiceTotals:
    """The sums as stated; that of the lines aside."""
    net = read_money(reading, "totals.total.net", record.total)
    return InvoiceTotals(
        prediscount_subtotal=read_taxed(
            reading,
            "totals.prediscountSubtotal",
            record.prediscount_subtotal,
            record.taxed_prediscount_subtotal,
        ),
        subtotal=read_taxed(reading, "totals.subtotal", record.subtotal, record.taxed_subtotal),
        shipping=None if shipping is None else shipping.cost,
        payment_fee=None if payment is None else payment.cost,
        tax=read_money(reading, "totals.tax", record.tax_amount),
        total=None if net is None and gross is None else TaxedMoney(net=net, gross=gross),
        quantity=read_number(reading, "totals.quantity", record.quantity),
        weight=read_weight(reading, "totals.weight", record.weight),
    )


def _taxes(reading: Reading, taxes: list[TaxClass]) -> list[Tax]:
    return [
        Tax(
            code=reading.text(f"taxes.{index}.code", tax.code),
            name=reading.text(f"taxes.{index}.name", tax.name),
            rate=read_number(reading, f"taxes.{index}.rate", tax.rate),
            taxable_amount=read_money(reading, f"taxes.{index}.taxableAmount", tax.taxable_total),
            amount=read_money(reading, f"taxes.{index}.amount", tax.amount),
        )
        for index, tax in enumerate(taxes)
    ]


def _discounts(reading: Reading, records: list[DiscountRecord]) -> list[Discount]:
    """A discount without a readable value is none; it stays in the notes."""
    discounts = []
    for index, discount in enumerate(records):
        value = read_number(reading, f"discounts.{index}.value", discount.value)
        type_ = reading.word(f"discounts.{index}.type", discount.type, DISCOUNTS, DiscountType.OTHER)
        if value is not None:
            discounts.append(Discount(type_ or DiscountType.OTHER, value))
        elif not (scalar_text(discount.value) or "").strip():  # which reads as no number, but no discount is without
            reading.note("VALUE_UNREADABLE", f"discounts.{index}.value")
    return discounts


def _charge(reading: Reading, path: str, method: Method | None) -> ServiceCharge | None:
    if method is None:
        return None
    cost = read_money(reading, f"{path}.cost", method.cost)
    return ServiceCharge(reading.text(f"{path}.name", method.name), cost)


def _shipment(reading: Reading, record: InvoiceRecord, shipped_at: datetime | None) -> Shipment | None:
    shipment = Shipment(
        shipped_at=shipped_at,
        tracking_number=reading.text("shipment.trackingNumber", record.tracking_number),
        package_count=reading.integer("shipment.packageCount", scalar_text(record.number_of_packages)),
        freight_terms=reading.word("shipment.freightTerms", record.porto, FREIGHT_TERMS, FreightTerms.OTHER),
        goods_appearance=reading.text("shipment.goodsAppearance", record.goods_appearance),
        transport_reason=reading.text("shipment.transportReason", record.transport_reason),
    )
    return None if shipment == _NOT_SHIPPED else shipment


def _moment(reading: Reading, path: str, value: str | None, zone: tzinfo) -> datetime | None:
    """The moment in UTC, as a cache gives it back. The vendor's times carry no zone: they are of the shop's."""
    if value is None or not (text := value.strip()):
        return None
    try:
        moment = datetime.fromisoformat(text)
        if reading.dated(path, moment.date(), value) is None:
            return None
        local = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        reading.note("DATE_UNPARSEABLE", path, actual=value)
        return None


def _reference(reading: Reading, record: InvoiceRecord) -> DocumentReference | None:
    type_ = reading.word("reference.type", record.reference_type, REFERENCES, DocumentType.OTHER)
    number = reading.text("reference.number", record.reference_number)
    return None if type_ is None and number is None else DocumentReference(type_ or DocumentType.OTHER, number)


def _rounding(reading: Reading, rounding: RoundingRecord) -> Rounding:
    return Rounding(
        mode=reading.word("rounding.mode", rounding.mode, ROUNDING_MODES, RoundingMode.OTHER),
        rule=reading.word("rounding.rule", rounding.rule, ROUNDING_RULES, RoundingRule.OTHER),
    )
