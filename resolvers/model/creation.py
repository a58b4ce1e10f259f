"""The port of the write journal: which invoice was created with which key, kept before anything is sent."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Protocol

import msgspec

from resolvers.model.identity import AccountRef
from resolvers.model.source import IndexedInvoice


class CreationKey(NamedTuple):
    """What names a creation: the client's key, at one account."""

    source: str
    account_key: str
    key: str

    @property
    def account(self) -> AccountRef:
        """The account that it belongs to."""
        return AccountRef(self.source, self.account_key)


class CreationState(StrEnum):
    """How far a creation came."""

    BEGUN = "begun"
    """Kept, and perhaps sent: whoever began it is still at it."""
    DONE = "done"
    """The source answered with the invoice's id."""
    FAILED = "failed"
    """Certainly nothing was created."""
    UNKNOWN = "unknown"
    """The answer was lost, or whoever began it is gone."""


class KnownBefore(Exception):
    """The account's index has the invoice: it is an older one, or somebody looked the new one up meanwhile."""


class Creation(msgspec.Struct, frozen=True):
    """What is known of a creation. `fingerprint` is of its input; `invoice_id` is the source's, once it is DONE.

    Where it is UNKNOWN, that is the id in the source's answer, which is none of a new invoice of the account.
    """

    state: CreationState
    fingerprint: str
    invoice_id: str | None = None


class WriteJournal(Protocol):
    """Keeps creations, and the index of known invoices up to date. Every method is a transaction, on disk on return.

    Each raises DirectoryUnavailable where that takes longer than `patience` seconds, or cannot be.
    """

    async def begin(self, key: CreationKey, fingerprint: str, seconds: float, *, patience: float) -> Creation | None:
        """None where the creation is the caller's to make, for so many seconds; else what came of it so far.

        It is the caller's where the key is new, or where certainly nothing was created with it, of any input. One that
        is still BEGUN when its seconds are over becomes UNKNOWN: its process died, or its answer never came.
        """

    async def note_created(self, key: CreationKey, invoice: IndexedInvoice, *, patience: float) -> None:
        """Makes it DONE, with the invoice in the account's index. Raises KnownBefore where that has it already."""

    async def note_failed(self, key: CreationKey, *, patience: float) -> None:
        """Makes it FAILED."""

    async def note_unknown(self, key: CreationKey, invoice_id: str | None = None, *, patience: float) -> None:
        """Makes it UNKNOWN, with the id that the source answered with."""

    async def index(self, account: AccountRef, invoice: IndexedInvoice, *, patience: float) -> None:
        """Puts the invoice into the account's index, or its date there right."""

    async def drop_from_index(self, account: AccountRef, source_invoice_id: str, *, patience: float) -> None:
        """Takes the invoice out of the account's index."""
