"""What a call through the transport promises: what is sent, how its reply is judged, and when it is sent again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from structlog.testing import capture_logs

from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceOutcomeUnknown,
    SourceProtocolError,
    SourceRateLimited,
    SourceUnavailable,
)
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.settings import TransportSettings
from tests.transport.calls import GET, POST_READ, WRITE, Scripted, call, operation, transport

OK = httpx.Response(200, content=b"fine")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (204, SourceProtocolError),
        (302, SourceProtocolError),
        (400, SourceProtocolError),
        (401, SourceAuthFailed),
        (403, SourceAuthFailed),
        (404, SourceProtocolError),
        (429, SourceRateLimited),
        (500, SourceUnavailable),
        (503, SourceUnavailable),
    ],
)
async def test_a_status_that_nobody_accepts_is_the_error_that_it_means(status: int, error: type[SourceError]) -> None:
    sut = transport(Scripted(httpx.Response(status)), retries=0)

    with pytest.raises(error) as raised:
        await sut.send(GET, call(), operation())

    assert type(raised.value).code is error.code
    assert raised.value.detail == f"status {status}"


async def test_an_accepted_status_is_the_clients_to_judge() -> None:
    sut = transport(Scripted(httpx.Response(404, content=b"no such invoice")))
    request = UpstreamRequest(method="GET", path="invoices", accept=frozenset({200, 404}))

    reply = await sut.send(request, call(), operation())

    assert (reply.status, reply.content) == (404, b"no such invoice")


async def test_the_source_sees_our_headers_and_the_requests_and_no_others() -> None:
    engine = Scripted(OK)
    request = UpstreamRequest(
        method="POST",
        path="invoices",
        headers={"X-Key": "k", "User-Agent": "other", "accept-encoding": "br"},
        content=b"{}",
    )

    await transport(engine).send(request, call(), operation())

    assert dict(engine.requests[0].headers) == {
        "x-key": "k",
        "user-agent": "invoice-graph",
        "accept-encoding": "gzip",
    }


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("invoices", "http://shop.test/api/invoices"),
        ("/invoices", "http://shop.test/invoices"),
        ("//evil.test/x", "http://shop.test//evil.test/x"),
        ("a%2Fb/c", "http://shop.test/api/a%2Fb/c"),
        ("what?key=1#x", "http://shop.test/api/what%3Fkey=1%23x"),
    ],
)
async def test_a_path_stays_a_path_at_the_sources_host(path: str, url: str) -> None:
    engine = Scripted(OK)

    await transport(engine).send(UpstreamRequest(method="GET", path=path), call(), operation())

    assert str(engine.requests[0].url) == url


@pytest.mark.parametrize("path", ["../admin", "a/%2e%2e/b", "a/./b"])
async def test_a_path_that_climbs_is_not_sent(path: str) -> None:
    engine = Scripted(OK)

    with pytest.raises(SourceProtocolError):
        await transport(engine).send(UpstreamRequest(method="GET", path=path), call(), operation())

    assert engine.requests == []


async def test_a_header_that_cannot_be_written_is_an_error_that_does_not_quote_it() -> None:
    request = UpstreamRequest(method="GET", path="invoices", headers={"X-Key": "schlüssel"})

    with pytest.raises(SourceProtocolError) as raised:
        await transport(Scripted(OK)).send(request, call(), operation())

    assert "schl" not in raised.value.detail
    assert raised.value.__cause__ is None


async def test_the_call_tells_what_was_done() -> None:
    engine, made = Scripted(httpx.Response(503), OK), call()

    await transport(engine).send(GET, made, operation())

    assert (made.attempts, made.status, made.received_bytes, made.outcome) == (2, 200, 4, "OK")
    assert made.milliseconds > 0


async def test_a_call_that_is_sent_again_adds_up() -> None:
    sut, made = transport(Scripted(httpx.Response(401), OK)), call()

    with pytest.raises(SourceAuthFailed):
        await sut.send(GET, made, operation())
    assert made.outcome == "SOURCE_AUTH_FAILED"
    await sut.send(GET, made, operation())

    assert (made.attempts, made.status, made.outcome) == (2, 200, "OK")


@pytest.mark.parametrize("request_", [GET, POST_READ])
async def test_a_read_is_made_again_at_most_as_often_as_configured(request_: UpstreamRequest) -> None:
    engine = Scripted(httpx.Response(503))

    with pytest.raises(SourceUnavailable):
        await transport(engine, retries=2).send(request_, call(), operation())

    assert len(engine.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 302])
async def test_what_would_fail_again_is_not_made_again(status: int) -> None:
    engine = Scripted(httpx.Response(status))

    with pytest.raises(SourceError):
        await transport(engine).send(GET, call(), operation())

    assert len(engine.requests) == 1


async def test_retry_after_beyond_the_deadline_is_told_and_not_waited_for() -> None:
    until = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=60)
    engine = Scripted(httpx.Response(429, headers={"Retry-After": format_datetime(until, usegmt=True)}))
    settings = TransportSettings(base_url="http://shop.test")
    sut = HttpTransport("shop", settings, engine=engine, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))

    with pytest.raises(SourceRateLimited) as raised:
        await sut.send(GET, call(), operation())

    assert raised.value.retry_after_seconds == 60
    assert len(engine.requests) == 1


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(500), httpx.Response(302), httpx.ReadError("cut"), httpx.Response(200, content=b"x" * 99)],
)
async def test_a_write_that_was_sent_and_not_answered_is_not_repeated_and_its_outcome_unknown(
    failure: httpx.Response | Exception,
) -> None:
    engine = Scripted(failure)

    with pytest.raises(SourceOutcomeUnknown):
        await transport(engine, max_body_bytes=50).send(WRITE, call(), operation())

    assert len(engine.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 429])
async def test_a_write_that_was_declined_is_known_to_be_undone(status: int) -> None:
    engine = Scripted(httpx.Response(status))

    with pytest.raises(SourceError) as raised:
        await transport(engine).send(WRITE, call(), operation())

    assert not isinstance(raised.value, SourceOutcomeUnknown)
    assert len(engine.requests) == 1


async def test_a_write_that_never_left_is_made_again() -> None:
    engine = Scripted(httpx.ConnectError("refused"), OK)

    reply = await transport(engine).send(WRITE, call(), operation())

    assert reply.content == b"fine"


async def test_a_token_that_never_left_is_not_spent() -> None:
    engine = Scripted(httpx.ConnectError("refused"), httpx.Response(503), OK)
    request = UpstreamRequest(method="POST", path="invoices", is_single_use=True)

    with pytest.raises(SourceUnavailable):
        await transport(engine).send(request, call(), operation())

    assert len(engine.requests) == 2


async def test_a_call_that_is_sent_anew_counts_what_it_took_since() -> None:
    sut, made = transport(Scripted(httpx.ConnectError("refused"), OK)), call()

    for _ in range(2):
        await sut.send(GET, made, operation())

    assert (made.attempts, made.received_bytes) == (3, 8)
    assert (sut.tally.retries, sut.tally.received_bytes) == (1, 8)


async def test_a_check_makes_a_reply_the_error_that_it_stands_for() -> None:
    def busy(reply: UpstreamReply) -> None:
        if reply.content == b"too many requests":
            raise SourceRateLimited("shop", "said in the body")

    engine = Scripted(httpx.Response(200, content=b"too many requests"), OK)
    request = UpstreamRequest(method="POST", path="invoices", check=busy)

    reply = await transport(engine).send(request, call(), operation())

    assert reply.content == b"fine"
    assert len(engine.requests) == 2


async def test_a_reply_that_cannot_be_read_is_the_failure_of_its_attempt() -> None:
    def whole(reply: UpstreamReply) -> str:
        if not reply.content.endswith(b"."):
            raise SourceUnavailable("shop", "cut short")
        return reply.content.decode()

    sut, made = transport(Scripted(httpx.Response(200, content=b"cu"), httpx.Response(200, content=b"whole."))), call()

    text = await sut.fetch(GET, made, operation(), whole)

    assert (text, made.attempts, made.outcome) == ("whole.", 2, "OK")


async def test_each_failed_attempt_is_one_line_without_a_secret() -> None:
    def quote(_reply: UpstreamReply) -> None:
        raise SourceUnavailable("shop", "at http://shop.test/x?token=hidden: key s3cret-key is\nbusy")

    request = UpstreamRequest(
        method="GET", path="invoices", headers={"Authorization": "Bearer s3cret-key"}, check=quote
    )
    with capture_logs() as lines, pytest.raises(SourceUnavailable) as raised:
        await transport(Scripted(OK), retries=1).send(request, call(), operation())

    assert [(line["attempt"], line["code"], line["operation"]) for line in lines] == [
        (1, "SOURCE_UNAVAILABLE", "Invoices"),
        (2, "SOURCE_UNAVAILABLE", "Invoices"),
    ]
    assert lines[0]["detail"] == raised.value.detail == "at http://shop.test/x?*** key *** is busy"
