"""Half a character, one that XML forbids, an endless number, in a sound answer: each costs itself alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import msgspec
import pytest

from resolvers.model.errors import SourceProtocolError
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.sources import shoxl
from resolvers.sources.counts import read_count
from resolvers.transport.json import whole_characters
from tests.sources import shop as webstore
from tests.sources import test_kruitbosch_overview as wholesale
from tests.sources.scripted import Script
from tests.sources.scripted import source as scripted
from tests.sources.test_kruitbosch_client import Portal
from tests.sources.upstream import account, listing, operation
from tests.sources.xweb import KEY, XJson, XWeb, json_reply, json_source, listed, row, rows
from tests.sources.xweb import source as xml_source

ENDLESS = "9" * 5_000


async def _shoxl(number: str, pages: str = "1") -> InvoiceList:
    told = f'{{"orders":[{{"invoiceNumber":"{number}"}},{{"invoiceNumber":"7"}}],"totalPages":{pages}}}'
    query = ListQuery(account=account("here", "10025"), fields=frozenset())
    return await scripted(shoxl, Script(told)).list_invoices(query, operation())


async def _open2b(number: str, count: str = "2") -> InvoiceList:
    records = webstore.reply(f'{{"id":6,"number":"{number}"}}', '{"id":7,"number":"7"}', count=2)
    return await webstore.listed(records.replace('"count":2', f'"count":{count}'))


async def _kruitbosch(number: str, next_page: str = "0") -> InvoiceList:
    told = wholesale.page({"InvoiceNr": "6"}, {"InvoiceNr": "7"}, NextPage="next")
    text = msgspec.json.encode(told).decode().replace('"6"', f'"{number}"').replace('"next"', next_page)
    upstream = Portal(lambda _: httpx.Response(200, headers={"Content-Type": "application/json"}, content=text))
    return await wholesale.source(upstream).list_invoices(listing(wholesale.ACCOUNT), operation())


async def _netforum(number: str, count: str = "2") -> InvoiceList:
    told = msgspec.json.encode(rows("6", "7")).decode().replace('"recordReturn":"2"', f'"recordReturn":"{count}"')
    content = told.replace('"inv_key":"6"', f'"inv_key":"6","inv_code_cp":"{number}"').encode()
    return await json_source(XJson(lambda _: json_reply(content))).list_invoices(
        listing(account("dues", KEY)), operation()
    )


SOURCES = [_shoxl, _open2b, _kruitbosch, _netforum]


@pytest.mark.parametrize("ask", SOURCES)
@pytest.mark.parametrize("half", ["\\ud83d", "\\uDC00", "\\ud83d\\u0041", "\\ud83d\\ud83d"])
async def test_half_a_character_costs_no_answer(ask: Callable[..., Awaitable[InvoiceList]], half: str) -> None:
    answer = await ask(f"6{half}")

    numbers = [invoice.number for invoice in answer.invoices]
    assert len(numbers) == 2
    assert any((number or "").startswith("6\ufffd") for number in numbers)
    msgspec.json.encode(answer)  # as half a character could not be


async def test_a_character_that_xml_forbids_costs_no_answer() -> None:
    upstream = XWeb(lambda _token: listed(row("6").replace("</Result>", "<mbt_code>A&#x1F;B</mbt_code></Result>")))

    answer = await xml_source(upstream).list_invoices(listing(account("dues", KEY)), operation())

    assert [invoice.membership_code for invoice in answer.invoices] == ["A\ufffdB"]


@pytest.mark.parametrize("ask", [_shoxl, _open2b, _netforum])
async def test_a_count_of_endless_digits_is_none(ask: Callable[..., Awaitable[InvoiceList]]) -> None:
    answer = await ask("6", ENDLESS)

    assert (len(answer.invoices), answer.total_pages, answer.total_count) == (2, None, None)


async def test_a_next_page_of_endless_digits_is_an_error() -> None:
    with pytest.raises(SourceProtocolError):
        await _kruitbosch("6", ENDLESS)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb'"\ud83d\ude00"', rb'"\ud83d\ude00"'),
        (rb'"\uD83D\uDE00\uD83D"', rb'"\uD83D\uDE00\ufffd"'),
        (rb'"\\ud83d"', rb'"\\ud83d"'),
        (rb'"\\\ud83d"', rb'"\\\ufffd"'),
        (rb'"\ud83d\\ude00"', rb'"\ufffd\\ude00"'),
        (rb'"\ude00\ud83d"', rb'"\ufffd\ufffd"'),
        (rb'"\ud7ff\ue000\n\""', rb'"\ud7ff\ue000\n\""'),
        (rb'"\ud83', rb'"\ud83'),
    ],
)
def test_only_half_characters_are_replaced(written: bytes, read: bytes) -> None:
    assert whole_characters(written) == read


@pytest.mark.parametrize(
    ("text", "count"),
    [("12", 12), (" 007 ", 7), ("9" * 9, 999_999_999), ("9" * 10, None), (ENDLESS, None), ("²", None), ("-1", None)],
)
def test_a_count_is_plain_digits_and_no_more_than_any_list_is_long(text: str, count: int | None) -> None:
    assert read_count(text) == count
