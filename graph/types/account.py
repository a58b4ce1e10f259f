"""A customer's account at one source."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from graph.context import Info
from graph.pure import pure
from graph.types.arguments import DEFAULT_PAGE, After, Filter, First, OrderBy
from graph.types.pages import invoice_page_of
from graph.types.source import Source
from resolvers import lookup
from resolvers.model import customer as model
from resolvers.model.source import InvoiceSource
from resolvers.page import InvoicePage

if TYPE_CHECKING:
    from graph.types.customer import Customer
    from graph.types.invoice_connection import InvoiceConnection


@pure
def source_of(account: strawberry.Parent[model.Account], info: Info) -> InvoiceSource:
    """The configured source."""
    return info.context.session.gateway.sources[account.source]


async def customer_of(account: strawberry.Parent[model.Account], info: Info) -> model.Customer | None:
    """The customer whose account it is."""
    return await lookup.find_customer(info.context.session, account.customer_id)


async def invoices_of(
    account: strawberry.Parent[model.Account],
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = strawberry.UNSET,
    filter: Filter = strawberry.UNSET,
    order_by: OrderBy = strawberry.UNSET,
) -> InvoicePage:
    """One page of the account's invoices."""
    return await invoice_page_of(info, f"account:{account.id}", [account], first, after, filter, order_by)


@strawberry.federation.type(keys=["id"], description="The customer's account at one source.")
class Account:
    id: strawberry.ID = strawberry.field(description="Opaque and stable: the same on every replica.")
    source = strawberry.field(resolver=source_of, graphql_type=Source, description="The source it is at.")
    number: str | None = strawberry.field(
        description="The number people know it by, in the directory; the source's key where people use that, else null."
    )
    label: str | None = strawberry.field(description="What the company calls it.")
    customer = strawberry.field(
        resolver=customer_of,
        graphql_type=Annotated["Customer", strawberry.lazy("graph.types.customer")] | None,
        description="The customer whose account it is.",
    )
    invoices = strawberry.field(
        resolver=invoices_of,
        graphql_type=Annotated["InvoiceConnection", strawberry.lazy("graph.types.invoice_connection")] | None,
        description="Its invoices, newest first unless asked otherwise.",
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Whether the object is one of these, for the union of entities."""
        return isinstance(obj, model.Account)
