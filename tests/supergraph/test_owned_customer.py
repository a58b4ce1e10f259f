"""Another subgraph owns Customer: `graph.owns_customer = false`."""

from __future__ import annotations

import sys

import pytest
from graphql import GraphQLObjectType, build_schema

from graph.schema import print_client_sdl
from tests.conftest import Gateway
from tests.supergraph.conftest import running
from tests.supergraph.in_memory import ACCOUNT, Subgraph

_ENTITY = """{
  _entities(representations: [{__typename: "Customer", id: "C-1"}, {__typename: "Customer", id: "C-404"}]) {
    ... on Customer { id accounts { id } invoices { nodes { number } } }
  }
}"""


def test_the_owners_attributes_and_root_fields_are_not_printed() -> None:
    schema = build_schema(print_client_sdl(owns_customer=False))

    customer, query = schema.type_map["Customer"], schema.type_map["Query"]
    assert isinstance(customer, GraphQLObjectType)
    assert isinstance(query, GraphQLObjectType)
    assert set(customer.fields) == {"id", "accounts", "addresses", "invoices", "balances", "aging"}
    assert not {"customer", "customers"} & set(query.fields)


async def test_its_own_fields_are_added_to_a_customer_and_an_unknown_one_is_null() -> None:
    answer = await Subgraph(owns_customer=False).ask(_ENTITY)

    known, unknown = answer["data"]["_entities"]
    assert known == {"id": "C-1", "accounts": [{"id": ACCOUNT.id}], "invoices": {"nodes": [{"number": "2026/1"}]}}
    assert unknown is None


@pytest.mark.parametrize("query", ['{ customer(id: "C-1") { id } }', '{ account(id: "x") { customer { name } } }'])
async def test_what_the_owner_has_cannot_be_asked_here(query: str) -> None:
    answer = await Subgraph(owns_customer=False).ask(query)

    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_the_service_is_the_subgraph_that_its_configuration_says(gateway: Gateway) -> None:
    told = {"INVOICE_GRAPH__GRAPH__OWNS_CUSTOMER": "false", "INVOICE_GRAPH__GRAPH__TYPE_PREFIX": "Invoicing"}
    command = [sys.executable, "-m", "service", "serve", "--config", str(gateway.configuration)]
    with running(command, "", gateway.environ | told) as service:
        service.url += "/graphql"
        answer = service.ask(
            """{
              _service { sdl }
              _entities(representations: [
                {__typename: "Customer", id: "C-1001"}, {__typename: "InvoicingSource", name: "shop"}
              ]) { ... on Customer { accounts { source { __typename } } } ... on InvoicingSource { title } }
            }"""
        )

    customer, source = answer["data"]["_entities"]
    assert customer == {"accounts": [{"source": {"__typename": "InvoicingSource"}}] * 5}
    assert source == {"title": "Spare parts"}
    assert "companyName: String @shareable" not in answer["data"]["_service"]["sdl"]
