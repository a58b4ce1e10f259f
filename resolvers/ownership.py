"""Rows that name another customer than the one asked for: kept where that is by design, dropped where it is a leak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.invoice import Invoice


def names_somebody_else(invoice: Invoice) -> bool:
    """Whether the mapping noted that the row's customer is not the account's."""
    return any(note.code == "ACCOUNT_MISMATCH" for note in invoice.notes)


async def foreign_invoices(directory: Directory, rows: Iterable[tuple[Account, Invoice]]) -> frozenset[str]:
    """The ids of those invoices whose customer number the directory knows as another customer's.

    One directory query for each source that has such rows; none where no row names somebody else.
    """
    doubtful: dict[str, list[tuple[Account, Invoice]]] = defaultdict(list)
    for account, invoice in rows:
        if invoice.customer_number is not None and names_somebody_else(invoice):
            doubtful[account.source].append((account, invoice))
    foreign: set[str] = set()
    for source, pairs in doubtful.items():
        numbers = sorted({invoice.customer_number for _, invoice in pairs if invoice.customer_number is not None})
        owners = await directory.customer_numbers(source, numbers)
        foreign |= {
            invoice.id
            for account, invoice in pairs
            if owners.get(invoice.customer_number or "", account.customer_id) != account.customer_id
        }
    return frozenset(foreign)
