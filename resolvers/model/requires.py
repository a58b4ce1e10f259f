"""Which canonical fields a derived field, a filter, an order or a warning stands on, and what follows from a field."""

from __future__ import annotations

from functools import lru_cache

EVERYTHING = "*"

_STANDS_ON: dict[str, frozenset[str]] = {
    "type": frozenset({"total"}),
    "paymentStatus": frozenset({"type", "status", "total", "amountDue"}),
    "isOverdue": frozenset({"type", "total", "amountDue", "dueDate"}),
    "daysOverdue": frozenset({"type", "total", "amountDue", "dueDate"}),
    "agingBucket": frozenset({"type", "total", "amountDue", "dueDate"}),
    "issueDate": frozenset({"orderDate"}),
    "missing": frozenset({EVERYTHING}),
    "warnings": frozenset({EVERYTHING}),
}

_FOLLOWS = {
    "type": {"isOverdue", "daysOverdue"},  # a credit is never overdue, whatever else is known of it
    "amountDue": {"agingBucket"},
    **{address: {f"{address}.formatted"} for address in ("billingAddress", "shippingAddress", "sellerAddress")},
}
"""What is told here of some invoices as soon as their source tells one field."""


def with_derived(fields: frozenset[str]) -> frozenset[str]:
    """The fields that a source can fill, and those that are derived from them when they are asked for."""
    return fields.union(*(derived for base, derived in _FOLLOWS.items() if base in fields))


@lru_cache(maxsize=256)
def with_requirements(fields: frozenset[str]) -> frozenset[str]:
    """The fields and all that they stand on. Holds EVERYTHING where a field needs the whole invoice."""
    wanted, open_fields = set(fields), list(fields)
    while open_fields:
        for required in _STANDS_ON.get(open_fields.pop(), ()):
            if required not in wanted:
                wanted.add(required)
                open_fields.append(required)
    return frozenset(wanted)


def covers(known: frozenset[str], wanted: frozenset[str]) -> bool:
    """Whether what was asked for with the known fields tells the wanted ones, too."""
    return EVERYTHING in known or wanted <= known
