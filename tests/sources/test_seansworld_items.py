"""seansworld's items, where an itemsAPI is configured: names on the lines, each asked once, and a guess in shape."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from resolvers.missing import MissingField, MissingReason, missing_fields
from resolvers.model.errors import CallBudgetExceeded, SourceError, SourceProtocolError, SourceUnavailable
from resolvers.model.invoice import Invoice, Note
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import FindQuery, InvoiceSource
from resolvers.sources import seansworld
from resolvers.sources.seansworld.item import parse_item_name
from tests.sources.scripted import BASE_URL, source
from tests.sources.upstream import Clock, account, operation, transport

ACCOUNT = account("here", "212215")
NAMES = frozenset({"lines", "lines.name"})


def line(item_id: str) -> str:
    return f"<line><itemID>{item_id}</itemID><qty>1</qty><price>1.00</price></line>"


def item(item_id: str) -> httpx.Response:
    return httpx.Response(200, content=f"<item-info><itemID>{item_id}</itemID><name>Item {item_id}</name></item-info>")


class Server:
    """A server with invoices of two items; `tell` answers for an item."""

    def __init__(self, tell: Callable[[str], httpx.Response] = item, items: tuple[str, ...] = ("7", "8")) -> None:
        self.tell, self.items = tell, items
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = request.url.params
        if "itemID" in query:
            self.asked.append(query["itemID"])
            return self.tell(query["itemID"])
        lines = "".join(line(item_id) for item_id in self.items)
        values = f"<invoiceID>{query['invoiceID']}</invoiceID><custID>212215</custID><items>{lines}</items>"
        return httpx.Response(200, content=f"<invoice-info>{values}<invTotal>2.00</invTotal></invoice-info>")


def connected(server: Server) -> InvoiceSource:
    return source(seansworld, server, items_path="itemsAPI/")


async def find(of: InvoiceSource, id_: str = "1", fields: frozenset[str] = NAMES) -> Invoice:
    (invoice,) = (await of.find_invoices(FindQuery(account=ACCOUNT, fields=fields, ids=(id_,)), operation())).invoices
    return invoice


def names_of(invoice: Invoice) -> list[str | None]:
    return [line.name for line in invoice.lines or []]


@pytest.mark.parametrize("fields", [NAMES, frozenset({EVERYTHING})])
async def test_lines_have_their_items_names_where_these_are_wanted(fields: frozenset[str]) -> None:
    server = Server(items=("7", "8", "7"))

    invoice = await find(connected(server), fields=fields)

    assert names_of(invoice) == ["Item 7", "Item 8", "Item 7"]
    assert sorted(server.asked) == ["7", "8"]


async def test_no_item_is_asked_for_where_no_name_is_wanted() -> None:
    server = Server()

    invoice = await find(connected(server), fields=frozenset({"lines", "lines.sku"}))

    assert (names_of(invoice), server.asked) == ([None, None], [])


async def test_without_a_configured_path_no_item_is_asked_for() -> None:
    server = Server()
    plain = source(seansworld, server)

    invoice = await find(plain)

    assert (names_of(invoice), server.asked) == ([None, None], [])
    assert "lines.name" not in plain.capabilities.fields
    assert "lines.name" in connected(server).capabilities.fields


async def test_an_item_on_many_invoices_is_asked_for_once() -> None:
    server = Server()
    of = connected(server)

    await asyncio.gather(*(find(of, str(number)) for number in range(1, 6)))
    await find(of, "9")

    assert sorted(server.asked) == ["7", "8"]


async def test_after_an_hour_an_item_is_asked_for_again() -> None:
    server, clock = Server(items=("7",)), Clock()
    settings = seansworld.SETTINGS.model_validate({"base_url": BASE_URL, "items_path": "itemsAPI/"})
    of = seansworld.build("here", settings, transport("here", settings, server), clock)

    for passing in (timedelta(), timedelta(minutes=59), timedelta(minutes=1)):
        clock.now += passing
        await find(of)

    assert server.asked == ["7", "7"]


async def test_a_name_that_cannot_be_read_costs_itself_and_is_told() -> None:
    invoice = await find(connected(Server(lambda id_: item(id_) if id_ == "7" else httpx.Response(200, content="?"))))

    assert names_of(invoice) == ["Item 7", None]
    assert Note("VALUE_UNREADABLE", "lines.1.name") in invoice.notes
    provided = connected(Server()).capabilities.fields
    assert MissingField("lines.1.name", MissingReason.UNREADABLE) in missing_fields(invoice, provided)


async def test_an_item_that_nobody_knows_has_no_name() -> None:
    invoice = await find(connected(Server(lambda _: httpx.Response(404))))

    assert names_of(invoice) == [None, None]
    assert [note.code for note in invoice.notes] == ["CURRENCY_UNKNOWN"]


async def test_a_server_that_fails_is_an_error_and_not_an_invoice_without_names() -> None:
    with pytest.raises(SourceUnavailable):
        await find(connected(Server(lambda _: httpx.Response(503))))


async def test_items_are_taken_from_the_budget_of_calls() -> None:
    of = connected(Server(items=tuple(str(number) for number in range(1, 20))))

    with pytest.raises(CallBudgetExceeded):
        await of.find_invoices(FindQuery(account=ACCOUNT, fields=NAMES, ids=("1",)), operation(call_budget=10))


@pytest.mark.parametrize(
    "content",
    [
        "<item-info><itemID>7</itemID><itemName>Nut</itemName></item-info>",
        "<item-info>\n<itemID>7</itemID>\n<name>Nut</name>\n<item-info>",
        "<items><item><ITEMID>7</ITEMID><description>A nut</description><name>Nut</name></item></items>",
        "<item><itemID>7</itemID><title>Nut</title><price>1.00</price><stock/></item>",
    ],
)
def test_the_name_is_found_wherever_it_stands(content: str) -> None:
    assert parse_item_name("orders", content.encode(), "7") == "Nut"


@pytest.mark.parametrize("content", ["", " ", "<item-info></item-info>", "<item-info><itemID>7</itemID></item-info>"])
def test_there_may_be_no_name(content: str) -> None:
    assert parse_item_name("orders", content.encode(), "7") is None


@pytest.mark.parametrize(
    "content",
    [
        "<html><head><title>Log in</title></head></html>",
        "<item><itemID>8</itemID><name>Nut</name></item>",
        "<item><name>Nut</name></item>",
        "<item><itemID>7</itemID><name>Nut</name>",
        "<item><itemID>7</itemID><name>Nut",
        "<item><itemID>7</itemID><name>Nut</name><name>Bolt</name></item>",
        "<item><itemID>7</itemID><name>Nut</name></items>",
        "<error>no</error>",
        "no item",
    ],
)
def test_a_document_that_does_not_prove_to_be_of_the_item_is_an_error(content: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse_item_name("orders", content.encode(), "7")

    assert type(caught.value) is SourceProtocolError
