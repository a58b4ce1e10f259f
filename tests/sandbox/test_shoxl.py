"""The emulated Shoxl connector against its vendor's guide, over a real socket, as REST and as SOAP."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from itertools import chain
from typing import Any

import httpx
import pytest
from lxml import etree

from sandbox import shoxl
from sandbox.books import Account, Books, Invoice
from sandbox.faults import Fault, Switchboard
from sandbox.server import Sandbox

NS = "{http://shoxl.com/ShoxlService}"
ACTION = '"http://shoxl.com/ShoxlService/GetInvoiceHistory"'


class Shop:
    """A caller of the connector, for the account of sixty invoices."""

    def __init__(self, client: httpx.Client, sandbox: Sandbox) -> None:
        self.client, self.sandbox = client, sandbox
        self.account = account_with(sandbox.books, 60)
        self.invoices: list[Invoice] = sandbox.books.invoices["shop", self.account.key]

    def post(self, body: object) -> httpx.Response:
        return self.client.post(f"{self.sandbox.url('shop')}/Shoxl/v1/GetInvoiceHistory", json=body)

    def page(self, number: int | None = None, account: str = "") -> Any:
        body: dict[str, object] = {"accountNumber": account or self.account.key}
        if number is not None:
            body["pageNumber"] = number
        return json.loads(self.post(body).text, parse_float=Decimal)

    def numbers(self, number: int) -> list[str]:
        return [item["invoiceNumber"] for item in self.page(number)["orders"]]

    def soap(self, inner: str, action: str = ACTION, namespace: str = NS[1:-1]) -> httpx.Response:
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": action}
        body = soap_body(inner, namespace)
        return self.client.post(f"{self.sandbox.url('shop')}/Shoxl/ShoxlService", content=body, headers=headers)


def soap_body(inner: str, namespace: str) -> str:
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<GetInvoiceHistory xmlns="{namespace}"><request>{inner}</request></GetInvoiceHistory>'
        "</s:Body></s:Envelope>"
    )


def account_with(books: Books, invoices: int) -> Account:
    return next(a for a in books.accounts if a.source == "shop" and len(books.of("shop", a.key) or ()) == invoices)


def account_in_division(books: Books) -> Account:
    return next(a for a in books.accounts if a.source == "shop" and a.context)


@pytest.fixture
def shop(client: httpx.Client, sandbox: Sandbox) -> Shop:
    return Shop(client, sandbox)


def test_sixty_invoices_are_three_pages_of_twenty_newest_first(shop: Shop) -> None:
    pages = [shop.numbers(page) for page in (1, 2, 3)]

    assert [len(page) for page in pages] == [20, 20, 20]
    assert [*chain(*pages)] == [invoice.number for invoice in shop.invoices]
    assert shop.page(1)["totalPages"] == 3


def test_a_page_beyond_the_last_is_empty_and_no_error(shop: Shop) -> None:
    answer = shop.page(4)
    assert (answer["orders"], answer["errorCode"], answer["totalPages"]) == ([], None, 3)


@pytest.mark.parametrize("page", [None, 0, 1])
def test_no_page_number_and_zero_mean_the_first_page(shop: Shop, page: int | None) -> None:
    assert shop.page(page)["orders"][0]["invoiceNumber"] == shop.invoices[0].number


def test_the_same_number_is_another_debtor_in_another_division(shop: Shop) -> None:
    account = account_in_division(shop.sandbox.books)
    own = [invoice.number for invoice in shop.sandbox.books.invoices["shop", account.key][:20]]

    def asked(division: str) -> Any:
        return shop.post({"accountNumber": account.key, "context": {"divisionCode": division}}).json()

    assert [item["invoiceNumber"] for item in asked("200")["orders"]] == own
    assert {item["customerNumber"] for item in asked("100")["orders"]} == {account.key}
    assert {item["invoiceNumber"] for item in asked("100")["orders"]}.isdisjoint(own)


@pytest.mark.parametrize("context", [None, {}, {"divisionCode": None}])
def test_an_account_in_a_division_is_an_error_without_it(shop: Shop, context: object) -> None:
    answer = shop.post({"accountNumber": account_in_division(shop.sandbox.books).key, "context": context}).json()

    assert (answer["errorCode"], answer["orders"]) == ("DIVISION_REQUIRED", None)


def test_a_document_is_found_in_its_own_division_alone(shop: Shop) -> None:
    account = account_in_division(shop.sandbox.books)
    number = shop.sandbox.books.invoices["shop", account.key][0].number

    def asked(context: object) -> Any:
        body = {"invoiceNumber": number, "customerNumber": account.key, "context": context}
        return shop.client.post(f"{shop.sandbox.url('shop')}/Shoxl/v1/GetInvoice", json=body).json()["errorCode"]

    assert [asked(context) for context in ({"divisionCode": "200"}, {"divisionCode": "100"}, None)] == [
        None,
        "INVOICE_UNKNOWN",
        "INVOICE_UNKNOWN",
    ]


def test_soap_has_no_place_for_a_division(shop: Shop) -> None:
    answer = shop.soap(f"<AccountNumber>{account_in_division(shop.sandbox.books).key}</AccountNumber>")
    assert "ErrorCode>DIVISION_REQUIRED<" in answer.text


def test_the_request_is_echoed_with_its_context(shop: Shop) -> None:
    asked = {"accountNumber": shop.account.key, "pageNumber": 2, "context": {"divisionCode": "100"}}
    assert shop.post(asked).json()["request"] == asked


def test_an_unknown_account_is_an_error_code_with_status_200(shop: Shop) -> None:
    answer = shop.page(account="99999999")
    assert (answer["errorCode"], answer["orders"], answer["totalPages"]) == ("DEBTOR_UNKNOWN", None, 0)


@pytest.mark.parametrize("body", [{}, {"accountNumber": 10025}, {"accountNumber": "1", "pageNumber": "1"}, []])
def test_a_body_that_the_swagger_file_forbids_is_400(shop: Shop, body: object) -> None:
    assert shop.post(body).status_code == 400


def test_an_item_has_the_names_of_the_vendors_table_with_the_capital_o(shop: Shop) -> None:
    assert list(shop.page(1)["orders"][0]) == [
        "customerNumber", "downloadablePdfUri", "invoiceDate", "invoiceNumber", "OrderNumber",
        "totalOutstanding", "totalPrice",
    ]  # fmt: skip


def test_dates_come_alone_and_with_a_time(shop: Shop) -> None:
    dates = [item["invoiceDate"] for page in (1, 2, 3) for item in shop.page(page)["orders"]]

    assert {len(date) for date in dates} >= {len("2026-07-01"), len("2026-07-01T00:00:00")}
    assert [date[:10] for date in dates] == [str(invoice.issued) for invoice in shop.invoices]


def test_credit_notes_are_negative(shop: Shop) -> None:
    credit = next(i for i in shop.sandbox.books.of_source("shop") if i.type == "credit_note")
    pages = [shop.page(number, credit.account_key)["orders"] for number in (1, 2, 3)]
    item = next(item for item in chain(*pages) if item["invoiceNumber"] == credit.number)

    assert item["totalPrice"] == credit.gross < 0


def test_awkward_values_are_on_the_wire_exactly_as_texts(shop: Shop) -> None:
    account = next(a for a in shop.sandbox.books.accounts if (a.customer_id, a.source) == ("C-1003", "shop"))
    text = shop.post({"accountNumber": account.key}).text

    assert '"invoiceNumber":"0070145"' in text
    assert '"totalPrice":600.0000000' in text
    assert '"totalPrice":12345678901234567.89' in text


def test_some_paid_invoices_are_outstanding_by_what_doubles_leave_over_rest_alone(shop: Shop) -> None:
    told = {item["invoiceNumber"]: item["totalOutstanding"] for page in (1, 2, 3) for item in shop.page(page)["orders"]}
    exact = {invoice.number: invoice.balance for invoice in shop.invoices}
    soap = shop.soap(f"<AccountNumber>{shop.account.key}</AccountNumber>")

    assert any(exact[number] == 0 < abs(amount) for number, amount in told.items())
    assert max(abs(exact[number] - amount) for number, amount in told.items()) < Decimal("1E-9")
    assert {Decimal(of.text or "") for of in etree.fromstring(soap.content).iter(f"{NS}TotalOutstanding")} <= {
        *exact.values()
    }


def test_the_link_of_an_item_leads_to_a_pdf(shop: Shop) -> None:
    answer = shop.client.get(shop.page(1)["orders"][0]["downloadablePdfUri"])

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.4")
    table = int(answer.content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert answer.content[table:].startswith(b"xref")


def test_get_invoice_gives_the_same_document_as_base64(shop: Shop) -> None:
    item = shop.page(1)["orders"][0]
    asked = {"invoiceNumber": item["invoiceNumber"], "customerNumber": item["customerNumber"]}
    answer = shop.client.post(f"{shop.sandbox.url('shop')}/Shoxl/v1/GetInvoice", json=asked).json()

    assert base64.b64decode(answer["invoicePDF"]) == shop.client.get(item["downloadablePdfUri"]).content


async def test_another_page_size_is_the_shops_choice(generated: Books) -> None:
    app = shoxl.emulator(generated, Switchboard(), page_size=7)
    body = {"accountNumber": account_with(generated, 60).key}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp") as client:
        answer = (await client.post("/Shoxl/v1/GetInvoiceHistory", json=body)).json()

    assert (len(answer["orders"]), answer["totalPages"]) == (7, 9)


def test_a_page_shift_moves_the_last_row_of_the_first_page_to_the_second(shop: Shop) -> None:
    shop.sandbox.board.faults["shop"] = Fault("page_shift", times=1)

    first, second = shop.numbers(1), shop.numbers(2)

    assert second[0] == first[-1]
    assert shop.page(1)["totalPages"] == 4


def test_faults_of_meaning_change_what_a_page_says(shop: Shop) -> None:
    whole = shop.numbers(1)

    def with_fault(kind: str) -> tuple[list[str], Any]:
        shop.sandbox.board.faults["shop"] = Fault(kind, times=1)
        answer = shop.page(1)
        return [item["invoiceNumber"] for item in answer["orders"] or ()], answer

    assert with_fault("short_page")[0] == whole[:10]
    assert with_fault("out_of_order")[0] == whole[::-1]
    assert with_fault("duplicate_rows")[0] == [*whole, whole[0]]
    assert with_fault("lying_count")[1]["totalPages"] == 10
    assert with_fault("error_200")[1]["errorCode"] == "ERP-500"
    uncoded = with_fault("error_uncoded")[1]
    assert (uncoded["errorCode"], uncoded["errorDescription"], uncoded["orders"]) == (
        None,
        "The ERP system cannot be reached",
        None,
    )
    assert with_fault("foreign_row")[1]["orders"][-1]["customerNumber"] != shop.account.key


def test_the_erps_error_may_come_with_status_500_over_soap_as_a_fault(shop: Shop) -> None:
    shop.sandbox.board.faults["shop"] = Fault("error_500", times=2)

    rest = shop.post({"accountNumber": shop.account.key})
    soap = shop.soap(f"<AccountNumber>{shop.account.key}</AccountNumber>")

    assert (rest.status_code, rest.json()["errorCode"]) == (500, "ERP-500")
    assert (soap.status_code, etree.fromstring(soap.content).findtext(".//faultcode")) == (500, "soap:Server")


def test_soap_gives_the_same_page_in_pascal_case(shop: Shop) -> None:
    answer = shop.soap(f"<AccountNumber>{shop.account.key}</AccountNumber><PageNumber>2</PageNumber>")
    result = etree.fromstring(answer.content).find(f".//{NS}GetInvoiceHistoryResult")

    assert result is not None
    assert [child.tag for child in result] == [f"{NS}{name}" for name in ("Orders", "Request", "TotalPages")]
    assert [number.text for number in result.iter(f"{NS}InvoiceNumber")] == shop.numbers(2)
    assert result.findtext(f"{NS}Request/{NS}PageNumber") == "2"


def test_soap_writes_awkward_values_exactly(shop: Shop) -> None:
    account = next(a for a in shop.sandbox.books.accounts if (a.customer_id, a.source) == ("C-1003", "shop"))
    text = shop.soap(f"<AccountNumber>{account.key}</AccountNumber>").text

    assert "TotalPrice>600.0000000<" in text
    assert "TotalPrice>12345678901234567.89<" in text


def test_soap_tells_an_unknown_account_by_an_error_code(shop: Shop) -> None:
    answer = shop.soap("<AccountNumber>99999999</AccountNumber>")
    assert answer.status_code == 200
    assert "ErrorCode>DEBTOR_UNKNOWN<" in answer.text


@pytest.mark.parametrize(("inner", "action"), [("", ACTION), ("<AccountNumber>1</AccountNumber>", '"urn:other"')])
def test_a_soap_call_that_cannot_be_read_is_a_fault_with_status_500(shop: Shop, inner: str, action: str) -> None:
    answer = shop.soap(inner, action)

    assert answer.status_code == 500
    assert etree.fromstring(answer.content).findtext(".//faultcode") == "soap:Client"


@pytest.mark.parametrize("namespace", ["", "urn:other", f"{NS[1:-1]}/"])
def test_a_request_in_another_namespace_is_bound_to_nothing(shop: Shop, namespace: str) -> None:
    answer = shop.soap(f"<AccountNumber>{shop.account.key}</AccountNumber>", namespace=namespace)

    assert answer.status_code == 500
    assert etree.fromstring(answer.content).findtext(".//faultcode") == "soap:Server"


def test_a_member_in_another_namespace_is_not_there(shop: Shop) -> None:
    answer = shop.soap(f'<AccountNumber xmlns="urn:other">{shop.account.key}</AccountNumber>')
    assert answer.status_code == 500


async def test_an_installation_may_spell_its_namespace_with_a_slash(generated: Books) -> None:
    namespace = f"{NS[1:-1]}/"
    app = shoxl.emulator(generated, Switchboard(), namespace=namespace)
    inner = f"<AccountNumber>{account_with(generated, 60).key}</AccountNumber>"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp") as client:
        told = [
            await client.post("/Shoxl/ShoxlService", content=soap_body(inner, spelt), headers={"SOAPAction": ACTION})
            for spelt in (namespace, NS[1:-1])
        ]

    assert [answer.status_code for answer in told] == [200, 500]
    assert f"{{{namespace}}}InvoiceNumber" in {element.tag for element in etree.fromstring(told[0].content).iter()}
