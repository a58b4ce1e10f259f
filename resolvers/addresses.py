"""A customer's addresses: those of the sources' records, and those on the newest invoice of each account."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from resolvers.customer_records import known_records
from resolvers.filter import EVERY_INVOICE
from resolvers.gateway import Session
from resolvers.invoice_page import invoice_page
from resolvers.model.address import Address
from resolvers.model.customer import Account
from resolvers.order import NEWEST_FIRST
from resolvers.page import InvoicePage, PageRequest

_FIELDS = frozenset({"billingAddress", "shippingAddress"})


async def known_addresses(session: Session, accounts: Sequence[Account]) -> tuple[list[Address], bool]:
    """The addresses, each once, and whether every source that was asked for them answered; made once an operation."""
    ids = tuple(account.id for account in accounts)
    return await session.once.of((Address, ids), lambda: _read_addresses(session, accounts))


async def _read_addresses(session: Session, accounts: Sequence[Account]) -> tuple[list[Address], bool]:
    telling = [
        account
        for account in accounts
        if not _FIELDS.isdisjoint(session.gateway.sources[account.source].capabilities.fields)
    ]
    newest = asyncio.gather(*(_newest(session, account) for account in telling))
    told, pages = await asyncio.gather(known_records(session, accounts), newest)
    addresses = [address for record in told.records for address in record.addresses]
    addresses += [
        address
        for page in pages
        for invoice in page.nodes
        for address in (invoice.billing_address, invoice.shipping_address)
        if address is not None
    ]
    return distinct_addresses(addresses), told.is_complete and all(page.is_complete for page in pages)


def distinct_addresses(addresses: Sequence[Address]) -> list[Address]:
    """The addresses in their order, without those of which another one says all, in whatever case, and perhaps more."""
    parts = [(address, _parts(address)) for address in dict.fromkeys(addresses)]
    return [
        address
        for place, (address, said) in enumerate(parts)
        if not any(said < other or (said == other and earlier < place) for earlier, (_, other) in enumerate(parts))
    ]


def _parts(address: Address) -> frozenset[tuple[str, str]]:
    stated = ((name, getattr(address, name)) for name in Address.__struct_fields__)
    return frozenset((name, " ".join(text.casefold().split())) for name, text in stated if text is not None)


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
        has_next=False,
        edge_cursors=False,
        page_cursors=False,
    )
    return await invoice_page(session, request)
