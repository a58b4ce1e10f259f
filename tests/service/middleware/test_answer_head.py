from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.middleware.answer_head import SECURITY, AnswerHead, answered_status
from service.middleware.request_id import RequestId
from tests.service.gateways import client_of


def completed(app: ASGIApp) -> ASGIApp:
    return RequestId(AnswerHead(app), lambda: "made-by-us")


async def test_an_answer_gets_all_security_headers_and_the_requests_id() -> None:
    async with client_of(completed(Response("{}"))) as client:
        answer = await client.get("/")

    assert {name: answer.headers[name] for name in SECURITY} == SECURITY
    assert answer.headers["x-request-id"] == "made-by-us"


async def test_what_the_answer_says_itself_stays() -> None:
    policy = {"content-security-policy": "script-src 'self'", "cache-control": "immutable"}

    async with client_of(completed(Response("{}", headers=policy))) as client:
        answer = await client.get("/")

    assert answer.headers.get_list("content-security-policy") == ["script-src 'self'"]
    assert answer.headers.get_list("cache-control") == ["immutable"]


async def test_the_status_is_known_once_the_answer_has_begun() -> None:
    seen: list[int | None] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(answered_status(scope))
        await Response(status_code=204)(scope, receive, send)
        seen.append(answered_status(scope))

    async with client_of(completed(app)) as client:
        await client.get("/")

    assert seen == [None, 204]
