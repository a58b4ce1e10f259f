"""The emulated netFORUM against what its vendor's pages and captures show, through its own wire."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
import zeep
from lxml import etree

from sandbox import netforum
from sandbox.books import Account, Address, Books, Customer, Invoice, Line
from sandbox.faults import Call, Fault, Switchboard

KEY = "00000000-0000-4000-8000-00000000000a"
PAID_UP = [f"00000000-0000-4000-8000-{number:012x}" for number in (0x10, 0x11, 0x12)]
FIRST = "83a4965c-ae53-4d4d-a725-ef4069c399ab"
SECOND = "49e789c8-c49a-4eb0-8c37-746386225c7f"
PAID = "11111111-1111-4111-8111-111111111111"
NS = "{http://www.avectra.com/2005/}"
LIST = "WEBCentralizedShoppingCartOpenInvoiceGetList"
GET = "WEBCentralizedShoppingCartOpenInvoiceGet"


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def invoice(key: str, number: str, gross: str, paid: str = "0", **changes: Any) -> Invoice:
    amount = Decimal(gross)
    line = Line("DUES", "Dues & fees", Decimal(1), amount, Decimal(0))
    return replace(
        Invoice(
            "association", KEY, key, number, "invoice", "open", date(2011, 11, 3), None, None, "USD", (line,),
            net=amount, tax=Decimal(0), shipping=Decimal(0), fee=Decimal(0), gross=amount, paid=Decimal(paid),
        ),
        **changes,
    )  # fmt: skip


@pytest.fixture
def books() -> Books:
    address = Address(street1="1 Main St", city="Springfield", region="IL", postal_code="62701", country="US")
    customer = Customer("C-1", "Ann O'Neil", "O'Neil & Sons", "ann@example.org", "", "en-US", address)
    accounts = tuple(Account("C-1", "association", key, f"00{n}") for n, key in enumerate([KEY, *PAID_UP]))
    invoices = {
        ("association", KEY): [
            invoice(SECOND, "0107106", "296.00", "118.40", issued=date(2013, 2, 9)),
            invoice(PAID, "90000", "10.00", "10.00"),
            invoice(FIRST, "0070145", "600", membership="AV_Inst Mbr", raw={"inv_total": "600.0000000"}),
        ],
        **{("association", key): [] for key in PAID_UP},
    }
    return Books((customer,), accounts, invoices)


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(books: Books, board: Switchboard, clock: Clock) -> httpx.AsyncClient:
    return connected(books, board, netforum.Settings(clock=clock))


def connected(books: Books, board: Switchboard, settings: netforum.Settings) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(netforum.emulator(books, board, settings))
    return httpx.AsyncClient(transport=transport, base_url="http://association.test")


async def call(client: httpx.AsyncClient, operation: str, token: str = "", **arguments: str) -> httpx.Response:
    header = f"<n:AuthorizationToken><n:Token>{token}</n:Token></n:AuthorizationToken>" if token else ""
    told = "".join(f"<n:{name}>{text.replace('<', '&lt;')}</n:{name}>" for name, text in arguments.items())
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:n="http://www.avectra.com/2005/">'
        f"<s:Header>{header}</s:Header><s:Body><n:{operation}>{told}</n:{operation}></s:Body></s:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"http://www.avectra.com/2005/{operation}"'}
    return await client.post("/xweb/secure/netForumXML.asmx", content=body, headers=headers)


async def log_in(client: httpx.AsyncClient) -> str:
    return token_of(await call(client, "Authenticate", userName="xweb", password="sandbox"))


async def listed(client: httpx.AsyncClient, token: str, key: str = KEY) -> httpx.Response:
    return await call(client, LIST, token, CustomerKey=key)


def token_of(response: httpx.Response) -> str:
    return etree.fromstring(response.content).findtext(f".//{NS}AuthorizationToken/{NS}Token") or ""


def rows_of(response: httpx.Response, name: str = "Result") -> list[dict[str, str]]:
    rows = etree.fromstring(response.content).iter(f"{{*}}{name}")
    return [{etree.QName(field).localname: field.text or "" for field in row} for row in rows]


def count_of(response: httpx.Response) -> str | None:
    return next(etree.fromstring(response.content).iter("{*}Results", "{*}InvoiceObjects")).get("recordReturn")


def fault_of(response: httpx.Response) -> dict[str, str]:
    fault = etree.fromstring(response.content).find(".//{*}Fault")
    assert fault is not None
    return {etree.QName(element).localname: element.text or "" for element in fault.iter() if element is not fault}


async def test_a_login_brings_the_token_in_the_header_and_only_the_namespace_in_the_result(
    client: httpx.AsyncClient,
) -> None:
    response = await call(client, "Authenticate", userName="xweb", password="sandbox")

    root = etree.fromstring(response.content)
    header = next(root.iter(f"{NS}AuthorizationToken"))
    assert root.findtext(f".//{NS}AuthenticateResult") == "http://www.avectra.com/2005/"
    assert header.get("{http://schemas.xmlsoap.org/soap/envelope/}actor")
    assert len(token_of(response)) == 36


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


async def test_open_invoice_get_brings_lines_customer_and_address_of_any_invoice(client: httpx.AsyncClient) -> None:
    response = await call(client, GET, await log_in(client), Key=PAID)

    detail, deleted = (row for row in rows_of(response, "Invoice_Detail") if row)
    assert rows_of(response, "Invoice")[0]["inv_close_flag"] == "1"
    assert rows_of(response, "Customer")[0]["cst_name_cp"] == "Ann O'Neil"
    address = rows_of(response, "Billing_Adr")[0]
    assert (address["adr_post_code"], address["adr_country"]) == ("62701", "United States")
    assert rows_of(response, "Product")[0] == {"prd_name": "Dues & fees", "prd_code": "DUES"}
    assert (detail["ivd_qty"], detail["ivd_price"], detail["ivd_void_flag"]) == ("1.0000", "10.0000", "0")
    assert (detail["ivd_delete_flag"], deleted["ivd_delete_flag"]) == ("0", "1")


async def test_a_query_selects_columns_of_many_invoices_at_once(client: httpx.AsyncClient) -> None:
    response = await call(
        client, "GetQuery", await log_in(client),
        szObjectName="Invoice @TOP -1", szColumnList="inv_key,inv_balance", szOrderBy="inv_key",
        szWhereClause=f"inv_key IN ('{FIRST}','{PAID}') AND inv_balance <> 0",
    )  # fmt: skip

    assert count_of(response) == "1"
    assert rows_of(response, "InvoiceObject") == [{"inv_key": FIRST, "inv_balance": "600.0000"}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"szObjectName": "Individual"}, "Account is not authorized to perform Select on Individual object."),
        ({"szColumnList": "*"}, "Invalid Parameters."),
        ({"szColumnList": "inv_secret"}, "Invalid column name 'inv_secret'."),
        ({"szWhereClause": "inv_key = '' OR 1=1"}, "Invalid Parameters."),
    ],
)
async def test_a_query_that_the_vendor_would_not_take_is_a_fault(
    client: httpx.AsyncClient, query: dict[str, str], message: str
) -> None:
    asked = {"szObjectName": "Invoice", "szColumnList": "inv_key", "szWhereClause": ""} | query

    response = await call(client, "GetQuery", await log_in(client), **asked)

    assert fault_of(response)["Message"] == message


def basic(password: str = netforum.PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"xweb:{password}".encode()).decode()}


async def test_json_takes_basic_credentials_and_hands_a_bearer_token_on(client: httpx.AsyncClient) -> None:
    first = await client.post(f"/xWeb/JSON/{LIST}", json={LIST: {"CustomerKey": KEY}}, headers=basic())
    token = first.headers["www-authenticate"].removeprefix("Bearer token = ")
    second = await client.get(
        f"/xWeb/JSON/{LIST}", params={"CustomerKey": KEY}, headers={"Authorization": f"Bearer {token}"}
    )

    results = second.json()["Results"]
    assert first.json() == second.json()
    assert results["@recordReturn"] == "2"
    assert results["Result"][0] == {
        "inv_key": FIRST, "inv_date": "11/03/2011", "inv_code_cp": "0070145", "inv_total": "600.0000000",
        "inv_paid": "0.00", "inv_balance": "600.00", "inv_amount_due": "600.00", "mbt_code": " AV_Inst Mbr ",
    }  # fmt: skip
    assert results["Result"][1]["mbt_code"] is None


async def test_json_writes_a_single_row_as_an_object_and_no_row_without_its_key(
    client: httpx.AsyncClient, books: Books
) -> None:
    books.invoices["association", KEY] = books.invoices["association", KEY][:1]

    one = await client.get(f"/xWeb/JSON/{LIST}", params={"CustomerKey": KEY}, headers=basic())
    none = [
        (await client.get(f"/xWeb/JSON/{LIST}", params={"CustomerKey": key}, headers=basic())).json() for key in PAID_UP
    ]

    assert one.json()["Results"]["Result"]["inv_key"] == SECOND
    assert {"Results": {"@recordReturn": "0"}} in none
    assert {f"{LIST}Result": None} not in none


async def test_json_refuses_wrong_credentials_with_401_and_serves_the_printed_sample(client: httpx.AsyncClient) -> None:
    sample = {"CustomerKey": "dbe1371c-1731-4f87-a2e6-07c1b99c672a"}

    refused = await client.get(f"/xWeb/JSON/{LIST}", params=sample, headers=basic("guess"))
    printed = await client.get(f"/xWeb/JSON/{LIST}", params=sample, headers=basic())

    digest = "171d1cca2eed291d26d5306c53db9eb1548ae86df316c375042e899c531378d8"
    assert refused.status_code == 401
    assert hashlib.sha256(printed.content).hexdigest() == digest


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
