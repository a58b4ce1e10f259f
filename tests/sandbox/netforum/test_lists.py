"""The emulated netFORUM's lists over SOAP, against what its vendor's pages and captures show."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree

from sandbox import netforum
from sandbox.books import Books
from sandbox.faults import Call, Fault, Switchboard
from tests.sandbox.netforum.tenant import (
    FIRST,
    GET,
    KEY,
    LIST,
    PAID_UP,
    SECOND,
    call,
    connected,
    count_of,
    fault_of,
    invoice,
    listed,
    log_in,
    rows_of,
)


async def test_the_list_holds_open_invoices_only_with_the_vendors_money_and_dates(client: httpx.AsyncClient) -> None:
    response = await listed(client, await log_in(client))

    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert count_of(response) == "2"
    assert rows_of(response) == [
        {
            "inv_key": FIRST, "inv_date": "11/03/2011", "inv_code_cp": "0070145", "inv_total": "600.0000000",
            "inv_paid": "0.0000", "inv_balance": "600.0000", "mbt_code": "AV_Inst Mbr",
        },
        {
            "inv_key": SECOND, "inv_date": "02/09/2013", "inv_code_cp": "0107106", "inv_total": "296.0000",
            "inv_paid": "118.4000", "inv_balance": "177.6000", "mbt_code": "",
        },
    ]  # fmt: skip


async def test_the_samples_customer_gets_the_vendors_sample_whose_token_is_good_from_then_on(
    client: httpx.AsyncClient,
) -> None:
    sample = await listed(client, await log_in(client), "cec29726-4a26-4c07-9162-048020e42241")
    after = await listed(client, "1be16158-7d91-489a-97c4-fbdbfb0be1d6")

    digest = "30128a04df8f738d7e8ef024bb20b7202c52096ff584fe48a4a7511c60c06eac"
    assert hashlib.sha256(sample.content).hexdigest() == digest
    assert after.status_code == 200


async def test_nothing_owed_is_said_in_three_ways_and_each_account_keeps_to_one(client: httpx.AsyncClient) -> None:
    token = await log_in(client)

    answers = [(await listed(client, token, key)).text for key in PAID_UP]

    assert [(await listed(client, token, key)).text for key in PAID_UP] == answers
    assert sum('<Results recordReturn="0" />' in text for text in answers) == 1
    assert sum(f"<{LIST}Result />" in text for text in answers) == 1
    assert sum(f'<{LIST}Response xmlns="http://www.avectra.com/2005/" />' in text for text in answers) == 1


async def test_a_soap_toolkit_reads_the_description_and_strictly_what_follows_it(client: httpx.AsyncClient) -> None:
    description = await client.get("/xweb/secure/netForumXML.asmx?WSDL")
    make: Any = zeep.Client  # has no types
    toolkit = make(io.BytesIO(description.content), settings=zeep.Settings(strict=True))

    async def ask(operation: str, headers: dict[str, Any], **arguments: str) -> Any:
        message = toolkit.create_message(toolkit.service, operation, _soapheaders=headers, **arguments)
        action = {"SOAPAction": f'"http://www.avectra.com/2005/{operation}"', "Content-Type": "text/xml"}
        reply = await client.post(
            toolkit.service._binding_options["address"], content=etree.tostring(message), headers=action
        )
        binding = toolkit.service._binding
        return binding.process_reply(toolkit, binding.get(operation), reply)

    login = await ask("Authenticate", {}, userName="xweb", password="sandbox")
    token = {"AuthorizationToken": {"Token": login.header.AuthorizationToken.Token}}
    listing = await ask(LIST, token, CustomerKey=KEY)
    invoice = await ask(GET, token, Key=FIRST)

    assert login.body.AuthenticateResult == "http://www.avectra.com/2005/"
    assert listing.body[f"{LIST}Result"]["_value_1"].get("recordReturn") == "2"
    assert invoice.body[f"{GET}Result"]["_value_1"][0].text == FIRST


async def test_an_unknown_soap_action_is_refused_by_name(client: httpx.AsyncClient) -> None:
    response = await call(client, "TestConnection", await log_in(client))

    assert "did not recognize the value of HTTP Header SOAPAction: TestConnection" in fault_of(response)["faultstring"]


async def test_a_tenant_with_extended_rows_moves_and_adds_fields(books: Books, board: Switchboard) -> None:
    client = connected(books, board, netforum.Settings(style="extended"))

    response = await listed(client, await log_in(client))

    assert b'<Results xmlns="" recordReturn="2">' in response.content
    assert list(rows_of(response)[0])[:3] == ["inv_chapter_ext", "inv_region_ext", "mbt_code"]


@pytest.mark.parametrize(
    ("kind", "count", "rows"), [("duplicate_rows", "3", 3), ("lying_count", "1", 2), ("short_page", "2", 1)]
)
async def test_an_armed_fault_spoils_the_next_list_once(
    client: httpx.AsyncClient, board: Switchboard, kind: str, count: str, rows: int
) -> None:
    token = await log_in(client)
    board.faults["association"] = Fault(kind, times=1, match="OpenInvoiceGetList")

    spoiled = await listed(client, token)
    after = await listed(client, token)

    assert (count_of(spoiled), len(rows_of(spoiled))) == (count, rows)
    assert (count_of(after), len(rows_of(after))) == ("2", 2)


async def test_a_short_page_is_half_the_rows_as_at_the_other_sources(
    client: httpx.AsyncClient, board: Switchboard, books: Books
) -> None:
    for number in (1, 2):
        books.issue(invoice(f"22222222-2222-4222-8222-22222222222{number}", f"20{number}", "10.00"))
    board.faults["association"] = Fault("short_page", times=1)

    short = await listed(client, await log_in(client))

    assert (count_of(short), len(rows_of(short))) == ("4", 2)


async def test_an_expired_token_and_an_error_with_status_200_come_on_request(
    client: httpx.AsyncClient, board: Switchboard
) -> None:
    token = await log_in(client)
    board.faults["association"] = Fault("expired_token", times=1)
    expired = await listed(client, token)
    board.faults["association"] = Fault("error_200", times=1)
    error = await listed(client, await log_in(client))

    assert "InvalidTokenException" in fault_of(expired)
    assert error.status_code == 200
    assert "SystemExceptionInfo" in fault_of(error)


async def test_a_call_is_recorded_with_its_operation_and_account_and_no_credential(
    books: Books, board: Switchboard
) -> None:
    recorded = Call("association", "")
    app: Callable[..., Any] = netforum.emulator(books, board)

    async def recording(scope: Any, receive: Any, send: Any) -> None:
        scope["sandbox.call"] = recorded
        await app(scope, receive, send)

    client = httpx.AsyncClient(transport=httpx.ASGITransport(recording), base_url="http://association.test")
    await listed(client, await log_in(client))

    assert (recorded.operation, recorded.account, recorded.ids) == (LIST, KEY, [])
