"""The same promises over real sockets, where bytes get lost."""

from __future__ import annotations

import asyncio
import dataclasses
import gzip
import zlib
from typing import Any

import httpx
import pytest

from resolvers.model.errors import (
    SourceError,
    SourceOutcomeUnknown,
    SourceProtocolError,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.transport.engine import http_engine
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from tests.transport.calls import GET, POST_READ, WRITE, call, operation, transport
from tests.transport.wire import Answer, Wire, hang, raw, reply, reset, wire

HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = "Content-Encoding: gzip\r\n"
BOMB = gzip.compress(bytes(50_000_000))


async def ask(server: Wire, request: UpstreamRequest = GET, **settings: Any) -> UpstreamReply:
    """The reply of one call through a transport of its own."""
    sut = transport(None, server.url, **settings)
    try:
        return await sut.send(request, call(), operation())
    finally:
        await sut.aclose()


async def test_a_whole_body_arrives_as_it_was_sent() -> None:
    async with wire(raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n0070\r\n3\r\n145\r\n0\r\n\r\n")) as server:
        answer = await ask(server)

    assert answer.content == b"0070145"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/a%2Fb?sig=x%2Fy%3D&u=%27a%27&t=%7E", "/a%2Fb?sig=x%2Fy%3D&u=%27a%27&t=%7E"),
        ("/Rechnung ä.pdf?q=ö é", "/Rechnung%20%C3%A4.pdf?q=%C3%B6%20%C3%A9"),
        ("/p;v=1/@:!$&()*+,;=?a=b/c?d&e=+", "/p;v=1/@:!$&()*+,;=?a=b/c?d&e=+"),
        ("", "/"),
    ],
)
async def test_an_address_goes_out_as_it_is_written(written: str, sent: str) -> None:
    async with wire(reply(b"x")) as server:
        engine = http_engine(1)
        response = await engine.handle_async_request(httpx.Request("GET", f"{server.url}{written}"))
        await response.aclose()
        await engine.aclose()

    assert server.heads[0].splitlines()[0] == f"GET {sent} HTTP/1.1"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reset, SourceUnavailable),
        (raw(b"HTTP/1.1 200"), SourceUnavailable),
        (raw(HEAD + b"Content-Length: 10\r\n\r\n12345"), SourceUnavailable),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n"), SourceUnavailable),
        (raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n12345\r\n"), SourceProtocolError),
        (reply(gzip.compress(b"x" * 999)[:-9], headers=GZIP), SourceUnavailable),
        (raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), SourceProtocolError),
        (raw(HEAD + b"Content-Length: ten\r\n\r\n"), SourceProtocolError),
        (raw(HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\n"), SourceProtocolError),
        (reply(b"no gzip at all", headers=GZIP), SourceProtocolError),
        (reply(gzip.compress(b"a") + gzip.compress(b"b"), headers=GZIP), SourceProtocolError),
        (reply(gzip.compress(b"a"), headers="Content-Encoding: gzip, gzip\r\n"), SourceProtocolError),
        (reply(gzip.compress(b"a"), headers=GZIP + GZIP), SourceProtocolError),
        (reply(zlib.compress(b"a"), headers="Content-Encoding: deflate\r\n"), SourceProtocolError),
        (reply(zlib.compress(b"a"), headers="Content-Encoding: br\r\n"), SourceProtocolError),
    ],
)
async def test_an_answer_that_is_cut_or_no_http_is_never_a_shorter_answer(
    answer: Answer, error: type[SourceError]
) -> None:
    async with wire(answer) as server:
        with pytest.raises(error) as raised:
            await ask(server, retries=0)

    assert type(raised.value) is error
    assert server.url not in raised.value.detail


