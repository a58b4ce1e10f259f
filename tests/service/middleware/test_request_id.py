import pytest
import structlog
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from service.middleware.answer_head import AnswerHead
from service.middleware.request_id import RequestId
from tests.service.gateways import client_of


async def showing(scope: Scope, receive: Receive, send: Send) -> None:
    logged_under = structlog.contextvars.get_contextvars().get("request_id")
    await JSONResponse({"scope": scope["state"]["request_id"], "log": logged_under})(scope, receive, send)


async def showing_trace(scope: Scope, receive: Receive, send: Send) -> None:
    logged_under = structlog.contextvars.get_contextvars()
    await JSONResponse(logged_under.get("trace_id", "none"))(scope, receive, send)


def new_id() -> str:
    return "made-by-us"


async def test_a_sane_id_of_the_caller_is_kept_everywhere() -> None:
    async with client_of(RequestId(AnswerHead(showing), new_id)) as client:
        answer = await client.get("/", headers={"x-request-id": "proxy-1.2_3"})

    assert answer.json() == {"scope": "proxy-1.2_3", "log": "proxy-1.2_3"}
    assert answer.headers["x-request-id"] == "proxy-1.2_3"


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "line\tbreak", "<script>", "ünïcode-id"])
async def test_any_other_id_is_replaced(given: str) -> None:
    async with client_of(RequestId(showing, new_id)) as client:
        answer = await client.get("/", headers=[(b"x-request-id", given.encode())])

    assert answer.json() == {"scope": "made-by-us", "log": "made-by-us"}


async def test_each_request_without_an_id_gets_its_own() -> None:
    async with client_of(RequestId(AnswerHead(showing))) as client:
        first, second = await client.get("/"), await client.get("/")

    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_nothing_is_left_of_the_id_after_the_request() -> None:
    async with client_of(RequestId(showing, new_id)) as client:
        await client.get("/")

    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_the_callers_trace_is_logged_beside_the_id_until_the_request_is_over() -> None:
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    async with client_of(RequestId(showing_trace, new_id)) as client:
        traced = await client.get("/", headers={"traceparent": given})
        later = await client.get("/")

    assert traced.json() == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert later.json() == "none"
    assert "trace_id" not in structlog.contextvars.get_contextvars()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736\n-00f067aa0ba902b7-01",
    ],
)
async def test_what_is_no_trace_context_is_not_logged(given: str) -> None:
    async with client_of(RequestId(showing_trace, new_id)) as client:
        answer = await client.get("/", headers=[(b"traceparent", given.encode())])

    assert answer.json() == "none"
