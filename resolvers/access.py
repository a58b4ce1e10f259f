"""The one gate: who asks, and whose invoices they may see. Asked before any upstream call and again for its rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ViewerRole(StrEnum):
    """What kind of caller it is."""

    ANONYMOUS = "ANONYMOUS"
    CUSTOMER = "CUSTOMER"
    STAFF = "STAFF"
    SERVICE = "SERVICE"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks. `customer_ids` are the customers that they may see; None: all of them.

    `may_write`: whether they may write the invoices of those, too.
    """

    subject: str | None
    roles: tuple[ViewerRole, ...]
    customer_ids: frozenset[str] | None
    may_write: bool = False

    def may_see(self, customer_id: str) -> bool:
        """Whether this customer, and all that is theirs, may be shown."""
        return self.customer_ids is None or customer_id in self.customer_ids

    @property
    def is_staff(self) -> bool:
        """Whether they may see how the gateway itself does."""
        return ViewerRole.STAFF in self.roles


EVERYONE_IS_STAFF = Principal(None, (ViewerRole.STAFF,), None, may_write=True)
"""Whoever asks where nobody has to say who they are: on loopback only."""
