"""A tenant with one customer who owes, asked over SOAP as its clients ask, and its answers taken apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
from lxml import etree

from sandbox import netforum
from sandbox.books import Books, Invoice, Line
from sandbox.faults import Switchboard

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
