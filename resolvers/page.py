"""What is asked of a merged list, and the page that comes of it."""

from __future__ import annotations

from collections import Counter
from itertools import repeat

import msgspec

from resolvers.connection import PageInfo
from resolvers.filter import InvoiceFilter
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.order import InvoiceOrder
from resolvers.outcome import SourceOutcome, SourceResult, results_of


class PageRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a merged list.

    `owner` names whose list it is, `accounts` are all of its accounts; `fields` are the canonical paths wanted of each
    invoice, `late` those of its fields that may come later, if they cost a look-up. `rows`, `count`, `has_next`
    and the cursors say what was selected: invoices at all, the total, whether anything follows, each edge's cursor, and
    those of the page.
    """

    owner: str
    accounts: tuple[Account, ...]
    fields: frozenset[str]
    late: frozenset[str] = frozenset()
    filter: InvoiceFilter
    order: InvoiceOrder
    first: int
    after: str | None
    rows: bool
    count: bool
    has_next: bool
    edge_cursors: bool
    page_cursors: bool

    def __hash__(self) -> int:
        """Of what tells most requests apart: hashing all accounts takes longer than comparing."""
        return hash((self.owner, self.first, self.after))


class InvoiceEdge(msgspec.Struct, frozen=True):
    """An invoice with the cursor behind it; the cursor is empty where it was not asked for."""

    node: Invoice
    cursor: str


class InvoicePage(msgspec.Struct, frozen=True, kw_only=True):
    """One page: its invoices, the whole list's length where asked for and known, and how the sources did.

    `cursors` are those behind the invoices, one each; there are none where they were not asked for. `outcomes` are
    those of the accounts' lists.
    """

    nodes: list[Invoice]
    cursors: list[str]
    page_info: PageInfo
    total_count: int | None
    is_complete: bool
    outcomes: list[SourceOutcome]

    @property
    def sources(self) -> list[SourceResult]:
        """How each source did."""
        return results_of(self.outcomes, Counter(node.source for node in self.nodes))

    @property
    def edges(self) -> list[InvoiceEdge]:
        """The invoices with their cursors."""
        return [*map(InvoiceEdge, self.nodes, self.cursors or repeat(""))]
