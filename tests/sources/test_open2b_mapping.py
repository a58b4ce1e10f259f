"""Open2b: what a reply is taken for, and its members."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, Note, PaymentStatus, ValueOrigin
from resolvers.model.money import TaxedMoney
from resolvers.model.source import ListQuery
from resolvers.quality.rules import warnings_of
from resolvers.sources import open2b
from tests.sources.scripted import Script, source
from tests.sources.shop import ACCOUNT, listed, reply
from tests.sources.upstream import operation


async def only(members: str, **settings: Any) -> Invoice:
    (invoice,) = (await listed(reply(f'{{"id":5,{members}}}'), **settings)).invoices
    return invoice


def sides_of(pair: TaxedMoney | None) -> list[str]:
    """The amounts without and with tax."""
    return [] if pair is None else [str(side.amount) for side in (pair.net, pair.gross) if side is not None]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[]",
        '{"status":"ok"}',
        '{"status":"fine","invoices":[]}',
        '{"status":"ok","invoices":{}}',
        '{"status":"ok","invoices":[1]}',
        '{"status":"ok","invoices":[{"id":1,"number":5}]}',
        "<html><body>Shop closed</body></html>",
        '{"status":"ok","invoices":[]} // done',
    ],
)
async def test_anything_but_the_documented_object_is_an_error_and_not_an_empty_list(content: str) -> None:
    with pytest.raises(SourceProtocolError):
        await listed(content)


async def test_an_empty_list_may_be_null() -> None:
    assert (await listed('{"status":"ok","invoices":null,"count":0}')).invoices == []


async def test_an_amount_keeps_every_digit_as_a_number_and_as_a_text() -> None:
    invoice = await only('"taxedTotal":12345678901234567.89,"taxAmount":"12345678901234567.89"', currency="EUR")

    assert invoice.totals is not None
    assert [str(of and of.amount) for of in (invoice.total, invoice.totals.tax)] == ["12345678901234567.89"] * 2
    assert (invoice.currency_code, invoice.currency_origin) == ("EUR", ValueOrigin.CONFIGURED)
    assert invoice.notes == [Note("CURRENCY_ASSUMED", "currencyCode")]


async def test_an_unreadable_amount_costs_only_itself() -> None:
    invoice = await only(
        '"items":[{"sku":"a","quantity":{},"prices":{"price":"six","totalPrice":6}}],"taxedTotal":true'
    )

    assert invoice.lines is not None
    (line,) = invoice.lines
    assert (line.sku, line.quantity, line.unit_price, invoice.total) == ("a", None, None, None)
    assert line.total is not None
    assert [(note.code, note.path, note.actual) for note in invoice.notes][1:] == [
        ("VALUE_UNREADABLE", "lines.0.quantity", "{}"),
        ("VALUE_UNREADABLE", "lines.0.unitPrice.net", "six"),
        ("VALUE_UNREADABLE", "total", "true"),
    ]


async def test_more_digits_than_the_currency_has_stay_and_are_noted() -> None:
    invoice = await only('"items":[{"prices":{"price":56.333}}]', currency="EUR")

    assert Note("SCALE_EXCESS", "lines.0.unitPrice.net", actual="56.333") in invoice.notes


async def test_null_objects_empty_texts_and_absent_members_are_no_value() -> None:
    empty = await only(
        '"items":[{"tax":null,"prices":null,"requests":""}],"shippingMethod":null,"paymentMethod":null,"rounding":null,'
        '"shippingAddress":null,"sellerAddress":{"street1":"","country":""},"referenceType":null,"referenceNumber":"",'
        '"terms":"","taxes":null,"discounts":[],"numberOfPackages":null'
    )

    assert empty.lines is not None
    assert (empty.lines[0].tax, empty.lines[0].unit_price, empty.lines[0].note) == (None, None, None)
    assert (empty.shipping_method, empty.payment_method, empty.rounding, empty.shipment) == (None,) * 4
    assert (empty.shipping_address, empty.seller_address, empty.billing_address) == (None,) * 3
    assert (empty.reference, empty.terms, empty.taxes, empty.discounts) == (None, None, None, [])
    assert empty.type is InvoiceType.UNKNOWN  # not asked for: nothing is concluded
    assert [note.code for note in empty.notes] == ["CURRENCY_UNKNOWN"]


@pytest.mark.parametrize("value", ["", ',"value":null', ',"value":" "'])
async def test_a_discount_without_a_value_is_unreadable_and_makes_no_total_wrong(value: str) -> None:
    discount = f'{{"type":"AmountOff"{value}}}'
    invoice = await only(
        f'"prediscountSubtotal":100.00,"total":90.00,"discountsIncludeTaxes":false,"discounts":[{discount}]'
    )

    assert invoice.discounts == []
    assert [note.path for note in invoice.notes if note.code == "VALUE_UNREADABLE"] == ["discounts.0.value"]
    assert "TOTAL_MISMATCH" not in [warning.code for warning in warnings_of(invoice)]


@pytest.mark.parametrize("odd", ["", '"quantity":"odd",'])
async def test_a_zero_has_no_sign(odd: str) -> None:
    prices = '{"price":-0.00,"taxedPrice":-0.50,"totalPrice":-0,"taxedTotalPrice":-0.000}'
    invoice = await only(f'"taxedTotal":-0.00,"total":-0,"items":[{{{odd}"prices":{prices}}}]')

    assert invoice.lines is not None
    assert invoice.totals is not None
    sides = (invoice.totals.total, invoice.totals.lines, invoice.lines[0].unit_price, invoice.lines[0].total)
    assert [sides_of(each) for each in sides] == [["0.00", "0.00"]] * 2 + [["0.00", "-0.50"], ["0.00", "0.00"]]


async def test_an_instant_is_a_day_of_the_shops_zone() -> None:
    invoice = await only(
        '"issueDate":"2026-06-30T22:00:00Z","dueDate":"2026-07-31 22:00:00"', currency="EUR", time_zone="Europe/Rome"
    )

    assert (invoice.issue_date, invoice.due_date) == (date(2026, 7, 1), date(2026, 7, 31))
    assert [note.code for note in invoice.notes] == ["CURRENCY_ASSUMED"]


@pytest.mark.parametrize("type_", ["", '"type":null,', '"type":"",', '"type":" ",'])
async def test_a_type_that_the_shop_leaves_out_is_unknown_whatever_the_sign(type_: str) -> None:
    invoice = await only(f'{type_}"taxedTotal":-5')

    assert invoice.type is InvoiceType.UNKNOWN
    assert "type" not in invoice.provenance.derived_fields


async def test_words_that_are_in_no_list_are_noted_and_stay_readable() -> None:
    invoice = await only(
        '"type":"Receipt","status":" Paid ","porto":"Mezzo","referenceType":"Fax",'
        '"rounding":{"mode":"Up","rule":"All"},"discounts":[{"type":"Gift","value":1}],'
        '"billingAddress":{"country":"UK","city":"London"}'
    )

    assert (invoice.type, invoice.status, invoice.source_status) == (
        InvoiceType.UNKNOWN,
        InvoiceStatus.UNKNOWN,
        "Paid",
    )
    assert invoice.billing_address is not None
    assert (invoice.billing_address.country_code, invoice.billing_address.city) == (None, "London")
    assert {(note.path, note.actual) for note in invoice.notes if note.code == "VALUE_UNRECOGNISED"} == {
        ("type", "Receipt"),
        ("status", "Paid"),
        ("shipment.freightTerms", "Mezzo"),
        ("reference.type", "Fax"),
        ("rounding.mode", "Up"),
        ("rounding.rule", "All"),
        ("discounts.0.type", "Gift"),
        ("billingAddress.countryCode", "UK"),
    }


@pytest.mark.parametrize(
    ("type_", "status", "expected"),
    [
        ("Proforma", "Open", PaymentStatus.NOT_APPLICABLE),
        ("Invoice", "Cancelled", PaymentStatus.NOT_APPLICABLE),
        ("Invoice", "Open", PaymentStatus.UNKNOWN),
    ],
)
async def test_whether_it_is_paid_is_never_known_here(type_: str, status: str, expected: PaymentStatus) -> None:
    invoice = await only(f'"type":"{type_}","status":"{status}","taxedTotal":5')

    assert invoice.payment_status is expected


async def test_shipping_times_are_of_the_shops_zone() -> None:
    invoice = await only('"shippingTime":"2020-09-12 23:30:00"', time_zone="America/New_York")

    assert invoice.shipment is not None
    assert invoice.shipment.shipped_at == datetime(2020, 9, 13, 3, 30, tzinfo=UTC)
    assert invoice.ship_date == date(2020, 9, 12)


async def test_a_shipping_time_with_a_zone_of_its_own_is_that_moment_on_the_shops_day() -> None:
    invoice = await only('"shippingTime":"2020-09-12T23:30:00Z"', time_zone="Europe/Rome")

    assert invoice.shipment is not None
    assert invoice.shipment.shipped_at == datetime(2020, 9, 12, 23, 30, tzinfo=UTC)
    assert invoice.ship_date == date(2020, 9, 13)


@pytest.mark.parametrize(
    ("written", "code"), [("0001-01-01 00:00:00", "DATE_SENTINEL"), ("yesterday", "DATE_UNPARSEABLE")]
)
async def test_a_time_that_is_none_is_null_and_noted(written: str, code: str) -> None:
    invoice = await only(f'"shippingTime":"{written}"', time_zone="Asia/Tokyo")

    assert (invoice.shipment, invoice.ship_date) == (None, None)
    assert Note(code, "shipment.shippedAt", actual=written) in invoice.notes


async def test_the_sum_of_lines_is_derived_only_where_every_line_states_its_total() -> None:
    whole = await only('"items":[{"prices":{"totalPrice":1.10}},{"prices":{"totalPrice":2.20,"taxedTotalPrice":2.40}}]')
    part = await only('"items":[{"prices":{"totalPrice":1.10}},{"sku":"b"}]')

    assert whole.totals is not None
    assert whole.totals.lines is not None
    assert whole.totals.lines.net is not None
    assert (str(whole.totals.lines.net.amount), whole.totals.lines.gross) == ("3.30", None)
    assert part.totals is not None
    assert part.totals.lines is None
    assert "totals.lines" not in part.provenance.derived_fields


async def test_of_a_line_only_what_is_wanted_is_read() -> None:
    record = '{"id":5,"items":[{"sku":"a","name":"b","quantity":"x","prices":{"price":1,"totalPrice":2}}]}'
    query = ListQuery(account=ACCOUNT, fields=frozenset({"lines", "lines.sku"}))

    (invoice,) = (
        await source(open2b, Script(reply(record)), currency="EUR").list_invoices(query, operation())
    ).invoices

    assert invoice.lines is not None
    (line,) = invoice.lines
    assert (line.position, line.sku, line.name, line.quantity, line.total) == (1, "a", None, None, None)
    assert [note.code for note in invoice.notes] == ["CURRENCY_ASSUMED"]


@pytest.mark.parametrize("part", ["tax", "net"])
async def test_an_amount_of_a_line_is_there_whichever_of_its_parts_is_wanted(part: str) -> None:
    record = '{"id":5,"items":[{"prices":{"price":1,"totalPrice":2}}]}'
    wholes = {"lines.unitPrice", "lines.total", "totals.lines"}
    fields = {"lines", "totals", *wholes, *(f"{whole}.{part}" for whole in wholes)}
    query = ListQuery(account=ACCOUNT, fields=frozenset(fields))

    (invoice,) = (
        await source(open2b, Script(reply(record)), currency="EUR").list_invoices(query, operation())
    ).invoices

    assert invoice.lines is not None
    assert invoice.totals is not None
    assert None not in (invoice.lines[0].unit_price, invoice.lines[0].total, invoice.totals.lines)


@pytest.mark.parametrize(
    "content",
    [
        reply('{"id":5,"taxedTotal":600.00,"taxedTotal":1}', count=1),
        reply('{"id":5,"taxedTotal" : 600.00,"taxedTotal" : 1}', count=1),
        reply('{"id":5,"taxedTotal"\t:600.00,"taxedTotal"\r\n:600.00,"taxedTotal"  :1}', count=1),
        reply('{"id":5,"taxedTotal":1}', count=1).replace('"count"', '"invoices":[],"count"'),
        '{"status":"error",' + reply(count=0).removeprefix("{"),
    ],
)
async def test_a_member_that_is_there_twice_is_an_error_for_one_of_them_would_be_lost(content: str) -> None:
    shop = source(open2b, Script(content), currency="EUR")

    with pytest.raises(SourceProtocolError):
        await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset({"total"})), operation())


async def test_colons_in_texts_are_no_members() -> None:
    content = reply(r'{"id":5,"terms":"a \":\" b: \"c\":"}', count=1)
    shop = source(open2b, Script(content), currency="EUR")

    (invoice,) = (
        await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset({"terms"})), operation())
    ).invoices

    assert invoice.terms == 'a ":" b: "c":'


async def test_no_cut_of_a_reply_is_an_answer() -> None:
    whole = reply(*(f'{{"id":{number}}}' for number in range(1, 20)), count=19)

    for end in range(len(whole)):
        with pytest.raises(SourceProtocolError):
            await listed(whole[:end])
