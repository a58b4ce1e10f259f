"""Whether the two parties of an invoice are two."""

from __future__ import annotations

from collections.abc import Iterator

from resolvers.model.address import Address
from resolvers.model.invoice import Invoice, Note


def seller_is_buyer(invoice: Invoice) -> Iterator[Note]:
    """SELLER_IS_BUYER where both share a company code, a personal code or an e-mail; which one is not told."""
    seller, buyer = invoice.seller_address, invoice.billing_address
    if seller is not None and buyer is not None and not _identifiers(seller).isdisjoint(_identifiers(buyer)):
        yield Note("SELLER_IS_BUYER", "sellerAddress")


def _identifiers(party: Address) -> set[tuple[str, str]]:
    stated = (
        ("company", party.company_code),
        ("company", party.company_code2),
        ("person", party.personal_code),
        ("e-mail", party.email),
    )
    return {(kind, text.strip().casefold()) for kind, text in stated if text is not None and text.strip()}
