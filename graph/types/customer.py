"""A customer of the company."""

from collections.abc import Awaitable, Callable

import strawberry

from graph.context import Info
from graph.limits.guessed_lists import count_list
from graph.types.account import Account
from graph.types.address import Address
from graph.types.arguments import DEFAULT_PAGE, After, AsOf, Filter, First, OrderBy, SourceNames
from graph.types.balance import AgingReport, BalanceSummary
from graph.types.completeness import tell_completeness
from graph.types.connection import PageInfo
from graph.types.invoice_connection import InvoiceConnection
from graph.types.pages import invoice_page_of, source_names
from resolvers import ledger, lookup
from resolvers.addresses import known_addresses
from resolvers.customer_records import known_records
from resolvers.model import address as address_model
from resolvers.model import customer as model
from resolvers.model.customer_record import CustomerRecord
from resolvers.page import InvoicePage


def name_of(customer: strawberry.Parent[model.Customer], info: Info) -> str | Awaitable[str | None]:
    """The directory's, else the first that a source's record has."""
    return customer.name or _told(customer, info, lambda record: record.name)


def email_of(customer: strawberry.Parent[model.Customer], info: Info) -> str | Awaitable[str | None]:
    """The directory's, else the first that a source's record has."""
    return customer.email or _told(customer, info, lambda record: record.email)


def phone_of(customer: strawberry.Parent[model.Customer], info: Info) -> str | Awaitable[str | None]:
    """The directory's, else the first that a source's record has."""
    return customer.phone or _told(customer, info, lambda record: record.phone)


async def _told(customer: model.Customer, info: Info, of: Callable[[CustomerRecord], str | None]) -> str | None:
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    known = await known_records(info.context.session, accounts)
    told = next((text for record in known.records if (text := of(record))), None)
    tell_completeness(info, is_complete=told is not None or known.is_complete)
    return told


async def addresses_of(customer: strawberry.Parent[model.Customer], info: Info) -> list[address_model.Address]:
    """The addresses of the sources' records and of the newest invoice of each account."""
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    found, is_complete = await known_addresses(info.context.session, accounts)
    tell_completeness(info, is_complete=is_complete)
    return found


async def accounts_of(customer: strawberry.Parent[model.Customer], info: Info) -> list[model.Account]:
    """The accounts at the configured sources. Raises QueryTooComplex."""
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    count_list(info, len(accounts))
    return accounts


async def invoices_of(
    customer: strawberry.Parent[model.Customer],
    info: Info,
    first: First = DEFAULT_PAGE,
    after: After = strawberry.UNSET,
    filter: Filter = strawberry.UNSET,
    order_by: OrderBy = strawberry.UNSET,
) -> InvoicePage:
    """One page of the customer's invoices at all sources."""
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    return await invoice_page_of(info, f"customer:{customer.id}", accounts, first, after, filter, order_by)


async def balances_of(
    customer: strawberry.Parent[model.Customer],
    info: Info,
    as_of: AsOf = strawberry.UNSET,
    sources: SourceNames = strawberry.UNSET,
) -> ledger.BalanceSummary:
    """What the customer owes."""
    named = source_names(info, "sources", sources)
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    summary = await ledger.read_balances(info.context.session, accounts, named, as_of or info.context.today())
    tell_completeness(info, is_complete=summary.is_complete)
    return summary


async def aging_of(
    customer: strawberry.Parent[model.Customer],
    info: Info,
    as_of: AsOf = strawberry.UNSET,
    sources: SourceNames = strawberry.UNSET,
) -> ledger.AgingReport:
    """How long it has been due."""
    named = source_names(info, "sources", sources)
    accounts = await lookup.accounts_of(info.context.session, customer.id)
    report = await ledger.read_aging(info.context.session, accounts, named, as_of or info.context.today())
    tell_completeness(info, is_complete=report.is_complete)
    return report


@strawberry.federation.type(keys=["id"], description="A customer of the company, with accounts at the sources.")
class Customer:
    id: strawberry.ID = strawberry.field(description="The company's own customer id, as every other subgraph knows it.")
    name = strawberry.federation.field(
        resolver=name_of,
        graphql_type=str | None,
        shareable=True,
        description="The customer's name: the directory's, else a source's record's.",
    )
    company_name: str | None = strawberry.federation.field(shareable=True, description="The company's name.")
    email = strawberry.federation.field(
        resolver=email_of,
        graphql_type=str | None,
        shareable=True,
        description="An e-mail address: the directory's, else a source's record's.",
    )
    phone = strawberry.federation.field(
        resolver=phone_of,
        graphql_type=str | None,
        shareable=True,
        description="A telephone number: the directory's, else a source's record's.",
    )
    locale: str | None = strawberry.federation.field(shareable=True, description="The customer's language.")
    accounts = strawberry.field(
        resolver=accounts_of, graphql_type=list[Account] | None, description="The customer's accounts at the sources."
    )
    addresses = strawberry.field(
        resolver=addresses_of,
        graphql_type=list[Address] | None,
        description="Known from the sources' customer records and the newest invoices; each once.",
    )
    invoices = strawberry.field(
        resolver=invoices_of,
        graphql_type=InvoiceConnection | None,
        description="The invoices of all accounts in one list; one that two of the accounts list is here once.",
    )
    balances = strawberry.field(
        resolver=balances_of,
        graphql_type=BalanceSummary | None,
        description="What is owed, one entry per currency. asOf moves only the day that overdue is measured from.",
    )
    aging = strawberry.field(
        resolver=aging_of,
        graphql_type=AgingReport | None,
        description="How long what is owed has been due on a day, today by default.",
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
