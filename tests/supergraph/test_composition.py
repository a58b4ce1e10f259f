"""Both composers make one supergraph of our subgraph and the company's: no errors and no hints."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.supergraph import company
from graph.schema import print_subgraph_sdl
from tests.supergraph.conftest import EXAMPLE, ROOT, Subgraph, composed


@pytest.mark.parametrize("composer", ["apollo", "hive"])
@pytest.mark.parametrize("type_prefix", ["", "Invoicing"])
@pytest.mark.parametrize("owns_customer", [True, False])
def test_it_composes_with_the_companys_subgraph(
    example: Path, tmp_path: Path, composer: str, type_prefix: str, owns_customer: bool
) -> None:
    ours, theirs = tmp_path / "invoices.graphql", tmp_path / "company.graphql"
    ours.write_text(print_subgraph_sdl(type_prefix, owns_customer=owns_customer))
    theirs.write_text((company.schema if owns_customer else company.owners_schema).as_str())

    supergraph = composed(example, composer, [Subgraph("invoices", "", ours), Subgraph("company", "", theirs)])

    assert f"type {type_prefix}Money" in supergraph


@pytest.mark.parametrize("composer", ["apollo", "hive"])
def test_with_a_prefix_words_of_ours_may_mean_something_else_in_another_subgraph(
    example: Path, tmp_path: Path, composer: str
) -> None:
    ours, theirs = tmp_path / "invoices.graphql", tmp_path / "bank.graphql"
    ours.write_text(print_subgraph_sdl("Invoicing"))
    theirs.write_text(
        """
        extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
        type Query { bank: Account }
        type Account @key(fields: "iban") { iban: ID!, money: Money! }
        union Money = Account
        enum CurrencyCode { EUR }
        input Decimal { text: String }
        interface Source { code(of: Decimal): CurrencyCode }
        """
    )

    supergraph = composed(example, composer, [Subgraph("invoices", "", ours), Subgraph("bank", "", theirs)])

    assert "type InvoicingAccount" in supergraph


def test_the_examples_printed_schema_is_what_its_service_says() -> None:
    assert (EXAMPLE / "company.graphql").read_text() == company.schema.as_str() + "\n"


def test_the_printed_schema_is_what_the_service_says() -> None:
    assert (ROOT / "schema.graphql").read_text() == print_subgraph_sdl()
