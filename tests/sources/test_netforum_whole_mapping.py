"""netFORUM's invoice with its lines: read from a result, and as a canonical invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from resolvers.model.address import Address
from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, LineTax, Note, Tax
from resolvers.model.money import Money, TaxedMoney
from resolvers.sources.netforum.tree import Branch
from resolvers.sources.netforum.whole_mapping import INVOICE_FIELDS, QUERY_FIELDS, belongs_to, to_whole_invoice
from resolvers.sources.netforum.wire import Detail, Header, WholeInvoice, parse_invoice
from tests.quality.invoices import codes
from tests.sources.upstream import NOON, account

KEY = "cec29726-4a26-4c07-9162-048020e42241"
ACCOUNT = account("dues", KEY)
HEADER = Header(inv_key="k", inv_cst_key=KEY, inv_total="110.00", inv_balance="110.00", inv_close_flag="0")
LINE = Detail(ivd_key="l", ivd_qty="2.0000", ivd_price="50.0000", ivd_amount_cp="100.0000", ivd_tax="10.0000")


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def mapped(header: Header = HEADER, *details: Detail, tells_charges: bool = True) -> Invoice:
    return to_whole_invoice(
        WholeInvoice(header, list(details) or None, tells_charges),
        ACCOUNT,
        source="dues",
        operation="Get",
        currency="USD",
        zone=ZoneInfo("America/New_York"),
        fetched_at=NOON,
    )


def header(**values: str) -> Header:
    return Header(**{**_values(HEADER), **values})


def line(**values: str) -> Detail:
    return Detail(**{**_values(LINE), **values})


def _values(record: Header | Detail) -> dict[str, str]:
    named = {name: getattr(record, name) for name in record.__struct_fields__}
    return {name: value for name, value in named.items() if value is not None}


def test_a_line_has_quantity_price_amount_tax_name_and_code() -> None:
    invoice = mapped(HEADER, line(prd_name="Dues & fees", prd_code="DUES"))

    (read,) = invoice.lines or []
    assert (read.position, read.sku, read.name, read.quantity) == (1, "DUES", "Dues & fees", Decimal("2.0000"))
    assert (read.unit_price, read.total) == (TaxedMoney(net=usd("50.00")), TaxedMoney(net=usd("100.00")))
    assert read.tax == LineTax(amount=usd("10.00"))


def test_sums_are_of_the_lines_and_named_as_derived() -> None:
    invoice = mapped(HEADER, LINE, line(ivd_key="m"))

    assert invoice.totals is not None
    assert invoice.totals.lines == TaxedMoney(net=usd("200.00"))
    assert invoice.totals.tax == usd("20.00")
    assert invoice.totals.shipping is None
    assert invoice.taxes == [Tax(amount=usd("20.00"))]
    assert invoice.provenance.derived_fields == ["paymentStatus", "amountPaid", "totals.lines", "totals.tax", "taxes"]


def test_shipping_and_discount_are_sums_of_the_lines_that_state_them() -> None:
    charged, sent = line(ivd_shipping="1.50", ivd_discountamount="0.25"), line(ivd_key="m", ivd_shipping="1.50")
    invoice = mapped(header(inv_total="222.75", inv_balance="222.75"), charged, sent)

    assert invoice.totals is not None
    assert (invoice.totals.shipping, invoice.totals.discount) == (usd("3.00"), usd("0.25"))
    assert {"totals.shipping", "totals.discount"} <= set(invoice.provenance.derived_fields)
    assert codes(invoice) == ["CURRENCY_ASSUMED"]


def test_a_total_is_not_compared_with_lines_that_were_not_asked_for_their_charges() -> None:
    charged = header(inv_total="120.00", inv_balance="120.00")

    assert codes(mapped(charged, LINE)) == ["CURRENCY_ASSUMED", "TOTAL_MISMATCH"]
    assert codes(mapped(charged, LINE, tells_charges=False)) == ["CURRENCY_ASSUMED"]
    assert mapped(charged, line(ivd_amount_cp="many", ivd_tax=""), tells_charges=False).totals is None


def test_no_tax_on_any_line_is_no_tax_class_and_an_unstated_one_is_unknown() -> None:
    assert mapped(HEADER, line(ivd_tax="0.0000")).taxes == []
    assert mapped(HEADER, line(ivd_tax="")).taxes is None


@pytest.mark.parametrize("yes", ["1", "true", " True"])
@pytest.mark.parametrize("flag", ["ivd_void_flag", "ivd_delete_flag"])
def test_a_voided_or_deleted_row_is_no_line(flag: str, yes: str) -> None:
    invoice = mapped(HEADER, LINE, line(ivd_key="v", **{flag: yes}), line(ivd_key="m", **{flag: "0"}))

    assert [read.position for read in invoice.lines or []] == [1, 2]
    assert invoice.totals is not None
    assert invoice.totals.lines == TaxedMoney(net=usd("200.00"))


def test_where_all_rows_are_voided_nothing_states_shipping_or_discount() -> None:
    voided = mapped(HEADER, line(ivd_void_flag="1", ivd_shipping="1.50", ivd_discountamount="0.25"))

    assert voided.lines == []
    assert voided.totals is not None
    assert (voided.totals.shipping, voided.totals.discount) == (None, None)
    assert {"totals.shipping", "totals.discount"}.isdisjoint(voided.provenance.derived_fields)


def test_a_lines_amount_is_without_tax_and_its_total_with_it() -> None:
    invoice = mapped(HEADER, line(ivd_total="110.0000"), line(ivd_key="m", ivd_amount_cp="", ivd_total="110.0000"))

    assert [read.total for read in invoice.lines or []] == [
        TaxedMoney(net=usd("100.00"), gross=usd("110.00")),
        TaxedMoney(gross=usd("110.00")),
    ]
    assert "lines.total" not in invoice.provenance.derived_fields


def test_without_amount_and_total_it_is_quantity_times_price_and_says_so() -> None:
    invoice = mapped(HEADER, line(ivd_amount_cp=""))

    (read,) = invoice.lines or []
    assert read.total == TaxedMoney(net=usd("100.00"))
    assert "lines.total" in invoice.provenance.derived_fields


def test_an_amount_that_cannot_be_read_is_noted_at_its_line_and_nothing_is_derived_from_it() -> None:
    invoice = mapped(HEADER, LINE, line(ivd_amount_cp="many"))

    assert Note("VALUE_UNREADABLE", "lines.1.total.net", actual="many") in invoice.notes
    assert [read.total for read in invoice.lines or []] == [TaxedMoney(net=usd("100.00")), None]
    assert invoice.totals is not None
    assert invoice.totals.lines is None


def test_without_any_row_lines_and_what_is_summed_of_them_are_unknown() -> None:
    invoice = mapped()

    assert (invoice.lines, invoice.totals, invoice.taxes) == (None, None, None)


@pytest.mark.parametrize(
    ("flag", "status"),
    [("0", InvoiceStatus.OPEN), ("1", InvoiceStatus.CLOSED), ("", InvoiceStatus.UNKNOWN), ("2", InvoiceStatus.UNKNOWN)],
)
def test_whether_it_is_closed_is_the_vendors_word(flag: str, status: InvoiceStatus) -> None:
    assert mapped(header(inv_close_flag=flag)).status is status


def test_its_date_is_read_as_the_lists_is() -> None:
    late = mapped(header(inv_trx_date="2026-07-02T02:00:00Z"))

    assert late.issue_date == date(2026, 7, 1)


def test_a_negative_total_is_a_credit_note() -> None:
    assert mapped(header(inv_total="-5.00", inv_balance="-5.00")).type is InvoiceType.CREDIT_NOTE


def test_the_address_is_that_of_its_parts_even_where_there_is_a_label() -> None:
    address = mapped(
        header(
            adr_line1="1 Main St",
            adr_line2="Suite 2",
            adr_line3="Floor 3",
            adr_city="Springfield",
            adr_state="IL",
            adr_post_code="62701",
            adr_country="US",
            cxa_mailing_label="Ann O'Neil\nElsewhere",
        )
    ).billing_address

    assert address == Address(
        street1="1 Main St",
        street2="Suite 2, Floor 3",
        city="Springfield",
        region="IL",
        postal_code="62701",
        country_code="US",
    )


def test_without_parts_the_lines_of_the_label_are_the_address() -> None:
    address = mapped(
        header(cxa_mailing_label=" Ann O'Neil \r\n1 Main St\r\nSpringfield, IL 62701\nUSA\n")
    ).billing_address

    assert address == Address(name="Ann O'Neil", street1="1 Main St", street2="Springfield, IL 62701, USA")


@pytest.mark.parametrize("country", ["United States", "US", "us", "USA"])
def test_a_country_is_known_by_its_name_or_its_code(country: str) -> None:
    invoice = mapped(header(adr_city="Springfield", adr_country=country))

    assert invoice.billing_address == Address(city="Springfield", country_code="US")
    assert [note.code for note in invoice.notes if note.path != "currencyCode"] == []


def test_a_country_that_nobody_knows_is_noted_and_left_out() -> None:
    invoice = mapped(header(adr_city="Springfield", adr_country="Ruritania"))

    assert invoice.billing_address == Address(city="Springfield")
    assert Note("VALUE_UNRECOGNISED", "billingAddress.countryCode", actual="Ruritania") in invoice.notes


def test_the_shipping_address_is_where_all_lines_go_and_unknown_where_they_part() -> None:
    here, there = line(cxa_mailing_label="Ann\n1 Main St"), line(cxa_mailing_label="Bob\n2 Main St")

    assert mapped(HEADER, here, here).shipping_address == Address(name="Ann", street1="1 Main St")
    assert mapped(HEADER, here, there).shipping_address is None


@pytest.mark.parametrize(
    ("named", "is_own"),
    [
        ({"inv_cst_key": KEY.upper()}, True),
        ({"inv_cst_key": KEY, "cst_key": f" {KEY} "}, True),
        ({"inv_cst_key": KEY, "cst_key": "somebody"}, False),
        ({"inv_cst_key": "somebody", "cst_key": KEY}, False),
        ({"inv_cst_key": "", "cst_key": ""}, False),
    ],
)
def test_an_invoice_is_the_accounts_only_where_it_names_that_customer_and_no_other(
    named: dict[str, str], is_own: bool
) -> None:
    assert belongs_to(Header(**named), ACCOUNT) is is_own


def test_every_promised_path_has_its_ancestors() -> None:
    for fields in (INVOICE_FIELDS, QUERY_FIELDS):
        assert {path.rpartition(".")[0] for path in fields if "." in path} <= fields


WHOLE: dict[str, Branch] = {
    "CurrentKey": "k",
    "Invoice": {"inv_key": "k", "inv_cst_key": KEY, "inv_colour_ext": {"a": None}},
    "Customer": {"cst_key": KEY, "cst_id": "0007"},
    "Billing_Address": {"cxa_mailing_label": "Ann"},
    "Billing_Adr": None,
    "Claim": None,
    "Invoice_DetailCollection": {
        "InvoiceDetailStatic": {
            "Invoice_Detail": {"ivd_key": "l", "ivd_qty": "1", "ivd_void_flag": False},
            "Product": {"prd_name": "Dues"},
            "Shipping_Address": {"cxa_mailing_label": "Bob"},
        }
    },
}


def test_an_invoice_type_is_put_together_from_its_parts() -> None:
    assert parse_invoice("dues", WHOLE) == WholeInvoice(
        Header(inv_key="k", inv_cst_key=KEY, cst_key=KEY, cst_id="0007", cxa_mailing_label="Ann"),
        [Detail(ivd_key="l", ivd_qty="1", ivd_void_flag="0", prd_name="Dues", cxa_mailing_label="Bob")],
    )


@pytest.mark.parametrize(
    "nothing",
    [
        None,
        "",
        " \n",
        {},
        {"Results": {"@recordReturn": "0"}},
        {"CurrentKey": "00000000-0000-0000-0000-000000000000", "Invoice": {"inv_key": "x"}},
        {"CurrentKey": None, "Invoice": None, "Customer": None, "Invoice_DetailCollection": None},
    ],
)
def test_an_unknown_invoice_is_said_in_many_ways(nothing: Branch) -> None:
    assert parse_invoice("dues", nothing) is None


@pytest.mark.parametrize(
    "wrong",
    [
        "text",
        ["k"],
        {"Results": {"Result": {"inv_key": "k"}}},
        {"Customer": {"cst_key": KEY}},
        {"Invoice": "text"},
        {"Invoice": [{"inv_key": "k"}, {"inv_key": "l"}]},
        {"Invoice": {"inv_key": {"deeper": "k"}}},
        {"Invoice": {"inv_key": "k"}, "Invoice_DetailCollection": {"Other": {}}},
        {"Invoice": {"inv_key": "k"}, "Invoice_DetailCollection": {"InvoiceDetailStatic": {"Invoice_Detail": "text"}}},
    ],
)
def test_anything_but_an_invoice_type_is_an_error_and_not_an_unknown_invoice(wrong: Branch) -> None:
    with pytest.raises(SourceProtocolError):
        parse_invoice("dues", wrong)
