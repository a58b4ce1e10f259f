"""A customer's addresses, as the newest invoice of each account that carries any has them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from resolvers.filter import EVERY_INVOICE
from resolvers.gateway import Session
from resolvers.invoice_page import InvoicePage, PageRequest, invoice_page
from resolvers.model.address import Address
from resolvers.model.customer import Account
from resolvers.order import NEWEST_FIRST

_FIELDS = frozenset({"billingAddress", "shippingAddress"})


async def known_addresses(session: Session, accounts: Sequence[Account]) -> tuple[list[Address], bool]:
    """The addresses, each once, and whether every source that was asked for them answered."""
    telling = [
        account
        for account in accounts
        if not _FIELDS.isdisjoint(session.gateway.sources[account.source].capabilities.fields)
    ]
    pages = await asyncio.gather(*(_newest(session, account) for account in telling))
    addresses = [
        address
        for page in pages
        for invoice in page.nodes
        for address in (invoice.billing_address, invoice.shipping_address)
        if address is not None
    ]
    return list(dict.fromkeys(addresses)), all(page.is_complete for page in pages)


async def _newest(session: Session, account: Account) -> InvoicePage:
    request = PageRequest(
        owner=f"account:{account.id}",
        accounts=(account,),
        fields=_FIELDS,
        filter=EVERY_INVOICE,
        order=NEWEST_FIRST,
        first=1,
        after=None,
        rows=True,
        count=False,
        edge_cursors=False,
        page_cursors=False,
    )
    return await invoice_page(session, request)
