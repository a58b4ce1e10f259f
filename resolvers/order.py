"""The order of a list: nulls last either way, amounts by currency first, ties by id. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from operator import attrgetter, gt, lt
from typing import Any, NamedTuple

from resolvers.model.invoice import Invoice
from resolvers.model.money import Money


class InvoiceOrderField(StrEnum):
    """What a list can be ordered by."""

    ISSUE_DATE = "ISSUE_DATE"
    DUE_DATE = "DUE_DATE"
    NUMBER = "NUMBER"
    TOTAL = "TOTAL"
    AMOUNT_DUE = "AMOUNT_DUE"


class OrderDirection(StrEnum):
    """Smallest first, or greatest first."""

    ASC = "ASC"
    DESC = "DESC"


_FIELDS = {
    InvoiceOrderField.ISSUE_DATE: "issueDate",
    InvoiceOrderField.DUE_DATE: "dueDate",
    InvoiceOrderField.NUMBER: "number",
    InvoiceOrderField.TOTAL: "total",
    InvoiceOrderField.AMOUNT_DUE: "amountDue",
}


class SortKey(NamedTuple):
    """Where an invoice stands: its group always ascends, its value goes the order's way, its id breaks ties."""

    group: str  # "~" behind every currency code: nulls last
    value: str | Decimal
    id: str


_NULLS_LAST = "~"
_ID = attrgetter("id")
_VALUES = {field: attrgetter(field.lower()) for field in InvoiceOrderField}
_AMOUNTS = frozenset({InvoiceOrderField.TOTAL, InvoiceOrderField.AMOUNT_DUE})


@dataclass(frozen=True, slots=True)
class InvoiceOrder:
    """By which field, and which way."""

    field: InvoiceOrderField = InvoiceOrderField.ISSUE_DATE
    direction: OrderDirection = OrderDirection.DESC

    @property
    def path(self) -> str:
        """The canonical path that it reads."""
        return _FIELDS[self.field]

    @property
    def is_newest_first(self) -> bool:
        """Whether it is the one order that some sources promise."""
        return self == NEWEST_FIRST

    def key(self, invoice: Invoice) -> SortKey:
        """Where the invoice stands in this order."""
        value = _VALUES[self.field](invoice)
        if value is None:
            return SortKey(_NULLS_LAST, "", invoice.id)
        if isinstance(value, Money):
            return SortKey(value.currency_code, value.amount, invoice.id)
        return SortKey("", value.isoformat() if isinstance(value, date) else value, invoice.id)

    def sorted(self, invoices: Iterable[Invoice]) -> list[Invoice]:
        """The invoices in this order."""
        rows, value = [*invoices], _VALUES[self.field]
        if self.field not in _AMOUNTS and self._is_kept_by([*map(value, rows)]):
            return rows
        rows.sort(key=_ID)  # sorting is stable: the last criterion comes first
        known = [row for row in rows if value(row) is not None]
        unknown = [] if len(known) == len(rows) else [row for row in rows if value(row) is None]
        if self.field in _AMOUNTS:
            known.sort(key=attrgetter(f"{self.field.lower()}.amount"), reverse=self._descends)
            known.sort(key=attrgetter(f"{self.field.lower()}.currency_code"))
        else:
            known.sort(key=value, reverse=self._descends)
        return known + unknown

    def is_behind(self, key: SortKey, other: SortKey) -> bool:
        """Whether `key` comes strictly after `other` in this order."""
        if key.group != other.group:
            return key.group > other.group
        if key.value != other.value:
            greater = bool(key.value > other.value)  # type: ignore[operator]  # one order compares one type
            return greater is not self._descends
        return key.id > other.id

    def furthest(self, key: SortKey, other: SortKey | None) -> SortKey:
        """Whichever of the two comes later in this order."""
        return key if other is None or self.is_behind(key, other) else other

    def _is_kept_by(self, values: Sequence[Any]) -> bool:
        """Whether values stand in this order without a tie, as sources hand out most lists; not where one is null."""
        try:
            return all(map(gt if self._descends else lt, values, islice(values, 1, None)))
        except TypeError:
            return False

    @property
    def _descends(self) -> bool:
        return self.direction is OrderDirection.DESC


NEWEST_FIRST = InvoiceOrder()
