"""The company's own subgraph, beside the invoices: account managers and orders, for the customers that both know.

    uvicorn examples.supergraph.company:app --port 4002      # beside graph.owns_customer = true, the default
    uvicorn examples.supergraph.company:owner --port 4002    # beside graph.owns_customer = false: Customer is ours

A small service to learn from: its whole business is `company.json`.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import strawberry
from starlette.applications import Starlette
from strawberry.asgi import GraphQL
from strawberry.federation import Schema
from strawberry.schema.config import StrawberryConfig


@strawberry.federation.type(keys=["id"])
class AccountManager:
    """Who looks after customers."""

    id: strawberry.ID
    name: str
    email: str

    @strawberry.field
    def customers(self) -> list[Customer]:
        """Theirs; all that the invoices know of them is the other subgraph's to say."""
        return [customer for customer in CUSTOMERS.values() if customer.manager_id == self.id]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> AccountManager | None:
        """By key."""
        return MANAGERS.get(id)


@strawberry.federation.type(keys=["id"])
class Customer:
    """What the company says of a customer. Who the customer is, both subgraphs may know: those fields are shareable."""

    id: strawberry.ID
    name: str | None = strawberry.federation.field(shareable=True)
    company_name: str | None = strawberry.federation.field(shareable=True)
    email: str | None = strawberry.federation.field(shareable=True)
    phone: str | None = strawberry.federation.field(shareable=True)
    locale: str | None = strawberry.federation.field(shareable=True)
    manager_id: strawberry.Private[str]

    @strawberry.field
    def account_manager(self) -> AccountManager | None:
        """Who looks after them."""
        return MANAGERS.get(self.manager_id)

    @strawberry.field
    def orders(self) -> list[Order]:
        """What they ordered."""
        return [order for order in ORDERS.values() if order.customer_id == self.id]

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Customer | None:
        """By key."""
        return CUSTOMERS.get(id)


@strawberry.federation.type(keys=["id"])
class Invoice:
    """A stub: the company knows which order an invoice is of, and nothing else."""

    id: strawberry.ID

    @strawberry.field
    def order(self) -> Order | None:
        """The order that it bills."""
        return next((order for order in ORDERS.values() if order.invoice_id == self.id), None)

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Invoice:
        """By key, whatever it is."""
        return cls(id=id)


@strawberry.federation.type(keys=["id"])
class Order:
    """What a customer ordered."""

    id: strawberry.ID
    ordered_on: date
    customer_id: strawberry.Private[str]
    invoice_id: strawberry.Private[str]

    @strawberry.field
    def customer(self) -> Customer | None:
        """Who ordered it."""
        return CUSTOMERS.get(self.customer_id)

    @strawberry.field
    def invoice(self) -> Invoice | None:
        """The invoice that bills it. Nullable, because the gateway has none where its source fails."""
        return Invoice(id=strawberry.ID(self.invoice_id))

    @classmethod
    def resolve_reference(cls, id: strawberry.ID) -> Order | None:
        """By key."""
        return ORDERS.get(id)


@strawberry.type
class Query:
    """What the company is asked for, whoever owns Customer."""

    @strawberry.field
    def account_managers(self) -> list[AccountManager]:
        """All of them."""
        return list(MANAGERS.values())

    @strawberry.field
    def orders(self) -> list[Order]:
        """All of them, the newest first."""
        return list(ORDERS.values())


@strawberry.type(name="Query")
class OwnersQuery(Query):
    """And what it is asked for where Customer is its own."""

    @strawberry.field
    def customer(self, id: strawberry.ID) -> Customer | None:
        """One customer."""
        return CUSTOMERS.get(id)

    @strawberry.field
    def customers(self) -> list[Customer]:
        """All of them."""
        return list(CUSTOMERS.values())


def _schema(query: type) -> Schema:
    date_alone = strawberry.scalar(name="Date", serialize=date.isoformat, parse_value=date.fromisoformat)
    return Schema(
        query=query,
        types=[Invoice],
        config=StrawberryConfig(scalar_map={date: date_alone}),  # composers hint at a second, different description
        federation_version="2.9",
    )


_BUSINESS = json.loads(Path(__file__).with_name("company.json").read_text(encoding="utf-8"))
MANAGERS = {row["id"]: AccountManager(**row) for row in _BUSINESS["account_managers"]}
CUSTOMERS = {row["id"]: Customer(**row) for row in _BUSINESS["customers"]}
ORDERS = {
    row["id"]: Order(**row | {"ordered_on": date.fromisoformat(row["ordered_on"])}) for row in _BUSINESS["orders"]
}

schema, owners_schema = _schema(Query), _schema(OwnersQuery)

app, owner = Starlette(), Starlette()
app.mount("/graphql", GraphQL[None, None](schema))
owner.mount("/graphql", GraphQL[None, None](owners_schema))
