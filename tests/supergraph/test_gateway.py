"""Apollo's gateway in front of us and the company: questions across both, and what they cost upstream."""

from __future__ import annotations

from collections import Counter

from sandbox.server import Sandbox
from tests.supergraph.conftest import Front

_ORDERS = "{ orders { id invoice { id number total { amount currencyCode } } } }"


def _upstream(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    """How often each source was called, by what, logins aside."""
    return Counter((call.source, call.operation) for call in sandbox.board.calls if call.operation != "Authenticate")


def test_thirty_invoices_of_another_subgraphs_orders_are_one_request_and_a_call_an_account(
    apollo: Front, sandbox: Sandbox
) -> None:
    answer = apollo.ask(_ORDERS)

    assert "errors" not in answer
    assert [order["id"] for order in answer["data"]["orders"]][:2] == ["O-5001", "O-5002"]
    assert answer["data"]["orders"][0]["invoice"]["number"] == "2026/6018"
    assert apollo.requests(2) == [("company", 0), ("invoices", 30)]
    assert _upstream(sandbox) == {("webstore", "storefront.invoices"): 3}


def test_the_lists_of_another_subgraphs_customers_are_one_request(apollo: Front, sandbox: Sandbox) -> None:
    answer = apollo.ask(
        "{ accountManagers { customers { id name invoices(first: 1) { nodes { number } isComplete } } } }"
    )

    customers = {
        customer["id"]: customer for manager in answer["data"]["accountManagers"] for customer in manager["customers"]
    }
    assert "errors" not in answer
    assert apollo.requests(2) == [("company", 0), ("invoices", 7)]
    assert customers["C-1001"]["invoices"]["isComplete"]
    assert len(customers["C-1001"]["invoices"]["nodes"]) == 1


def test_a_customer_whom_our_directory_does_not_know_has_no_invoices_and_keeps_what_the_company_says(
    apollo: Front, sandbox: Sandbox
) -> None:
    answer = apollo.ask("{ accountManagers { customers { id name accountManager { id } invoices { totalCount } } } }")

    (newly_won,) = (
        customer
        for manager in answer["data"]["accountManagers"]
        for customer in manager["customers"]
        if customer["id"] == "C-9001"
    )
    assert "errors" not in answer
    assert newly_won == {
        "id": "C-9001",
        "name": "Newly Won Ltd",
        "accountManager": {"id": "M-2"},
        "invoices": None,
    }


def test_from_our_invoices_the_gateway_goes_on_to_their_orders_and_managers(apollo: Front, sandbox: Sandbox) -> None:
    answer = apollo.ask(
        """{ invoices(ids: ["WzEsIndlYnN0b3JlIiwiNDcxMSIsIjY3NDc1MjM5MiJd"]) {
          number order { id orderedOn } customer { name accountManager { name } }
        } }"""
    )

    assert answer == {
        "data": {
            "invoices": [
                {
                    "number": "2026/6018",
                    "order": {"id": "O-5001", "orderedOn": "2026-06-30"},
                    "customer": {"name": "Daan van der Meer", "accountManager": {"name": "Mieke Jansen"}},
                }
            ]
        }
    }
    assert _upstream(sandbox) == {("webstore", "storefront.invoices"): 1}
