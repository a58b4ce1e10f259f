"""The floor: what the same answers cost in Python without GraphQL, written by hand for these four documents alone.

The same calls on the engine that the gateway uses, typed records of just the members that are needed, amounts exact,
and the response as text. It checks nothing, knows no error, and reads no document but its name.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring as quoted
from typing import Any

import aiohttp
import msgspec
import orjson
from lxml import etree

from benchmarks.upstream import association_key, customer_key
from benchmarks.workloads import SCALES, W1

_UPSTREAM = os.environ.get("BENCHMARK_UPSTREAM", "")
_OPERATION = re.compile(r"query (\w+)")
_CENT = Decimal("0.01")
_STATUSES = {"Open": '"OPEN"', "Sent": '"SENT"', "Archived": '"ARCHIVED"', "Cancelled": '"CANCELLED"'}
_XWEB = "http://www.avectra.com/2005/"


class Prices(msgspec.Struct, gc=False, rename="camel"):
    """What an item costs."""

    price: Decimal
    total_price: Decimal
    taxed_price: Decimal
    taxed_total_price: Decimal


class ItemTax(msgspec.Struct, gc=False):
    """The tax on an item."""

    rate: Decimal


class Item(msgspec.Struct, gc=False):
    """One line."""

    sku: str
    name: str
    quantity: Decimal
    prices: Prices
    tax: ItemTax


class Outline(msgspec.Struct, gc=False, rename="camel"):
    """An invoice without its lines."""

    id: int
    number: str
    issue_date: date
    status: str
    taxed_total: Decimal


class WithLines(msgspec.Struct, gc=False):
    """An invoice of nothing but its lines."""

    id: int
    number: str
    items: list[Item]


class Whole(WithLines, gc=False, rename="camel"):
    """An invoice with its lines and its total."""

    taxed_total: Decimal


class _Outlines(msgspec.Struct, gc=False):
    invoices: list[Outline]


class _AllWithLines(msgspec.Struct, gc=False):
    invoices: list[WithLines]


class _Wholes(msgspec.Struct, gc=False):
    invoices: list[Whole]


_OUTLINES = msgspec.json.Decoder(_Outlines)
_WITH_LINES = msgspec.json.Decoder(_AllWithLines)
_WHOLES = msgspec.json.Decoder(_Wholes)


class Floor:
    """A raw ASGI application."""

    def __init__(self) -> None:
        self._answers: dict[str, Callable[[dict[str, Any]], Awaitable[str]]] = {
            "Newest": lambda variables: self._newest(variables["id"], 10),
            "Scale": lambda variables: self._newest(variables["id"], _invoices(variables["id"])),
            "Everything": lambda variables: self._everything(variables["id"]),
            "OfSubgraph": lambda variables: self._of_subgraph(variables["representations"]),
            "Owed": lambda variables: self._owed(variables["id"]),
        }
        self._session: aiohttp.ClientSession | None = None
        self._token = ""

    async def __call__(self, scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        """Answers one request; everything else of ASGI is left out."""
        if scope["type"] != "http":
            return
        event = await receive()
        content = event["body"]
        while event.get("more_body"):
            event = await receive()
            content += event["body"]
        request = orjson.loads(content)
        name = _OPERATION.search(request["query"])
        data = await self._answers[name[1] if name else ""](request["variables"])
        body = orjson.dumps({"data": orjson.Fragment(data)})
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _newest(self, id_: str, first: int) -> str:
        body = await self._open2b(id_, b'"id","number","status","issueDate","taxedTotal"', first)
        nodes = ",".join(
            f'{{"number":{quoted(row.number)},"issueDate":"{row.issue_date}","status":{_STATUSES[row.status]},'
            f'"total":{{"amount":"{row.taxed_total}","currencyCode":"EUR"}}}}'
            for row in _OUTLINES.decode(body).invoices
        )
        return f'{{"customer":{{"invoices":{{"nodes":[{nodes}]}}}}}}'

    async def _everything(self, id_: str) -> str:
        body = await self._open2b(id_, b'"id","number","issueDate","items"', 1_000)
        nodes = ",".join(
            f'{{"number":{quoted(row.number)},"lines":[{",".join(map(_eight, row.items))}]}}'
            for row in _WITH_LINES.decode(body).invoices
        )
        return f'{{"customer":{{"invoices":{{"nodes":[{nodes}]}}}}}}'

    async def _of_subgraph(self, representations: list[dict[str, str]]) -> str:
        ids = [representation["id"] for representation in representations]
        members = b'"id","number","issueDate","items","taxedTotal"'
        bodies = await asyncio.gather(*(self._open2b(id_, members, 20) for id_ in ids))
        return f'{{"_entities":[{",".join(map(_entity, ids, bodies))}]}}'

    async def _owed(self, id_: str) -> str:
        if not self._token:
            login = "<userName>bench</userName><password>bench</password>"
            root = etree.fromstring(await self._xweb("Authenticate", login))
            self._token = root.findtext(f".//{{{_XWEB}}}Token") or ""
        asked = f"<CustomerKey>{association_key(id_)}</CustomerKey>"
        root = etree.fromstring(await self._xweb("WEBCentralizedShoppingCartOpenInvoiceGetList", asked))
        rows = root.iter("Result")
        return f'{{"customer":{{"invoices":{{"nodes":[{",".join(map(_owed, rows))}]}}}}}}'

    async def _open2b(self, customer_id: str, members: bytes, limit: int) -> bytes:
        content = b'{"fields":[%b],"first":0,"limit":%d}' % (members, limit)
        headers = {"X-Customer-Key": customer_key(customer_id), "Content-Type": "application/json"}
        return await self._post("/api/v10/storefront.invoices", content, headers)

    async def _xweb(self, operation: str, asked: str) -> bytes:
        token = f'<AuthorizationToken xmlns="{_XWEB}"><Token>{self._token}</Token></AuthorizationToken>'
        content = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soap:Header>{token}</soap:Header><soap:Body><{operation} xmlns="{_XWEB}">{asked}</{operation}>'
            "</soap:Body></soap:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_XWEB}{operation}"'}
        return await self._post("/xweb/secure/netForumXML.asmx", content.encode(), headers)

    async def _post(self, path: str, content: bytes, headers: dict[str, str]) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
            )
        async with self._session.post(f"{_UPSTREAM}{path}", data=content, headers=headers) as response:
            return await response.read()


def _invoices(customer_id: str) -> int:
    name = customer_id.partition("-")[0]
    return next(one.invoices for one in (W1, *SCALES) if one.name == name)


def _eight(item: Item) -> str:
    prices = item.prices
    return (
        f'{{"sku":{quoted(item.sku)},"name":{quoted(item.name)},"quantity":"{item.quantity}",'
        f'"unitPrice":{{"net":{{"amount":"{prices.price}"}},"gross":{{"amount":"{prices.taxed_price}"}}}},'
        f'"total":{{"net":{{"amount":"{prices.total_price}"}},"gross":{{"amount":"{prices.taxed_total_price}"}}}},'
        f'"tax":{{"rate":"{item.tax.rate}"}}}}'
    )


def _five(item: Item) -> str:
    return (
        f'{{"sku":{quoted(item.sku)},"name":{quoted(item.name)},"quantity":"{item.quantity}",'
        f'"unitPrice":{{"net":{{"amount":"{item.prices.price}"}}}},'
        f'"total":{{"net":{{"amount":"{item.prices.total_price}"}}}}}}'
    )


def _entity(id_: str, body: bytes) -> str:
    nodes = ",".join(
        f'{{"number":{quoted(row.number)},"total":{{"amount":"{row.taxed_total}","currencyCode":"EUR"}},'
        f'"lines":[{",".join(map(_five, row.items))}]}}'
        for row in _WHOLES.decode(body).invoices
    )
    return f'{{"id":{quoted(id_)},"invoices":{{"nodes":[{nodes}]}}}}'


def _owed(row: etree._Element) -> str:
    text = {field.tag: field.text or "" for field in row}
    month, day, year = text["inv_date"].partition(" ")[0].split("/")
    issued = date(int(year), int(month), int(day))
    total, paid, due = (Decimal(text[name]).quantize(_CENT) for name in ("inv_total", "inv_paid", "inv_balance"))
    return (
        f'{{"number":{quoted(text["inv_code_cp"])},"issueDate":"{issued}",'
        f'"membershipCode":{quoted(text["mbt_code"])},"total":{{"amount":"{total}","currencyCode":"USD"}},'
        f'"amountPaid":{{"amount":"{paid}"}},"amountDue":{{"amount":"{due}"}}}}'
    )


app = Floor()
