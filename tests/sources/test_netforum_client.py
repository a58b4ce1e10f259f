"""netFORUM's calls: what is sent, what becomes of replies that are not lists, and what is never sent."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from lxml import etree

from resolvers.model.errors import (
    CircuitOpen,
    ErrorCode,
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRejected,
    SourceUnavailable,
)
from resolvers.model.invoice import Note
from resolvers.model.source import SourceState
from tests.sources.upstream import Clock, account, listing, operation
from tests.sources.xweb import KEY, LIST, SAMPLE, XWeb, fault, listed, logged_in, row, source, xml

ACCOUNT = account("dues", KEY)
QUERY = listing(ACCOUNT)
NS = "{http://www.avectra.com/2005/}"


async def test_a_call_is_soap_below_the_base_url_with_the_token_in_its_header() -> None:
    upstream = XWeb()

    await source(upstream).list_invoices(QUERY, operation())

    login, call = upstream.requests
    assert str(call.url) == str(login.url) == "http://dues.test/xweb/secure/netForumXML.asmx"
    assert call.headers["SOAPAction"] == f'"http://www.avectra.com/2005/{LIST}"'
    assert call.headers["Content-Type"] == "text/xml; charset=utf-8"
    envelope = etree.fromstring(call.content)
    assert envelope.findtext(f".//{NS}AuthorizationToken/{NS}Token") == "token-1"
    assert envelope.findtext(f".//{NS}{LIST}/{NS}CustomerKey") == KEY


async def test_a_login_carries_name_and_password_and_no_token() -> None:
    upstream = XWeb()

    await source(upstream).list_invoices(QUERY, operation())

    envelope = etree.fromstring(upstream.requests[0].content)
    assert envelope.findtext(f".//{NS}Authenticate/{NS}userName") == "xweb"
    assert envelope.findtext(f".//{NS}Authenticate/{NS}password") == "secret-word"
    assert envelope.find(f".//{NS}AuthorizationToken") is None


async def test_the_vendors_sample_is_two_invoices_and_one_call() -> None:
    upstream = XWeb(lambda _token: xml(SAMPLE))
    made = operation()

    invoices = await source(upstream).list_invoices(QUERY, made)

    assert [invoice.number for invoice in invoices.invoices] == ["70145", "107106"]
    assert invoices.notes == []
    call = made.calls[0]
    assert (call.operation, call.account, call.attempts, call.rows, call.outcome) == (LIST, KEY, 1, 2, "OK")


async def test_a_body_that_is_cut_anywhere_is_an_error_and_never_a_smaller_list() -> None:
    upstream = XWeb()
    dues = source(upstream)
    whole = SAMPLE.rstrip()

    for length in range(len(whole)):
        upstream.answer = lambda _token, cut=whole[:length]: xml(cut)  # type: ignore[misc]  # its default is the text of this round
        with pytest.raises(SourceProtocolError):
            await dues.list_invoices(QUERY, operation())


@pytest.mark.parametrize("key", ["", "70145", KEY + "x", KEY.replace("-", ""), f"{{{KEY}}}", f"{KEY}\n"])
async def test_a_key_that_is_no_guid_is_rejected_without_a_call(key: str) -> None:
    upstream = XWeb()
    made = operation()

    with pytest.raises(SourceRejected):
        await source(upstream).list_invoices(listing(account("dues", key)), made)

    assert upstream.requests == []
    assert made.calls == []


async def test_a_count_that_differs_from_the_rows_is_noted_and_the_rows_stay() -> None:
    upstream = XWeb(lambda _token: listed(row("a") + row("b"), count=1))

    invoices = await source(upstream).list_invoices(QUERY, operation())

    assert [invoice.source_invoice_id for invoice in invoices.invoices] == ["a", "b"]
    assert invoices.notes == [Note("RECORD_COUNT_MISMATCH", expected="1", actual="2")]


async def test_a_row_without_a_key_is_counted_as_dropped() -> None:
    upstream = XWeb(lambda _token: listed(row("a") + row(""), count=2))

    invoices = await source(upstream).list_invoices(QUERY, operation())

    assert len(invoices.invoices) == 1
    assert invoices.row_count == 2
    assert invoices.notes == [Note("RECORD_DROPPED", actual="1")]


async def test_a_row_that_is_there_twice_is_one_invoice_and_noted() -> None:
    upstream = XWeb(lambda _token: listed(row("a") + row("a"), count=2))

    invoices = await source(upstream).list_invoices(QUERY, operation())

    assert [invoice.source_invoice_id for invoice in invoices.invoices] == ["a"]
    assert invoices.row_count == 2
    assert invoices.notes == [Note("RECORD_COUNT_MISMATCH", expected="2", actual="1")]


async def test_of_two_rows_that_tell_different_things_of_one_invoice_the_second_is_counted_as_dropped() -> None:
    upstream = XWeb(lambda _token: listed(row("a", "1.00") + row("a", "2.00"), count=2))

    invoices = await source(upstream).list_invoices(QUERY, operation())

    assert [str(invoice.total and invoice.total.amount) for invoice in invoices.invoices] == ["1.00"]
    assert invoices.notes == [Note("RECORD_DROPPED", actual="1")]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(200, html="<html/>"), SourceProtocolError),
        (httpx.Response(200, headers={"Content-Type": "text/xml"}), SourceProtocolError),
        (
            httpx.Response(200, headers={"Content-Type": "application/octet-stream"}, content=SAMPLE),
            SourceProtocolError,
        ),
        (xml("<html/>"), SourceProtocolError),
        (logged_in("t"), SourceProtocolError),
        (httpx.Response(500, html="<h1>Runtime Error</h1>"), SourceUnavailable),
        (httpx.Response(403), SourceAuthFailed),
        (fault("Invalid Parameters.", "SystemExceptionInfo"), SourceRejected),
        (fault("Invalid Parameters.", "SystemExceptionInfo", status=200), SourceRejected),
        (fault("Account is not authorized to perform Select on X object.", "X"), SourceRejected),
        (fault("Credentials Locked Out", "LockedCredentialsExceptionInfo"), SourceAuthFailed),
    ],
)
async def test_a_reply_that_is_no_list_is_the_error_that_it_stands_for(
    reply: httpx.Response, expected: type[SourceError]
) -> None:
    upstream = XWeb(lambda _token: httpx.Response(reply.status_code, headers=reply.headers, content=reply.content))
    made = operation()

    with pytest.raises(expected) as raised:
        await source(upstream).list_invoices(QUERY, made)

    assert made.calls[0].outcome == raised.value.code
    assert upstream.logins == 1


async def test_a_faults_text_reaches_the_log_alone_and_no_secret_with_it() -> None:
    text = f"System.Exception: secret-word is not {KEY}\n   at Avectra.netForum.Secret()"
    upstream = XWeb(lambda _token: fault(text, "SystemExceptionInfo"))

    with pytest.raises(SourceRejected) as raised:
        await source(upstream).list_invoices(QUERY, operation())

    assert raised.value.message == "The source declined the request."
    assert raised.value.detail == "fault soap:Client SystemExceptionInfo: System.Exception: *** is not ***"


async def test_a_request_that_caused_two_faults_in_a_row_is_not_sent_again_for_a_while() -> None:
    clock = Clock()
    upstream = XWeb(lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo"))
    dues = source(upstream, clock)

    for _ in range(4):
        with pytest.raises(SourceRejected):
            await dues.list_invoices(QUERY, operation())
    assert len(upstream.tokens) == 2

    clock.pass_by(minutes=6)
    upstream.answer = lambda _token: listed()
    await dues.list_invoices(QUERY, operation())
    assert len(upstream.tokens) == 3


async def test_a_good_answer_between_two_faults_of_a_request_leaves_none_in_a_row() -> None:
    upstream = XWeb()
    dues = source(upstream)

    for _ in range(2):
        upstream.answer = lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo")
        with pytest.raises(SourceRejected):
            await dues.list_invoices(QUERY, operation())
        upstream.answer = lambda _token: listed()
        await dues.list_invoices(QUERY, operation())

    assert len(upstream.tokens) == 4


async def test_when_a_days_faults_are_spent_nothing_is_sent_until_tomorrow() -> None:
    clock = Clock()
    upstream = XWeb(lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo"))
    dues = source(upstream, clock, max_faults_per_day=3)
    keys = [f"{number:08}-0000-4000-8000-000000000000" for number in range(5)]

    errors = []
    for key in keys:
        with pytest.raises(SourceError) as raised:
            await dues.list_invoices(listing(account("dues", key)), operation())
        errors.append((type(raised.value), raised.value.is_retryable))

    assert errors == [(SourceRejected, False)] * 3 + [(CircuitOpen, False)] * 2
    health = dues.health()
    assert (health.state, health.last_error_code) == (SourceState.DOWN, ErrorCode.CIRCUIT_OPEN)

    clock.pass_by(days=1)
    upstream.answer = lambda _token: listed()
    assert (await dues.list_invoices(QUERY, operation())).invoices == []
    assert dues.health().state is SourceState.UP


async def test_calls_that_waited_for_their_place_while_the_days_faults_were_spent_are_not_sent() -> None:
    upstream = XWeb(lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo"))
    dues = source(upstream, max_faults_per_day=5, max_concurrency=2)
    keys = [f"{number:08}-0000-4000-8000-000000000000" for number in range(20)]

    made = [dues.list_invoices(listing(account("dues", key)), operation()) for key in keys]
    outcomes = await asyncio.gather(*made, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes].count(CircuitOpen) == len(keys) - len(upstream.tokens)
    assert len(upstream.tokens) <= 5 + 1