@pytest.mark.parametrize("answer", [reset, raw(HEAD + b"Content-Length: 10\r\n\r\n12345")])
@pytest.mark.parametrize("request_", [GET, POST_READ])
async def test_a_read_that_was_cut_is_made_again_and_nobody_repeats_it_unseen(
    answer: Answer, request_: UpstreamRequest
) -> None:
    async with wire(answer) as server:
        with pytest.raises(SourceUnavailable):
            await ask(server, request_, retries=2)

    assert len(server.heads) == 3


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_a_write_that_was_cut_is_sent_once(method: str) -> None:
    async with wire(reset) as server:
        with pytest.raises(SourceOutcomeUnknown):
            await ask(server, UpstreamRequest(method=method, path="invoices", content=b"{}", is_read=False))

    assert len(server.heads) == 1


async def test_a_write_that_found_nobody_is_known_to_be_undone() -> None:
    async with wire(reset) as server:
        pass

    with pytest.raises(SourceUnavailable):
        await ask(server, WRITE, retries=0)


@pytest.mark.parametrize("reason", ["Forbidden, too many requests", ""])
async def test_what_the_first_line_says_of_the_status_is_told(reason: str) -> None:
    async with wire(reply(status=f"403 {reason}")) as server:
        answer = await ask(server, dataclasses.replace(GET, accept=frozenset({403})))

    assert (answer.status, answer.reason) == (403, reason)


async def test_a_gzip_body_is_read() -> None:
    async with wire(reply(gzip.compress(b"0070145" * 9_999), headers=GZIP)) as server:
        answer = await ask(server)

    assert answer.content == b"0070145" * 9_999


