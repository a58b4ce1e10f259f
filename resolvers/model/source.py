"""The port: what every source offers, whatever its vendor. Loaders and plan know sources through this alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import Protocol

import msgspec

from resolvers.model.customer import Account
from resolvers.model.errors import ErrorCode
from resolvers.model.identity import InvoiceRef
from resolvers.model.invoice import CacheStatus, Invoice, InvoiceType, Note
from resolvers.model.operation import Operation

FURTHEST_PAGE = 50
"""Who looks for an invoice on numbered pages gives up behind this one."""


class Paging(Enum):
    """How a source hands out a long list."""

    NONE = "none"
    """All of it at once."""
    NUMBERED = "numbered"
    """Pages counted from 1, of the source's own size; all but the last are equally long."""
    WINDOW = "window"
    """Any offset and limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a source can do, as data, so that nobody asks which vendor it is.

    `fields` are the canonical paths (`total`, `lines.sku`) that it can ever fill; `list_fields` those that its list
    carries. The rest of `fields` comes from a look-up by id. `ids_per_call` is 0 where it cannot look up by id.
    `tells_customers`: it is a CustomerSource, too; `has_documents`: a DocumentSource; `identifies_invoices`: a
    CrawlableSource. `currency` is the one of all its invoices, where the source states none and one is configured.
    """

    documentation: str
    fields: frozenset[str]
    list_fields: frozenset[str]
    lists_by_account: bool
    lists_paid_invoices: bool
    lists_newest_first: bool = False
    selects_fields: bool = False
    filters_types: bool = False
    paging: Paging = Paging.NONE
    ids_per_call: int = 0
    writes: bool = False
    has_documents: bool = False
    tells_customers: bool = False
    identifies_invoices: bool = False
    currency: str | None = None


class ListQuery(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One page of one account's list.

    `fields` are the canonical paths wanted, with every ancestor (`lines` beside `lines.sku`). `page` counts from 1 and
    is for numbered paging; `offset` and `limit` are for windows (`limit` None: all there are). `types` limits the list
    where the source filters by type; empty means all.
    """

    account: Account
    fields: frozenset[str]
    page: int = 1
    offset: int = 0
    limit: int | None = None
    types: frozenset[InvoiceType] = frozenset()


class FindQuery(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Invoices of one account by the source's own ids; at most `Capabilities.ids_per_call` of them."""

    account: Account
    fields: frozenset[str]
    ids: tuple[str, ...]


class InvoiceList(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A source's answer: invoices in its own order, unknown ids absent.

    `total_count` is of the whole list as queried, `total_pages` of numbered paging, `has_next` where
    a numbered page says only whether another follows; None where it was not said.
    `row_count` is how many rows the source sent, dropped ones included; None: as many as there are invoices.
    `notes` are about the list itself (RECORD_COUNT_MISMATCH, RECORD_DROPPED, ACCOUNT_MISMATCH).
    """

    invoices: list[Invoice]
    row_count: int | None = None
    total_count: int | None = None
    total_pages: int | None = None
    has_next: bool | None = None
    notes: list[Note] = []  # msgspec copies defaults
    fetched_at: datetime
    cache_status: CacheStatus = CacheStatus.FRESH

    @property
    def rows_sent(self) -> int:
        """How many rows the source sent, those that were dropped included."""
        return len(self.invoices) if self.row_count is None else self.row_count


class SourceState(StrEnum):
    """How a source does, as this process sees it."""

    UNTRIED = "UNTRIED"
    UP = "UP"
    DEGRADED = "DEGRADED"
    DOWN = "DOWN"


class SourceHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of a source lately; latencies in milliseconds."""

    state: SourceState
    since: datetime
    last_success_at: datetime | None = None
    last_error_code: ErrorCode | None = None
    latency_p50: float | None = None
    latency_p95: float | None = None


class InvoiceSource(Protocol):
    """A configured upstream. Every method raises a SourceError, or CallBudgetExceeded, and nothing else."""

    @property
    def name(self) -> str:
        """The configured name."""

    @property
    def title(self) -> str:
        """The name for people."""

    @property
    def kind(self) -> str:
        """The connector's name."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do as configured."""

    def health(self) -> SourceHealth:
        """How it did lately."""

    async def list_invoices(self, query: ListQuery, operation: Operation) -> InvoiceList:
        """One page of an account's list, foreign rows dropped and noted."""

    async def find_invoices(self, query: FindQuery, operation: Operation) -> InvoiceList:
        """The invoices of these ids that the account has."""

    async def aclose(self) -> None:
        """Lets go of its connections."""


class IndexedInvoice(msgspec.Struct, frozen=True, gc=False):
    """An invoice that is known to exist: its source's id and, where known, its date."""

    source_invoice_id: str
    issue_date: date | None = None


class InvoiceIndex(Protocol):
    """The invoices known of accounts whose source cannot list them."""

    async def invoices_of(self, accounts: Sequence[Account]) -> dict[str, list[IndexedInvoice] | None]:
        """The known invoices by account id; None where the account's index was never completed."""


class SeenLog(Protocol):
    """Where the index takes invoices from that somebody came across."""

    async def note_seen(self, seen: Mapping[InvoiceRef, date | None]) -> bool:
        """Puts those of known accounts into the index, with their dates where they have one; whether that went well."""
