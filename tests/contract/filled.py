"""Which fields an invoice fills, as canonical paths, to be held against what its source's capabilities promise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resolvers.model.invoice import Invoice
from resolvers.model.paths import INVOICE_FIELDS, Field


def filled_paths(invoices: Iterable[Invoice], *, nullable_only: bool = False) -> frozenset[str]:
    """The paths that any of the invoices has a value at; `nullable_only`: without those that always have one."""
    return frozenset(
        path
        for invoice in invoices
        for path, is_nullable in _filled(invoice, INVOICE_FIELDS, "")
        if is_nullable or not nullable_only
    )


def _filled(value: object, fields: tuple[Field, ...], prefix: str) -> Iterator[tuple[str, bool]]:
    for field in fields:
        part: object = getattr(value, field.attribute)
        if part is None:
            continue
        yield prefix + field.name, field.is_nullable
        if not field.is_nullable:  # notes and provenance, which are about the invoice and no part of it
            continue
        for item in part if isinstance(part, Sequence) and field.is_list else [part]:
            yield from _filled(item, field.below, f"{prefix}{field.name}.")
