"""Schema stitching in front of us and the company, by `_entities`."""

from __future__ import annotations

from sandbox.server import Sandbox
from tests.supergraph.conftest import Front


def test_thirty_invoices_of_the_companys_orders_are_one_request_and_a_call_an_account(
    stitched: Front, sandbox: Sandbox
) -> None:
    answer = stitched.ask("{ orders { id invoice { number total { amount } } } }")

    assert "errors" not in answer
    assert answer["data"]["orders"][0] == {
        "id": "O-5001",
        "invoice": {"number": "2026/6018", "total": {"amount": "568.78"}},
    }
    assert stitched.requests(2) == [("company", 0), ("invoices", 30)]
    assert [call.operation for call in sandbox.board.calls] == ["storefront.invoices"] * 3


def test_from_our_invoices_it_goes_on_to_their_orders_and_managers(stitched: Front, sandbox: Sandbox) -> None:
    answer = stitched.ask(
        """{ invoice(id: "WzEsIndlYnN0b3JlIiwiNDcxMSIsIjY3NDc1MjM5MiJd") {
          number order { id } customer { name accountManager { name } }
        } }"""
    )

    assert answer == {
        "data": {
            "invoice": {
                "number": "2026/6018",
                "order": {"id": "O-5001"},
                "customer": {"name": "Daan van der Meer", "accountManager": {"name": "Mieke Jansen"}},
            }
        }
    }
