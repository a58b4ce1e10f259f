"""Writing through the graph: what comes back, what the vendor got, and what nobody may."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import httpx
import pytest

from resolvers.model.identity import account_id, invoice_id
from sandbox.books import Account
from sandbox.faults import Fault
from sandbox.server import Sandbox
from tests.writing.conftest import CREATE, DELETE, UPDATE, OwnGateway, Run, draft, posts

LIST = "query ($id: ID!) { account(id: $id) { invoices(first: 100) { totalCount nodes { id total { amount } } } } }"


async def listed(run: Run, buyer: Account) -> Any:
    return (await run(LIST, id=account_id("orders", buyer.key)))["invoices"]


async def test_a_created_invoice_comes_back_as_its_source_tells_it(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    payload = await run(CREATE, **draft(buyer))

    assert payload["userErrors"] == []
    created = payload["invoice"]
    assert created["total"] == {"amount": "13.85", "currencyCode": "USD"}
    assert created["instructions"] == "Fragile & <heavy>\nCafé"
    assert created["lines"] == [{"sku": "1995", "quantity": "2"}, {"sku": "915", "quantity": "1"}]
    stored = sandbox.books.find("orders", created["sourceInvoiceId"])
    assert stored is not None
    assert (stored.account_key, stored.gross) == (buyer.key, Decimal("13.85"))
    assert created["id"] == invoice_id("orders", buyer.key, stored.id)


async def test_a_created_invoice_is_in_the_accounts_list_although_that_was_cached(run: Run, buyer: Account) -> None:
    before = await listed(run, buyer)

    created = (await run(CREATE, **draft(buyer)))["invoice"]

    after = await listed(run, buyer)
    assert after["totalCount"] == before["totalCount"] + 1
    assert created["id"] in {node["id"] for node in after["nodes"]}


async def test_the_same_key_and_input_give_the_same_invoice_and_send_nothing(
    run: Run, sandbox: Sandbox, buyer: Account
) -> None:
    given = draft(buyer, lines=[{"sku": "1995", "quantity": "2", "unitPrice": "5.00"}], total="13.00")
    first = await run(CREATE, **given)

    respelt = [{"sku": "1995", "quantity": "2.0", "unitPrice": "5"}]
    again = await run(CREATE, **given | {"lines": respelt, "tax": "1", "shippingMethod": None})

    assert again == first
    assert posts(sandbox) == 1


async def test_the_same_key_with_another_input_is_refused(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    given = draft(buyer, idempotencyKey="k" * 200)
    await run(CREATE, **given)

    payload = await run(CREATE, **given | {"instructions": "another"})

    (error,) = payload["userErrors"]
    assert (payload["invoice"], error["field"], error["code"]) == (None, ["idempotencyKey"], "BAD_USER_INPUT")
    assert posts(sandbox) == 1


async def test_the_same_key_at_another_account_is_another_invoice(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    other = next(one for one in sandbox.books.accounts if one.source == "orders" and one.key != buyer.key)
    given = draft(buyer)

    first = await run(CREATE, **given)
    second = await run(CREATE, **draft(other, idempotencyKey=given["idempotencyKey"]))

    assert first["invoice"]["id"] != second["invoice"]["id"]
    assert posts(sandbox) == 2


async def test_ten_identical_creations_at_once_are_one(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    given = draft(buyer)

    payloads = await asyncio.gather(*(run(CREATE, **given) for _ in range(10)))

    assert len({payload["invoice"]["id"] for payload in payloads}) == 1
    assert posts(sandbox) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"idempotencyKey": ""}, ["idempotencyKey"]),
        ({"idempotencyKey": "k" * 201}, ["idempotencyKey"]),
        ({"idempotencyKey": "a\0b"}, ["idempotencyKey"]),
        ({"total": "13.86"}, ["total"]),
        ({"total": "12345678901"}, ["total"]),
        ({"tax": "1.001"}, ["tax"]),
        ({"lines": []}, ["lines"]),
        ({"lines": [{"sku": "A-1", "quantity": "1", "unitPrice": "10.85"}]}, ["lines", "0", "sku"]),
        ({"lines": [{"sku": "1", "quantity": "1", "unitPrice": "0.123456789"}]}, ["lines", "0", "unitPrice"]),
        ({"shippingMethod": "x" * 65}, ["shippingMethod"]),
        ({"instructions": "x" * 513}, ["instructions"]),
        ({"instructions": "bell\a"}, ["instructions"]),
    ],
)
async def test_a_mistake_is_told_with_its_field_and_nothing_is_sent(
    run: Run, sandbox: Sandbox, buyer: Account, change: dict[str, object], field: list[str]
) -> None:
    payload = await run(CREATE, **draft(buyer, **change))

    assert payload["invoice"] is None
    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [(field, "BAD_USER_INPUT")]
    assert sandbox.board.calls == []


async def test_an_unknown_account_is_not_found(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    payload = await run(CREATE, **draft(buyer, accountId=account_id("orders", "999")))

    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [(["accountId"], "NOT_FOUND")]
    assert sandbox.board.calls == []


@pytest.mark.parametrize("id_", ["x", invoice_id("orders", "999", "1")])
@pytest.mark.parametrize("mutation", [UPDATE, DELETE])
async def test_an_invoice_of_no_account_is_told_as_an_invoice(
    run: Run, sandbox: Sandbox, mutation: str, id_: str
) -> None:
    payload = await run(mutation, id=id_)

    (error,) = payload["userErrors"]
    assert error == {
        "field": ["id"],
        "code": "NOT_FOUND",
        "message": "There is no such invoice, or it is not yours.",
    }
    assert sandbox.board.calls == []


async def test_a_source_that_cannot_be_written_to_says_so(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    other = next(one for one in sandbox.books.accounts if one.source == "shop")

    payload = await run(CREATE, **draft(other))

    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [(["accountId"], "BAD_USER_INPUT")]
    assert sandbox.board.calls == []


async def test_a_change_leaves_the_rest_as_it_is(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    created = (await run(CREATE, **draft(buyer, shipDate="2026-11-21")))["invoice"]

    payload = await run(UPDATE, id=created["id"], orderDate="2026-11-19", instructions=None)

    assert payload["userErrors"] == []
    assert payload["invoice"] == created | {"orderDate": "2026-11-19", "instructions": None}
    assert [call.operation for call in sandbox.board.calls][-3:] == [
        "GET invoicesAPI",
        "PUT invoicesAPI",
        "GET invoicesAPI",
    ]


async def test_a_change_is_seen_by_the_next_query_although_the_invoice_was_cached(run: Run, buyer: Account) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]
    await listed(run, buyer)

    await run(UPDATE, id=created["id"], total="14.85", shipping="3.00")

    (seen,) = [node for node in (await listed(run, buyer))["nodes"] if node["id"] == created["id"]]
    assert seen["total"]["amount"] == "14.85"


async def test_a_change_of_one_amount_must_still_add_up_with_the_others(
    run: Run, sandbox: Sandbox, buyer: Account
) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]

    payload = await run(UPDATE, id=created["id"], tax="9.00")

    (error,) = payload["userErrors"]
    assert (error["field"], error["code"]) == (["total"], "BAD_USER_INPUT")
    assert error["message"] == "Lines, tax and shipping make 21.85, not 13.85."
    assert not any(call.operation.startswith("PUT") for call in sandbox.board.calls)


@pytest.mark.parametrize("name", ["orderDate", "lines", "tax", "shipping", "total"])
async def test_what_the_source_cannot_leave_empty_is_not_emptied(run: Run, buyer: Account, name: str) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]

    payload = await run(UPDATE, id=created["id"], **{name: None})

    assert [(error["field"], error["code"]) for error in payload["userErrors"]] == [([name], "BAD_USER_INPUT")]


async def test_a_deleted_invoice_is_gone_from_source_and_list(run: Run, buyer: Account) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]
    before = await listed(run, buyer)

    payload = await run(DELETE, id=created["id"])

    assert payload == {"deletedInvoiceId": created["id"], "userErrors": []}
    after = await listed(run, buyer)
    assert after["totalCount"] == before["totalCount"] - 1
    assert (await run(DELETE, id=created["id"]))["userErrors"][0]["code"] == "NOT_FOUND"


async def test_what_was_created_and_deleted_is_not_created_again(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    given = draft(buyer)
    await run(DELETE, id=(await run(CREATE, **given))["invoice"]["id"])

    payload = await run(CREATE, **given)

    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert posts(sandbox) == 1


@pytest.mark.parametrize("document", [UPDATE, DELETE])
async def test_an_id_that_claims_somebody_elses_invoice_changes_nothing(
    run: Run, sandbox: Sandbox, buyer: Account, document: str
) -> None:
    other = next(one for one in sandbox.books.accounts if one.source == "orders" and one.key != buyer.key)
    created = (await run(CREATE, **draft(buyer)))["invoice"]
    forged = invoice_id("orders", other.key, created["sourceInvoiceId"])

    payload = await run(document, id=forged)

    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert sandbox.books.find("orders", created["sourceInvoiceId"]) is not None
    assert {call.operation.partition(" ")[0] for call in sandbox.board.calls[2:]} == {"GET"}


async def test_several_mutations_of_one_operation_each_see_what_those_before_have_done(
    run: Run, writing_gateway: OwnGateway, buyer: Account
) -> None:
    count = "invoice { account { invoices { totalCount } } } userErrors { code }"
    document = f"""mutation ($a: CreateInvoiceInput!, $b: CreateInvoiceInput!, $c: CreateInvoiceInput!) {{
        a: createInvoice(input: $a) {{ {count} }}
        b: createInvoice(input: $b) {{ {count} }}
        c: createInvoice(input: $c) {{ {count} }} }}"""
    variables = {"a": draft(buyer), "b": draft(buyer, total="0"), "c": draft(buyer)}

    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        reply = await client.post(f"{writing_gateway.url}/graphql", json={"query": document, "variables": variables})

    data = reply.json()["data"]
    counts = [data[name]["invoice"]["account"]["invoices"]["totalCount"] for name in ("a", "c")]
    assert counts[1] == counts[0] + 1
    assert data["b"] == {"invoice": None, "userErrors": [{"code": "BAD_USER_INPUT"}]}


async def test_a_mutation_is_not_taken_by_get(writing_gateway: OwnGateway, sandbox: Sandbox, buyer: Account) -> None:
    query = 'mutation { deleteInvoice(input: {id: "x"}) { deletedInvoiceId } }'

    async with httpx.AsyncClient(trust_env=False) as client:
        reply = await client.get(f"{writing_gateway.url}/graphql", params={"query": query})

    assert reply.status_code in (400, 405)
    assert "data" not in reply.json()
    assert sandbox.board.calls == []


async def test_a_refused_creation_may_be_sent_again_with_the_same_key(
    run: Run, sandbox: Sandbox, buyer: Account
) -> None:
    given = draft(buyer)
    sandbox.board.faults["orders"] = Fault("status_401", times=1)
    refused = await run(CREATE, **given)

    payload = await run(CREATE, **given)

    assert [error["code"] for error in refused["userErrors"]] == ["SOURCE_AUTH_FAILED"]
    assert payload["userErrors"] == []
    assert payload["invoice"]["total"]["amount"] == "13.85"


async def test_a_refused_creation_may_be_mended_under_the_same_key(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    given = draft(buyer)
    sandbox.board.faults["orders"] = Fault("status_401", times=1)
    await run(CREATE, **given)

    payload = await run(CREATE, **given | {"instructions": "mended"})

    assert payload["userErrors"] == []
    assert payload["invoice"]["instructions"] == "mended"


@pytest.mark.parametrize("kind", ["status_500", "reset", "html_200", "truncated_wrong_length", "empty_200"])
async def test_an_answer_that_was_lost_is_never_sent_again(
    run: Run, sandbox: Sandbox, buyer: Account, kind: str
) -> None:
    given, before = draft(buyer), len(sandbox.books.of("orders", buyer.key) or ())
    sandbox.board.faults["orders"] = Fault(kind, times=1)

    first = await run(CREATE, **given)
    again = await run(CREATE, **given)

    for payload in (first, again):
        assert [(error["code"], error["field"]) for error in payload["userErrors"]] == [
            ("SOURCE_OUTCOME_UNKNOWN", None)
        ]
    assert len(sandbox.board.calls) == 1
    assert len(sandbox.books.of("orders", buyer.key) or ()) <= before + 1


async def test_half_an_answer_that_names_the_invoice_is_enough(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    sandbox.board.faults["orders"] = Fault("truncated", times=1)

    payload = await run(CREATE, **draft(buyer))

    assert payload["userErrors"] == []
    assert payload["invoice"]["total"]["amount"] == "13.85"


async def test_an_invoice_that_cannot_be_read_back_is_there_on_the_next_try(
    run: Run, sandbox: Sandbox, buyer: Account
) -> None:
    given = draft(buyer)
    sandbox.board.faults["orders"] = Fault("status_401", after=1, times=1)

    first = await run(CREATE, **given)
    again = await run(CREATE, **given)

    assert [error["code"] for error in first["userErrors"]] == ["SOURCE_AUTH_FAILED"]
    assert again["invoice"]["total"]["amount"] == "13.85"
    assert posts(sandbox) == 1


@pytest.mark.parametrize("kind", ["truncated_wrong_length", "empty_200", "html_200"])
async def test_a_change_whose_answer_was_lost_is_read_back(
    run: Run, sandbox: Sandbox, buyer: Account, kind: str
) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]
    sandbox.board.faults["orders"] = Fault(kind, after=1, times=1)

    payload = await run(UPDATE, id=created["id"], instructions="Ring twice")

    stored = sandbox.board.calls[-1]
    assert stored.operation == "GET invoicesAPI"
    shown = payload["invoice"]["instructions"]
    codes = [error["code"] for error in payload["userErrors"]]
    assert (shown, codes) in [("Ring twice", []), (created["instructions"], ["SOURCE_OUTCOME_UNKNOWN"])]
    assert (shown == "Ring twice") is (kind != "html_200")


async def test_a_deletion_whose_answer_was_lost_is_read_back(run: Run, sandbox: Sandbox, buyer: Account) -> None:
    created = (await run(CREATE, **draft(buyer)))["invoice"]
    sandbox.board.faults["orders"] = Fault("truncated_wrong_length", after=1, times=1)

    payload = await run(DELETE, id=created["id"])

    assert payload == {"deletedInvoiceId": created["id"], "userErrors": []}
