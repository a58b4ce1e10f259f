import pytest
import structlog
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.answer_head import AnswerHead
from service.middleware.failures import Failures
from service.middleware.request_id import RequestId
from tests.service.gateways import breaking, client_of


def guarded(app: ASGIApp) -> ASGIApp:
    return RequestId(AnswerHead(Failures(app)))


def breaking_half_way(error: Exception) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"data":', "more_body": True})
        raise error

    return app


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    raise HTTPException(503, "Try again in a moment", {"retry-after": "1"})


async def test_what_nobody_caught_is_answered_and_logged_with_its_traceback() -> None:
    with structlog.testing.capture_logs() as logged:
        async with client_of(guarded(breaking)) as client:
            answer = await client.get("/graphql")

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["message"] == "The gateway failed. Its log says why, under this request's id."
    assert logged == [{"event": "request failed", "log_level": "error", "path": "/graphql", "exc_info": True}]


async def test_what_a_guard_refuses_is_answered_in_its_words_and_is_no_fault_of_ours() -> None:
    with structlog.testing.capture_logs() as logged:
        async with client_of(guarded(refusing)) as client:
            answer = await client.get("/graphql")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["errors"][0]["message"] == "Try again in a moment."
    assert logged == []


@pytest.mark.parametrize("error", [RuntimeError("too late"), HTTPException(413, "too late")])
async def test_an_answer_that_has_begun_is_cut_and_not_ended_as_if_it_were_whole(error: Exception) -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(type(error), match="too late"):
        async with client_of(guarded(breaking_half_way(error))) as client:
            await client.get("/graphql")

    assert [line["event"] for line in logged] == ["request failed"]
