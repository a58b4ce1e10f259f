"""Where a list goes on: which list it is, the last invoice given out, and for each account in pages where it stands.

A cursor is a sealed text. It stays valid on every replica that has the same keys, and belongs to one list: the same
owner, filter and order.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from decimal import Decimal

import msgspec

from resolvers.filter import DecimalRange, InvoiceFilter
from resolvers.lists.slice import Position
from resolvers.model.errors import BadUserInput
from resolvers.model.money import plain
from resolvers.order import InvoiceOrder, InvoiceOrderField, SortKey
from resolvers.outcome import Failed
from resolvers.signature import Seal

_VERSION = 1
_CONDITIONS = sorted(each.name for each in fields(InvoiceFilter) if each.init and each.name != "today")


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """What a sealed cursor holds; accounts are named by `account_tag`."""

    version: int
    list: str
    group: str
    value: str
    id: str
    positions: dict[str, Position] = {}
    failed: dict[str, Failed] = {}

    def key(self, order: InvoiceOrder) -> SortKey:
        """The sort key of the last invoice given out, in the order that the cursor was made with."""
        if order.field not in (InvoiceOrderField.TOTAL, InvoiceOrderField.AMOUNT_DUE) or not self.value:
            return SortKey(self.group, self.value, self.id)
        return SortKey(self.group, Decimal(self.value), self.id)


def list_name(owner: str, filter_: InvoiceFilter, order: InvoiceOrder) -> str:
    """What tells one list from another: whose it is, its filter and its order. The day of asking does not count."""
    conditions = [_said(getattr(filter_, name)) for name in _CONDITIONS]
    text = msgspec.json.encode([owner, conditions, order.field, order.direction])
    return hashlib.sha256(text).hexdigest()[:16]


def _said(condition: object) -> object:
    """The same for conditions that mean the same: `1.00` is `1`."""
    if isinstance(condition, frozenset):
        return sorted(condition)
    if isinstance(condition, DecimalRange):
        return str(DecimalRange(_shortest(condition.min), _shortest(condition.max)))
    return str(condition)


def _shortest(number: Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(plain(number)) or Decimal()  # zero has no sign


def account_tag(account_id: str) -> str:
    """A short name for an account, to keep cursors short."""
    return hashlib.sha256(account_id.encode()).hexdigest()[:10]


def write_cursor(seal: Seal, name: str, key: SortKey, positions: dict[str, Position], failed: dict[str, Failed]) -> str:
    """The sealed cursor behind the invoice with this sort key."""
    return seal.write(Cursor(_VERSION, name, key.group, str(key.value), key.id, positions, failed))


def read_cursor(seal: Seal, name: str, text: str) -> Cursor:
    """What a client sent back as `after`. Raises BadUserInput with the reason."""
    cursor = seal.read(text, Cursor)
    if cursor is None or cursor.version != _VERSION:
        raise BadUserInput("after: not a cursor that this API gave out. Pass a cursor or an endCursor unchanged.")
    if cursor.list != name:
        raise BadUserInput(
            "after: the cursor belongs to another list. A cursor goes with the customer or account, the filter and the "
            "orderBy that it was made with."
        )
    return cursor
