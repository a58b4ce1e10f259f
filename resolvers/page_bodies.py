"""The invoices of a page whose lists told only their outline: looked up by id, each failing for itself."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resolvers.filter import DateRange
from resolvers.gateway import Session
from resolvers.invoice_by_id import InvoiceRequest
from resolvers.lists.answers import count_note
from resolvers.model.completion import needs_details, uncompleted
from resolvers.model.customer import Account
from resolvers.model.errors import SourceError
from resolvers.model.invoice import Invoice
from resolvers.model.requires import with_requirements


class Bodies(NamedTuple):
    """The invoices, None for one that is not to be had, and the last failure of a look-up by its account's id."""

    invoices: Sequence[Invoice | None]
    failures: Mapping[str, SourceError]


async def bodies_of(
    session: Session, outlines: Sequence[Invoice], asked: Mapping[int, InvoiceRequest], days: DateRange
) -> Bodies:
    """The outlines, those at these places replaced by what was asked for. Raises CallBudgetExceeded.

    Where the call fails, an outline that holds all that its list ever tells stays, and says what it lacks. What the
    index alone took for an invoice of these days, and is none, is left out.
    """
    bodies: list[Invoice | None] = [*outlines]
    failures: dict[str, SourceError] = {}
    loads = (session.invoice_by_id.load(request) for request in asked.values())
    for place, body in zip(asked, await asyncio.gather(*loads, return_exceptions=True), strict=True):
        if isinstance(body, SourceError):
            account = asked[place].account
            failures[account.id] = body
            capabilities = session.gateway.sources[account.source].capabilities
            is_listed = needs_details(capabilities, with_requirements(asked[place].fields))
            bodies[place] = uncompleted(outlines[place], capabilities) if is_listed else None
        elif isinstance(body, BaseException):
            raise body
        else:
            bodies[place] = body
    _leave_out_misdated(session, bodies, asked, days)
    return Bodies(bodies, failures)


def _leave_out_misdated(
    session: Session, bodies: list[Invoice | None], asked: Mapping[int, InvoiceRequest], days: DateRange
) -> None:
    """Takes out what the index had another date of, and tells that its count includes it: RECORD_COUNT_MISMATCH."""
    misdated: Counter[Account] = Counter()
    for place, request in asked.items():
        body, account = bodies[place], request.account
        is_indexed = not session.gateway.sources[account.source].capabilities.lists_by_account
        if is_indexed and body is not None and not days.holds(body.issue_date):
            bodies[place] = None
            misdated[account] += 1
    for account, count in misdated.items():
        listed = sum(1 for request in asked.values() if request.account == account)
        session.lists.tell(account, *count_note(listed, listed - count))
