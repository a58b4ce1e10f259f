import pytest
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.middleware.compression import Compression
from tests.service.gateways import client_of

LARGE = "long " * 1_000


async def _vary_of(app: ASGIApp, accept_encoding: str) -> str | None:
    async with client_of(Compression(app, minimum_size=2_000)) as client:
        answer = await client.get("/", headers={"accept-encoding": accept_encoding})
    vary: str | None = answer.headers.get("vary")
    return vary


@pytest.mark.parametrize("accept_encoding", ["identity", "gzip", "br, gzip"])
@pytest.mark.parametrize("text", [LARGE, "x" * 2_000])
async def test_a_large_answer_depends_on_what_the_client_takes(accept_encoding: str, text: str) -> None:
    app = PlainTextResponse(text, headers={"vary": "Accept"})

    assert await _vary_of(app, accept_encoding) == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("gzip", "gzip"),
        ("br;q=1, gzip;q=0.5", "gzip"),
        ("x-gzip", "gzip"),
        ("gzip;q=0", None),
        ("identity, gzip; q=0.00", None),
        ("x-gzipped", None),
    ],
)
async def test_gzip_is_for_those_who_accept_it(accept_encoding: str, coding: str | None) -> None:
    async with client_of(Compression(PlainTextResponse(LARGE), minimum_size=2_000)) as client:
        answer = await client.get("/", headers={"accept-encoding": accept_encoding})

    assert (answer.headers.get("content-encoding"), answer.text) == (coding, LARGE)


@pytest.mark.parametrize("accept_encoding", ["identity", "gzip"])
async def test_so_does_one_in_parts(accept_encoding: str) -> None:
    assert await _vary_of(StreamingResponse(iter(["a", "b"])), accept_encoding) == "Accept-Encoding"


@pytest.mark.parametrize("accept_encoding", ["identity", "gzip"])
@pytest.mark.parametrize("app", [PlainTextResponse("x" * 1_999), Response(status_code=204)])
async def test_one_that_is_never_compressed_does_not(app: ASGIApp, accept_encoding: str) -> None:
    assert await _vary_of(app, accept_encoding) is None


@pytest.mark.parametrize("accept_encoding", ["identity", "gzip"])
async def test_what_is_not_sent_again_depends_on_what_it_depended_on_when_it_was_sent(accept_encoding: str) -> None:
    app = Response(status_code=304, headers={"vary": "Accept"})

    assert await _vary_of(app, accept_encoding) == "Accept, Accept-Encoding"


async def test_an_answer_in_parts_begins_before_its_first_part_is_there() -> None:
    seen: list[str] = []

    async def work(_: Scope, __: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        seen.append("work")

    async def send(message: Message) -> None:
        seen.append(message["type"])

    await Compression(work)({"type": "http", "headers": []}, never, send)

    assert seen == ["http.response.start", "work"]


async def never() -> Message:
    raise AssertionError("nothing is to be received")
