"""The root fields: all nullable, so that a failure here does not null what a router gathered elsewhere."""

import asyncio
from typing import Annotated

import strawberry

from graph.context import Info
from graph.selection import selection_of
from graph.types.account import Account
from graph.types.arguments import DEFAULT_PAGE, After, First
from graph.types.customer import Customer, CustomerConnection
from graph.types.invoice import Invoice
from graph.types.source import Source
from graph.types.viewer import Viewer, customers_of
from resolvers import lookup
from resolvers.access import Principal
from resolvers.customer_page import CustomerConnectionPage
from resolvers.model import customer as customer_model
from resolvers.model import invoice as invoice_model
from resolvers.model.errors import BadUserInput
from resolvers.model.source import InvoiceSource

_Id = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
_Ids = Annotated[
    list[strawberry.ID], strawberry.argument(description="Their ids, at most as many as the configured limit.")
]
_SourceName = Annotated[str, strawberry.argument(description="The source's configured name.")]
_Number = Annotated[str, strawberry.argument(description="The account's number, as people know it.")]
_Search = Annotated[
    str | None, strawberry.argument(description="A part of the id, a name or the e-mail. Absent: all customers.")
]


def viewer(info: Info) -> Principal:
    """Who is asking."""
    return info.context.session.principal


async def customer(info: Info, id: _Id) -> customer_model.Customer | None:
    """One customer."""
    return await lookup.find_customer(info.context.session, id)


async def account(info: Info, id: _Id) -> customer_model.Account | None:
    """One account."""
    return await lookup.find_account(info.context.session, id)


async def customer_by_account(info: Info, source: _SourceName, number: _Number) -> customer_model.Customer | None:
    """The customer who has an account of this number."""
    found = await lookup.find_account_by_number(info.context.session, source, number)
    return None if found is None else await lookup.find_customer(info.context.session, found.customer_id)


async def customers(
    info: Info, first: First = DEFAULT_PAGE, after: After = strawberry.UNSET, search: _Search = strawberry.UNSET
) -> CustomerConnectionPage:
    """One page of the customers."""
    return await customers_of(info, first, after, search)


async def invoice(info: Info, id: _Id) -> invoice_model.Invoice | None:
    """One invoice."""
    return await lookup.find_invoice(info.context.session, id, selection_of(info).paths())


async def invoices(info: Info, ids: _Ids) -> list[invoice_model.Invoice | None]:
    """Several invoices, each with its own error where it failed."""
    most = info.context.limits.entities
    if len(ids) > most:
        raise BadUserInput(f"ids: at most {most} at once, not {len(ids)}.")
    fields = selection_of(info).paths()
    session = info.context.session
    found = (lookup.find_invoice(session, id_, fields) for id_ in ids)
    results = await asyncio.gather(*found, return_exceptions=True)
    return results  # type: ignore[return-value]  # noqa: RET504  # an exception in a list is that entry's own error


def sources(info: Info) -> list[InvoiceSource]:
    """All configured sources by name."""
    return [source for _, source in sorted(info.context.session.gateway.sources.items())]


def source(info: Info, name: _SourceName) -> InvoiceSource | None:
    """One configured source."""
    return info.context.session.gateway.sources.get(name)


@strawberry.type(description="What can be asked.")
class Query:
    viewer = strawberry.field(
        resolver=viewer, graphql_type=Viewer | None, description="Who is asking, and what they may see."
    )
    customer = strawberry.field(
        resolver=customer,
        graphql_type=Customer | None,
        description="A customer by the company's id; null: unknown, or not yours.",
    )
    account = strawberry.field(
        resolver=account, graphql_type=Account | None, description="An account by its id; null: unknown, or not yours."
    )
    customer_by_account = strawberry.field(
        resolver=customer_by_account,
        graphql_type=Customer | None,
        description="By Account.number, in the directory only: never by a secret, and no upstream call.",
    )
    customers = strawberry.field(
        resolver=customers,
        graphql_type=CustomerConnection | None,
        description="The customers that the caller may see, by ascending id; `search` is a part of the id, "
        "a name or the e-mail.",
    )
    invoice = strawberry.field(
        resolver=invoice,
        graphql_type=Invoice | None,
        description="Null: unknown, not yours, or no longer told by a source that tells open invoices only.",
    )
    invoices = strawberry.field(
        resolver=invoices,
        graphql_type=list[Invoice | None] | None,
        description="In the order asked, null as in invoice(id); one that failed is null with its own error.",
    )
    sources = strawberry.field(
        resolver=sources, graphql_type=list[Source] | None, description="The configured sources, by name."
    )
    source = strawberry.field(
        resolver=source, graphql_type=Source | None, description="A configured source; null where none has that name."
    )
