"""The gate's second half, for the rows that came back: whose they are is asked of the row, not of the question.

Rows that name another customer than the one asked for are kept where that is by design, and dropped where it is a leak.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from resolvers.model.customer import Account
from resolvers.model.directory import Directory
from resolvers.model.invoice import Invoice


def names_somebody_else(invoice: Invoice) -> bool:
    """Whether the mapping noted that the row's customer is not the account's."""
    return any(note.code == "ACCOUNT_MISMATCH" for note in invoice.notes)


async def foreign_invoices(directory: Directory, rows: Iterable[tuple[Account, Iterable[Invoice]]]) -> frozenset[str]:
    """The ids of those invoices that another account's answer holds, or whose number is known as others' alone.

    The first means that answers were mixed up below, as in a cache that others can write to. One directory query for
    each source that has rows of the second kind; none where no row names somebody else.
    """
    doubtful: dict[str, list[tuple[Account, Invoice]]] = defaultdict(list)
    foreign: set[str] = set()
    for account, invoices in rows:
        key, source = account.key, account.source
        for invoice in invoices:
            if invoice.account_key != key or invoice.source != source:
                foreign.add(invoice.id)
            elif invoice.customer_number is not None and names_somebody_else(invoice):
                doubtful[source].append((account, invoice))
    for source, pairs in doubtful.items():
        numbers = sorted({invoice.customer_number for _, invoice in pairs if invoice.customer_number is not None})
        owners = await directory.customer_numbers(source, numbers)
        foreign |= {
            invoice.id
            for account, invoice in pairs
            if account.customer_id not in owners.get(invoice.customer_number or "", {account.customer_id})
        }
    return frozenset(foreign)
