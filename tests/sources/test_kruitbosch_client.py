"""Kruitbosch's calls: its login, its session, and what becomes of replies that are not lists."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import msgspec
import pytest
import structlog
from pydantic import ValidationError

from resolvers.model.errors import SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected, SourceUnavailable
from resolvers.model.invoice import Note
from resolvers.model.source import InvoiceSource
from resolvers.sources import kruitbosch
from resolvers.transport.failures import SourceBusy
from tests.sources.upstream import SAMPLES, Clock, account, listing, operation, transport

QUERY = listing(account("wholesale", "10025"))
AWAY = {"ResponseStatus": {"ErrorCode": "SqlException", "Message": "Timeout expired."}}
BLOCKED = {"ResponseStatus": {"Message": "The customer is blocked."}}
BAD_REQUEST = {"ResponseStatus": {"ErrorCode": "ArgumentException", "Message": "no", "StackTrace": "at Secret()"}}


def rows(*numbers: str, customer: str = "10025") -> httpx.Response:
    """A list of unpaid invoices."""
    listed = [{"InvoiceNr": number, "CustomerNumber": customer, "CurrencyCode": "EUR"} for number in numbers]
    return httpx.Response(200, json={"OutstandingInvoices": listed})


class Portal:
    """Logs in as session-1, session-2, ... and answers any other call with `answer(session id)`."""

    def __init__(self, answer: Callable[[str], httpx.Response] = lambda _session: rows()) -> None:
        self.answer = answer
        self.login: Callable[[int], httpx.Response] = _accepted
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []

    @property
    def sessions(self) -> list[str]:
        return [call.headers["X-ss-id"] for call in self.calls]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.logins.append(request)
            return self.login(len(self.logins))
        self.calls.append(request)
        return self.answer(request.headers["X-ss-id"])


def _accepted(number: int) -> httpx.Response:
    return httpx.Response(200, json={"SessionId": f"session-{number}"}, headers={"Set-Cookie": "ss-id=other"})


def source(upstream: Portal, **settings: object) -> InvoiceSource:
    """A Kruitbosch source in front of it."""
    given = {
        "base_url": "http://wholesale.test",
        "username": "webservice",
        "password": "secret-word",
        "max_concurrency": 50,
        **settings,
    }
    made = kruitbosch.SETTINGS.model_validate(given)
    return kruitbosch.build("wholesale", made, transport("wholesale", made, upstream), Clock())


def expired_before(session: str) -> Callable[[str], httpx.Response]:
    """Answers only sessions from this one on; the others with the empty 401 of older versions."""
    return lambda sent: rows() if sent >= session else httpx.Response(401)


async def test_a_list_is_asked_by_customer_number_with_the_session_in_a_header_and_no_cookie() -> None:
    upstream = Portal()

    await source(upstream).list_invoices(listing(account("wholesale", "10 025.a")), operation())

    (call,) = upstream.calls
    assert (call.method, str(call.url)) == ("GET", "http://wholesale.test/Customer/10%20025.a/OutstandingInvoices")
    assert call.headers["X-ss-id"] == "session-1"
    assert call.headers["Accept"] == "application/json"
    assert "Cookie" not in call.headers


@pytest.mark.parametrize(("header", "value"), [("X-Session-Token", "session-1"), ("authorization", "Bearer session-1")])
async def test_the_session_goes_in_the_header_that_the_operator_names(header: str, value: str) -> None:
    calls: list[httpx.Request] = []

    class Listening(Portal):
        def __call__(self, request: httpx.Request) -> httpx.Response:
            calls.append(request)
            return self.login(1) if request.method == "POST" else rows("1")

    listed = await source(Listening(), session_header=header).list_invoices(QUERY, operation())

    assert len(listed.invoices) == 1
    assert calls[1].headers[header] == value
    assert "X-ss-id" not in calls[1].headers


@pytest.mark.parametrize("wrong", ["", "Accept", "content-type", "X ss id"])
def test_a_header_that_cannot_carry_a_session_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="session_header"):
        source(Portal(), session_header=wrong)


async def test_a_login_goes_where_and_by_what_provider_the_operator_says() -> None:
    upstream = Portal()

    await source(upstream, login_path="api/auth/ldap", login_provider="ldap").list_invoices(QUERY, operation())

    (login,) = upstream.logins
    assert str(login.url) == "http://wholesale.test/api/auth/ldap"
    assert login.headers["Accept"] == login.headers["Content-Type"] == "application/json"
    assert msgspec.json.decode(login.content) == {
        "provider": "ldap",
        "UserName": "webservice",
        "Password": "secret-word",
    }


async def test_a_session_serves_every_later_call() -> None:
    upstream = Portal()
    wholesale = source(upstream)

    await asyncio.gather(*(wholesale.list_invoices(QUERY, operation()) for _ in range(20)))
    await wholesale.list_invoices(QUERY, operation())

    assert upstream.sessions == ["session-1"] * 21
    assert len(upstream.logins) == 1


async def test_twenty_calls_whose_session_expired_make_one_login() -> None:
    upstream = Portal()
    wholesale = source(upstream)
    await wholesale.list_invoices(QUERY, operation())
    upstream.answer = expired_before("session-2")

    await asyncio.gather(*(wholesale.list_invoices(QUERY, operation()) for _ in range(20)))

    assert upstream.sessions == ["session-1"] * 21 + ["session-2"] * 20
    assert len(upstream.logins) == 2


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_a_session_whose_end_is_told_beside_another_status_is_renewed(status: int) -> None:
    told = {"ResponseStatus": {"ErrorCode": "Unauthorized", "Message": "Not Authenticated"}}
    upstream = Portal(lambda sent: rows("1") if sent == "session-2" else httpx.Response(status, json=told))

    answer = await source(upstream).list_invoices(QUERY, operation())

    assert [invoice.number for invoice in answer.invoices] == ["1"]
    assert (len(upstream.logins), len(upstream.calls)) == (2, 2)


async def test_a_session_that_is_refused_after_a_new_login_ends_logins_for_a_while() -> None:
    upstream = Portal(lambda _session: httpx.Response(401))
    wholesale = source(upstream)

    for _ in range(3):  # the portal would lock the account
        with pytest.raises(SourceAuthFailed):
            await wholesale.list_invoices(QUERY, operation())

    assert upstream.sessions == ["session-1", "session-2"]
    assert len(upstream.logins) == 2


@pytest.mark.parametrize("odd", ["Probeer het over één uur", "a\r\nX-Other: b", "a" * 8_001])
async def test_a_login_whose_session_cannot_be_sent_costs_no_call_after_it(odd: str) -> None:
    upstream = Portal()
    upstream.login = lambda number: _accepted(number) if number > 1 else httpx.Response(200, json=odd)
    wholesale = source(upstream)

    with pytest.raises(SourceProtocolError):
        await wholesale.list_invoices(QUERY, operation())
    await wholesale.list_invoices(QUERY, operation())

    assert upstream.sessions == ["session-2"]


async def test_a_wrong_role_is_an_authentication_failure_and_not_tried_again() -> None:
    upstream = Portal(lambda _session: httpx.Response(403, json=BAD_REQUEST))

    with pytest.raises(SourceAuthFailed):
        await source(upstream).list_invoices(QUERY, operation())

    assert (len(upstream.logins), len(upstream.calls)) == (1, 1)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(401), SourceAuthFailed),
        (httpx.Response(400, json=BAD_REQUEST), SourceAuthFailed),
        (httpx.Response(200, json=BAD_REQUEST), SourceAuthFailed),
        (httpx.Response(200, json={"UserId": "1"}), SourceProtocolError),
        (httpx.Response(400, json={"SessionId": "session-0"}), SourceProtocolError),
        (httpx.Response(200, html="<form/>"), SourceProtocolError),
        (httpx.Response(302, headers={"Location": "/login"}), SourceProtocolError),
    ],
)
async def test_a_login_that_gives_no_session_is_the_error_that_it_stands_for(
    reply: httpx.Response, expected: type[SourceError]
) -> None:
    upstream = Portal()
    upstream.login = lambda _number: httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
    made = operation()

    with pytest.raises(expected) as raised:
        await source(upstream).list_invoices(QUERY, made)

    assert upstream.calls == []
    assert made.calls[0].outcome == raised.value.code
    assert "secret-word" not in raised.value.detail


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(200, json=BAD_REQUEST), SourceRejected),
        (httpx.Response(200, json={"OutstandingInvoices": [], **BAD_REQUEST}), SourceRejected),
        (httpx.Response(200, json={"OutstandingInvoices": [], **BLOCKED}), SourceRejected),
        (httpx.Response(200, json=BLOCKED), SourceRejected),
        (httpx.Response(400, json=BLOCKED), SourceRejected),
        (httpx.Response(500, json=BLOCKED), SourceUnavailable),
        (httpx.Response(400, json=BAD_REQUEST), SourceRejected),
        (httpx.Response(404, json=BAD_REQUEST), SourceRejected),
        (httpx.Response(404, html="<h1>Not found</h1>"), SourceProtocolError),
        (httpx.Response(404, json={"OutstandingInvoices": []}), SourceProtocolError),
        (httpx.Response(422, json=BAD_REQUEST), SourceRejected),
        (httpx.Response(422, text="Unprocessable"), SourceProtocolError),
        (httpx.Response(500, json=BAD_REQUEST), SourceRejected),
        (httpx.Response(500, json=AWAY), SourceUnavailable),
        (httpx.Response(500, json={"ResponseStatus": {}}), SourceUnavailable),
        (httpx.Response(500, html="<h1>Runtime Error</h1>"), SourceUnavailable),
        (httpx.Response(500), SourceUnavailable),
        (httpx.Response(200, html="<form/>"), SourceProtocolError),
        (httpx.Response(200, content=b"", headers={"Content-Type": "application/json"}), SourceProtocolError),
        (httpx.Response(200, content=b"{}", headers={"Content-Type": "application/octet-stream"}), SourceProtocolError),
        (httpx.Response(302, headers={"Location": "/login"}), SourceProtocolError),
    ],
)
async def test_a_reply_that_is_no_list_is_the_error_that_it_stands_for(
    reply: httpx.Response, expected: type[SourceError]
) -> None:
    upstream = Portal(lambda _: httpx.Response(reply.status_code, headers=reply.headers, content=reply.content))
    made = operation()

    with pytest.raises(expected) as raised:
        await source(upstream).list_invoices(QUERY, made)

    assert made.calls[0].outcome == raised.value.code
    assert "Secret" not in raised.value.message + raised.value.detail
    assert len(upstream.logins) == 1


async def test_one_customers_error_is_asked_for_once_and_blocks_no_other_customer() -> None:
    upstream = Portal()
    wholesale = source(upstream)
    upstream.answer = lambda _session: httpx.Response(500, json=BAD_REQUEST)
    for _ in range(10):
        with pytest.raises(SourceRejected) as caught:
            await wholesale.list_invoices(QUERY, operation())
    upstream.answer = lambda _session: rows("1", customer="20000")

    listed = await wholesale.list_invoices(listing(account("wholesale", "20000")), operation())

    assert (len(listed.invoices), len(upstream.calls)) == (1, 11)
    assert caught.value.detail == "ArgumentException: no"


@pytest.mark.parametrize(
    "code",
    [
        "ArgumentNullException",
        "FormatException",
        "IndexOutOfRangeException",
        "InvalidCastException",
        "KeyNotFoundException",
        "NotFound",
        "NotImplementedException",
        "NullReferenceException",
        "ValidationException",
    ],
)
async def test_a_500_about_the_request_or_its_rows_is_a_rejection(code: str) -> None:
    upstream = Portal(lambda _session: httpx.Response(500, json={"ResponseStatus": {"ErrorCode": code}}))

    with pytest.raises(SourceRejected):
        await source(upstream, retries=2).list_invoices(QUERY, operation())

    assert len(upstream.calls) == 1


@pytest.mark.parametrize(
    "code",
    [
        "HttpRequestException",
        "InvalidOperationException",
        "MySqlException",
        "NpgsqlException",
        "RedisException",
        "SqlException",
        "TaskCanceledException",
    ],
)
async def test_a_500_for_any_other_reason_is_an_outage_asked_again_and_named_in_the_log(code: str) -> None:
    away = {"ResponseStatus": {"ErrorCode": code, "Message": "Timeout expired."}}
    upstream = Portal(lambda _session: httpx.Response(500, json=away))

    with pytest.raises(SourceUnavailable) as caught:
        await source(upstream, retries=2).list_invoices(QUERY, operation())

    assert len(upstream.calls) == 3
    assert (caught.value.is_retryable, caught.value.detail) == (True, f"{code}: Timeout expired.")


@pytest.mark.parametrize("said", [AWAY, {}])
async def test_a_500_that_says_when_to_come_back_is_believed_by_the_sources_clock(said: object) -> None:
    headers = {"Retry-After": "Wed, 01 Jul 2026 12:00:30 GMT"}
    upstream = Portal(lambda _session: httpx.Response(500, headers=headers, json=said))

    with pytest.raises(SourceBusy) as caught:
        await source(upstream).list_invoices(QUERY, operation())

    assert caught.value.retry_after_seconds == 30


async def test_a_login_that_fails_says_nothing_of_the_credentials() -> None:
    upstream = Portal()
    upstream.login = lambda _number: httpx.Response(500, json=BAD_REQUEST)

    with pytest.raises(SourceUnavailable):
        await source(upstream).list_invoices(QUERY, operation())


async def test_what_a_refused_login_quotes_of_the_password_reaches_no_log() -> None:
    upstream = Portal()
    said = {"ResponseStatus": {"ErrorCode": "Bad", "Message": "login of webservice with secret-word failed"}}
    upstream.login = lambda _number: httpx.Response(400, json=said)

    with structlog.testing.capture_logs() as logged, pytest.raises(SourceAuthFailed) as caught:
        await source(upstream).list_invoices(QUERY, operation())

    assert "Bad" in caught.value.detail
    assert "secret-word" not in f"{logged} {caught.value.detail}"


async def test_a_vendors_message_reaches_the_log_alone() -> None:
    upstream = Portal(
        lambda session: httpx.Response(400, json={"ResponseStatus": {"ErrorCode": "X", "Message": session}})
    )

    with pytest.raises(SourceRejected) as raised:
        await source(upstream).list_invoices(QUERY, operation())

    assert raised.value.message == "The source declined the request."
    assert raised.value.detail == "X: ***"


async def test_no_content_is_no_invoices() -> None:
    upstream = Portal(lambda _session: httpx.Response(204))

    assert (await source(upstream).list_invoices(QUERY, operation())).invoices == []


async def test_the_vendors_sample_is_one_invoice_although_its_status_is_filled_in_too() -> None:
    sample = (SAMPLES / "kruitbosch_outstanding_invoices.json").read_bytes()
    upstream = Portal(lambda _: httpx.Response(200, headers={"Content-Type": "application/json"}, content=sample))

    listed = await source(upstream).list_invoices(listing(account("wholesale", "String")), operation())

    assert [invoice.number for invoice in listed.invoices] == ["String"]


async def test_rows_of_another_customer_are_dropped_and_counted_and_nobody_learns_whose() -> None:
    own, foreign = rows("1"), rows("2", "3", customer="99999")
    listed = [row for reply in (own, foreign) for row in reply.json()["OutstandingInvoices"]]
    upstream = Portal(lambda _session: httpx.Response(200, json={"OutstandingInvoices": listed}))
    made = operation()

    invoices = await source(upstream).list_invoices(QUERY, made)

    assert [invoice.number for invoice in invoices.invoices] == ["1"]
    assert invoices.notes == [Note("ACCOUNT_MISMATCH", actual="2")]
    assert invoices.row_count == made.calls[0].rows == 3


async def test_rows_without_a_number_and_repeated_rows_are_counted() -> None:
    upstream = Portal(lambda _session: rows("1", "", "1"))

    invoices = await source(upstream).list_invoices(QUERY, operation())

    assert [invoice.number for invoice in invoices.invoices] == ["1"]
    assert invoices.notes == [
        Note("RECORD_COUNT_MISMATCH", expected="3", actual="2"),
        Note("RECORD_DROPPED", actual="1"),
    ]


@pytest.mark.parametrize("key", ["", "..", "1/2", "1?x=2", "1%2F2", "1#", "a\\b", "outstandinginvoices", "1\n", " 1"])
async def test_a_key_that_would_be_another_path_is_rejected_without_a_call(key: str) -> None:
    upstream = Portal()
    made = operation()

    with pytest.raises(SourceRejected):
        await source(upstream).list_invoices(listing(account("wholesale", key)), made)

    assert made.calls == []
    assert upstream.logins + upstream.calls == []
