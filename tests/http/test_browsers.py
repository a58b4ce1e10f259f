"""What browsers need of the application around the endpoint: CORS by list, and compression for who asks."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from tests.service.gateways import AnyParts, running, settings

ORIGIN = "https://shop.example"
OURS = settings(server={"cors_origins": [ORIGIN]})


@pytest.mark.parametrize(
    "header",
    [
        "authorization",
        "apollo-require-preflight",
        "apollographql-client-name",
        "x-invoice-graph-explain",
        "if-none-match",
        "traceparent",
        "tracestate",
        "baggage",
        "sentry-trace",
    ],
)
async def test_a_page_of_ours_may_send_what_clients_send(header: str) -> None:
    asked = {"origin": ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": header}

    async with running(AnyParts(), OURS) as client:
        answer = await client.options("/graphql", headers=asked)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ORIGIN)
    assert header in answer.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [
        {"origin": "https://evil.example", "access-control-request-method": "POST"},
        {"origin": "null", "access-control-request-method": "POST"},
        {"origin": ORIGIN, "access-control-request-method": "DELETE"},
        {"origin": ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "x-anything"},
    ],
)
async def test_what_is_not_on_the_list_is_refused(asked: dict[str, str]) -> None:
    async with running(AnyParts(), OURS) as client:
        answer = await client.options("/graphql", headers=asked)

    assert answer.status_code == 400


async def test_a_page_may_read_the_request_id_and_the_tag_and_when_to_come_again() -> None:
    async with running(AnyParts(), OURS) as client:
        answer = await client.post("/graphql", content=b"{}", headers={"origin": ORIGIN})

    assert answer.headers["access-control-expose-headers"] == "x-request-id, etag, retry-after"
    assert "Origin" in answer.headers["vary"]


async def _long(scope: Scope, receive: Receive, send: Send) -> None:
    await JSONResponse({"data": "long " * 1_000})(scope, receive, send)


async def test_a_long_answer_is_compressed_for_who_asks() -> None:
    async with running(AnyParts(graphql=_long)) as client:
        async with client.stream("POST", "/graphql", headers={"accept-encoding": "gzip"}) as answer:
            raw = b"".join([chunk async for chunk in answer.aiter_raw()])
        plain = await client.post("/graphql", headers={"accept-encoding": "identity"})

    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw)) == plain.json()
    assert len(raw) < len(plain.content) / 10
    assert "content-encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["vary"]


async def test_a_short_answer_is_not_worth_it() -> None:
    async with running(AnyParts()) as client:
        answer: httpx.Response = await client.post("/graphql", content=b"{}", headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers
