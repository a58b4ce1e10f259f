import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from service.app import create_app
from service.parts import CannotStart
from tests.service.gateways import AnyParts, breaking, build_without_directory, counting, running, settings


async def test_graphql_is_answered_by_the_endpoint_of_the_parts() -> None:
    async with running(AnyParts()) as client:
        answer = await client.post("/graphql", content=b"12345")

    assert answer.json() == {"data": {"bytes": 5}}
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]


async def test_the_parts_are_closed_with_the_application() -> None:
    parts = AnyParts()

    async with running(parts):
        assert not parts.is_closed

    assert parts.is_closed


async def test_start_and_stop_are_logged_as_no_request() -> None:
    with structlog.testing.capture_logs() as logged:
        async with running(AnyParts()):
            pass

    assert logged == []


async def test_the_explorer_is_at_the_root_with_its_own_policy() -> None:
    async with running(AnyParts()) as client:
        answer = await client.get("/")

    assert answer.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_without_the_explorer_there_is_nothing_at_the_root() -> None:
    async with running(AnyParts(), settings(graph={"explorer": False})) as client:
        answer = await client.get("/")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "message"),
    [
        ("GET", "/nothing", 404, "NOT_FOUND", "Not Found."),
        ("GET", "/graphql/", 404, "NOT_FOUND", "Not Found."),
        ("POST", "/", 405, "BAD_USER_INPUT", "Method Not Allowed."),
        ("POST", "/healthz", 405, "BAD_USER_INPUT", "Method Not Allowed."),
        ("DELETE", "/readyz", 405, "BAD_USER_INPUT", "Method Not Allowed."),
        ("OPTIONS", "/metrics", 405, "BAD_USER_INPUT", "Method Not Allowed."),
        ("GET", "/metrics/", 404, "NOT_FOUND", "Not Found."),
    ],
)
async def test_a_request_for_nothing_of_ours_gets_a_small_json_answer_with_its_id(
    method: str, path: str, status: int, code: str, message: str
) -> None:
    async with running(AnyParts()) as client:
        answer = await client.request(method, path, headers={"x-request-id": "from-the-proxy"})

    assert answer.status_code == status
    assert answer.json() == {
        "errors": [{"message": message, "extensions": {"code": code}}],
        "extensions": {"requestId": "from-the-proxy"},
    }


async def test_a_fault_of_ours_is_an_answer_without_its_text_and_a_log_line_with_it() -> None:
    async with running(AnyParts(graphql=breaking)) as client:
        with structlog.testing.capture_logs() as logged:
            answer = await client.post("/graphql", content=b"{}")

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert answer.json()["extensions"]["requestId"] == answer.headers["x-request-id"]
    assert "hunter2" not in answer.text
    assert [(line["event"], line["log_level"]) for line in logged] == [("request failed", "error"), ("request", "info")]
    assert logged[1]["status"] == 500


async def test_a_body_over_the_limit_is_refused_before_the_endpoint() -> None:
    async with running(AnyParts(), settings(server={"max_body_bytes": 10})) as client:
        fitting = await client.post("/graphql", content=b"x" * 10)
        declared = await client.post("/graphql", content=b"x" * 11)
        streamed = await client.post("/graphql", content=_stream(b"x" * 6, b"x" * 6))

    assert fitting.json() == {"data": {"bytes": 10}}
    for answer in (declared, streamed):
        assert answer.status_code == 413
        assert answer.headers["connection"] == "close"
        assert answer.json()["errors"][0]["message"] == "The request's body is larger than 10 bytes."


async def test_all_doors_share_the_room_for_requests() -> None:
    entered, let_go = asyncio.Event(), asyncio.Event()

    async def lingering(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        await let_go.wait()
        await counting(scope, receive, send)

    async with running(AnyParts(graphql=lingering), settings(server={"max_requests": 1})) as client:
        first = asyncio.create_task(client.post("/graphql", content=b"{}"))
        await entered.wait()
        second = await client.get("/documents/some-token")
        let_go.set()

        assert (second.status_code, (await first).status_code) == (503, 200)
        assert (await client.post("/graphql", content=b"{}")).status_code == 200
        assert (second.headers["retry-after"], second.headers["connection"]) == ("1", "close")
        assert second.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


async def crowded(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(503, "Later.", headers={"retry-after": "1"})


async def _stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def test_a_request_for_another_host_is_refused_but_the_probes_answer() -> None:
    async with running(AnyParts()) as client:
        foreign = {"host": "rebound.example"}
        refused = await client.post("/graphql", content=b"{}", headers=foreign)
        alive = await client.get("/healthz", headers=foreign)

    assert refused.status_code == 400
    assert alive.status_code == 200


async def test_only_the_configured_origins_may_read_answers() -> None:
    preflight = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}

    async with running(AnyParts(), settings(server={"cors_origins": ["https://shop.example"]})) as client:
        ours = await client.options("/graphql", headers=preflight | {"origin": "https://shop.example"})
        theirs = await client.options("/graphql", headers=preflight | {"origin": "https://evil.example"})

    assert ours.headers["access-control-allow-origin"] == "https://shop.example"
    assert "access-control-allow-origin" not in theirs.headers


async def test_a_page_of_a_configured_origin_may_read_why_it_was_refused() -> None:
    of = settings(server={"cors_origins": ["https://shop.example"], "max_body_bytes": 10})
    page = {"origin": "https://shop.example"}

    async with running(AnyParts(), of) as client:
        answers = [
            await client.get("/graphql", headers=page),
            await client.post("/graphql", content=b"x" * 11, headers=page),
            await client.get("/nothing", headers=page),
        ]
        foreign = await client.post("/graphql", content=b"x" * 11, headers={"origin": "https://evil.example"})
    async with running(AnyParts(graphql=breaking), of) as client:
        answers.append(await client.get("/graphql", headers=page))
    async with running(AnyParts(graphql=crowded), of) as client:
        answers.append(await client.get("/graphql", headers=page))

    assert [answer.status_code for answer in answers] == [200, 413, 404, 500, 503]
    assert {answer.headers.get("access-control-allow-origin") for answer in answers} == {"https://shop.example"}
    assert "retry-after" in answers[-1].headers["access-control-expose-headers"]
    assert (foreign.status_code, foreign.headers.get("access-control-allow-origin")) == (413, None)


async def test_what_keeps_the_gateway_from_starting_is_one_line_without_a_traceback() -> None:
    app = create_app(settings(), build_without_directory)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "lifespan.startup"}

    async def send(message: Message) -> None:
        sent.append(message)

    with structlog.testing.capture_logs() as logged, pytest.raises(CannotStart):
        await app({"type": "lifespan", "state": {}}, receive, send)

    assert sent == [{"type": "lifespan.startup.failed", "message": ""}]
    assert logged == [
        {
            "event": "cannot start",
            "log_level": "error",
            "reason": "The directory cannot be reached. Check directory.url.",
        }
    ]
