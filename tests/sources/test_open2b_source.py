"""Open2b: what is asked of the shop, and what its answers are taken for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import msgspec
import pytest

from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRateLimited,
    SourceRejected,
    SourceUnavailable,
)
from resolvers.model.invoice import Invoice, InvoiceStatus, InvoiceType, Note, PaymentStatus, ValueOrigin
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceList, ListQuery, Paging
from resolvers.sources import open2b
from resolvers.sources.open2b.projection import member_names
from tests.sources.scripted import Script, account_with_secret, source
from tests.sources.upstream import account, operation

KEY = "78FzLADvJ3naIe8d/CJQMA"
ACCOUNT = account_with_secret("4711", KEY)
ALL = frozenset({EVERYTHING})


def reply(*records: str, count: int | None = None) -> str:
    total = "" if count is None else f',"count":{count}'
    return f'{{"status":"ok","invoices":[{",".join(records)}]{total}}}'


def ids(numbers: Iterable[int]) -> list[str]:
    return [f'{{"id":{number}}}' for number in numbers]


def refused(type_: str, description: str) -> str:
    return f'{{"status":"error","error":{{"field":"","type":"{type_}","description":"{description}"}}}}'


async def listed(content: str | httpx.Response, **settings: Any) -> InvoiceList:
    shop = source(open2b, Script(content), **settings)
    return await shop.list_invoices(ListQuery(account=ACCOUNT, fields=ALL), operation())


async def only(members: str, **settings: Any) -> Invoice:
    (invoice,) = (await listed(reply(f'{{"id":5,{members}}}'), **settings)).invoices
    return invoice


def test_capabilities_say_what_the_plan_needs() -> None:
    shop = source(open2b, Script(""), max_ids_per_call=20)

    assert shop.capabilities.paging is Paging.WINDOW
    assert shop.capabilities.selects_fields
    assert shop.capabilities.filters_types
    assert shop.capabilities.lists_paid_invoices
    assert not shop.capabilities.lists_newest_first
    assert (open2b.CAPABILITIES.ids_per_call, shop.capabilities.ids_per_call) == (100, 20)
    assert not shop.capabilities.fields & {"amountDue", "amountPaid", "documentUrl"}


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        (set(), ["id"]),
        ({"account", "provenance", "membershipCode", "no.such"}, ["id"]),
        ({"number", "issueDate"}, ["id", "number", "issueDate"]),
        ({"total", "total.amount"}, ["id", "taxedTotal"]),
        ({"totals", "totals.lines", "totals.tax"}, ["id", "items", "taxAmount"]),
        ({"lines", "lines.unitPrice", "lines.unitPrice.net", "lines.unitPrice.net.amount"}, ["id", "items"]),
        ({"shipDate"}, ["id", "shippingTime"]),
        ({"billingAddress", "billingAddress.city"}, ["id", "billingAddress"]),
        ({"paymentStatus", "sourceStatus"}, ["id", "type", "status"]),
    ],
)
def test_only_the_members_that_the_fields_stand_on_are_asked_for(fields: set[str], members: list[str]) -> None:
    assert list(member_names(frozenset(fields))) == members


async def test_a_window_is_one_call_with_the_customers_key() -> None:
    script = Script(reply(*ids([8, 9]), count=12))
    asked = operation()
    query = ListQuery(
        account=ACCOUNT, fields=frozenset({"number"}), offset=10, limit=2, types=frozenset({InvoiceType.CREDIT_NOTE})
    )

    answer = await source(open2b, script).list_invoices(query, asked)

    (request,) = script.requests
    assert (request.method, str(request.url)) == ("POST", "http://upstream.test/Base/api/v10/storefront.invoices")
    assert request.headers["x-customer-key"] == KEY
    assert script.bodies == [
        {"conditions": {"type": "CreditNote"}, "fields": ["id", "number"], "first": 10, "limit": 2}
    ]
    assert ([invoice.source_invoice_id for invoice in answer.invoices], answer.total_count) == (["8", "9"], 12)
    (call,) = asked.calls
    assert (call.operation, call.account, call.fields, call.rows, call.outcome) == (
        "storefront.invoices",
        "4711",
        ("id", "number"),
        2,
        "OK",
    )
    assert KEY not in repr(asked.calls)


async def test_a_mere_count_brings_one_id_and_no_more() -> None:
    script = Script(reply(*ids([8]), count=1_000))

    answer = await source(open2b, script).list_invoices(
        ListQuery(account=ACCOUNT, fields=frozenset(), limit=1), operation()
    )

    assert script.bodies == [{"fields": ["id"], "first": 0, "limit": 1}]
    assert answer.total_count == 1_000


@pytest.mark.parametrize("types", [set(), {InvoiceType.INVOICE, InvoiceType.PROFORMA}, {InvoiceType.UNKNOWN}])
async def test_no_type_and_several_are_not_pushed_down(types: set[InvoiceType]) -> None:
    script = Script(reply())

    await source(open2b, script).list_invoices(
        ListQuery(account=ACCOUNT, fields=frozenset(), types=frozenset(types)), operation()
    )

    assert script.bodies == [{"fields": ["id"], "first": 0}]


async def test_a_shop_that_hands_out_less_than_it_was_asked_is_asked_for_the_rest() -> None:
    script = Script(reply(*ids([1, 2]), count=5), reply(*ids([3, 4]), count=5), reply(*ids([5]), count=5))
    asked = operation()

    answer = await source(open2b, script).list_invoices(ListQuery(account=ACCOUNT, fields=frozenset()), asked)

    assert [invoice.source_invoice_id for invoice in answer.invoices] == ["1", "2", "3", "4", "5"]
    assert [body["first"] for body in script.bodies] == [0, 2, 4]
    assert len(asked.calls) == 3


async def test_a_shop_that_hands_out_ever_smaller_parts_is_an_error() -> None:
    asked = operation()

    with pytest.raises(SourceProtocolError):
        await source(open2b, Script(reply(*ids([1, 2]), count=8), reply(*ids([3]), count=8))).list_invoices(
            ListQuery(account=ACCOUNT, fields=frozenset()), asked
        )

    assert len(asked.calls) == 2


async def test_more_invoices_than_the_shop_counts_are_an_error_for_one_may_be_a_strangers() -> None:
    with pytest.raises(SourceProtocolError):
        await source(open2b, Script(reply(*ids([1, 2, 3]), count=2))).list_invoices(
            ListQuery(account=ACCOUNT, fields=frozenset()), operation()
        )


async def test_a_shop_whose_count_promises_more_than_it_ever_hands_out_is_an_error() -> None:
    with pytest.raises(SourceProtocolError):
        await source(open2b, Script(reply(*ids([1]), count=3), reply(count=3))).list_invoices(
            ListQuery(account=ACCOUNT, fields=frozenset()), operation()
        )


async def test_invoices_are_found_by_their_ids_in_one_call() -> None:
    script = Script(reply(*ids([9, 7]), count=2))
    asked = operation()
    query = FindQuery(account=ACCOUNT, fields=frozenset({"number"}), ids=("7", "x", "9", "8", "007", "-1", "٣"))

    answer = await source(open2b, script).find_invoices(query, asked)

    assert script.bodies == [{"conditions": {"ids": [7, 9, 8]}, "fields": ["id", "number"], "first": 0, "limit": 3}]
    assert [invoice.source_invoice_id for invoice in answer.invoices] == ["9", "7"]
    assert [call.ids for call in asked.calls] == [3]


async def test_what_cannot_be_an_id_is_not_found_without_a_call() -> None:
    script = Script(reply())
    asked = operation()

    answer = await source(open2b, script).find_invoices(
        FindQuery(account=ACCOUNT, fields=ALL, ids=("INV-1", "0", "1" * 30)), asked
    )

    assert (answer.invoices, script.requests, asked.calls) == ([], [], [])


async def test_invoices_that_were_not_asked_for_are_dropped_and_counted() -> None:
    answer = await source(open2b, Script(reply(*ids([7, 8]), count=2))).find_invoices(
        FindQuery(account=ACCOUNT, fields=ALL, ids=("7",)), operation()
    )

    assert [invoice.source_invoice_id for invoice in answer.invoices] == ["7"]
    assert (answer.row_count, answer.notes) == (2, [Note("RECORD_DROPPED", actual="1")])


async def test_a_record_without_an_id_is_dropped_and_counted() -> None:
    answer = await listed(reply('{"number":"a"}', '{"id":null}', '{"id":0}', '{"id":"12"}', '{"id":12.5}'))

    assert [invoice.source_invoice_id for invoice in answer.invoices] == ["12"]
    assert answer.notes == [Note("RECORD_DROPPED", actual="4")]


@pytest.mark.parametrize("of", [account("here", "4711"), account_with_secret("4711", "a\nb")])
async def test_an_account_without_a_usable_key_fails_before_any_call(of: Any) -> None:
    script, asked = Script(reply()), operation()

    with pytest.raises(SourceAuthFailed):
        await source(open2b, script).list_invoices(ListQuery(account=of, fields=ALL), asked)

    assert (script.requests, asked.calls) == ([], [])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (refused("UnknownField", "colour"), SourceRejected),
        (refused("AccessDenied", "no"), SourceAuthFailed),
        (refused("", "Too many requests"), SourceRateLimited),
        (refused("", "internal system error"), SourceUnavailable),
        ('{"status":"error"}', SourceRejected),
        (httpx.Response(403, content="403 Forbidden, malformed key"), SourceAuthFailed),
        (httpx.Response(403, content="Too many requests, wait"), SourceRateLimited),
        (httpx.Response(429), SourceRateLimited),
        (httpx.Response(401), SourceAuthFailed),
        (httpx.Response(500, content="<html>"), SourceUnavailable),
        (httpx.Response(404), SourceProtocolError),
    ],
)
async def test_a_refusal_is_known_in_every_form(content: str | httpx.Response, kind: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught:
        await listed(content)

    assert type(caught.value) is kind


async def test_too_many_requests_in_a_200_are_tried_again() -> None:
    script = Script(refused("", "too many requests"), reply(*ids([1]), count=1))
    asked = operation()

    query = ListQuery(account=ACCOUNT, fields=frozenset({"number"}))

    answer = await source(open2b, script, retries=1).list_invoices(query, asked)

    assert len(answer.invoices) == 1
    assert [(call.attempts, call.outcome) for call in asked.calls] == [(2, "OK")]


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


async def test_a_type_that_the_shop_left_empty_follows_from_the_sign() -> None:
    invoice = await only('"type":null,"taxedTotal":-5')

    assert invoice.type is InvoiceType.CREDIT_NOTE
    assert "type" in invoice.provenance.derived_fields


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


@pytest.mark.parametrize(
    "content",
    [
        reply('{"id":5,"taxedTotal":600.00,"taxedTotal":1}', count=1),
        reply('{"id":5,"taxedTotal" : 600.00,"taxedTotal" : 1}', count=1),
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
    whole = reply(*ids(range(1, 20)), count=19)

    for end in range(len(whole)):
        with pytest.raises(SourceProtocolError):
            await listed(whole[:end])


def test_every_path_that_can_be_filled_leads_to_a_member() -> None:
    for path in open2b.CAPABILITIES.fields:
        with_ancestors = {".".join(path.split(".")[: depth + 1]) for depth in range(path.count(".") + 1)}
        assert member_names(frozenset(with_ancestors))[0] == "id"
        assert with_ancestors <= open2b.CAPABILITIES.fields


def test_secrets_do_not_show_in_the_account() -> None:
    assert KEY not in repr(ACCOUNT)
    assert msgspec.structs.asdict(ACCOUNT)["key"] == "4711"
