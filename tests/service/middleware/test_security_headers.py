from starlette.responses import Response

from service.middleware.security_headers import HEADERS, SecurityHeaders
from tests.service.gateways import client_of


async def test_an_answer_gets_all_of_them() -> None:
    async with client_of(SecurityHeaders(Response("{}"))) as client:
        answer = await client.get("/")

    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_what_the_answer_says_itself_stays() -> None:
    policy = {"content-security-policy": "script-src 'self'", "cache-control": "immutable"}

    async with client_of(SecurityHeaders(Response("{}", headers=policy))) as client:
        answer = await client.get("/")

    assert answer.headers.get_list("content-security-policy") == ["script-src 'self'"]
    assert answer.headers.get_list("cache-control") == ["immutable"]
