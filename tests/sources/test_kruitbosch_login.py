"""Where Kruitbosch's login puts the session: nobody documents it, so that its name is the operator's to say."""

from __future__ import annotations

from typing import Any, Literal

import httpx
import pytest
from pydantic import ValidationError

from resolvers.model.errors import SourceProtocolError
from resolvers.sources import kruitbosch as connector
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.sources.kruitbosch.wire import parse_session_id
from resolvers.transport.http import HttpTransport
from sandbox import kruitbosch as emulated
from sandbox.faults import Switchboard
from sandbox.server import Sandbox
from tests.sources.upstream import Clock, account, listing, operation

ACCOUNT = "104247"  # C-1003's


def settings(**changes: object) -> KruitboschSettings:
    given = {"base_url": "http://wholesale.test", "username": emulated.USER, "password": emulated.PASSWORD}
    return KruitboschSettings.model_validate(given | changes)


NAMES = settings().session_fields


@pytest.mark.parametrize("name", ["SessionId", "sessionId", "SessionToken", "sessiontoken", "Token", "token", "id"])
def test_a_session_is_found_under_any_of_its_names(name: str) -> None:
    assert parse_session_id("wholesale", f'{{"UserId": "1", "{name}": "s-1"}}'.encode(), NAMES) == "s-1"


@pytest.mark.parametrize(
    ("content", "session"),
    [
        (b'{"SessionId": "s-1", "SessionToken": "s-2"}', "s-2"),
        (b'{"SessionToken": " ", "Token": null, "SessionId": "s-1"}', "s-1"),
        (b'{"id": 17, "token": "s-3"}', "s-3"),
        (b'" s-4 "', "s-4"),
        (b'{"SessionId": false, "id": "s-1"}', "s-1"),
        (b'{"token": true}', None),
        (b'{"id": 17}', "17"),
        (b'""', None),
        (b"{}", None),
        (b'{"UserId": "1", "SessionId": ""}', None),
    ],
)
def test_the_first_name_that_holds_anything_counts(content: bytes, session: str | None) -> None:
    assert parse_session_id("wholesale", content, NAMES) == session


@pytest.mark.parametrize("content", [b"", b"null", b"17", b'["s-1"]', b'{"Token": {"value": "s-1"}}'])
def test_a_login_that_is_neither_object_nor_text_is_an_error(content: bytes) -> None:
    with pytest.raises(SourceProtocolError):
        parse_session_id("wholesale", content, NAMES)


@pytest.mark.parametrize("wrong", [[], [""], [" "], "SessionId"])
def test_a_list_of_names_without_a_name_is_refused(wrong: object) -> None:
    with pytest.raises(ValidationError, match="session_fields"):
        settings(session_fields=wrong)


def test_names_of_the_operators_are_the_only_ones() -> None:
    names = settings(session_fields=["BearerToken"]).session_fields

    assert parse_session_id("wholesale", b'{"SessionId": "s-1", "bearerToken": "s-2"}', names) == "s-2"
    assert parse_session_id("wholesale", b'{"SessionId": "s-1"}', names) is None


@pytest.mark.parametrize("session_in", ["SessionId", "SessionToken", "Token", "text", "cookie"])
@pytest.mark.parametrize("naming", ["pascal", "camel"])
async def test_wherever_the_portal_puts_the_session_its_list_is_read(
    sandbox: Sandbox,
    session_in: Literal["SessionId", "SessionToken", "Token", "text", "cookie"],
    naming: Literal["pascal", "camel"],
) -> None:
    version = emulated.Settings(session_in=session_in, naming=naming)
    engine = httpx.ASGITransport(emulated.emulator(sandbox.books, Switchboard(), version))
    made = settings()
    source = connector.build("wholesale", made, HttpTransport("wholesale", made, engine=engine), Clock())

    listed = await source.list_invoices(listing(account("wholesale", ACCOUNT)), operation())

    assert "0070145" in [invoice.number for invoice in listed.invoices]


@pytest.mark.parametrize(
    "login",
    [
        httpx.Response(200, headers={"Set-Cookie": "ss-id=s-1"}),
        httpx.Response(204, headers={"Set-Cookie": "ss-id=s-1"}),
        httpx.Response(200, headers={"Set-Cookie": "ss-id=s-1", "Content-Type": "application/json"}, content=b"null"),
    ],
)
async def test_a_cookie_beside_no_object_or_text_gives_no_session(login: httpx.Response) -> None:
    made = settings()
    engine = httpx.MockTransport(lambda _request: login)
    source = connector.build("wholesale", made, HttpTransport("wholesale", made, engine=engine), Clock())

    with pytest.raises(SourceProtocolError):
        await source.list_invoices(listing(account("wholesale", ACCOUNT)), operation())


async def test_a_login_that_sets_another_cookie_alone_gives_no_session() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        headers: Any = [("Set-Cookie", "ss-pid=p; Path=/"), ("Set-Cookie", "not-ss-id=n"), ("Set-Cookie", "ss-id=; a")]
        return httpx.Response(200, headers=headers, json={"UserId": "1"})

    made = settings()
    engine = httpx.MockTransport(answer)
    source = connector.build("wholesale", made, HttpTransport("wholesale", made, engine=engine), Clock())

    with pytest.raises(SourceProtocolError):
        await source.list_invoices(listing(account("wholesale", ACCOUNT)), operation())

    assert [request.method for request in asked] == ["POST"]
