"""The port for the documents themselves: the vendor's PDF of an invoice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from resolvers.model.customer import Account
from resolvers.model.operation import Operation


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way: `size` in bytes where the source says it."""

    media_type: str
    size: int | None
    chunks: AsyncIterator[bytes]


class DocumentSource(Protocol):
    """A source that can hand out documents."""

    def open_document(
        self, account: Account, source_invoice_id: str, operation: Operation
    ) -> AbstractAsyncContextManager[Document | None]:
        """The invoice's document, checked as to host, type and size; None where it has none. Raises SourceError."""
