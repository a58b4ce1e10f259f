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
