"""seansworld's calls that write: each is sent once, and only what is proven is called done or failed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

import httpx
import msgspec
import pytest

from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceOutcomeUnknown,
    SourceRateLimited,
    SourceRejected,
    SourceUnavailable,
)
from resolvers.model.invoice import Invoice
from resolvers.model.source import FindQuery
from resolvers.model.writing import DraftLine, InvoiceDraft, WritableSource
from resolvers.sources import seansworld
from tests.sources.scripted import Script, source
from tests.sources.test_seansworld_form import DRAFT
from tests.sources.upstream import SAMPLES, account, operation

ACCOUNT = account("here", "212215")
SAMPLE = (SAMPLES / "seansworld_invoice.xml").read_bytes()


def writer(script: Any, **settings: Any) -> WritableSource:
    return cast("WritableSource", source(seansworld, script, writes=True, retries=2, currency="USD", **settings))


async def sample(content: bytes = SAMPLE, **settings: Any) -> Invoice:
    query = FindQuery(account=ACCOUNT, fields=frozenset(), ids=("2011",))
    (invoice,) = (await writer(Script(content), **settings).find_invoices(query, operation())).invoices
    return invoice


async def created(reply: httpx.Response | bytes | str) -> str:
    script = Script(reply)
    try:
        return await writer(script).create_invoice(ACCOUNT, DRAFT, operation())
    finally:
        assert len(script.requests) == 1


def test_a_source_is_writable_only_where_the_operator_says_so() -> None:
    assert not source(seansworld, Script(b"")).capabilities.writes
    assert writer(Script(b"")).capabilities.writes


async def test_a_creation_is_one_post_of_xml_with_the_credential() -> None:
    script, asked = Script(SAMPLE), operation()

    id_ = await writer(script, authentication={"method": "header", "name": "X-Key", "value": "k"}).create_invoice(
        ACCOUNT, DRAFT, asked
    )

    (request,) = script.requests
    assert (request.method, str(request.url)) == ("POST", "http://upstream.test/Base/invoicesAPI/")
    assert (request.headers["content-type"], request.headers["x-key"]) == ("text/xml; charset=utf-8", "k")
    assert b"<custID>212215</custID>" in request.content
    assert id_ == "2011"
    assert [(call.operation, call.account, call.attempts) for call in asked.calls] == [
        ("POST invoicesAPI", "212215", 1)
    ]


@pytest.mark.parametrize(
    "reply",
    [
        SAMPLE,
        SAMPLE[:80],
        httpx.Response(201, content="<invoice-info><invoiceID>2011</invoiceID></invoice-info>"),
        "<?xml version='1.0'?>\n<Invoice-Info><InvoiceID> 2011 </InvoiceID><custID>212215</custID>",
    ],
)
async def test_an_answer_that_names_the_invoice_is_proof(reply: httpx.Response | bytes | str) -> None:
    assert await created(reply) == "2011"


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        "<html><body>Welcome</body></html>",
        "<error>no</error>",
        "<error><invoiceID>2011</invoiceID></error>",
        "<invoice-info><invoiceID>2011",
        "<invoice-info><invoiceID>20",
        "<invoice-info><invoiceID>x</invoiceID></invoice-info>",
        "<invoice-info><invoiceID>1</invoiceID><invoiceID>2</invoiceID></invoice-info>",
        "<invoice-info><invoiceID>2011</invoiceID><custID>999999</custID></invoice-info>",
        "<!DOCTYPE x><invoice-info><invoiceID>2011</invoiceID></invoice-info>",
        httpx.Response(204),
        httpx.Response(302, headers={"location": "http://elsewhere.test"}),
        httpx.Response(500),
        httpx.Response(503, headers={"retry-after": "1"}),
    ],
)
async def test_any_other_answer_leaves_the_outcome_unknown(reply: httpx.Response | bytes | str) -> None:
    with pytest.raises(SourceOutcomeUnknown):
        await created(reply)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, SourceRejected),
        (404, SourceRejected),
        (409, SourceRejected),
        (422, SourceRejected),
        (401, SourceAuthFailed),
        (403, SourceAuthFailed),
        (429, SourceRateLimited),
    ],
)
async def test_a_refusal_proves_that_nothing_was_created(status: int, kind: type[SourceError]) -> None:
    with pytest.raises(kind):
        await created(httpx.Response(status, content="<error>custID is unknown</error>"))


async def test_a_connection_that_never_opened_is_tried_again_and_proves_that_nothing_was_sent() -> None:
    attempts: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise httpx.ConnectError("refused")

    with pytest.raises(SourceUnavailable):
        await writer(refuse).create_invoice(ACCOUNT, DRAFT, operation())

    assert len(attempts) == 3


async def test_a_connection_that_was_lost_after_sending_is_not_tried_again() -> None:
    attempts: list[httpx.Request] = []

    def lose(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        raise httpx.ReadError("reset")

    with pytest.raises(SourceOutcomeUnknown):
        await writer(lose).create_invoice(ACCOUNT, DRAFT, operation())

    assert len(attempts) == 1


async def test_a_change_sends_the_whole_invoice_by_its_number() -> None:
    script = Script(SAMPLE)
    draft = InvoiceDraft(shipping_method="FedEx", instructions="Ring twice")

    await writer(script).update_invoice(await sample(), ACCOUNT, draft, operation())

    (request,) = script.requests
    assert (request.method, request.url.query) == ("PUT", b"invoiceID=2011")
    assert request.content.decode() == (
        "<invoice-info><invoiceID>2011</invoiceID><custID>212215</custID><items>"
        "<line>1</line><itemID>1995</itemID><qty>2</qty><price>4.95</price>"
        "<line>2</line><itemID>1906</itemID><qty>2</qty><price>9.95</price>"
        "<line>3</line><itemID>915</itemID><qty>1</qty><price>0.95</price></items>"
        "<orderDate>01/25/2015</orderDate><fillDate>01/25/2015</fillDate><shipDate>01/26/2015</shipDate>"
        "<shipMethod>FedEx</shipMethod><tax>2.54</tax><shipChgs>10.00</shipChgs><invTotal>43.49</invTotal>"
        "<instructions>Ring twice</instructions></invoice-info>"
    )


LINES = (DraftLine("1995", Decimal(2), Decimal("4.95")),)
UNREADABLE: list[tuple[bytes, bytes, str, InvoiceDraft, bytes]] = [
    (b"<qty>2</qty>", b"<qty>2 pcs</qty>", "lines", InvoiceDraft(lines=LINES), b"<qty>2</qty>"),
    (b"<itemID>915</itemID>", b"<itemID></itemID>", "lines", InvoiceDraft(lines=LINES), b"<itemID>1995</itemID>"),
    (b"<tax>2.54", b"<tax>2,54", "tax", InvoiceDraft(tax=Decimal("2.54")), b"<tax>2.54</tax>"),
    (b"10.00", b"ten", "shipping", InvoiceDraft(shipping=Decimal(10)), b"<shipChgs>10</shipChgs>"),
    (b"43.49", b"43.49 USD", "total", InvoiceDraft(total=Decimal("43.29")), b"<invTotal>43.29</invTotal>"),
    (b"43.49", b"123456789.01", "total", InvoiceDraft(total=Decimal("43.29")), b"<invTotal>43.29</invTotal>"),
    (b"<price>4.95", b"<price>12345678901", "lines", InvoiceDraft(lines=LINES), b"<price>4.95</price>"),
    (
        b">UPS<",
        b">U&#xFFFE;PS<",
        "shippingMethod",
        InvoiceDraft(shipping_method="UPS"),
        b"<shipMethod>UPS</shipMethod>",
    ),
    (
        b"<fillDate>01/25",
        b"<fillDate>31/25",
        "fulfilmentDate",
        InvoiceDraft(fulfilment_date=None),
        b"<fillDate></fillDate>",
    ),
]


@pytest.mark.parametrize(("written", "as_", "field", "repair", "sent"), UNREADABLE)
async def test_what_cannot_be_read_is_sent_anew_or_the_invoice_is_not_changed(
    written: bytes, as_: bytes, field: str, repair: InvoiceDraft, sent: bytes
) -> None:
    assert written in SAMPLE
    current, script = await sample(SAMPLE.replace(written, as_, 1)), Script(SAMPLE)
    source_, asked = writer(script), InvoiceDraft(instructions="Ring twice")
    repaired = msgspec.structs.replace(repair, instructions="Ring twice")

    refused = source_.check_draft(asked, current)
    accepted = [mistake for mistake in source_.check_draft(repaired, current) if mistake.field != ("total",)]
    await source_.update_invoice(current, ACCOUNT, repaired, operation())

    assert [mistake.field for mistake in refused] == [(field,)]
    assert accepted == []
    assert sent in script.requests[0].content


async def test_a_date_that_is_read_by_the_letter_alone_is_sent_anew_or_the_invoice_is_not_changed() -> None:
    current = await sample(strict_dates=True)
    source_ = writer(Script(SAMPLE), strict_dates=True)

    refused = source_.check_draft(InvoiceDraft(instructions="Ring twice"), current)

    assert [mistake.field for mistake in refused] == [("shipDate",)]
    assert source_.check_draft(InvoiceDraft(ship_date=date(2015, 1, 26)), current) == []
    assert source_.check_draft(InvoiceDraft(), current) == []


@pytest.mark.parametrize(("written", "sent"), [(b"10000000", b"10000000"), (b"1234567.5", b"1234567.50")])
async def test_an_amount_that_fits_as_it_was_written_fits_when_it_goes_along_with_a_change(
    written: bytes, sent: bytes
) -> None:
    current, script = await sample(SAMPLE.replace(b"43.49", written)), Script(SAMPLE)
    draft = InvoiceDraft(instructions="Ring twice")

    assert writer(script).check_draft(draft, current) == []
    await writer(script).update_invoice(current, ACCOUNT, draft, operation())

    assert b"<invTotal>" + sent + b"</invTotal>" in script.requests[0].content


@pytest.mark.parametrize(
    ("before", "element", "field"),
    [
        (b"<tax>", b"<poNumber>PO-77</poNumber>", "id"),
        (b"<items>", b"<poNumber>PO-77</poNumber>", "id"),
        (b"<qty>", b"<desc>Blue</desc>", "lines"),
    ],
)
async def test_an_element_that_the_vendors_page_does_not_name_is_not_lost(
    before: bytes, element: bytes, field: str
) -> None:
    current, source_ = await sample(SAMPLE.replace(before, element + before, 1)), writer(Script(SAMPLE))

    refused = source_.check_draft(InvoiceDraft(instructions="Ring twice"), current)
    lines_too = source_.check_draft(InvoiceDraft(lines=LINES, total=Decimal("22.44")), current)

    assert [mistake.field for mistake in refused] == [(field,)]
    assert [mistake.field for mistake in lines_too] == ([] if field == "lines" else [(field,)])
    assert source_.check_draft(InvoiceDraft(), current) == []


async def test_a_total_that_was_wrong_before_hinders_no_other_change() -> None:
    current = await sample()
    source_ = writer(Script(SAMPLE))

    assert source_.check_draft(InvoiceDraft(instructions="Ring twice"), current) == []
    assert source_.check_draft(InvoiceDraft(total=Decimal("43.29")), current) == []
    assert [mistake.field for mistake in source_.check_draft(InvoiceDraft(tax=Decimal("2.54")), current)] == [
        ("total",)
    ]


@pytest.mark.parametrize("status", [200, 202, 204, 404])
async def test_a_deletion_is_one_call_by_number(status: int) -> None:
    script = Script(httpx.Response(status))

    await writer(script).delete_invoice(await sample(), ACCOUNT, operation())

    (request,) = script.requests
    assert (request.method, request.url.query, request.content) == ("DELETE", b"invoiceID=2011", b"")


async def test_a_deletion_that_the_source_declines_is_rejected() -> None:
    with pytest.raises(SourceRejected):
        await writer(Script(httpx.Response(409))).delete_invoice(await sample(), ACCOUNT, operation())
