"""Customers, accounts and invoices by id, through the gate: unknown and not yours are both None, and cost the same."""

from __future__ import annotations

from resolvers.gateway import Session
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.model.customer import Account, Customer
from resolvers.model.identity import AccountRef, parse_account_id, parse_invoice_id
from resolvers.model.invoice import Invoice


async def find_customer(session: Session, customer_id: str) -> Customer | None:
    """The customer, if the directory has them and the principal may see them."""
    if not session.principal.may_see(customer_id):
        return None
    known = await session.customer(customer_id)
    return None if known is None else known.customer


async def find_account(session: Session, account_id: str) -> Account | None:
    """The account of this opaque id."""
    ref = parse_account_id(account_id)
    return None if ref is None else await _account(session, ref)


async def find_invoice(session: Session, invoice_id: str, fields: frozenset[str]) -> Invoice | None:
    """The invoice of this opaque id, with the canonical paths wanted; from now on the index knows it.

    Raises SourceError or CallBudgetExceeded.
    """
    ref = parse_invoice_id(invoice_id)
    account = None if ref is None else await _account(session, ref.account)
    if ref is None or account is None:
        return None
    found = await session.invoice_by_id.load(InvoiceRequest(account, ref.source_invoice_id, fields))
    if found is not None:
        session.gateway.note_seen(found)
    return found


async def find_account_by_number(session: Session, source: str, number: str) -> Account | None:
    """The account that people know by this number, from the directory alone."""
    account = await session.directory.account_by_number(source, number)
    return _seen(session, account)


async def accounts_of(session: Session, customer_id: str) -> list[Account]:
    """A customer's accounts at the configured sources, by ascending id."""
    known = await session.customer(customer_id)
    return [] if known is None else session.usable(known.accounts)


async def _account(session: Session, ref: AccountRef) -> Account | None:
    return _seen(session, await session.account_by_ref.load(ref))


def _seen(session: Session, account: Account | None) -> Account | None:
    if account is None or not session.usable([account]):
        return None
    return account
