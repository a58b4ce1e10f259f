"""What the plan says before an operation is what the operation then calls."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from resolvers.model.identity import invoice_id
from sandbox.server import Sandbox
from service import explorer
from tests.specs.page import parse_page

_EXAMPLES = Path(explorer.__file__).parent / "examples"
_PAGES = Path(__file__).parent.parent / "specs"

TOTALS = """{ customer(id: "C-1001") { invoices(first: 20, filter: { sources: ["association", "webstore"] }) {
  nodes { number total { amount } } } } }"""
BELOW = """query ($id: ID!) { invoice(id: $id) { customer { invoices(first: 5) { nodes { number } } } } }"""
A_WRITE = """mutation { deleteInvoice(input: { id: "x" }) { __typename } }"""
_NEVER_SENT = {"an-unknown-invoice-of-a-known-account-is-null 0"}
"""One of its ids cannot be any of its source's: the plan does not know that, the source does, and sends nothing."""


def operations() -> dict[str, tuple[str, dict[str, Any]]]:
    """The explorer's examples, and the queries of the pages on which nothing befalls a source."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        file.stem: (file.read_text(), {}) for file in sorted(_EXAMPLES.glob("*.graphql"))
    }
    for page in sorted(set(_PAGES.glob("*.md")) - {_PAGES / "README.md"}):
        requests = parse_page(page.read_text(encoding="utf-8"))
        if any(request.upstream.faults or request.upstream.invoices for request in requests):
            continue
        for number, request in enumerate(requests):
            name = f"{page.stem} {number}"
            if "${" not in str(request.variables) and name not in _NEVER_SENT:
                asked[name] = (request.query, request.variables)
    return asked


async def explained(client: httpx.AsyncClient, query: str, variables: dict[str, Any], wish: str) -> dict[str, Any]:
    """`extensions.explain` of the answer."""
    reply = await client.post(
        "/", json={"query": query, "variables": variables}, headers={"x-invoice-graph-explain": wish}
    )
    explain: dict[str, Any] = reply.json()["extensions"]["explain"]
    return explain


async def test_an_operation_that_was_asked_before_makes_the_planned_calls(
    remembering: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    planned, made = {}, {}

    for name, (query, variables) in operations().items():
        await explained(remembering, query, variables, "1")
        planned[name] = (await explained(remembering, query, variables, "plan"))["plannedCalls"]
        run = await explained(remembering, query, variables, "1")
        made[name] = run["upstreamCalls"] - run["unplannedCalls"]
        assert run["plannedCalls"] == planned[name]

    assert made == planned
    assert max(planned.values()) > 20


@pytest.mark.parametrize("source", ["association", "shop", "webstore", "orders", "wholesale"])
async def test_what_is_asked_below_an_invoice_is_planned_before_anybody_read_its_list(
    remembering: httpx.AsyncClient, sandbox: Sandbox, source: str
) -> None:
    account = next(each for each in sandbox.books.accounts if (each.customer_id, each.source) == ("C-1001", source))
    invoice = sandbox.books.invoices[source, account.key][0]
    variables = {"id": invoice_id(source, account.key, invoice.id)}

    run = await explained(remembering, BELOW, variables, "1")

    made = Counter(call["source"] for call in run["calls"] if call["planned"])
    assert made.keys() == {"association", "shop", "webstore", "wholesale"} | {source}
    assert made <= Counter(call["source"] for call in run["plan"])


async def test_what_is_asked_below_an_invoice_that_a_kept_list_does_not_hold_is_not_planned(
    remembering: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    variables = {"id": invoice_id("shop", "10025", "F0000000")}
    await explained(remembering, BELOW, variables, "1")

    run = await explained(remembering, BELOW, variables, "1")

    assert {call["source"] for call in run["calls"]} == {call["source"] for call in run["plan"]} == {"shop"}
    assert run["plannedCalls"] == run["upstreamCalls"]


async def test_a_plan_calls_nobody_and_has_no_data(remembering: httpx.AsyncClient, sandbox: Sandbox) -> None:
    reply = await remembering.post("/", json={"query": TOTALS, "extensions": {"explain": "plan"}})

    body = reply.json()
    assert (reply.status_code, body["data"], "errors" in body) == (200, None, False)
    assert [(call["source"], call["operation"], call["rows"]) for call in body["extensions"]["explain"]["plan"]] == [
        ("association", "list_invoices", None),
        ("webstore", "list_invoices", None),
    ]
    assert (body["extensions"]["explain"]["upstreamCalls"], sandbox.board.calls) == (0, [])


async def test_rows_that_were_seen_before_are_in_the_plan(remembering: httpx.AsyncClient, sandbox: Sandbox) -> None:
    made = await explained(remembering, TOTALS, {}, "1")

    plan = await explained(remembering, TOTALS, {}, "plan")

    rows = {call["source"]: call["rows"] for call in made["calls"] if call["planned"]}
    assert {call["source"]: call["rows"] for call in plan["plan"]} == rows


async def test_a_login_is_told_apart_from_what_was_planned(remembering: httpx.AsyncClient, sandbox: Sandbox) -> None:
    run = await explained(remembering, TOTALS, {}, "1")

    unplanned = {call["operation"] for call in run["calls"] if not call["planned"]}
    assert unplanned == {"Authenticate"}
    assert run["upstreamCalls"] == len(sandbox.board.calls) == run["plannedCalls"] + run["unplannedCalls"]


@pytest.mark.parametrize("asking", [{"headers": {"x-invoice-graph-explain": "everything"}}, {"explain": 7}])
async def test_a_wish_that_nobody_understands_is_refused(
    remembering: httpx.AsyncClient, asking: dict[str, Any]
) -> None:
    body = {"query": "{ __typename }", "extensions": {"explain": asking.get("explain")}}

    reply = await remembering.post("/", json=body, headers=asking.get("headers", {}))

    (error,) = reply.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert 'write 1 for what the operation did, or "plan"' in error["message"]


async def test_a_write_is_not_rehearsed(remembering: httpx.AsyncClient, sandbox: Sandbox) -> None:
    reply = await remembering.post("/", json={"query": A_WRITE}, headers={"x-invoice-graph-explain": "plan"})

    (error,) = reply.json()["errors"]
    assert (error["extensions"]["code"], error["message"].partition(",")[0]) == (
        "BAD_USER_INPUT",
        "Only queries can be planned",
    )
    assert sandbox.board.calls == []


@pytest.mark.parametrize("accept", ["application/json", "multipart/mixed;incrementalSpec=v0.2, application/json"])
@pytest.mark.parametrize(
    "list_", ["invoices(first: 0) { totalCount }", "... @defer { invoices(first: 0) { totalCount } }"]
)
async def test_a_mistake_in_what_is_asked_is_told_beside_the_plan(
    remembering: httpx.AsyncClient, list_: str, accept: str
) -> None:
    query = f'{{ customer(id: "C-1001") {{ id {list_} }} }}'

    headers = {"x-invoice-graph-explain": "plan", "accept": accept}
    reply = await remembering.post("/", json={"query": query}, headers=headers)

    (error,) = reply.json()["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer", "invoices"], "BAD_USER_INPUT")
