"""Open2b's own sample, as the vendor prints it and as what it means."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from resolvers.model.address import Address
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import (
    Discount,
    DiscountType,
    DocumentReference,
    DocumentType,
    FreightTerms,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    InvoiceTotals,
    InvoiceType,
    LineTax,
    Note,
    PaymentStatus,
    Provenance,
    Rounding,
    RoundingMode,
    RoundingRule,
    ServiceCharge,
    Shipment,
    Tax,
    ValueOrigin,
    Weight,
)
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.sources import open2b
from resolvers.sources.open2b.projection import member_names
from resolvers.sources.open2b.wire import InvoiceRecord
from tests.sources.scripted import Script, account_with_secret, source
from tests.sources.upstream import NOON, SAMPLES, operation

PRINTED = (SAMPLES / "open2b_invoices.txt").read_text()
REMOVED = (r" //[^\n]*", r", …(?= \])")
"""What the vendor's page prints and no JSON can hold: comments, and the elision of further elements."""

ROME = ZoneInfo("Europe/Rome")


def meant() -> str:
    text = PRINTED
    for removed in REMOVED:
        text = re.sub(removed, "", text)
    return text


async def listed(content: str) -> InvoiceList:
    shop = source(open2b, Script(content), time_zone="Europe/Rome")
    query = ListQuery(
        account=account_with_secret("4711", "78FzLADvJ3naIe8d/CJQMA"), fields=frozenset({EVERYTHING}), limit=1
    )
    return await shop.list_invoices(query, operation())


def money(text: str) -> Money:
    return Money(Decimal(text), "XXX")


def both(net: str, gross: str) -> TaxedMoney:
    return TaxedMoney(net=money(net), gross=money(gross))


STREET = {
    "street1": "221b Baker Street",
    "city": "London",
    "postal_code": "NW1 6XE",
    "region": "LND",
    "country_code": "GB",
}
CONTACT = {"phone": "+44+207 2243688", "email": "holmes@inv-london.com"}

INVOICE = Invoice(
    source="here",
    account_key="4711",
    account_id="id of 4711",
    source_invoice_id="662705500",
    number="2020/3918",
    type=InvoiceType.PROFORMA,
    status=InvoiceStatus.SENT,
    source_status="Sent",
    payment_status=PaymentStatus.NOT_APPLICABLE,
    issue_date=date(2020, 8, 12),
    due_date=date(2020, 9, 12),
    ship_date=date(2020, 9, 12),
    currency_code="XXX",
    currency_origin=ValueOrigin.UNKNOWN,
    total=money("120.48"),
    totals=InvoiceTotals(
        lines=both("168.99", "168.99"),
        prediscount_subtotal=both("69.54", "110.89"),
        subtotal=both("69.54", "110.89"),
        shipping=money("8.57"),
        payment_fee=money("1.20"),
        tax=money("31.25"),
        total=both("89.23", "120.48"),
        quantity=Decimal("7.00"),
        weight=Weight(Decimal("1.351")),
    ),
    lines=[
        InvoiceLine(
            position=1,
            sku="A927TP",
            name="Shirt",
            quantity=Decimal("3.00"),
            unit_price=both("56.33", "56.33"),
            total=both("168.99", "168.99"),
            tax=LineTax("VAT", Decimal("19.00"), money("112.66")),
            weight=Weight(Decimal("0.450")),
            note="...",
        )
    ],
    taxes=[Tax("VAT", "Generic", Decimal("19.00"), money("89.23"), money("31.25"))],
    discounts=[
        Discount(DiscountType.PERCENT, Decimal("20.000")),
        Discount(DiscountType.AMOUNT, Decimal("10.450")),
    ],
    discounts_include_tax=False,
    shipping_method=ServiceCharge("FedEx", money("8.57")),
    payment_method=ServiceCharge("Credit Card", money("1.20")),
    shipment=Shipment(
        shipped_at=datetime(2020, 9, 12, 10, 22, 54, tzinfo=ROME),
        tracking_number="rt-5pl7f-fg",
        package_count=1,
        freight_terms=FreightTerms.PREPAID,
        goods_appearance="Five cardboard boxes",
        transport_reason="Order shipment",
    ),
    customer_name="Investigations Inc",
    billing_address=Address(
        first_name="Sherlock",
        last_name="Holmes",
        personal_code="SH239IBA",
        company_name="Investigations Inc",
        company_code="INV8403MC1",
        company_code2="7J BA3 006",
        **STREET,
        **CONTACT,
    ),
    shipping_address=Address(name="John", **STREET),
    seller_address=Address(
        company_name="Investigations Inc",
        company_code="INV8403MC1",
        personal_code="SH239IBA",
        **STREET,
        **CONTACT,
    ),
    reference=DocumentReference(DocumentType.ORDER, "2020/30991"),
    locale="en-GB",
    rounding=Rounding(RoundingMode.HALF_UP, RoundingRule.PER_ITEM),
    provenance=Provenance(
        "here", "storefront.invoices", NOON, derived_fields=["paymentStatus", "shipDate", "totals.lines"]
    ),
    notes=[Note("CURRENCY_UNKNOWN", "currencyCode")],
)


async def test_the_sample_as_printed_is_no_json_and_an_error() -> None:
    with pytest.raises(SourceProtocolError):
        await listed(PRINTED)


async def test_the_sample_without_comments_and_elisions_is_read_in_full() -> None:
    answer = await listed(meant())

    assert answer.invoices == [INVOICE]
    assert (answer.total_count, answer.row_count, answer.notes) == (15, 1, [])


async def test_amounts_keep_the_scale_of_the_wire_or_of_their_currency() -> None:
    (invoice,) = (await listed(meant())).invoices
    assert invoice.lines is not None
    assert invoice.discounts is not None

    (line,) = invoice.lines
    assert line.unit_price is not None
    assert line.unit_price.net is not None
    assert str(line.unit_price.net.amount) == "56.33"  # 56.330 loses no digit at two decimals
    assert [str(discount.value) for discount in invoice.discounts] == ["20.000", "10.450"]


def test_every_member_of_the_printed_sample_is_read_and_asked_for() -> None:
    printed = re.findall(r'^    "(\w+)"', PRINTED, re.MULTILINE)

    assert list(InvoiceRecord.__struct_encode_fields__) == printed
    assert list(member_names(frozenset({EVERYTHING}))) == printed


async def test_no_cut_of_the_sample_is_an_answer() -> None:
    whole = meant().rstrip()

    for end in range(0, len(whole), 7):
        with pytest.raises(SourceProtocolError):
            await listed(whole[:end])
