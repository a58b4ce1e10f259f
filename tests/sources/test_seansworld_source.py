"""seansworld: one invoice by its number, whose it is, and what its record becomes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest

from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.invoice import (
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    InvoiceTotals,
    InvoiceType,
    Note,
    PaymentStatus,
    Provenance,
    ServiceCharge,
    Shipment,
    ValueOrigin,
)
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.source import FindQuery, InvoiceList, ListQuery
from resolvers.sources import seansworld
from tests.sources.scripted import Script, source
from tests.sources.upstream import NOON, SAMPLES, account, operation

SAMPLE = (SAMPLES / "seansworld_invoice.xml").read_bytes()
ACCOUNT = account("here", "212215")


def document(**values: str) -> str:
    usual = {"invoiceID": "2011", "custID": "212215", "items": "", "invTotal": "10.00"}
    return (
        f"<invoice-info>{''.join(f'<{name}>{text}</{name}>' for name, text in (usual | values).items())}</invoice-info>"
    )


def line(quantity: str, price: str) -> str:
    return f"<line><itemID>0915</itemID><qty>{quantity}</qty><price>{price}</price></line>"


async def found(content: bytes | str | httpx.Response, *ids: str, **settings: Any) -> InvoiceList:
    query = FindQuery(account=ACCOUNT, fields=frozenset({"total"}), ids=ids or ("2011",))
    return await source(seansworld, Script(content), **settings).find_invoices(query, operation())


async def only(content: bytes | str, **settings: Any) -> Invoice:
    (invoice,) = (await found(content, **settings)).invoices
    return invoice


def money(text: str) -> Money:
    return Money(Decimal(text), "XXX")


def net(text: str) -> TaxedMoney:
    return TaxedMoney(net=money(text))


def test_capabilities_say_what_the_plan_needs() -> None:
    assert not seansworld.CAPABILITIES.lists_by_account
    assert seansworld.CAPABILITIES.ids_per_call == 1
    assert seansworld.CAPABILITIES.list_fields == frozenset()
    assert {"lines.unitPrice.net", "issueDate", "id"} <= seansworld.CAPABILITIES.fields
    assert not seansworld.CAPABILITIES.fields & {"dueDate", "amountDue", "lines.name", "taxes", "shippingAddress"}


async def test_the_vendors_sample_byte_for_byte_is_an_invoice_in_full() -> None:
    assert await only(SAMPLE) == Invoice(
        source="here",
        account_key="212215",
        account_id="id of 212215",
        source_invoice_id="2011",
        number="2011",
        type=InvoiceType.INVOICE,
        status=InvoiceStatus.UNKNOWN,
        payment_status=PaymentStatus.UNKNOWN,
        issue_date=date(2015, 1, 25),
        order_date=date(2015, 1, 25),
        fulfilment_date=date(2015, 1, 25),
        ship_date=date(2015, 1, 26),
        currency_code="XXX",
        currency_origin=ValueOrigin.UNKNOWN,
        total=money("43.49"),
        totals=InvoiceTotals(lines=net("30.75"), tax=money("2.54"), shipping=money("10.00")),
        lines=[
            InvoiceLine(position=1, sku="1995", quantity=Decimal(2), unit_price=net("4.95"), total=net("9.90")),
            InvoiceLine(position=2, sku="1906", quantity=Decimal(2), unit_price=net("9.95"), total=net("19.90")),
            InvoiceLine(position=3, sku="915", quantity=Decimal(1), unit_price=net("0.95"), total=net("0.95")),
        ],
        shipping_method=ServiceCharge("UPS", money("10.00")),
        shipment=Shipment(method="UPS"),
        customer_number="212215",
        provenance=Provenance(
            "here",
            "invoicesAPI",
            NOON,
            derived_fields=["paymentStatus", "issueDate", "lines.unitPrice.net", "lines.total", "totals.lines"],
        ),
        notes=[
            Note("CURRENCY_UNKNOWN", "currencyCode"),
            Note("DOCUMENT_REPAIRED"),
            Note("DATE_REPAIRED", "shipDate", expected="01/26/2015", actual="o1/26/2015"),
        ],
    )


async def test_dates_taken_strictly_are_not_repaired() -> None:
    invoice = await only(SAMPLE, strict_dates=True)

    assert invoice.ship_date is None
    assert Note("DATE_UNPARSEABLE", "shipDate", actual="o1/26/2015") in invoice.notes


@pytest.mark.parametrize(
    ("written", "read", "code"),
    [
        ("O1/l5/2Ol5", date(2015, 1, 15), "DATE_REPAIRED"),
        ("soon", None, "DATE_UNPARSEABLE"),
        ("13/40/2015", None, "DATE_UNPARSEABLE"),
        ("ol/oo/2015", None, "DATE_UNPARSEABLE"),
        ("01/26/2015 noon", None, "DATE_UNPARSEABLE"),
    ],
)
async def test_letters_in_dates_are_read_as_digits_where_that_makes_a_date(
    written: str, read: date | None, code: str
) -> None:
    invoice = await only(document(fillDate=written), currency="USD")

    assert invoice.fulfilment_date == read
    assert [(note.code, note.actual) for note in invoice.notes][1:] == [(code, written)]


async def test_one_call_asks_for_one_number() -> None:
    script, asked = Script(SAMPLE), operation()

    await source(seansworld, script, authentication={"method": "header", "name": "X-Key", "value": "k"}).find_invoices(
        FindQuery(account=ACCOUNT, fields=frozenset(), ids=("2011",)), asked
    )

    (request,) = script.requests
    assert (request.method, str(request.url)) == ("GET", "http://upstream.test/Base/invoicesAPI/?invoiceID=2011")
    assert request.headers["x-key"] == "k"
    (call,) = asked.calls
    assert (call.operation, call.account, call.ids, call.rows, call.outcome) == ("invoicesAPI", "212215", 1, 1, "OK")


async def test_the_path_of_the_vendors_own_examples_can_be_configured() -> None:
    script = Script(SAMPLE)

    await source(seansworld, script, invoices_path="/custInfoAPI/").find_invoices(
        FindQuery(account=ACCOUNT, fields=frozenset(), ids=("2011",)), operation()
    )

    assert str(script.requests[0].url) == "http://upstream.test/custInfoAPI/?invoiceID=2011"


@pytest.mark.parametrize("id_", ["", "12345678901", "20x1", "-1", "٣", "2011&custID=1"])
async def test_what_cannot_be_a_number_is_not_found_without_a_call(id_: str) -> None:
    script = Script(SAMPLE)

    answer = await source(seansworld, script).find_invoices(
        FindQuery(account=ACCOUNT, fields=frozenset(), ids=(id_,)), operation()
    )

    assert (answer.invoices, answer.notes, script.requests) == ([], [], [])


@pytest.mark.parametrize(
    "content",
    [
        httpx.Response(404, content="<html>gone</html>"),
        httpx.Response(204),
        b"",
        b"\n",
        b"<invoice-info></invoice-info>",
    ],
)
async def test_every_form_of_not_found_is_no_invoice(content: bytes | httpx.Response) -> None:
    answer = await found(content)

    assert (answer.invoices, answer.row_count, answer.notes) == ([], 0, [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (httpx.Response(401), SourceAuthFailed),
        (httpx.Response(500, content="boom"), SourceUnavailable),
        (httpx.Response(302, headers={"location": "http://elsewhere.test"}), SourceProtocolError),
        ("<html><body>Welcome</body></html>", SourceProtocolError),
        (SAMPLE[:300], SourceProtocolError),
        (document(instructions="x" * 1_000_000), SourceProtocolError),
    ],
)
async def test_what_is_no_answer_is_an_error(content: bytes | str | httpx.Response, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        await found(content)


async def test_another_customers_invoice_is_dropped_and_does_not_say_whose_it_was() -> None:
    answer = await found(document(custID="999999"))

    assert (answer.invoices, answer.row_count) == ([], 1)
    assert answer.notes == [Note("ACCOUNT_MISMATCH", actual="1")]


@pytest.mark.parametrize("number", ["2012", "02011"])
async def test_another_invoice_than_the_one_asked_for_is_an_error(number: str) -> None:
    with pytest.raises(SourceProtocolError):
        await found(document(invoiceID=number))


async def test_blanks_around_the_numbers_of_invoice_and_customer_are_trimmed_and_noted() -> None:
    invoice = await only(document(invoiceID=" 2011 ", custID="\n212215"))

    assert (invoice.source_invoice_id, invoice.number, invoice.customer_number) == ("2011", "2011", "212215")
    assert [note for note in invoice.notes if note.code == "TEXT_TRIMMED"] == [
        Note("TEXT_TRIMMED", "number", "2011", " 2011 "),
        Note("TEXT_TRIMMED", "customerNumber", "212215", "\n212215"),
    ]


async def test_a_well_formed_document_has_no_note_of_a_repair() -> None:
    invoice = await only(document(items=line("1", "10.00")), currency="USD")

    assert invoice.notes == [Note("CURRENCY_ASSUMED", "currencyCode")]
    assert invoice.currency_origin is ValueOrigin.CONFIGURED


async def test_identifiers_keep_their_zeros_and_amounts_every_digit() -> None:
    invoice = await only(
        document(items=line("3", "12345678901234567.89"), invTotal="12345678901234567.89"), currency="USD"
    )

    assert invoice.lines is not None
    (read,) = invoice.lines
    assert read.sku == "0915"
    assert read.total is not None
    assert read.total.net is not None
    assert str(read.total.net.amount) == "37037036703703703.67"
    assert str(invoice.total and invoice.total.amount) == "12345678901234567.89"


async def test_a_quantity_that_cannot_be_read_costs_itself_and_what_is_derived_from_it() -> None:
    invoice = await only(document(items=line("two", "1.00") + line("1", "1.00")), currency="USD")

    assert invoice.lines is not None
    assert [(read.quantity, read.total is None) for read in invoice.lines] == [(None, True), (Decimal(1), False)]
    assert invoice.totals is not None
    assert invoice.totals.lines is None
    assert Note("VALUE_UNREADABLE", "lines.0.quantity", actual="two") in invoice.notes


async def test_a_negative_total_is_a_credit_note_and_says_so() -> None:
    invoice = await only(document(invTotal="-10.00"))

    assert invoice.type is InvoiceType.CREDIT_NOTE
    assert "type" in invoice.provenance.derived_fields


async def test_what_the_document_leaves_empty_is_not_stated() -> None:
    invoice = await only(document(shipMethod="", instructions=" ", shipDate="", tax=""), currency="USD")

    assert (invoice.shipping_method, invoice.shipment, invoice.instructions, invoice.ship_date) == (None,) * 4
    assert invoice.lines == []
    assert len(invoice.notes) == 1


async def test_a_list_is_declined() -> None:
    script = Script(SAMPLE)

    with pytest.raises(SourceRejected):
        await source(seansworld, script).list_invoices(ListQuery(account=ACCOUNT, fields=frozenset()), operation())

    assert script.requests == []
