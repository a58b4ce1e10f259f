"""The peer: the same answers by Strawberry as its documentation writes it, with httpx and a data loader."""

import asyncio
import json
import os
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import httpx
import strawberry
from aiodataloader import DataLoader
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL

from benchmarks.upstream import association_key, customer_key
from benchmarks.workloads import ASSOCIATION, SCALES, WORKLOADS

_UPSTREAM = os.environ.get("BENCHMARK_UPSTREAM", "")
_XWEB = "http://www.avectra.com/2005/"
_OF = {workload.name: workload for workload in (*WORKLOADS, *SCALES)}
_CENT = Decimal("0.01")


@strawberry.enum
class InvoiceStatus(Enum):
    """Where an invoice is in its life."""

    OPEN = "Open"
    SENT = "Sent"
    ARCHIVED = "Archived"
    CANCELLED = "Cancelled"


@strawberry.type
class Money:
    """An amount."""

    amount: Decimal
    currency_code: str


@strawberry.type
class TaxedMoney:
    """An amount without and with tax."""

    net: Money | None
    gross: Money | None


@strawberry.type
class LineTax:
    """The tax on a line."""

    rate: Decimal | None


@strawberry.type
class Line:
    """One line."""

    sku: str | None
    name: str | None
    quantity: Decimal | None
    unit_price: TaxedMoney | None
    total: TaxedMoney | None
    tax: LineTax | None


@strawberry.type
class Invoice:
    """One invoice."""

    number: str | None
    issue_date: date | None
    status: InvoiceStatus
    total: Money | None
    lines: list[Line] | None = None
    membership_code: str | None = None
    amount_paid: Money | None = None
    amount_due: Money | None = None


@strawberry.type
class InvoiceConnection:
    """A page of invoices."""

    nodes: list[Invoice]


@strawberry.federation.type(keys=["id"])
class Customer:
    """A customer."""

    id: strawberry.ID

    @strawberry.field
    async def invoices(self, info: strawberry.Info, first: int = 20) -> InvoiceConnection:
        """The customer's invoices."""
        loader: InvoicesByCustomer = info.context["invoices"]
        found = await loader.load(str(self.id))
        return InvoiceConnection(nodes=found[:first])

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> "Customer":  # noqa: A002  # the key's name
        """The customer that another subgraph means."""
        return cls(id=id)


@strawberry.type
class Query:
    """What can be asked."""

    @strawberry.field
    def customer(self, id: strawberry.ID) -> Customer:  # noqa: A002  # the argument's name
        """A customer."""
        return Customer(id=id)


class InvoicesByCustomer(DataLoader[str, list[Invoice]]):
    """The invoices of a customer, asked for once a request."""

    def __init__(self, store: "Store") -> None:
        super().__init__()
        self._store = store

    async def batch_load_fn(self, keys: list[str]) -> list[list[Invoice]]:
        """The invoices of each customer."""
        return list(await asyncio.gather(*map(self._store.invoices, keys)))


class Store:
    """Calls the upstream."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(base_url=_UPSTREAM, limits=httpx.Limits(max_connections=1_000), timeout=120)
        self._token = ""

    async def invoices(self, customer_id: str) -> list[Invoice]:
        """A customer's invoices."""
        workload = _OF[customer_id.partition("-")[0]]
        if workload.source == ASSOCIATION:
            return await self._open_list(customer_id)
        fields = ["id", "number", "issueDate", "status", "taxedTotal", *(["items"] if workload.lines else [])]
        response = await self._client.post(
            "/api/v10/storefront.invoices",
            json={"fields": fields, "first": 0, "limit": workload.invoices},
            headers={"X-Customer-Key": customer_key(customer_id)},
        )
        response.raise_for_status()
        return [_invoice(row) for row in json.loads(response.content, parse_float=Decimal)["invoices"]]

    async def _open_list(self, customer_id: str) -> list[Invoice]:
        if not self._token:
            login = await self._xweb("Authenticate", "<userName>bench</userName><password>bench</password>")
            self._token = login.findtext(f".//{{{_XWEB}}}Token") or ""
        key = f"<CustomerKey>{association_key(customer_id)}</CustomerKey>"
        root = await self._xweb("WEBCentralizedShoppingCartOpenInvoiceGetList", key)
        return [_open_invoice(row) for row in root.iter("Result")]

    async def _xweb(self, operation: str, asked: str) -> etree._Element:
        token = f'<AuthorizationToken xmlns="{_XWEB}"><Token>{self._token}</Token></AuthorizationToken>'
        content = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
            f'<soap:Header>{token}</soap:Header><soap:Body><{operation} xmlns="{_XWEB}">{asked}</{operation}>'
            "</soap:Body></soap:Envelope>"
        )
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_XWEB}{operation}"'}
        response = await self._client.post("/xweb/secure/netForumXML.asmx", content=content, headers=headers)
        response.raise_for_status()
        return etree.fromstring(response.content)


class Endpoint(GraphQL[dict[str, Any], None]):
    """GraphQL over HTTP, with a data loader a request."""

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        """The context of one request."""
        return {"invoices": InvoicesByCustomer(_store())}


def _invoice(row: dict[str, Any]) -> Invoice:
    return Invoice(
        number=row["number"],
        issue_date=date.fromisoformat(row["issueDate"]),
        status=InvoiceStatus(row["status"]),
        total=Money(amount=row["taxedTotal"], currency_code="EUR"),
        lines=[_line(item) for item in row["items"]] if "items" in row else None,
    )


def _line(item: dict[str, Any]) -> Line:
    prices = item["prices"]
    return Line(
        sku=item["sku"],
        name=item["name"],
        quantity=item["quantity"],
        unit_price=TaxedMoney(net=_eur(prices["price"]), gross=_eur(prices["taxedPrice"])),
        total=TaxedMoney(net=_eur(prices["totalPrice"]), gross=_eur(prices["taxedTotalPrice"])),
        tax=LineTax(rate=item["tax"]["rate"]),
    )


def _eur(amount: Decimal) -> Money:
    return Money(amount=amount, currency_code="EUR")


def _open_invoice(row: etree._Element) -> Invoice:
    month, day, year = (row.findtext("inv_date") or "").partition(" ")[0].split("/")
    return Invoice(
        number=row.findtext("inv_code_cp"),
        issue_date=date(int(year), int(month), int(day)),
        status=InvoiceStatus.OPEN,
        total=_usd(row.findtext("inv_total")),
        membership_code=row.findtext("mbt_code"),
        amount_paid=_usd(row.findtext("inv_paid")),
        amount_due=_usd(row.findtext("inv_balance")),
    )


def _usd(amount: str | None) -> Money:
    return Money(amount=Decimal(amount or "").quantize(_CENT), currency_code="USD")


_STORES: list[Store] = []


def _store() -> Store:
    """The one store; its client belongs to the running event loop."""
    if not _STORES:
        _STORES.append(Store())
    return _STORES[0]


app = Endpoint(strawberry.federation.Schema(query=Query, types=[Customer]))
