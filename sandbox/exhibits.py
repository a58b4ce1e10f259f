"""The accounts that documents and promises name: the vendors' own samples, and values that are hard to carry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from sandbox.books import Account, Address, Invoice, Line

NETFORUM_SOAP_KEY = "cec29726-4a26-4c07-9162-048020e42241"
NETFORUM_JSON_KEY = "dbe1371c-1731-4f87-a2e6-07c1b99c672a"
OPEN2B_NUMBER = "1887"  # its one invoice is Open2b's sample as valid JSON
OPEN2B_PRINTED_NUMBER = "1888"  # its answer is the sample as printed, which is not JSON
OPEN2B_KEY = "78FzLADvJ3naIe8d/CJQMA"
OPEN2B_PRINTED_KEY = "Pr1ntedSampleAsItStands"
SEANSWORLD_CUSTOMER = "212215"
KRUITBOSCH_NUMBER = "String"

ZERO = Decimal(0)
BIG = "12345678901234567.89"
HOLMES = Address(
    first_name="Sherlock",
    last_name="Holmes",
    company_name="Investigations Inc",
    company_code="INV8403MC1",
    company_code2="7J BA3 006",
    personal_code="SH239IBA",
    street1="221b Baker Street",
    city="London",
    postal_code="NW1 6XE",
    region="LND",
    country="GB",
    phone="+44+207 2243688",
    email="holmes@inv-london.com",
)
STUDIO = Address(
    first_name="Zoë",
    last_name="Böhmer",
    company_name="Studio <br> & Zoon",
    company_code="NL004495445B01",
    street1="Oudegracht 7 bis",
    city="Utrecht",
    postal_code="3511 AB",
    region="UT",
    country="NL",
    phone="+31 20 5550145",
    email="accounts@c-1003.example",
)
PRINTED = replace(HOLMES, company_name="Printed Samples Ltd", email="accounts@c-1300.example")
OWN_ADDRESSES = {"C-1003": STUDIO, "C-1004": HOLMES, "C-1300": PRINTED}


def add(accounts: list[Account], invoices: dict[tuple[str, str], list[Invoice]]) -> None:
    """Put the samples' accounts and invoices, and the awkward values of C-1003, into the books that are being made."""
    shop_sample = Account("C-1004", "webstore", OPEN2B_NUMBER, OPEN2B_NUMBER, secret=OPEN2B_KEY)
    printed = (
        Account("C-1300", "association", NETFORUM_SOAP_KEY, "000070145", "SOAP sample"),
        Account("C-1300", "association", NETFORUM_JSON_KEY, "000060289", "JSON sample"),
        Account("C-1300", "webstore", OPEN2B_PRINTED_NUMBER, OPEN2B_PRINTED_NUMBER, secret=OPEN2B_PRINTED_KEY),
        Account("C-1300", "wholesale", KRUITBOSCH_NUMBER, KRUITBOSCH_NUMBER),
    )
    accounts += (shop_sample, *printed)
    for account in (shop_sample, *printed):
        invoices[account.source, account.key] = [
            sample for sample in SAMPLES if (sample.source, sample.account_key) == (account.source, account.key)
        ]
    invoices["orders", SEANSWORLD_CUSTOMER].append(SEANSWORLD)
    _add_awkward([account for account in accounts if account.customer_id == "C-1003"], invoices)


def _add_awkward(accounts: list[Account], invoices: dict[tuple[str, str], list[Invoice]]) -> None:
    """`0070145`, `600.0000000` and `12345678901234567.89` on the wire of every source that C-1003 is at."""
    fields = {"association": "inv_total", "shop": "TotalPrice", "wholesale": "InvoiceAmount"}
    for account in accounts:
        listed = invoices[account.source, account.key]
        for number, total in (("0070145", "600.0000000"), ("0070146", BIG)):
            invoice_id = f"00701450-0000-4000-8000-00000{number}" if account.source == "association" else number
            invoice = _document(account.source, account.key, number, total, date(2026, 10, 5))
            listed.append(replace(invoice, id=invoice_id, raw={fields[account.source]: total}))
        listed.sort(key=lambda invoice: invoice.issued or date.min, reverse=True)


