"""The emulated netFORUM's logins, its tokens and what it locks, as its vendor's pages and captures show them."""

from __future__ import annotations

import httpx
from lxml import etree

from sandbox import netforum
from sandbox.books import Books
from sandbox.faults import Switchboard
from tests.sandbox.netforum.tenant import (
    LIST,
    NS,
    Clock,
    call,
    connected,
    fault_of,
    listed,
    log_in,
    token_of,
)


async def test_a_login_brings_the_token_in_the_header_and_only_the_namespace_in_the_result(
    client: httpx.AsyncClient,
) -> None:
    response = await call(client, "Authenticate", userName="xweb", password="sandbox")

    root = etree.fromstring(response.content)
    header = next(root.iter(f"{NS}AuthorizationToken"))
    assert root.findtext(f".//{NS}AuthenticateResult") == "http://www.avectra.com/2005/"
    assert header.get("{http://schemas.xmlsoap.org/soap/envelope/}actor")
    assert len(token_of(response)) == 36


async def test_a_token_that_was_never_issued_is_a_bare_locked_fault(client: httpx.AsyncClient) -> None:
    response = await listed(client, "http://www.avectra.com/2005/")

    assert response.status_code == 500
    assert fault_of(response) == {"faultstring": "Locked"}


async def test_an_absolute_token_ends_after_20_minutes_however_often_it_was_used(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    token = await log_in(client)
    clock.now += 19 * 60
    used = await listed(client, token)
    clock.now += 60

    response = await listed(client, token)

    assert token_of(used) == token
    assert response.status_code == 500
    assert "InvalidTokenException" in fault_of(response)
    assert fault_of(response)["Message"] == "Invalid Token Value"


async def test_a_sliding_token_is_replaced_by_every_answer_and_lives_on(
    books: Books, board: Switchboard, clock: Clock
) -> None:
    client = connected(books, board, netforum.Settings(tokens="sliding", clock=clock))
    first = await log_in(client)
    second = token_of(await listed(client, first))
    clock.now += 19 * 60
    third = token_of(await listed(client, second))
    clock.now += 19 * 60

    assert len({first, second, third}) == 3
    assert "InvalidTokenException" in fault_of(await listed(client, first))
    assert (await listed(client, third)).status_code == 200


async def test_a_single_use_token_is_spent_by_its_first_call(books: Books, board: Switchboard, clock: Clock) -> None:
    client = connected(books, board, netforum.Settings(tokens="single_use", clock=clock))
    token = await log_in(client)

    assert (await listed(client, token)).status_code == 200
    assert "InvalidTokenException" in fault_of(await listed(client, token))


async def test_a_wrong_password_is_a_fault_with_the_vendors_detail(client: httpx.AsyncClient) -> None:
    response = await call(client, "Authenticate", userName="xweb", password="guess")

    fault = fault_of(response)
    assert response.status_code == 500
    assert fault["faultcode"] == "soap:Client"
    assert fault["faultstring"].startswith(
        "System.Web.Services.Protocols.SoapException: Invalid Credentials Supplied\n"
    )
    assert "InvalidCredentialsExceptionInfo" in fault
    assert fault["StackTrace"].startswith("   at Avectra.netForum.xWeb")


async def test_25_wrong_passwords_lock_the_right_one_out(client: httpx.AsyncClient) -> None:
    for _ in range(25):
        await call(client, "Authenticate", userName="xweb", password="guess")

    response = await call(client, "Authenticate", userName="xweb", password="sandbox")

    assert "LockedCredentialsExceptionInfo" in fault_of(response)
    assert fault_of(response)["Message"] == "Credentials Locked Out"


async def test_a_key_that_is_no_guid_faults_and_100_faults_lock_the_user_until_the_next_day(
    client: httpx.AsyncClient, clock: Clock
) -> None:
    token = await log_in(client)
    faults = [await listed(client, token, "0070145") for _ in range(100)]
    locked = await listed(client, await log_in(client))
    clock.now += 86400

    assert {fault_of(response)["Message"] for response in faults} == {"Invalid Parameters."}
    assert fault_of(locked) == {"faultstring": "Locked"}
    assert (await listed(client, await log_in(client))).status_code == 200


async def test_100_calls_with_a_token_that_is_over_lock_the_user_too_until_the_reset(
    client: httpx.AsyncClient, board: Switchboard, clock: Clock
) -> None:
    over = await log_in(client)
    clock.now += 20 * 60

    faults = [await listed(client, over) for _ in range(100)]

    assert {fault_of(response)["Message"] for response in faults} == {"Invalid Token Value"}
    assert fault_of(await listed(client, await log_in(client))) == {"faultstring": "Locked"}
    board.reset()
    assert (await listed(client, await log_in(client))).status_code == 200


async def test_a_fault_ends_a_sliding_token_too_and_brings_the_next_over_both_protocols(
    books: Books, board: Switchboard, clock: Clock
) -> None:
    client = connected(books, board, netforum.Settings(tokens="sliding", clock=clock))
    first = await log_in(client)
    declined = await listed(client, first, "0070145")
    second = token_of(declined)
    bearer = {"Authorization": f"Bearer {second}"}
    again = await client.get(f"/xWeb/JSON/{LIST}", params={"CustomerKey": "0070145"}, headers=bearer)
    third = again.headers["www-authenticate"].removeprefix("Bearer token = ")

    assert fault_of(declined)["Message"] == again.json()["Message"] == "Invalid Parameters."
    assert len({first, second, third}) == 3
    assert "InvalidTokenException" in fault_of(await listed(client, first))
    assert (await listed(client, third)).status_code == 200
