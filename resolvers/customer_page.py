"""One page of the customers that a principal may see, by ascending id."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from resolvers.connection import PageInfo
from resolvers.gateway import Session
from resolvers.model.customer import Customer
from resolvers.model.directory import CustomerAccounts
from resolvers.model.errors import BadUserInput

_LONGEST_SEARCH = 200


class _Cursor(msgspec.Struct, frozen=True, array_like=True, tag="customers"):
    search: str
    id: str


@dataclass(frozen=True, slots=True)
class CustomerEdge:
    """A customer with the cursor behind them."""

    node: Customer
    cursor: str


@dataclass(frozen=True, slots=True)
class CustomerConnectionPage:
    """The customers with their cursors, and how many there are where that was asked for."""

    edges: list[CustomerEdge]
    page_info: PageInfo
    total_count: int | None

    @property
    def nodes(self) -> list[Customer]:
        """The customers without their cursors."""
        return [edge.node for edge in self.edges]


async def customer_page(
    session: Session, *, first: int, after: str | None, search: str | None, count: bool
) -> CustomerConnectionPage:
    """The page behind `after`. Their accounts come along in the same directory query. Raises BadUserInput."""
    if search is not None and len(search) > _LONGEST_SEARCH:
        raise BadUserInput(f"search: at most {_LONGEST_SEARCH} characters, not {len(search)}.")
    within, directory, seal = session.principal.customer_ids, session.directory, session.gateway.cursors
    behind = None if after is None else _read(session, after, search or "")
    page = await directory.customer_page(first=first, after=behind, search=search, within=within)
    for customer in page.customers:
        session.remember(CustomerAccounts(customer, tuple(page.accounts.get(customer.id, ()))))
    seen = [customer for customer in page.customers if session.principal.may_see(customer.id)]
    edges = [CustomerEdge(customer, seal.write(_Cursor(search or "", customer.id))) for customer in seen]
    total = await directory.count_customers(search=search, within=within) if count else None
    info = PageInfo(
        has_next_page=page.has_next,
        has_previous_page=behind is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return CustomerConnectionPage(edges, info, total)


def _read(session: Session, text: str, search: str) -> str:
    cursor = session.gateway.cursors.read(text, _Cursor)
    if cursor is None:
        raise BadUserInput("after: not a cursor that this API gave out. Pass a cursor or an endCursor unchanged.")
    if cursor.search != search:
        raise BadUserInput("after: the cursor belongs to another search. A cursor goes with its search.")
    return cursor.id
