"""Open2b: what is asked of the shop, and which of its answers are taken."""

from __future__ import annotations

from collections.abc import Iterable
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
from resolvers.model.invoice import InvoiceType, Note
from resolvers.model.source import FindQuery, ListQuery, Paging
from resolvers.sources import open2b
from resolvers.sources.open2b.projection import member_names
from tests.sources.scripted import Script, account_with_secret, source
from tests.sources.shop import ACCOUNT, ALL, KEY, listed, reply
from tests.sources.upstream import account, operation


def ids(numbers: Iterable[int]) -> list[str]:
    return [f'{{"id":{number}}}' for number in numbers]


def refused(type_: str, description: str) -> str:
    return f'{{"status":"error","error":{{"field":"","type":"{type_}","description":"{description}"}}}}'


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
        (httpx.Response(403, content="the maximum call limit has been reached"), SourceRateLimited),
        (httpx.Response(403, extensions={"reason_phrase": b"Forbidden, too many requests"}), SourceRateLimited),
        (httpx.Response(403, extensions={"reason_phrase": b"Forbidden, missing key"}), SourceAuthFailed),
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


def test_every_path_that_can_be_filled_leads_to_a_member() -> None:
    for path in open2b.CAPABILITIES.fields:
        with_ancestors = {".".join(path.split(".")[: depth + 1]) for depth in range(path.count(".") + 1)}
        assert member_names(frozenset(with_ancestors))[0] == "id"
        assert with_ancestors <= open2b.CAPABILITIES.fields


def test_secrets_do_not_show_in_the_account() -> None:
    assert KEY not in repr(ACCOUNT)
    assert msgspec.structs.asdict(ACCOUNT)["key"] == "4711"
