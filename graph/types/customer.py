"""A customer of the company."""

import strawberry

from graph.arguments import InvoiceFilter, InvoiceOrder, invoice_page_of
from graph.context import Info
from graph.types.account import Account
from graph.types.address import Address
from graph.types.connection import PageInfo
from graph.types.invoice_connection import InvoiceConnection
from resolvers import lookup
from resolvers.addresses import known_addresses
from resolvers.invoice_page import InvoicePage
from resolvers.model import address as address_model
from resolvers.model import customer as model


async def addresses_of(customer: strawberry.Parent[model.Customer], info: Info) -> list[address_model.Address]:
    """The addresses on the newest invoice of each account."""
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    found, is_complete = await known_addresses(info.context.session, accounts)
    if not is_complete:
        info.context.incomplete.append(info.path.as_list())
    return found


async def accounts_of(customer: strawberry.Parent[model.Customer], info: Info) -> list[model.Account]:
    """The accounts at the configured sources."""
    return await lookup.accounts_of(info.context.session, customer.id)


async def invoices_of(
    customer: strawberry.Parent[model.Customer],
    info: Info,
    first: int | None = 20,
    after: str | None = strawberry.UNSET,
    filter: InvoiceFilter | None = strawberry.UNSET,
    order_by: InvoiceOrder | None = strawberry.UNSET,
) -> InvoicePage:
    """One page of the customer's invoices at all sources."""
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    return await invoice_page_of(info, f"customer:{customer.id}", accounts, first, after, filter, order_by)


@strawberry.federation.type(keys=["id"], description="A customer of the company, with accounts at the sources.")
class Customer:
    id: strawberry.ID = strawberry.field(description="The company's own customer id, as every other subgraph knows it.")
    name: str | None = strawberry.federation.field(shareable=True, description="The customer's name.")
    company_name: str | None = strawberry.federation.field(shareable=True, description="The company's name.")
    email: str | None = strawberry.federation.field(shareable=True, description="An e-mail address.")
    phone: str | None = strawberry.federation.field(shareable=True, description="A telephone number.")
    locale: str | None = strawberry.federation.field(shareable=True, description="The customer's language.")
    accounts = strawberry.field(
        resolver=accounts_of, graphql_type=list[Account] | None, description="The customer's accounts at the sources."
    )
    addresses = strawberry.field(
        resolver=addresses_of,
        graphql_type=list[Address] | None,
        description="Known from the newest invoice of each account that carries any; each once.",
    )
    invoices = strawberry.field(
        resolver=invoices_of,
        graphql_type=InvoiceConnection | None,
        description="The invoices of all accounts in one list; one that two of the accounts list is here once.",
    )

    @classmethod
    def is_type_of(cls, obj: object, _info: object) -> bool:
        """Whether the object is one of these, for the union of entities."""
        return isinstance(obj, model.Customer)


@strawberry.federation.type(shareable=True, description="A customer in a list.")
class CustomerEdge:
    cursor: str = strawberry.field(description="Pass it as `after` to go on behind this customer.")
    node: Customer = strawberry.field(description="The customer.")


@strawberry.federation.type(shareable=True, description="Customers by ascending id.")
class CustomerConnection:
    edges: list[CustomerEdge] = strawberry.field(description="The customers with their cursors.")
    nodes: list[Customer] = strawberry.field(description="The customers.")
    page_info: PageInfo = strawberry.field(description="Where the page stands in the list.")
    total_count: int = strawberry.field(description="How many customers there are in all.")