def _document(source: str, account_key: str, number: str, total: str, issued: date | None) -> Invoice:
    """An unpaid invoice of which only the header is known; its id is its number."""
    return Invoice(
        source=source,
        account_key=account_key,
        id=number,
        number=number,
        type="invoice",
        status="open",
        issued=issued,
        due=None,
        shipped=None,
        currency="USD" if source == "association" else "EUR",
        lines=(),
        net=Decimal(total),
        tax=ZERO,
        shipping=ZERO,
        fee=ZERO,
        gross=Decimal(total),
        paid=ZERO,
    )


SEANSWORLD = Invoice(
    source="orders",
    account_key=SEANSWORLD_CUSTOMER,
    id="2011",
    number="2011",
    type="invoice",
    status="open",
    issued=date(2015, 1, 25),
    due=None,
    shipped=datetime.fromisoformat("2015-01-26"),
    currency="USD",
    lines=(
        Line("1995", "Garden hose 15 m", Decimal(2), Decimal("4.95"), ZERO),
        Line("1906", "Hose nozzle, brass", Decimal(2), Decimal("9.95"), ZERO),
        Line("915", "Hose washer", Decimal(1), Decimal("0.95"), ZERO),
    ),
    net=Decimal("30.75"),
    tax=Decimal("2.54"),
    shipping=Decimal("10.00"),
    fee=ZERO,
    gross=Decimal("43.49"),
    paid=ZERO,
    shipping_method="UPS",
    raw={"shipDate": "o1/26/2015"},
)
OPEN2B = Invoice(
    source="webstore",
    account_key=OPEN2B_NUMBER,
    id="662705500",
    number="2020/3918",
    type="proforma",
    status="sent",
    issued=date(2020, 8, 12),
    due=date(2020, 9, 12),
    shipped=datetime.fromisoformat("2020-09-12 10:22:54"),
    currency="EUR",
    lines=(Line("A927TP", "Shirt", Decimal("3.00"), Decimal("56.330"), Decimal("19.00"), Decimal("0.450"), "..."),),
    net=Decimal("69.54"),
    tax=Decimal("31.25"),
    shipping=Decimal("8.57"),
    fee=Decimal("1.20"),
    gross=Decimal("120.48"),
    paid=ZERO,
    order_number="2020/30991",
    shipping_method="FedEx",
    payment_method="Credit Card",
)
SAMPLES = (
    OPEN2B,
    replace(OPEN2B, account_key=OPEN2B_PRINTED_NUMBER, id="662705501"),
    replace(
        _document("association", NETFORUM_SOAP_KEY, "107106", "296.0000", date(2013, 2, 9)),
        id="49e789c8-c49a-4eb0-8c37-746386225c7f",
        paid=Decimal("118.4000"),
    ),
    replace(
        _document("association", NETFORUM_SOAP_KEY, "70145", "600.0000000", date(2011, 11, 3)),
        id="83a4965c-ae53-4d4d-a725-ef4069c399ab",
        membership="AV_Inst Mbr",
        raw={"inv_total": "600.0000000"},
    ),
    replace(
        _document("association", NETFORUM_JSON_KEY, "60289", "11.00", date(2022, 8, 31)),
        id="647d5680-bc65-465e-887b-87b94a57f97f",
        membership="CB_Inst Mbr",
        raw={"mbt_code": " CB_Inst Mbr "},
    ),
    replace(
        _document("association", NETFORUM_JSON_KEY, "60290", "10.00", date(2022, 8, 31)),
        id="0c268e5e-2afb-4df4-870e-2da63f065cb7",
    ),
    replace(_document("wholesale", KRUITBOSCH_NUMBER, "String", "0", None), currency="String"),
)
