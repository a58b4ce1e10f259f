"""netFORUM's JSON calls: how they are made and let in, and what becomes of every shape of a reply."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable, Iterable

import httpx
import pytest

from resolvers.model.errors import (
    CircuitOpen,
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRejected,
    SourceUnavailable,
)
from resolvers.model.invoice import Note
from resolvers.model.source import InvoiceSource
from resolvers.transport.failures import SourceBusy
from sandbox.samples import sample
from tests.sources.upstream import Clock, account, listing, operation
from tests.sources.xweb import KEY, LIST, XJson, json_reply, json_source, rows

QUERY = listing(account("dues", KEY))
BASIC = "Basic " + b64encode(b"xweb:secret-word").decode()
MENDED = (
    (b'"@recordReturn": "2"\n', b'"@recordReturn": "2",\n'),
    (b'"mbt_code": " CB_Inst Mbr ",', b'"mbt_code": " CB_Inst Mbr "'),
)


async def test_a_call_is_a_post_below_the_base_url_with_the_token_of_the_login() -> None:
    upstream = XJson()

    await json_source(upstream).list_invoices(QUERY, operation())

    login, call = upstream.requests
    assert (login.method, str(login.url)) == ("POST", "http://dues.test/xweb/JSON/Authenticate")
    assert login.headers["Authorization"] == BASIC
    assert json.loads(login.content) == {"Authenticate": {"userName": "xweb", "password": "secret-word"}}
    assert (call.method, str(call.url)) == ("POST", f"http://dues.test/xweb/JSON/{LIST}")
    assert call.headers["Authorization"] == "Bearer token-1"
    assert json.loads(call.content) == {LIST: {"CustomerKey": KEY}}


async def test_the_path_is_as_configured() -> None:
    upstream = XJson()

    await json_source(upstream, json_path="json/v2").list_invoices(QUERY, operation())

    assert upstream.requests[1].url.path == f"/xweb/json/v2/{LIST}"


@pytest.mark.parametrize("body", [{"Token": f" {KEY} "}, {"token": KEY}, KEY])
async def test_a_login_may_bring_the_token_in_its_body_alone(body: object) -> None:
    upstream = XJson()
    upstream.login = lambda _number: httpx.Response(200, json=body)

    await json_source(upstream).list_invoices(QUERY, operation())

    assert upstream.authorizations == [f"Bearer {KEY}"]


@pytest.mark.parametrize("result", ["http://www.avectra.com/2005/", KEY, {"AuthenticateResult": "x"}, None, []])
async def test_a_login_with_its_token_in_the_header_may_answer_anything(result: object) -> None:
    upstream = XJson()
    upstream.login = lambda _number: json_reply(result, header="Bearer token = of-the-header")

    await json_source(upstream).list_invoices(QUERY, operation())

    assert upstream.authorizations == ["Bearer of-the-header"]


@pytest.mark.parametrize("body", [{}, "http://www.avectra.com/2005/", None])
async def test_a_login_without_a_token_is_an_error(body: object) -> None:
    upstream = XJson()
    upstream.login = lambda _number: httpx.Response(200, json=body)

    with pytest.raises(SourceProtocolError):
        await json_source(upstream).list_invoices(QUERY, operation())


@pytest.mark.parametrize("odd", ["Störung", "a\r\nX-Other: b", "a" * 8_001])
async def test_a_login_whose_token_cannot_be_sent_costs_no_call_after_it(odd: str) -> None:
    upstream = XJson()
    upstream.login = lambda number: httpx.Response(200, json={"Token": odd if number == 1 else "good"})
    dues = json_source(upstream)

    with pytest.raises(SourceProtocolError):
        await dues.list_invoices(QUERY, operation())
    await dues.list_invoices(QUERY, operation())

    assert upstream.authorizations == ["Bearer good"]


@pytest.mark.parametrize("written", ["Bearer token = {}", "bearer Token={}", 'Negotiate, Bearer token = "{}", NTLM'])
async def test_the_token_of_every_reply_is_the_next_calls(written: str) -> None:
    upstream = XJson()
    upstream.answer = lambda token: json_reply(rows(), header=written.format(f"{token}+"))
    dues = json_source(upstream)

    for _ in range(3):
        await dues.list_invoices(QUERY, operation())

    assert upstream.authorizations == ["Bearer token-1", "Bearer token-1+", "Bearer token-1++"]


async def test_the_token_of_a_reply_that_declines_is_taken_too() -> None:
    upstream = XJson()
    upstream.answer = lambda _token: json_reply({"Message": "Invalid Parameters."}, 500, header="Bearer token = next")
    dues = json_source(upstream)

    for _ in range(2):
        with pytest.raises(SourceRejected):
            await dues.list_invoices(QUERY, operation())

    assert upstream.authorizations == ["Bearer token-1", "Bearer next"]


@pytest.mark.parametrize(
    "refusal",
    [
        json_reply({"Message": "Invalid Token Value"}, 401),
        json_reply({"Message": "Token expired", "ExceptionType": "System.UnauthorizedAccessException"}, 401),
        json_reply({"Message": "Locked"}, 500),
        json_reply({"message": "x", "exceptionType": "Avectra.netForum.InvalidTokenException"}, 500),
        json_reply({"Message": "An error has occurred.", "ExceptionMessage": "Invalid Token Value"}, 500),
        json_reply({"error": "Invalid Token Value"}, 500),
        json_reply({"error": {"message": "Invalid Token Value"}}, 500),
        json_reply({"Fault": {"faultcode": "soap:Client", "faultstring": "Locked"}}, 500),
        json_reply({}, 401),
        httpx.Response(500, headers={"Content-Type": "application/problem+json"}, content=b'{"message": "Locked"}'),
        httpx.Response(401),
        httpx.Response(401, headers={"Content-Type": "application/json"}),
        httpx.Response(401, html="<h1>Unauthorized</h1>"),
    ],
)
async def test_a_refused_token_costs_one_login_and_the_call_is_made_again(refusal: httpx.Response) -> None:
    upstream = XJson(lambda token: refusal if token == "token-1" else json_reply(rows()))

    invoices = await json_source(upstream).list_invoices(QUERY, operation())

    assert invoices.invoices == []
    assert upstream.authorizations == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(
    "said",
    [
        {"Message": "Invalid Credentials Supplied"},
        {"Message": "Denied", "ExceptionType": "Avectra.netForum.InvalidCredentialsException"},
        {"Message": "Denied", "ExceptionType": "System.UnauthorizedAccessException"},
    ],
)
async def test_refused_credentials_are_tried_once_and_then_nothing_is_sent_for_a_while(said: object) -> None:
    upstream, clock = XJson(), Clock()
    upstream.login = lambda _number: json_reply(said, 401)
    dues = json_source(upstream, clock)

    for _ in range(3):
        with pytest.raises(SourceAuthFailed):
            await dues.list_invoices(QUERY, operation())

    assert len(upstream.requests) == 1


async def test_with_basic_authentication_every_call_carries_name_and_password_and_none_logs_in() -> None:
    upstream = XJson()
    dues = json_source(upstream, authentication="basic")

    for _ in range(2):
        await dues.list_invoices(QUERY, operation())

    assert upstream.authorizations == [BASIC, BASIC]
    assert upstream.logins == 0


@pytest.mark.parametrize("refusal", [httpx.Response(401), json_reply({"Message": "Locked"}, 500)])
async def test_with_basic_authentication_twenty_first_calls_cost_one_refusal(refusal: httpx.Response) -> None:
    upstream = XJson(lambda _token: refusal)
    dues = json_source(upstream, authentication="basic")

    failures = await asyncio.gather(
        *(dues.list_invoices(QUERY, operation()) for _ in range(20)), return_exceptions=True
    )

    assert {type(failure) for failure in failures} == {SourceAuthFailed}
    assert len(upstream.requests) == 1


async def test_with_basic_authentication_credentials_that_were_good_once_are_tried_by_one_call_after_a_refusal() -> (
    None
):
    upstream, clock = XJson(), Clock()
    dues = json_source(upstream, clock, authentication="basic")
    await dues.list_invoices(QUERY, operation())
    upstream.answer = lambda _token: httpx.Response(401)
    with pytest.raises(SourceAuthFailed):
        await dues.list_invoices(QUERY, operation())

    clock.pass_by(hours=1)
    await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(20)), return_exceptions=True)

    assert len(upstream.requests) == 3


@pytest.mark.parametrize("reuse", ["shared", "serial", "per_call"])
async def test_tokens_are_reused_as_over_soap(reuse: str) -> None:
    upstream = XJson()
    dues = json_source(upstream, token_reuse=reuse)

    for _ in range(3):
        await dues.list_invoices(QUERY, operation())

    assert upstream.logins == (3 if reuse == "per_call" else 1)


@pytest.mark.parametrize(
    ("result", "keys"),
    [
        ({"Results": {"@recordReturn": "1", "Result": {"inv_key": "a"}}}, ["a"]),
        ({"Results": {"@recordReturn": 1, "Result": [{"inv_key": "a"}]}}, ["a"]),
        ({"Results": {"@recordReturn": "2", "Result": [{"inv_key": "a"}, {"inv_key": "b"}]}}, ["a", "b"]),
        ({"Results": {"@recordReturn": "0", "Result": None}}, []),
        ({"Results": {"@recordReturn": "0", "Result": []}}, []),
        ({"Results": {"@recordReturn": "0"}}, []),
        ({"Results": None}, []),
        ({"Results": ""}, []),
        ({}, []),
        (None, []),
    ],
)
async def test_one_row_many_and_none_are_a_list_in_every_shape(result: object, keys: list[str]) -> None:
    upstream = XJson(lambda _token: json_reply(result))

    listed = await json_source(upstream).list_invoices(QUERY, operation())

    assert [invoice.source_invoice_id for invoice in listed.invoices] == keys
    assert listed.notes == []


async def test_numbers_are_read_to_the_last_digit_as_strings_are() -> None:
    row = '{"inv_key": "a", "inv_total": 12345678901234567.89, "inv_paid": 0, "inv_balance": 12345678901234567.890}'
    content = f'{{"Results": {{"Result": {row}}}}}'.encode()
    upstream = XJson(lambda _token: json_reply(content))

    (invoice,) = (await json_source(upstream).list_invoices(QUERY, operation())).invoices

    assert str(invoice.total and invoice.total.amount) == "12345678901234567.89"
    assert invoice.amount_due == invoice.total


async def test_a_nil_value_is_null_as_converters_write_it() -> None:
    row = {
        "inv_key": "a",
        "inv_paid": {"@xsi:nil": "true"},
        "mbt_code": {"@xsi:nil": "true"},
        "inv_code_cp": {"#text": "7"},
    }
    upstream = XJson(lambda _token: json_reply({"Results": {"Result": row}}))

    (invoice,) = (await json_source(upstream).list_invoices(QUERY, operation())).invoices

    assert (invoice.membership_code, invoice.amount_paid, invoice.number) == (None, None, "7")


async def test_the_printed_sample_is_no_json_and_an_error() -> None:
    upstream = XJson(lambda _token: json_reply(sample("netforum_open_invoices.json")))

    with pytest.raises(SourceProtocolError):
        await json_source(upstream).list_invoices(QUERY, operation())


async def test_the_printed_sample_less_a_comma_and_with_another_is_both_its_rows() -> None:
    content = sample("netforum_open_invoices.json").replace(b"\r\n", b"\n")
    for printed, mended in MENDED:
        assert content.count(printed) == 1
        content = content.replace(printed, mended)
    upstream = XJson(lambda _token: json_reply(content))

    listed = await json_source(upstream, currency="USD").list_invoices(QUERY, operation())

    assumed = Note("CURRENCY_ASSUMED", "currencyCode")
    assert listed.notes == []
    assert [(invoice.number, invoice.membership_code, invoice.notes) for invoice in listed.invoices] == [
        ("60289", "CB_Inst Mbr", [assumed, Note("TEXT_TRIMMED", "membershipCode", "CB_Inst Mbr", " CB_Inst Mbr ")]),
        ("60290", None, [assumed]),
    ]


async def test_a_body_that_is_cut_anywhere_is_an_error_and_never_a_smaller_list() -> None:
    upstream = XJson()
    dues = json_source(upstream)
    whole = json.dumps(rows("a", "b")).encode()

    for length in range(len(whole)):
        upstream.answer = lambda _token, cut=whole[:length]: json_reply(cut)  # type: ignore[misc]  # the default binds
        with pytest.raises(SourceProtocolError):
            await dues.list_invoices(QUERY, operation())


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (lambda: httpx.Response(200, html="<html/>"), SourceProtocolError),
        (
            lambda: httpx.Response(
                200, headers={"Content-Type": "application/octet-stream"}, content=b'{"Results": null}'
            ),
            SourceProtocolError,
        ),
        (lambda: httpx.Response(200, text="Results"), SourceProtocolError),
        (lambda: json_reply(b""), SourceProtocolError),
        (lambda: json_reply([]), SourceProtocolError),
        (lambda: json_reply("text"), SourceProtocolError),
        (lambda: json_reply({"Objects": {}}), SourceProtocolError),
        (lambda: json_reply({"Results": {"Error": "boom"}}), SourceProtocolError),
        (lambda: json_reply({"Results": {"Result": [["a"]]}}), SourceProtocolError),
        (lambda: json_reply({"Results": {"Result": {"inv_total": ["1", "2"]}}}), SourceProtocolError),
        (lambda: json_reply({"Message": "x"}, 404), SourceProtocolError),
        (lambda: json_reply({}, 400), SourceRejected),
        (lambda: json_reply({}, 500), SourceRejected),
        (lambda: json_reply(b"", 500), SourceUnavailable),
        (lambda: httpx.Response(500, html="<h1>Runtime Error</h1>"), SourceUnavailable),
        (lambda: json_reply({"Message": "Timeout expired."}, 200), SourceRejected),
        (lambda: json_reply({"Message": "Invalid Parameters."}, 500), SourceRejected),
        (lambda: json_reply({"Message": "Credentials Locked Out"}, 401), SourceAuthFailed),
        (lambda: httpx.Response(403), SourceAuthFailed),
    ],
)
async def test_a_reply_that_is_no_list_is_the_error_that_it_stands_for(
    reply: Callable[[], httpx.Response], expected: type[SourceError]
) -> None:
    upstream = XJson(lambda _token: reply())
    made = operation()

    with pytest.raises(expected) as raised:
        await json_source(upstream).list_invoices(QUERY, made)

    assert made.calls[0].outcome == raised.value.code
    assert upstream.logins == 1


@pytest.mark.parametrize("content_type", ["", "text/html; charset=utf-8", "text/plain"])
async def test_an_object_of_a_server_that_does_not_say_what_it_sends_is_one(content_type: str) -> None:
    headers, content = {"Content-Type": content_type}, json_reply(rows(KEY)).content
    upstream = XJson(lambda _token: httpx.Response(200, headers=headers, content=content))

    assert len((await json_source(upstream).list_invoices(QUERY, operation())).invoices) == 1


async def test_a_servers_page_that_says_when_to_come_back_is_believed_by_the_sources_clock() -> None:
    headers = {"Retry-After": "Wed, 01 Jul 2026 12:00:30 GMT"}
    upstream = XJson(lambda _token: httpx.Response(500, headers=headers, html="<h1>Restarting</h1>"))

    with pytest.raises(SourceBusy) as raised:
        await json_source(upstream).list_invoices(QUERY, operation())

    assert raised.value.retry_after_seconds == 30


async def errors_of(dues: InvoiceSource, keys: Iterable[str]) -> list[SourceError]:
    """What a question for each of these customers comes to, one after the other."""
    errors = []
    for key in keys:
        with pytest.raises(SourceError) as raised:
            await dues.list_invoices(listing(account("dues", key)), operation())
        errors.append(raised.value)
    return errors


async def test_when_a_days_faults_are_spent_nothing_is_sent_until_tomorrow() -> None:
    upstream = XJson(lambda _token: json_reply({"Message": "Invalid Parameters."}, 500))
    dues = json_source(upstream, max_faults_per_day=2)
    keys = [f"{number:08}-0000-4000-8000-000000000000" for number in range(4)]

    assert [type(error) for error in await errors_of(dues, keys)] == [SourceRejected] * 2 + [CircuitOpen] * 2


@pytest.mark.parametrize(
    "said", [{"Error": {"Message": "No such customer"}}, {"fault": {"faultstring": "No such customer"}}]
)
async def test_a_fault_within_a_member_of_any_spelling_is_counted(said: object) -> None:
    upstream = XJson(lambda _token: json_reply(said))
    dues = json_source(upstream, max_faults_per_day=2)
    keys = [f"{number:08}-0000-4000-8000-000000000000" for number in range(3)]

    assert [type(error) for error in await errors_of(dues, keys)] == [SourceRejected] * 2 + [CircuitOpen]


@pytest.mark.parametrize("status", [400, 500])
@pytest.mark.parametrize("said", [{}, {"Message": ""}, {"d": None}, {"Reason": {"Text": "no"}}, [], None, "no"])
async def test_an_error_in_words_that_nobody_knows_is_one_fault_of_the_day_and_no_more(
    status: int, said: object
) -> None:
    upstream = XJson(lambda _token: json_reply(said, status))
    dues = json_source(upstream, max_faults_per_day=2, retries=2)
    keys = [f"{number:08}-0000-4000-8000-000000000000" for number in range(3)]

    assert [type(error) for error in await errors_of(dues, keys)] == [SourceRejected] * 2 + [CircuitOpen]
    assert len(upstream.authorizations) == 2


async def test_a_message_reaches_the_log_alone_and_no_secret_with_it() -> None:
    upstream = XJson(lambda _token: json_reply({"Message": f"secret-word is not {KEY}\n at Avectra"}, 500))

    with pytest.raises(SourceRejected) as raised:
        await json_source(upstream).list_invoices(QUERY, operation())

    assert raised.value.message == "The source declined the request."
    assert raised.value.detail == "fault 500 -: *** is not ***"
