"""Writing invoices for staff and services: each creation at most once, each result read back from its source."""

from __future__ import annotations

from resolvers.writing.change import delete_invoice, update_invoice
from resolvers.writing.create import create_invoice
from resolvers.writing.outcome import UserError, WriteOutcome

__all__ = ["UserError", "WriteOutcome", "create_invoice", "delete_invoice", "update_invoice"]
