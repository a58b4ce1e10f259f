"""The root fields that write, for staff and services; nullable, so that a failure hides nothing that another did."""

import asyncio
from collections.abc import Coroutine
from typing import Annotated

import strawberry

from graph.context import Info
from graph.selection import selection_of
from graph.types.writing import (
    CreateInvoiceInput,
    DeleteInvoiceInput,
    DeleteInvoicePayload,
    InvoicePayload,
    UpdateInvoiceInput,
    draft_of,
)
from resolvers import writing
from resolvers.gateway import Session


async def create_invoice(
    info: Info, input: Annotated[CreateInvoiceInput, strawberry.argument(description="The new invoice.")]
) -> writing.WriteOutcome:
    """The new invoice, or the one that was created with this key before."""
    return await _to_its_end(
        writing.create_invoice(
            _fresh_session(info), input.account_id, input.idempotency_key, draft_of(input), _fields(info)
        )
    )


async def update_invoice(
    info: Info,
    input: Annotated[UpdateInvoiceInput, strawberry.argument(description="The invoice, and what to change of it.")],
) -> writing.WriteOutcome:
    """The invoice as it is now."""
    return await _to_its_end(writing.update_invoice(_fresh_session(info), input.id, draft_of(input), _fields(info)))


async def delete_invoice(
    info: Info, input: Annotated[DeleteInvoiceInput, strawberry.argument(description="The invoice.")]
) -> writing.WriteOutcome:
    """What is gone."""
    return await _to_its_end(writing.delete_invoice(_fresh_session(info), input.id))


_unfinished: set[asyncio.Future[writing.WriteOutcome]] = set()


async def _to_its_end(write: Coroutine[None, None, writing.WriteOutcome]) -> writing.WriteOutcome:
    """What comes of a write, which goes on where the client leaves: half a write helps nobody."""
    future = asyncio.ensure_future(write)
    _unfinished.add(future)
    future.add_done_callback(_unfinished.discard)
    return await asyncio.shield(future)


def _fresh_session(info: Info) -> Session:
    """A session of this field's own: what the fields before it have read may be of before it."""
    info.context.session = info.context.session.anew()
    return info.context.session


def _fields(info: Info) -> frozenset[str]:
    return selection_of(info).at("invoice").paths()


@strawberry.type(
    description="What can be written, at sources whose capabilities say so, by staff and services. One after the other."
)
class Mutation:
    create_invoice = strawberry.mutation(
        resolver=create_invoice,
        graphql_type=InvoicePayload | None,
        description="Creates an invoice, at most once for a key.",
    )
    update_invoice = strawberry.mutation(
        resolver=update_invoice, graphql_type=InvoicePayload | None, description="Changes an invoice."
    )
    delete_invoice = strawberry.mutation(
        resolver=delete_invoice, graphql_type=DeleteInvoicePayload | None, description="Deletes an invoice."
    )
