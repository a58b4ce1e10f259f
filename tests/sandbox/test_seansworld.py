"""The emulated seansworld against its vendor's page, through its own wire."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import httpx
import pytest
from lxml import etree

from sandbox import seansworld
from sandbox.books import Account, Address, Books, Customer, Invoice, Line
from sandbox.faults import Call, Fault, Switchboard
from sandbox.seansworld.documents import form_of

ZERO = Decimal(0)
SHIPPED = datetime.combine(date(2015, 1, 26), time())
OWNER, OTHER = "212215", "212216"
IDS = [str(number) for number in range(3001, 3021)]
BROKEN, FLAT, NESTED = (next(key for key in IDS if form_of(key) == form) for form in ("broken", "flat", "nested"))
SAMPLE_DIGEST = "9131f48f07d64f275c62bc3837bcae38b3242ddbf2fddd8c9f93595206ac8b18"


def invoice(key: str) -> Invoice:
    lines = (
        Line("1995", "Hose", Decimal(2), Decimal("4.95"), ZERO),
        Line("915", "Washer", Decimal("1.5"), Decimal("0.955"), ZERO),
    )
    return Invoice(
        "orders", OWNER, key, key, "invoice", "open", date(2015, 1, 25), None, SHIPPED, "USD", lines,
        net=Decimal("11.3325"), tax=Decimal("2.54"), shipping=Decimal(10), fee=ZERO, gross=Decimal("23.87"), paid=ZERO,
        shipping_method="UPS", instructions="Leave at door & ring < twice", raw={"shipDate": "o1/26/2015"},
    )  # fmt: skip


@pytest.fixture
def books() -> Books:
    address = Address(
        first_name="John", last_name="Doe", street1="221 Main Street", street2="Apt 7", city="Springfield",
        region="IL", postal_code="62701", country="US",
    )  # fmt: skip
    customers = (Customer("C-1", "John Doe", "", "", "", "en-US", address),)
    accounts = (Account("C-1", "orders", OWNER, OWNER), Account("C-2", "orders", OTHER, OTHER))
    return Books(customers, accounts, {("orders", OWNER): [invoice(key) for key in IDS], ("orders", OTHER): []})


@pytest.fixture
def board() -> Switchboard:
    return Switchboard()


@pytest.fixture
def client(books: Books, board: Switchboard) -> httpx.AsyncClient:
    return connected(books, board)


def connected(books: Books, board: Switchboard, settings: seansworld.Settings | None = None) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(seansworld.emulator(books, board, settings))
    return httpx.AsyncClient(transport=transport, base_url="http://orders.test")


async def read(client: httpx.AsyncClient, key: str) -> httpx.Response:
    return await client.get("/invoicesAPI/", params={"invoiceID": key})


async def test_invoice_2011_is_the_vendors_sample_byte_for_byte(client: httpx.AsyncClient) -> None:
    response = await read(client, "2011")

    assert response.headers["content-type"] == "text/xml"
    assert response.content.startswith(b"<invoice-info>\n\n<invoiceID>2011</invoiceID>")
    assert hashlib.sha256(response.content).hexdigest() == SAMPLE_DIGEST


async def test_most_documents_are_broken_just_like_the_sample(client: httpx.AsyncClient) -> None:
    response = await read(client, BROKEN)

    assert response.text.split("\n\n") == [
        "<invoice-info>", f"<invoiceID>{BROKEN}</invoiceID>", "<custID>212215</custID>", "<items>",
        "<line>1</line>", "<itemID>1995</itemID>", "<qty>2</qty>", "<price>4.95</price>", "</line>",
        "<line>2</line>", "<itemID>915</itemID>", "<qty>1.5</qty>", "<price>0.955</price>", "</line>", "</items>",
        "<orderDate>01/25/2015</orderDate>", "<fillDate>01/25/2015</fillDate>", "<shipDate>o1/26/2015</shipDate>",
        "<shipMethod>UPS</shipMethod>", "<tax>2.54</tax>", "<shipChgs>10.00</shipChgs>", "<invTotal>23.87</invTotal>",
        "<instructions>Leave at door & ring < twice</instructions>", "<invoice-info>",
    ]  # fmt: skip


@pytest.mark.parametrize("key", [FLAT, NESTED])
async def test_some_documents_are_well_formed_and_say_the_same(client: httpx.AsyncClient, key: str) -> None:
    root = etree.fromstring((await read(client, key)).content)

    assert root.tag == "invoice-info"
    assert [element.text for element in root.iter("itemID")] == ["1995", "915"]
    assert root.findtext("instructions") == "Leave at door & ring < twice"
    assert len(root.findall("items/line[@num]")) == (2 if key == NESTED else 0)


async def test_an_unknown_id_is_told_in_three_ways_and_each_id_keeps_to_one(client: httpx.AsyncClient) -> None:
    responses = [await read(client, key) for key in ("9000", "9001", "9002")]

    answers = {(response.status_code, response.text) for response in responses}
    assert answers == {(404, "Not Found"), (200, ""), (200, "<invoice-info></invoice-info>")}


async def test_the_samples_own_calls_work_too(client: httpx.AsyncClient) -> None:
    by_the_other_path = await client.get("/custInfoAPI/", params={"invoiceID": "2011"})
    with_a_body = await client.request("GET", "/custInfoAPI/", data={"invoiceID": "2011"})

    assert by_the_other_path.content == with_a_body.content == (await read(client, "2011")).content


async def test_a_customer_is_told_by_the_documented_fields(client: httpx.AsyncClient) -> None:
    response = await client.get("/custInfoAPI/", params={"custID": OWNER})

    for tag in (
        "<custID>212215</custID>", "<firstName>John</firstName>", "<streetName>Main Street</streetName>",
        "<streetNum>221</streetNum>", "<unitNum>Apt 7</unitNum>", "<zip>62701</zip>", "<terms>Net 30</terms>",
    ):  # fmt: skip
        assert tag in response.text


async def test_a_call_without_the_configured_header_is_refused(books: Books, board: Switchboard) -> None:
    client = connected(books, board, seansworld.Settings({"X-Api-Key": "sandbox"}))

    refused = await read(client, BROKEN)
    allowed = await client.get("/invoicesAPI/", params={"invoiceID": BROKEN}, headers={"X-Api-Key": "sandbox"})

    assert (refused.status_code, allowed.status_code) == (401, 200)


async def test_armed_faults_answer_somebody_elses_invoice_or_an_error_with_200(
    client: httpx.AsyncClient, board: Switchboard
) -> None:
    board.faults["orders"] = Fault("foreign_row", times=1)
    foreign = await read(client, BROKEN)
    board.faults["orders"] = Fault("error_200", times=1)
    error = await read(client, BROKEN)

    assert f"<invoiceID>{BROKEN}</invoiceID>\n\n<custID>{OTHER}</custID>" in foreign.text
    assert (error.status_code, error.text) == (200, "<error>The invoice could not be read</error>")
    assert (await read(client, BROKEN)).text.count(f"<custID>{OWNER}</custID>") == 1


WRITTEN = (
    "<invoice-info><custID>212216</custID><items>"
    '<line num="1"><itemID>1995</itemID><qty>2</qty><price>4.95</price></line>'
    '<line num="2"><itemID>915</itemID><qty>1</qty><price>0.95</price></line></items>'
    "<orderDate>11/20/2026</orderDate><tax>1.00</tax><shipChgs>2.00</shipChgs><invTotal>13.85</invTotal>"
    "<instructions>Fragile &amp; heavy</instructions></invoice-info>"
)


async def create(client: httpx.AsyncClient, text: str = WRITTEN) -> httpx.Response:
    return await client.post("/invoicesAPI/", content=text, headers={"Content-Type": "text/xml"})


async def test_a_created_invoice_gets_the_next_id_and_can_be_read(client: httpx.AsyncClient, books: Books) -> None:
    created = await create(client)

    stored = books.find("orders", "3021")
    assert stored is not None
    assert "<invoiceID>3021</invoiceID>" in created.text
    assert (stored.account_key, stored.gross, len(stored.lines)) == (OTHER, Decimal("13.85"), 2)
    assert stored.instructions == "Fragile & heavy"
    assert (await read(client, "3021")).text == created.text


async def test_new_numbers_are_above_those_that_an_earlier_run_has_given(books: Books, board: Switchboard) -> None:
    client = connected(books, board, seansworld.Settings(last_number=5000))

    assert "<invoiceID>5001</invoiceID>" in (await create(client)).text


async def test_an_invoice_can_be_written_as_a_form(client: httpx.AsyncClient, books: Books) -> None:
    form: dict[str, Any] = {"xustomerID": OTHER, "orderDate": "11/20/2026", "invTotal": "5.00"}

    await client.post("/invoicesAPI/", data=form | {"itemID": "7", "qty": "1", "price": "5.00"})

    assert [invoice.gross for invoice in books.of("orders", OTHER) or ()] == [Decimal("5.00")]


async def test_an_update_replaces_the_invoice_with_what_was_sent(client: httpx.AsyncClient) -> None:
    created = (await create(client)).text

    await client.put(
        "/invoicesAPI/",
        params={"invoiceID": "3021"},
        content=WRITTEN.replace("<instructions>Fragile &amp; heavy</instructions>", "<shipMethod>FedEx</shipMethod>"),
        headers={"Content-Type": "text/xml"},
    )

    after = (await read(client, "3021")).text
    assert after == created.replace("<shipMethod>", "<shipMethod>FedEx").replace("Fragile & heavy", "")


async def test_an_update_without_what_an_invoice_needs_is_refused(client: httpx.AsyncClient) -> None:
    before = (await read(client, BROKEN)).text

    response = await client.put("/invoicesAPI/", params={"invoiceID": BROKEN}, data={"shipMethod": "FedEx"})

    assert (response.status_code, response.text) == (400, "<error>orderDate is required</error>")
    assert (await read(client, BROKEN)).text == before


async def test_a_deleted_invoice_is_not_found_any_more(client: httpx.AsyncClient) -> None:
    deleted = await client.delete("/invoicesAPI/", params={"invoiceID": FLAT})

    assert deleted.status_code == 200
    assert "<invTotal>" not in (await read(client, FLAT)).text


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("212216", "999", "custID is unknown"),
        ("Fragile", "x" * 513, "instructions is longer than 512"),
        ("11/20/2026", "2026-11-20", "2026-11-20 is not MM/DD/YYYY"),
        ("11/20/2026", "13/20/2026", "13/20/2026 is not MM/DD/YYYY"),
        ("13.85", "12345678901", "invTotal is longer than 10"),
        ("</items>", "", "not well-formed"),
    ],
)
async def test_what_breaks_the_vendors_table_is_refused(
    client: httpx.AsyncClient, books: Books, old: str, new: str, problem: str
) -> None:
    response = await create(client, WRITTEN.replace(old, new))

    assert (response.status_code, response.text.startswith("<error>")) == (400, True)
    assert problem in response.text
    assert books.of("orders", OTHER) == []


async def test_a_call_is_recorded_with_its_method_invoice_and_owner(books: Books, board: Switchboard) -> None:
    recorded = Call("orders", "")
    app = seansworld.emulator(books, board)

    async def recording(scope: Any, receive: Any, send: Any) -> None:
        scope["sandbox.call"] = recorded
        await app(scope, receive, send)

    client = httpx.AsyncClient(transport=httpx.ASGITransport(recording), base_url="http://orders.test")
    await read(client, BROKEN)

    assert (recorded.operation, recorded.account, recorded.ids) == ("GET invoicesAPI", OWNER, [BROKEN])
