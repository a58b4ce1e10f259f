"""Histories as Shoxl's server writes them over REST, and what the source makes of them."""

from __future__ import annotations

from typing import Any

from resolvers.model.invoice import (
    Invoice,
)
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.sources import shoxl
from tests.sources.scripted import Script, source
from tests.sources.upstream import account, operation

ACCOUNT = account("here", "10025")
ROW = (
    '{"customerNumber":"10025","invoiceDate":"2021-07-21","invoiceNumber":"0070145","OrderNumber":"SO-9",'
    '"totalOutstanding":100.5,"totalPrice":600.0000000,"downloadablePdfUri":"/pdf?token=x"}'
)


def page(*rows: str, rest: str = '"totalPages":3') -> str:
    return f'{{"errorCode":null,"errorDescription":null,"orders":[{",".join(rows)}],{rest}}}'


def row(**values: str) -> str:
    """A row whose given members have these JSON texts."""
    members = {"invoiceNumber": '"1"', "customerNumber": '"10025"'} | values
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"


async def listed(content: str | bytes, *, number: int = 1, **settings: Any) -> InvoiceList:
    shop = source(shoxl, Script(content), **({"currency": "EUR"} | settings))
    return await shop.list_invoices(ListQuery(account=ACCOUNT, fields=frozenset({"total"}), page=number), operation())


async def only(content: str, **settings: Any) -> Invoice:
    (invoice,) = (await listed(content, **settings)).invoices
    return invoice
