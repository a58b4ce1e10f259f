"""What an invoice cannot answer, and why. Pure: read from the invoice itself and from what its source can ever fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec

from resolvers.model.invoice import Invoice, Note
from resolvers.model.paths import INVOICE_FIELDS, Field
from resolvers.model.payment import is_overdue


class MissingReason(StrEnum):
    """Why a field has no value."""

    NOT_PROVIDED_BY_SOURCE = "NOT_PROVIDED_BY_SOURCE"
    NOT_STATED = "NOT_STATED"
    UNREADABLE = "UNREADABLE"
    SOURCE_FAILED = "SOURCE_FAILED"
    NOT_AUTHORIZED = "NOT_AUTHORIZED"


class MissingField(msgspec.Struct, frozen=True, gc=False):
    """A field without a value: a canonical path, which stands for all below it."""

    field: str
    reason: MissingReason


_UNREADABLE = frozenset({"VALUE_UNREADABLE", "VALUE_UNRECOGNISED", "DATE_UNPARSEABLE"})

_ALSO_FILLS = {
    "total": "totals.total.gross",
    "shippingMethod.cost": "totals.shipping",
    "paymentMethod.cost": "totals.paymentFee",
    "orderDate": "issueDate",
    "shipment.shippedAt": "shipDate",
}
"""Fields that share one value of the sources that fill both: it is read, and noted, at the first."""


@dataclass(frozen=True, slots=True)
class _Reasons:
    """Why any field of an invoice may be null.

    `unreadable` holds every path at or below which a value is, `failed` the invoice's own fields that nobody told
    because the call failed.
    """

    provided: frozenset[str]
    unreadable: frozenset[str]
    failed: frozenset[str]

    def why(self, path: str, kind: str) -> MissingReason:
        """The reason at a path; its kind is the path without the positions of lines."""
        if path in self.unreadable:
            return MissingReason.UNREADABLE
        if path in self.failed:
            return MissingReason.SOURCE_FAILED
        return MissingReason.NOT_STATED if kind in self.provided else MissingReason.NOT_PROVIDED_BY_SOURCE


def missing_fields(invoice: Invoice, provided: frozenset[str]) -> list[MissingField]:
    """The fields without a value, in the schema's order; `provided` are the paths that the source can ever fill.

    A part of the lines that the source never fills, or no line has, is listed once (`lines.note`); one that only some
    lack or that cannot be read, with its position from 0 (`lines.2.quantity`). Last come fields derived from others.
    """
    failed = frozenset(invoice.provenance.failed_fields)
    reasons = _Reasons(provided, frozenset(_unreadable_paths(invoice.notes, provided)), failed)
    return [*_missing(invoice, INVOICE_FIELDS, "", "", reasons), *_missing_derived(invoice, reasons)]


def _missing(
    value: object, fields: tuple[Field, ...], path: str, kind: str, reasons: _Reasons
) -> Iterator[MissingField]:
    for field in fields:
        if not field.is_nullable:
            continue
        part: object = getattr(value, field.attribute)
        if part is None:
            yield MissingField(path + field.name, reasons.why(path + field.name, kind + field.name))
        elif field.is_list and isinstance(part, Sequence):
            yield from _folded(part, field, path + field.name, kind + field.name, reasons)
        else:
            yield from _missing(part, field.below, f"{path}{field.name}.", f"{kind}{field.name}.", reasons)


def _missing_derived(invoice: Invoice, reasons: _Reasons) -> Iterator[MissingField]:
    """What is unknown on any day, each for the reason of the field that it stands on."""
    if is_overdue(invoice, date.min) is None:
        base = "amountDue" if invoice.amount_due is None else "dueDate"
        reason = reasons.why(base, base)
        yield from (MissingField("isOverdue", reason), MissingField("daysOverdue", reason))
    if invoice.amount_due is None:
        yield MissingField("agingBucket", reasons.why("amountDue", "amountDue"))


def _folded(items: Sequence[object], field: Field, path: str, kind: str, reasons: _Reasons) -> Iterator[MissingField]:
    """What the items lack, first what is told once for all of them."""
    lacks: Counter[tuple[str, MissingReason]] = Counter()
    with_position = []
    for number, item in enumerate(items):
        prefix = f"{path}.{number}."
        for missing in _missing(item, field.below, prefix, f"{kind}.", reasons):
            lack = missing.field.removeprefix(prefix), missing.reason
            lacks[lack] += 1
            with_position.append((lack, missing))
    once = {lack for lack, count in lacks.items() if _is_told_once(lack[1], is_everywhere=count == len(items))}
    yield from (MissingField(f"{path}.{part}", reason) for part, reason in lacks if (part, reason) in once)
    yield from (missing for lack, missing in with_position if lack not in once)


def _is_told_once(reason: MissingReason, *, is_everywhere: bool) -> bool:
    """What a source never fills is the same for all items; what cannot be read stays where its warning is."""
    if reason is MissingReason.UNREADABLE:
        return False
    return is_everywhere or reason is MissingReason.NOT_PROVIDED_BY_SOURCE


def _unreadable_paths(notes: list[Note], provided: frozenset[str]) -> Iterator[str]:
    """The paths of values that were stated and cannot be read, and all above them."""
    for note in notes:
        if note.code in _UNREADABLE and note.path is not None:
            also = _ALSO_FILLS.get(note.path)
            for path in (note.path, also) if also in provided else (note.path,):
                parts = path.split(".")
                yield from (".".join(parts[:length]) for length in range(1, len(parts) + 1))