@pytest.mark.parametrize("size", [1, 9, 40, 1_000])
async def test_a_gzip_body_may_be_cut_into_parts_anywhere(size: int) -> None:
    content = gzip.compress(b"0070145" * 99)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    parts = [f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" for chunk in (*chunks, b"")]
    async with wire(raw(HEAD + GZIP.encode() + b"Transfer-Encoding: chunked\r\n\r\n", *parts)) as server:
        answer = await ask(server)

    assert answer.content == b"0070145" * 99


async def test_a_gzip_body_with_nothing_in_it_is_empty() -> None:
    async with wire(reply(gzip.compress(b""), headers=GZIP)) as server:
        assert (await ask(server)).content == b""


async def test_an_empty_body_needs_no_gzip_in_it() -> None:
    async with wire(reply(b"", headers=GZIP)) as server:
        assert (await ask(server)).content == b""


@pytest.mark.parametrize(
    "answer",
    [
        reply(bytes(1_001)),
        raw(HEAD + b"\r\n" + bytes(5_000)),
        reply(BOMB, headers=GZIP),
        reply(b"", length=10**12),
        reply(gzip.compress(bytes(1_001)), headers=GZIP),
    ],
)
async def test_a_body_over_the_cap_is_refused(answer: Answer) -> None:
    async with wire(answer) as server:
        with pytest.raises(SourceProtocolError) as raised:
            await ask(server, max_body_bytes=1_000)

    assert raised.value.detail == "body over 1000 bytes"


async def test_a_body_as_large_as_the_cap_is_read() -> None:
    async with wire(reply(gzip.compress(bytes(1_000)), headers=GZIP)) as server:
        assert len((await ask(server, max_body_bytes=1_000)).content) == 1_000


@pytest.mark.parametrize(
    "answer",
    [
        hang,
        raw(HEAD, *[b"X: y\r\n"] * 500, pause_seconds=0.02),
        raw(HEAD + b"Content-Length: 500\r\n\r\n", *[b"x"] * 500, pause_seconds=0.02),
    ],
)
async def test_the_timeout_is_for_the_whole_answer_and_not_for_each_byte(answer: Answer) -> None:
    async with wire(answer) as server:
        with pytest.raises(SourceTimeout):
            await ask(server, timeout_seconds=0.2)

    assert len(server.heads) == 1


async def test_a_caller_who_leaves_closes_the_connection() -> None:
    async with wire(hang) as server:
        sut = transport(None, server.url)
        task = asyncio.create_task(sut.send(GET, call(), operation()))
        await server.asked.wait()

        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.closed.wait()
        server.answers = [reply(b"next")]

        assert (await sut.send(GET, call(), operation())).content == b"next"
        assert server.connections == 2
        await sut.aclose()


async def test_connections_are_kept_and_cookies_are_not() -> None:
    async with wire(reply(b"1", headers="Set-Cookie: ss-id=other; Path=/\r\n")) as server:
        sut = transport(None, server.url.replace("127.0.0.1", "localhost"))  # addresses alone have no cookies
        await sut.send(GET, call(), operation())
        await sut.send(POST_READ, call(), operation())
        await sut.aclose()

    assert server.connections == 1
    assert "cookie" not in "".join(server.heads).lower()
    assert server.bodies == [b"", b"{}"]


async def test_what_comes_while_nobody_asks_is_no_later_requests_answer() -> None:
    twice = asyncio.Event()

    async def answers_twice(writer: asyncio.StreamWriter) -> None:
        await reply(b"yours")(writer)
        await twice.wait()
        await reply(b"yours again")(writer)

    async with wire(answers_twice, reply(b"theirs")) as server:
        sut = transport(None, server.url)
        assert (await sut.send(GET, call(), operation())).content == b"yours"
        twice.set()
        await asyncio.sleep(0.05)  # it arrives

        assert (await sut.send(GET, call(), operation())).content == b"theirs"
        assert server.connections == 2
        await sut.aclose()


async def test_interim_answers_are_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    async with wire(raw(early * 100 + HEAD + b"Content-Length: 4\r\n\r\nlast")) as server:
        assert (await ask(server)).content == b"last"


@pytest.mark.parametrize(("request_", "error"), [(GET, SourceProtocolError), (WRITE, SourceOutcomeUnknown)])
async def test_interim_answers_without_end_are_no_answer(request_: UpstreamRequest, error: type[SourceError]) -> None:
    async def on_and_on(writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000)
            await writer.drain()

    async with wire(on_and_on) as server:
        with pytest.raises(error):
            await ask(server, request_, timeout_seconds=60)


async def test_a_redirect_is_not_followed() -> None:
    async with (
        wire(reply(b"secret")) as elsewhere,
        wire(reply(b"", "302 Found", f"Location: {elsewhere.url}/x\r\n")) as server,
    ):
        with pytest.raises(SourceProtocolError):
            await ask(server)

    assert elsewhere.heads == []


async def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with wire(reply(b"fine")) as server:
        assert (await ask(server)).content == b"fine"


async def test_headers_and_address_reach_the_source_as_they_were_written() -> None:
    request = UpstreamRequest(
        method="GET", path="customers/a%2Fb%3Fc", headers={"X-Key": "k"}, query={"q": "a+b & c=d%/é", "page": "1"}
    )
    async with wire(reply(b"fine")) as server:
        await ask(server, request)

    line, *headers = server.heads[0].rstrip().split("\r\n")
    assert line == "GET /customers/a%2Fb%3Fc?q=a%2Bb%20%26%20c%3Dd%25%2F%C3%A9&page=1 HTTP/1.1"
    assert sorted(header.lower() for header in headers) == [
        "accept-encoding: gzip",
        f"host: {server.url.removeprefix('http://')}",
        "user-agent: invoice-graph",
        "x-key: k",
    ]


@pytest.mark.parametrize("content", [b"", b"{}"])
async def test_a_body_is_sent_with_its_length_and_with_no_type_that_nobody_told(content: bytes) -> None:
    request = UpstreamRequest(method="POST", path="invoices", headers={"Accept": "text/xml"}, content=content)
    async with wire(reply(b"fine")) as server:
        await ask(server, request)

    _, *headers = server.heads[0].rstrip().split("\r\n")
    assert server.bodies == [content]
    assert sorted(header.lower() for header in headers) == [
        "accept-encoding: gzip",
        "accept: text/xml",
        f"content-length: {len(content)}",
        f"host: {server.url.removeprefix('http://')}",
        "user-agent: invoice-graph",
    ]
