"""The port for the documents themselves: the vendor's PDF of an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from resolvers.model.customer import Account
from resolvers.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document."""

    media_type: str
    content: bytes


class DocumentSource(Protocol):
    """A source that can hand out documents."""

    async def fetch_document(self, account: Account, source_invoice_id: str, operation: Operation) -> Document | None:
        """The invoice's document, checked as to host, type and size; None where it has none. Raises SourceError."""
