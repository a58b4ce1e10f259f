"""The port of the leases under which invoices are changed: one writer at a time, in all processes."""

from __future__ import annotations

from typing import Protocol


class InvoiceLeases(Protocol):
    """Hands out leases on invoices, by their ids. Every method is a transaction, on disk on return.

    Each raises DirectoryUnavailable where that takes longer than `patience` seconds, or cannot be.
    """

    async def take(self, invoice_id: str, holder: str, seconds: float, *, patience: float) -> bool:
        """Whether the invoice is the holder's alone now, for so many seconds; False where it is somebody else's."""

    async def give_back(self, invoice_id: str, holder: str, *, patience: float) -> None:
        """Ends the holder's lease; nothing where it is over, and perhaps another's since."""
