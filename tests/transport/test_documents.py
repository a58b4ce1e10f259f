"""Documents by their links: whole PDFs from where they may come from, and an error for all else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest

from resolvers.model.document import Document
from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRateLimited,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.operation import UpstreamCall
from resolvers.transport.documents import Documents
from resolvers.transport.http import HttpTransport
from resolvers.transport.settings import DocumentSettings
from sandbox import pdf
from sandbox.server import Sandbox
from tests.sources.upstream import operation

WHOLE = pdf.document("Invoice 0070145", *(f"line {number}" for number in range(200)))
PDF_TYPE = {"Content-Type": "application/pdf"}
BASE_URL = "https://erp.example/Shoxl"

Answer = Callable[[httpx.Request], httpx.Response]


def answering(reply: httpx.Response) -> Answer:
    return lambda _request: httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)


def documents(
    answer: Answer | Callable[[httpx.Request], Coroutine[Any, Any, httpx.Response]], **settings: object
) -> Documents:
    read = DocumentSettings.model_validate({"base_url": BASE_URL, **settings})
    return HttpTransport("shop", read, engine=httpx.MockTransport(answer)).documents(read)


async def fetched(
    made: Documents, link: str = "/1.pdf", *, seconds: float = 5.0, call: UpstreamCall | None = None
) -> bytes | None:
    """All of the document at a link."""
    asked = call or UpstreamCall(source="shop", operation="Pdf")
    document = await made.fetch(link, asked, operation(seconds), headers={"X-Api-Key": "k-123"})
    return None if document is None else document.content


async def slowly(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
        await asyncio.sleep(0)


async def test_a_document_arrives_whole_with_its_type() -> None:
    parts = [WHOLE[at : at + 100] for at in range(0, len(WHOLE), 100)]
    made = documents(lambda _request: httpx.Response(200, headers=PDF_TYPE, content=slowly(*parts)))
    call = UpstreamCall(source="shop", operation="Pdf")

    document = await made.fetch("/1.pdf", call, operation(), headers={})

    assert document == Document("application/pdf", WHOLE)
    assert (call.outcome, call.status, call.attempts, call.received_bytes) == ("OK", 200, 1, len(WHOLE))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Content-Type": "application/octet-stream"},
        {"Content-Type": "binary/octet-stream"},
        {"Content-Type": "Application/X-PDF; name=1.pdf"},
    ],
)
async def test_a_pdf_whose_server_does_not_know_it_as_one_is_a_pdf(headers: dict[str, str]) -> None:
    made = documents(answering(httpx.Response(200, headers=headers, content=WHOLE)))

    document = await made.fetch("/1.pdf", UpstreamCall(source="shop", operation="Pdf"), operation(), headers={})

    assert document == Document("application/pdf", WHOLE)


async def test_parts_of_one_byte_are_still_known_as_a_pdf() -> None:
    parts = [WHOLE[at : at + 1] for at in range(len(WHOLE))]

    assert await fetched(documents(lambda _: httpx.Response(200, headers=PDF_TYPE, content=slowly(*parts)))) == WHOLE


async def test_our_credential_goes_to_the_source_alone() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, headers=PDF_TYPE, content=WHOLE)

    made = documents(answer, document_hosts=["erp.example", "files.example"])
    await fetched(made, "/1.pdf")
    await fetched(made, "https://files.example/1.pdf")

    assert [(request.url.host, request.headers.get("x-api-key")) for request in seen] == [
        ("erp.example", "k-123"),
        ("files.example", None),
    ]
    assert {request.headers["accept-encoding"] for request in seen} == {"identity"}


@pytest.mark.parametrize("status", [404, 410])
async def test_a_document_that_is_not_there_is_none(status: int) -> None:
    assert await fetched(documents(answering(httpx.Response(status)))) is None


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (httpx.Response(302, headers={"Location": "https://evil.example/1.pdf"}), SourceProtocolError),
        (httpx.Response(301, headers={"Location": "/2.pdf"}), SourceProtocolError),
        (httpx.Response(401), SourceAuthFailed),
        (httpx.Response(429), SourceRateLimited),
        (httpx.Response(503), SourceUnavailable),
        (httpx.Response(206, headers=PDF_TYPE, content=WHOLE), SourceProtocolError),
        (httpx.Response(200, html="<h1>Log in</h1>"), SourceProtocolError),
        (httpx.Response(200, headers={"Content-Type": "text/html"}, content=WHOLE), SourceProtocolError),
        (httpx.Response(200, headers={"Content-Type": "image/png"}, content=WHOLE), SourceProtocolError),
        (httpx.Response(200, content=b"<html/>"), SourceProtocolError),
        (httpx.Response(200, headers={"Content-Type": "application/octet-stream"}, content=b"PK"), SourceProtocolError),
        (httpx.Response(200, headers=PDF_TYPE, content=b"<html>%PDF-1.4 %%EOF"), SourceProtocolError),
        (httpx.Response(200, headers=PDF_TYPE, content=b""), SourceProtocolError),
        (httpx.Response(200, headers=PDF_TYPE, content=b"%PD"), SourceProtocolError),
        (httpx.Response(200, headers=PDF_TYPE, content=WHOLE[: len(WHOLE) // 2]), SourceProtocolError),
    ],
)
async def test_anything_but_a_whole_pdf_is_an_error(reply: httpx.Response, expected: type[SourceError]) -> None:
    call = UpstreamCall(source="shop", operation="Pdf")

    with pytest.raises(expected) as caught:
        await fetched(documents(answering(reply)), call=call)

    assert call.outcome == caught.value.code
    assert "evil" not in caught.value.detail


async def test_a_compressed_document_was_not_asked_for_and_is_an_error() -> None:
    headers = {**PDF_TYPE, "Content-Encoding": "gzip"}

    async def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(WHOLE))

    with pytest.raises(SourceProtocolError):
        await fetched(documents(answer))


async def test_a_document_that_says_it_is_too_large_is_not_read() -> None:
    made = documents(answering(httpx.Response(200, headers=PDF_TYPE, content=WHOLE)), max_document_bytes=100)
    call = UpstreamCall(source="shop", operation="Pdf")

    with pytest.raises(SourceProtocolError):
        await fetched(made, call=call)

    assert call.received_bytes == 0


async def test_a_document_that_does_not_say_its_size_is_read_up_to_the_cap() -> None:
    endless = (b"%PDF-1.4", *(b"x" * 100 for _ in range(1_000)))
    made = documents(
        lambda _: httpx.Response(200, headers=PDF_TYPE, content=slowly(*endless)), max_document_bytes=5_000
    )
    call = UpstreamCall(source="shop", operation="Pdf")

    with pytest.raises(SourceProtocolError):
        await fetched(made, call=call)

    assert call.received_bytes <= 5_100


async def test_a_body_that_stops_is_a_timeout_at_the_deadline() -> None:
    async def stopping() -> AsyncIterator[bytes]:
        yield WHOLE[:500]
        await asyncio.Event().wait()

    made = documents(lambda _: httpx.Response(200, headers=PDF_TYPE, content=stopping()))

    with pytest.raises(SourceTimeout):
        await fetched(made, seconds=0.05)


async def test_a_server_that_does_not_answer_is_a_timeout() -> None:
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(SourceTimeout):
        await fetched(documents(never, timeout_seconds=0.05))


async def test_no_more_documents_are_fetched_at_once_than_calls_are_made() -> None:
    goes_on, asked = asyncio.Event(), asyncio.Event()

    async def answer(_request: httpx.Request) -> httpx.Response:
        asked.set()
        await goes_on.wait()
        return httpx.Response(200, headers=PDF_TYPE, content=WHOLE)

    made = documents(answer, max_concurrency=1)
    first = asyncio.create_task(fetched(made))
    await asked.wait()

    with pytest.raises(SourceTimeout):
        await fetched(made, seconds=0.05)
    goes_on.set()

    assert [await first, await fetched(made)] == [WHOLE, WHOLE]


async def test_documents_that_are_read_at_once_hold_three_of_the_largest_together() -> None:
    goes_on = asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4 "
        yield b"x" * 900
        await goes_on.wait()
        yield b"%%EOF"

    made = documents(lambda _: httpx.Response(200, headers=PDF_TYPE, content=slow()), max_document_bytes=1_000)
    reading = [asyncio.create_task(fetched(made)) for _ in range(8)]
    while made._room.held_bytes < 2_000:  # noqa: ASYNC110  # a room has no event to wait for
        await asyncio.sleep(0)
    for _ in range(100):
        await asyncio.sleep(0)
    held = made._room.held_bytes
    goes_on.set()

    assert held <= 3_000
    assert {len(content or b"") for content in await asyncio.gather(*reading)} == {914}
    assert made._room.held_bytes == 0


async def test_a_document_that_finds_no_room_is_a_timeout_at_the_deadline() -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"x" * 900
        await asyncio.Event().wait()

    made = documents(lambda _: httpx.Response(200, headers=PDF_TYPE, content=endless()), max_document_bytes=1_000)

    results = await asyncio.gather(*(fetched(made, seconds=0.1) for _ in range(8)), return_exceptions=True)

    assert {type(result) for result in results} == {SourceTimeout}
    assert made._room.held_bytes == 0


@pytest.mark.parametrize("content", [b"", b"<html/>", WHOLE[:200], WHOLE + b" " * 60_000])
def test_a_document_inside_an_answer_keeps_the_same_rules(content: bytes) -> None:
    made = documents(answering(httpx.Response(200)), max_document_bytes=50_000)

    with pytest.raises(SourceProtocolError):
        made.whole(content)


@pytest.mark.parametrize(("private", "is_fetched"), [(False, False), (True, True)])
async def test_a_name_that_stands_for_a_private_address_is_connected_to_only_where_the_operator_says_so(
    sandbox: Sandbox, private: bool, is_fetched: bool
) -> None:
    host = f"localhost:{sandbox.ports['shop']}"
    number = next(invoice.id for invoice in sandbox.books.of_source("shop"))
    settings = DocumentSettings(
        base_url=f"{sandbox.url('shop')}/Shoxl", document_hosts=(host,), document_private_addresses=private
    )
    transport = HttpTransport("shop", settings)

    try:
        content = await fetched(transport.documents(settings), f"http://{host}/Shoxl/documents/{number}.pdf")
    except SourceProtocolError:
        content = None
    finally:
        await transport.aclose()

    assert (content is not None, len(sandbox.board.calls)) == (is_fetched, int(is_fetched))
