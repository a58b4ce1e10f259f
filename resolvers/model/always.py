"""What every invoice tells, whatever its source, so that no source has to repeat it."""

from __future__ import annotations

ALWAYS = frozenset(
    {
        "id",
        "source",
        "account",
        "customer",
        "sourceInvoiceId",
        "type",
        "status",
        "paymentStatus",
        "currencyCode",
        "currencyOrigin",
        "provenance",
        "missing",
        "warnings",
    }
)
"""Canonical paths: identity, and the fields that are never null. Each source adds its own to these."""
