"""A gateway in front of us while sources fail: what is lost is null where it belongs, and has our error code there.

The sources fail in a way that opens no circuit breaker, because other tests ask the same service.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.supergraph.conftest import Front

_ORDERS = "{ orders { id invoice { number } } }"
_LISTS = """{ accountManagers { customers {
  id orders { id } invoices(first: 1) { nodes { number } isComplete sources { source { name } error { code } } }
} } }"""
_FAILS = Fault("status_403")
_FIRST_ORDERS_INVOICE = "WzEsIndlYnN0b3JlIiwiNDcxMSIsIjY3NDc1MjM5MiJd"


@pytest.fixture(params=["apollo", "stitched"])
def front(request: pytest.FixtureRequest) -> Front:
    """Each kind of gateway."""
    front: Front = request.getfixturevalue(request.param)
    return front


def test_a_call_that_fails_costs_the_invoices_of_its_account_and_no_others(front: Front, sandbox: Sandbox) -> None:
    sandbox.board.faults["webstore"] = Fault("status_403", after=2)  # two of three accounts are answered

    answer = front.ask(_ORDERS)

    lost = [at for at, order in enumerate(answer["data"]["orders"]) if order["invoice"]["number"] is None]
    assert 0 < len(lost) < 30
    assert [error["path"][:3] for error in answer["errors"]] == [["orders", at, "invoice"] for at in lost]
    assert {_told(error) for error in answer["errors"]} == {("SOURCE_AUTH_FAILED", "webstore", False)}


def test_a_source_that_fails_leaves_the_orders(front: Front, sandbox: Sandbox) -> None:
    sandbox.board.faults["webstore"] = _FAILS

    answer = front.ask(_ORDERS)

    assert [order["id"] for order in answer["data"]["orders"]] == [f"O-{number}" for number in range(5001, 5031)]
    assert {order["invoice"]["number"] for order in answer["data"]["orders"]} == {None}
    assert len(answer["errors"]) == 30


def test_an_invoice_that_cannot_be_had_is_null_and_costs_no_more_than_itself(front: Front, sandbox: Sandbox) -> None:
    sandbox.board.faults["webstore"] = _FAILS

    answer = front.ask("{ orders { id invoice { number paymentStatus source { name } } } }")

    assert [order["id"] for order in answer["data"]["orders"]] == [f"O-{number}" for number in range(5001, 5031)]
    assert {order["invoice"] for order in answer["data"]["orders"]} == {None}
    assert {_told(error) for error in answer["errors"]} == {("SOURCE_AUTH_FAILED", "webstore", False)}


def test_lists_of_many_customers_say_each_for_itself_which_source_is_missing(front: Front, sandbox: Sandbox) -> None:
    sandbox.board.faults["shop"] = _FAILS

    answer = front.ask(_LISTS)

    rows = [row for manager in answer["data"]["accountManagers"] for row in manager["customers"]]
    customers = {row["id"]: row["invoices"] for row in rows}
    (failed,) = [told for told in customers["C-1001"]["sources"] if told["error"] is not None]
    assert "errors" not in answer
    assert failed == {"source": {"name": "shop"}, "error": {"code": "SOURCE_AUTH_FAILED"}}
    assert not customers["C-1001"]["isComplete"]
    assert len(customers["C-1001"]["nodes"]) == 1
    assert customers["C-1007"]["isComplete"]


def test_what_we_refuse_is_null_and_the_other_subgraphs_part_of_the_operation_stays(front: Front) -> None:
    answer = front.ask('{ orders { id } customer(id: "C-1001") { invoices(first: 100000) { totalCount } } }')

    assert answer["data"]["customer"] is None
    assert len(answer["data"]["orders"]) == 30
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"QUERY_TOO_COMPLEX"}


def test_no_stack_and_no_subgraphs_address_is_told(front: Front, sandbox: Sandbox, gateway_url: str) -> None:
    sandbox.board.faults["webstore"] = _FAILS

    answer = front.ask(f'{{ invoice(id: "{_FIRST_ORDERS_INVOICE}") {{ number }} }}')

    assert "stack" not in str(answer)
    assert gateway_url not in str(answer)


def _told(error: Any) -> tuple[str, str, bool]:
    extensions = error["extensions"]
    return (extensions["code"], extensions["source"], extensions["isRetryable"])
