import pytest
import structlog
from starlette.types import Receive, Scope, Send

from service.middleware.failures import Failures
from tests.service.gateways import breaking, client_of


async def breaking_half_way(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b'{"data":', "more_body": True})
    raise RuntimeError("too late")


async def test_what_nobody_caught_is_answered_and_logged_with_its_traceback() -> None:
    with structlog.testing.capture_logs() as logged:
        async with client_of(Failures(breaking)) as client:
            answer = await client.get("/graphql")

    assert answer.status_code == 500
    assert answer.json()["errors"][0]["message"] == "The gateway failed. Its log says why, under this request's id."
    assert logged == [{"event": "request failed", "log_level": "error", "path": "/graphql", "exc_info": True}]


async def test_an_answer_that_has_begun_is_cut_and_not_ended_as_if_it_were_whole() -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(RuntimeError, match="too late"):
        async with client_of(Failures(breaking_half_way)) as client:
            await client.get("/graphql")

    assert [line["event"] for line in logged] == ["request failed"]
