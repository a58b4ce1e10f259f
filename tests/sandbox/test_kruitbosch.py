"""The emulated Kruitbosch against its metadata pages and ServiceStack's habits, through its own wire."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from lxml import etree

from sandbox import kruitbosch
from sandbox.books import Account, Address, Books, Customer, Invoice
from sandbox.faults import Call, Fault, Switchboard

ZERO = Decimal(0)
JSON = {"Accept": "application/json"}
XML = {"Accept": "application/xml"}
TYPES = "{http://schemas.datacontract.org/2004/07/Webservices.ServiceModel.Types}"
OPEN = "/Customer/10025/OutstandingInvoices"


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def invoice(number: str, gross: str, paid: str = "0", **changes: Any) -> Invoice:
    amount = Decimal(gross)
    return replace(
        Invoice(
            "wholesale", "10025", number, number, "invoice", "open", date(2026, 7, 1), date(2026, 1, 1), None, "EUR",
            (), net=amount, tax=ZERO, shipping=ZERO, fee=ZERO, gross=amount, paid=Decimal(paid),
        ),
        **changes,
    )  # fmt: skip


@pytest.fixture
def books() -> Books:
    customers = tuple(Customer(f"C-{n}", "Fietsen & Co", "", "", "", "nl-NL", Address()) for n in range(5))
    keys = ("10025", "20000", "30004", "30001", "String")
    accounts = tuple(Account(f"C-{n}", "wholesale", key, key) for n, key in enumerate(keys))
    sample = invoice("String", "0", account_key="String", issued=None, due=None, currency="String")
    listed = {
        "10025": [
            invoice("0070147", "5.00", "5.00"),
            invoice("0070146", "1", raw={"InvoiceAmount": "12345678901234567.89"}, due=None),
            invoice("0070145", "12.50", "2.50"),
        ],
        "20000": [invoice("F-1", "3.00", account_key="20000")],
        "30004": [],
        "30001": [],
        "String": [sample],
    }
    return Books(customers, accounts, {("wholesale", key): invoices for key, invoices in listed.items()})


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


def connected(books: Books, board: Switchboard, **settings: Any) -> httpx.AsyncClient:
    app = kruitbosch.emulator(books, board, kruitbosch.Settings(**settings))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wholesale.test")


async def logged_in(
    books: Books, board: Switchboard, user: str = kruitbosch.USER, **settings: Any
) -> httpx.AsyncClient:
    """A client that carries the session in X-ss-id, and no cookie."""
    client = connected(books, board, **settings)
    response = await client.post("/auth/credentials", json={"UserName": user, "Password": "sandbox"})
    client.cookies.clear()
    client.headers["X-ss-id"] = {name.lower(): text for name, text in response.json().items()}["sessionid"]
    return client


@pytest.mark.parametrize("path", ["/auth/credentials", "/auth", "/json/reply/Authenticate"])
async def test_a_login_answers_a_session_id_and_the_same_as_a_cookie(
    books: Books, board: Switchboard, path: str
) -> None:
    client = connected(books, board)

    response = await client.post(
        path, json={"Provider": "credentials", "Username": "webservice", "Password": "sandbox"}
    )

    assert response.json()["UserName"] == "webservice"
    assert response.cookies["ss-id"] == response.json()["SessionId"]
    assert (await client.get(OPEN, headers=JSON)).status_code == 200


async def test_a_wrong_password_is_401_with_a_response_status(books: Books, board: Switchboard) -> None:
    response = await connected(books, board).post("/auth", data={"UserName": "webservice", "Password": "guess"})

    assert response.status_code == 401
    assert response.json() == {
        "ResponseStatus": {"ErrorCode": "Unauthorized", "Message": "Invalid Username or Password"}
    }


async def test_json_is_the_metadata_pages_with_exact_numbers_and_local_midnights(
    books: Books, board: Switchboard
) -> None:
    response = await (await logged_in(books, board)).get(OPEN, headers=JSON)

    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.text == (
        r'{"OutstandingInvoices":['
        r'{"InvoiceNr":"0070145","CustomerNumber":"10025","InvoiceDate":"\/Date(1782856800000-0000)\/",'
        r'"DueDate":"\/Date(1767222000000-0000)\/","CurrencyCode":"EUR","InvoiceAmount":12.50,"PayedAmount":2.50,'
        r'"BalanceAmount":10.00},'
        r'{"InvoiceNr":"0070146","CustomerNumber":"10025","InvoiceDate":"\/Date(1782856800000-0000)\/",'
        r'"DueDate":"\/Date(-62135596800000-0000)\/","CurrencyCode":"EUR","InvoiceAmount":12345678901234567.89,'
        r'"PayedAmount":0,"BalanceAmount":1}]}'
    )


async def test_a_newer_framework_writes_names_with_a_small_first_letter(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board, naming="camel")

    document = (await client.get(OPEN, headers=JSON)).json()

    assert list(document) == ["outstandingInvoices"]
    assert document["outstandingInvoices"][0]["invoiceNr"] == "0070145"


@pytest.mark.parametrize(
    "path", [OPEN + ".xml", OPEN + "?format=xml", "/xml/reply/OutstandingInvoices?CustomerNumber=10025"]
)
async def test_xml_is_alphabetical_with_nil_for_null(books: Books, board: Switchboard, path: str) -> None:
    response = await (await logged_in(books, board)).get(path)

    row = next(etree.fromstring(response.content).iter(f"{TYPES}OutstandingInvoice"))
    assert response.headers["content-type"].startswith("application/xml")
    assert [(etree.QName(field).localname, field.text) for field in row] == [
        ("BalanceAmount", "10.00"), ("CurrencyCode", "EUR"), ("CustomerNumber", "10025"),
        ("DueDate", "2026-01-01T00:00:00"), ("InvoiceAmount", "12.50"), ("InvoiceDate", "2026-07-01T00:00:00"),
        ("InvoiceNr", "0070145"), ("PayedAmount", "2.50"),
    ]  # fmt: skip
    assert '<ResponseStatus xmlns:d2p1="http://schemas.servicestack.net/types" i:nil="true" />' in response.text


async def test_the_samples_customer_asked_as_xml_gets_the_vendors_sample(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)
    body = (
        '<OutstandingInvoices xmlns="http://schemas.datacontract.org/2004/07/Webservices.ServiceModel.Operations">'
        "<CustomerNumber>String</CustomerNumber></OutstandingInvoices>"
    )

    response = await client.get("/Customer/String/OutstandingInvoices", headers=XML)
    posted = await client.post(
        "/xml/reply/OutstandingInvoices", content=body, headers={"Content-Type": "application/xml"}
    )

    digest = "1747ce854c1db64a37c55554aff6798d21abf0a86e34ba2ccf5d8c3c349bb103"
    assert hashlib.sha256(response.content).hexdigest() == digest
    assert posted.content == response.content


async def test_csv_is_the_list_alone(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)

    response = await client.get(OPEN, headers={"Accept": "text/csv"})
    empty = await client.get("/Customer/30001/OutstandingInvoices.csv")

    header = "InvoiceNr,CustomerNumber,InvoiceDate,DueDate,CurrencyCode,InvoiceAmount,PayedAmount,BalanceAmount"
    assert response.headers["content-disposition"] == 'attachment;filename="OutstandingInvoices.csv"'
    assert response.text.split("\r\n") == [
        header,
        "0070145,10025,2026-07-01,2026-01-01,EUR,12.50,2.50,10.00",
        "0070146,10025,2026-07-01,0001-01-01,EUR,12345678901234567.89,0,1",
        "",
    ]
    assert empty.text == header + "\r\n"


async def test_without_a_session_the_older_framework_says_401_and_nothing_else(
    books: Books, board: Switchboard
) -> None:
    response = await connected(books, board).get(OPEN, headers=JSON)

    assert (response.status_code, response.content) == (401, b"")
    assert response.headers["www-authenticate"] == 'credentials realm="/auth/credentials"'


async def test_without_a_session_the_newer_framework_explains_itself(books: Books, board: Switchboard) -> None:
    response = await connected(books, board, unauthenticated="status").get(OPEN, headers=JSON)

    assert response.status_code == 401
    assert response.json()["ResponseStatus"]["Message"] == "Not Authenticated"


async def test_a_caller_that_accepts_anything_is_sent_to_the_login_page(books: Books, board: Switchboard) -> None:
    client = connected(books, board)

    redirect = await client.get(OPEN)

    assert redirect.status_code == 302
    assert redirect.headers["location"].startswith("/login?redirect=http%3A%2F%2Fwholesale.test")
    assert "<form" in (await client.get(redirect.headers["location"])).text


async def test_a_session_ends_after_a_day(books: Books, board: Switchboard) -> None:
    clock = Clock()
    client = await logged_in(books, board, clock=clock)
    clock.now += 24 * 3600

    assert (await client.get(OPEN, headers=JSON)).status_code == 401


async def test_a_customer_sees_its_own_invoices_by_the_short_route_and_nobody_elses(
    books: Books, board: Switchboard
) -> None:
    client = await logged_in(books, board, user="20000")

    own = await client.get("/Customer/OutstandingInvoices/", headers=JSON)
    others = await client.get(OPEN, headers=JSON)

    assert [row["InvoiceNr"] for row in own.json()["OutstandingInvoices"]] == ["F-1"]
    assert others.status_code == 403


async def test_a_user_without_a_role_is_refused(books: Books, board: Switchboard) -> None:
    response = await (await logged_in(books, board, user=kruitbosch.GUEST)).get(OPEN, headers=JSON)

    assert response.status_code == 403
    assert response.json()["ResponseStatus"]["Message"] == "Invalid Role"


async def test_the_route_by_invoice_number_is_an_argument_exception(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board, user="10025", debug=True)

    response = await client.get("/Customer/OutstandingInvoices/0070145", headers=JSON)

    status = response.json()["ResponseStatus"]
    assert (response.status_code, status["ErrorCode"]) == (400, "ArgumentException")
    assert status["Message"] == "Could not find property InvoiceNumber on OutstandingInvoices"
    assert status["StackTrace"].startswith("[ArgumentException]")


@pytest.mark.parametrize(("route", "numbers"), [("ignored", ["0070145", "0070146"]), ("works", ["0070145"])])
async def test_the_route_by_invoice_number_may_be_ignored_or_work(
    books: Books, board: Switchboard, route: str, numbers: list[str]
) -> None:
    client = await logged_in(books, board, user="10025", invoice_route=route)

    response = await client.get("/Customer/OutstandingInvoices/0070145", headers=JSON)

    assert [row["InvoiceNr"] for row in response.json()["OutstandingInvoices"]] == numbers


async def test_a_query_parameter_wins_over_the_path(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)

    response = await client.get(OPEN, params={"customernumber": "20000"}, headers=JSON)

    assert [row["CustomerNumber"] for row in response.json()["OutstandingInvoices"]] == ["20000"]


async def test_nothing_outstanding_is_an_empty_list_or_no_content_and_unknown_is_404(
    books: Books, board: Switchboard
) -> None:
    client = await logged_in(books, board)

    answers = [await client.get(f"/Customer/{n}/OutstandingInvoices", headers=JSON) for n in (30004, 30001, 9)]

    assert [(response.status_code, response.text) for response in answers[:2]] == [
        (204, ""),
        (200, '{"OutstandingInvoices":[]}'),
    ]
    assert answers[2].status_code == 404


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [("duplicate_rows", ["0070145", "0070146", "0070145"]), ("foreign_row", ["0070145", "0070146", "F-1"])],
)
async def test_an_armed_fault_spoils_the_next_list_once(
    books: Books, board: Switchboard, kind: str, numbers: list[str]
) -> None:
    client = await logged_in(books, board)
    board.faults["wholesale"] = Fault(kind, times=1)

    spoiled = await client.get(OPEN, headers=JSON)
    after = await client.get(OPEN, headers=JSON)

    assert [row["InvoiceNr"] for row in spoiled.json()["OutstandingInvoices"]] == numbers
    assert len(after.json()["OutstandingInvoices"]) == 2


async def test_an_expired_session_and_an_error_with_status_200_come_on_request(
    books: Books, board: Switchboard
) -> None:
    client = await logged_in(books, board)
    board.faults["wholesale"] = Fault("error_200", times=1)
    error = await client.get(OPEN, headers=JSON)
    board.faults["wholesale"] = Fault("expired_token", times=1)
    expired = [(await client.get(OPEN, headers=JSON)).status_code for _ in range(2)]

    assert (error.status_code, error.json()["ResponseStatus"]["ErrorCode"]) == (200, "SqlException")
    assert expired == [401, 401]


@pytest.mark.parametrize("path", [OPEN, "/Customer/10025/Invoice/Overview/1"])
async def test_a_service_that_fails_says_why_in_a_500_with_its_stack_trace(
    books: Books, board: Switchboard, path: str
) -> None:
    client = await logged_in(books, board)
    board.faults["wholesale"] = Fault("error_500", times=1)

    failed, after = [await client.get(path, headers=JSON) for _ in range(2)]

    status = failed.json()["ResponseStatus"]
    assert (failed.status_code, status["ErrorCode"], after.status_code) == (500, "NullReferenceException", 200)
    assert "   at Webservices." in status["StackTrace"]


async def test_the_overview_pages_through_paid_invoices_too_newest_first(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)
    asked = {"IncludePaidInvoices": "true", "MaxQuantity": "2"}

    first = (await client.get("/Customer/10025/Invoice/Overview/", params=asked, headers=JSON)).json()
    second = (await client.get("/Customer/10025/Invoice/Overview/2", params=asked, headers=JSON)).json()

    assert [(row["InvoiceNr"], row["InvoiceOpen"]) for row in first["Invoices"]] == [
        ("0070147", False),
        ("0070146", True),
    ]
    assert first["NextPage"] == 2
    assert "DueDate" not in first["Invoices"][1]
    assert [row["InvoiceNr"] for row in second["Invoices"]] == ["0070145"]
    assert "NextPage" not in second


async def test_an_overviews_link_leads_to_a_pdf_and_a_guessed_one_to_nothing(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)
    overview = (await client.get("/Customer/10025/Invoice/Overview", headers=JSON)).json()
    link = next(row["DownloadPDFUrl"] for row in overview["Invoices"] if "DownloadPDFUrl" in row)

    document = await client.get(link)
    guessed = await client.get(link[:-1] + "x")

    assert document.content.startswith(b"%PDF-")
    assert guessed.status_code == 404


async def test_the_overviews_xml_has_nil_members(books: Books, board: Switchboard) -> None:
    response = await (await logged_in(books, board)).get("/Customer/10025/Invoice/Overview", headers=XML)

    assert '<NextPage i:nil="true" /><ResponseStatus ' in response.text
    assert '<d2p1:DueDate i:nil="true" />' in response.text


async def test_a_lying_overview_promises_a_page_that_is_empty(books: Books, board: Switchboard) -> None:
    client = await logged_in(books, board)
    board.faults["wholesale"] = Fault("lying_count", times=1)

    first = (await client.get("/Customer/10025/Invoice/Overview", headers=JSON)).json()
    promised = (await client.get(f"/Customer/10025/Invoice/Overview/{first['NextPage']}", headers=JSON)).json()

    assert promised == {"Invoices": []}


async def test_a_call_is_recorded_with_its_operation_account_and_page(books: Books, board: Switchboard) -> None:
    recorded = Call("wholesale", "")
    app = kruitbosch.emulator(books, board)

    async def recording(scope: Any, receive: Any, send: Any) -> None:
        scope["sandbox.call"] = recorded
        await app(scope, receive, send)

    client = httpx.AsyncClient(transport=httpx.ASGITransport(recording), base_url="http://wholesale.test")
    await client.post("/auth", json={"UserName": "webservice", "Password": "sandbox"})
    await client.get("/Customer/10025/Invoice/Overview/3", headers=JSON)

    assert (recorded.operation, recorded.account, recorded.page) == ("InvoicesOverview", "10025", 3)
