"""The root fields that write, for staff and services; nullable, so that a failure hides nothing that another did."""

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


async def create_invoice(info: Info, input: CreateInvoiceInput) -> writing.WriteOutcome:
    """The new invoice, or the one that was created with this key before."""
    return await writing.create_invoice(
        _fresh_session(info), input.account_id, input.idempotency_key, draft_of(input), _fields(info)
    )


async def update_invoice(info: Info, input: UpdateInvoiceInput) -> writing.WriteOutcome:
    """The invoice as it is now."""
    return await writing.update_invoice(_fresh_session(info), input.id, draft_of(input), _fields(info))


async def delete_invoice(info: Info, input: DeleteInvoiceInput) -> writing.WriteOutcome:
    """What is gone."""
    return await writing.delete_invoice(_fresh_session(info), input.id)


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
