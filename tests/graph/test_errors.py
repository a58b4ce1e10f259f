"""What clients learn of a failure: a code and our own words, and nothing of what went wrong inside or upstream."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest
import structlog
from graphql import GraphQLError, Source, parse, validate

from graph.context import Limits
from graph.errors import code_of, describe
from graph.schema import build_schema
from resolvers.model import errors
from resolvers.model.directory import CustomerAccounts
from resolvers.model.errors import (
    DirectoryBusy,
    DirectoryUnavailable,
    ErrorCode,
    InvoiceGraphError,
    RequestError,
    SourceError,
)
from tests.graph.asking import ask, codes
from tests.lists.bench import Bench, bench_of
from tests.lists.register import Register
from tests.lists.shelf import Shelf, account_at, invoice_of

ACCOUNT = account_at("shop", "1")
SECRET = "hunter2 at https://upstream.test"
INVOICES = '{ customer(id: "C-1") { invoices { isComplete nodes { id } sources { error { code message } } } } }'

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, InvoiceGraphError)]
SOURCE_ERRORS = [kind for kind in KINDS if issubclass(kind, SourceError) and kind is not SourceError]
REQUEST_ERRORS = [kind for kind in KINDS if issubclass(kind, RequestError) and kind is not RequestError]


class Absent(Register):
    """A directory whose database is away."""

    async def customers(self, ids: Sequence[str]) -> dict[str, CustomerAccounts]:
        raise DirectoryUnavailable(SECRET)


def shop() -> Bench:
    bench = bench_of(Shelf("shop", books={"1": [invoice_of(ACCOUNT, "7", date(2026, 1, 1))]}))
    bench.register.all_accounts = [ACCOUNT]
    return bench


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("query($id: ID!) { customer(id: $id) { id } }", {"id": None}),
        ("query($ids: [ID!]!) { invoices(ids: $ids) { id } }", {"ids": [None]}),
        ("{ customer(id: null) { id } }", {}),
    ],
)
async def test_null_is_called_null(query: str, variables: dict[str, object]) -> None:
    answer = await ask(shop(), query, variables)

    (error,) = answer["errors"]
    assert error["message"].endswith("Expected value of non-null type 'ID!' not to be null.")


@pytest.mark.parametrize("kind", SOURCE_ERRORS)
def test_a_source_error_is_described_in_our_words_with_its_source(kind: type[SourceError]) -> None:
    error = GraphQLError(SECRET, path=["invoice"], original_error=kind("shop", SECRET))

    described = describe(error, has_executed=True, request_id="r-1")

    assert described["message"] == kind.sentence
    assert described["extensions"] == {
        "code": kind.code,
        "source": "shop",
        "isRetryable": kind.retryable,
        "requestId": "r-1",
    }
    assert SECRET not in json.dumps(described)


@pytest.mark.parametrize("kind", [DirectoryUnavailable, DirectoryBusy])
def test_a_directory_that_fails_is_told_in_our_words(kind: type[DirectoryUnavailable]) -> None:
    error = GraphQLError(SECRET, path=["customer"], original_error=kind(SECRET))

    described = describe(error, has_executed=True, request_id="r-1")

    assert described["message"] == kind.sentence
    assert described["extensions"] == {"code": "DIRECTORY_UNAVAILABLE", "isRetryable": True, "requestId": "r-1"}


async def test_a_directory_that_fails_is_one_line_in_the_log_for_all_fields() -> None:
    bench = shop()
    bench.register = Absent()
    bench.gateway.directory = bench.register
    fields = " ".join(f'f{number}: customer(id: "C-{number}") {{ name }}' for number in range(5))

    with structlog.testing.capture_logs() as logged:
        answer = await ask(bench, f"{{ {fields} }}")

    assert codes(answer) == ["DIRECTORY_UNAVAILABLE"] * 5
    assert [(line["event"], line["detail"]) for line in logged] == [("directory failed", SECRET)]
    assert "exc_info" not in logged[0]


@pytest.mark.parametrize("kind", REQUEST_ERRORS)
def test_a_callers_mistake_is_told_in_full(kind: type[RequestError]) -> None:
    error = GraphQLError("wrapped", path=["invoices"], original_error=kind("first: must be between 1 and 100."))

    described = describe(error, has_executed=True, request_id="r-1")

    assert (described["message"], described["extensions"]) == ("first: must be between 1 and 100.", {"code": kind.code})


@pytest.mark.parametrize("has_executed", [True, False])
@pytest.mark.parametrize(
    "error",
    [
        GraphQLError(SECRET, path=["customer"], original_error=RuntimeError(SECRET)),
        GraphQLError(SECRET, path=["customer"], original_error=KeyError(SECRET)),
        GraphQLError(SECRET, path=["customer", "id"]),
        GraphQLError(SECRET, original_error=RecursionError(SECRET)),
    ],
)
def test_a_fault_of_our_own_is_masked(error: GraphQLError, *, has_executed: bool) -> None:
    described = describe(error, has_executed=has_executed, request_id="r-1")

    assert described["message"] == "Something went wrong in the gateway itself."
    assert described["extensions"] == {"code": ErrorCode.INTERNAL_SERVER_ERROR, "requestId": "r-1"}
    assert SECRET not in json.dumps(described)


@pytest.mark.parametrize(
    "query",
    [
        "{ nothing }",
        '{ customer(id: "1") { invoices(filter: {issueDate: {from: "soon"}}) { totalCount } } }',
        "{ viewer }",
    ],
)
def test_an_invalid_document_is_a_validation_error(query: str) -> None:
    found = validate(build_schema()._schema, parse(Source(query)))

    assert {code_of(error, has_executed=False) for error in found} == {ErrorCode.GRAPHQL_VALIDATION_FAILED}


@pytest.mark.parametrize("kind", SOURCE_ERRORS)
async def test_a_list_whose_source_failed_is_no_error_and_says_so(kind: type[SourceError]) -> None:
    bench = shop()
    bench.shelves["shop"].fault = lambda _: kind("shop", SECRET)

    answer = await ask(bench, INVOICES)

    invoices = answer["data"]["customer"]["invoices"]
    assert (invoices["isComplete"], invoices["nodes"]) == (False, [])
    assert invoices["sources"][0]["error"] == {"code": kind.code, "message": kind.sentence}
    assert answer["extensions"]["incomplete"] == [["customer", "invoices"]]
    assert SECRET not in json.dumps(answer)


async def test_a_single_invoice_whose_source_failed_is_null_with_the_sources_error() -> None:
    bench = shop()
    bench.shelves["shop"].fault = lambda _: errors.SourceTimeout("shop", SECRET)

    answer = await ask(bench, "query ($id: ID!) { invoice(id: $id) { number } }", {"id": invoice_of(ACCOUNT, "7").id})

    assert (answer["data"], codes(answer)) == ({"invoice": None}, ["SOURCE_TIMEOUT"])
    assert answer["errors"][0]["path"] == ["invoice"]
    assert SECRET not in json.dumps(answer)


async def test_a_connector_that_breaks_its_port_is_masked_and_costs_its_field_alone() -> None:
    bench = shop()
    bench.shelves["shop"].fault = lambda _: RuntimeError(SECRET)

    answer = await ask(bench, '{ viewer { roles } customer(id: "C-1") { id invoices { nodes { number } } } }')

    assert answer["data"] == {"viewer": {"roles": ["STAFF"]}, "customer": {"id": "C-1", "invoices": None}}
    assert codes(answer) == ["INTERNAL_SERVER_ERROR"]
    assert SECRET not in json.dumps(answer)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("first: 0", "first: must be between 1 and 100, not 0."),
        ("first: 101", "first: must be between 1 and 100, not 101."),
        ('after: "nonsense"', "after: not a cursor that this API gave out."),
        ('filter: {sources: ["nowhere"]}', "filter.sources: no source is named 'nowhere'. There are: shop."),
    ],
)
async def test_an_argument_that_cannot_be_used_is_named_with_what_would_do(arguments: str, message: str) -> None:
    answer = await ask(shop(), f'{{ customer(id: "C-1") {{ invoices({arguments}) {{ totalCount nodes {{ id }} }} }} }}')

    assert codes(answer) == ["BAD_USER_INPUT"]
    assert answer["errors"][0]["message"].startswith(message)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ('query ($given: ID = "C-1") { customer(id: $given) { id } }', ["customer"]),
        (
            'query ($given: Boolean = true) { customer(id: "C-1") { invoices { nodes { id @skip(if: $given) } } } }',
            ["customer", "invoices", "nodes", 0],
        ),
    ],
)
async def test_a_variable_that_is_null_where_its_argument_may_not_be_is_the_callers_mistake(
    query: str, path: list[str | int]
) -> None:
    answer = await ask(shop(), query, {"given": None})

    assert (codes(answer), answer["errors"][0]["path"]) == (["BAD_USER_INPUT"], path)
    assert "variable '$given'" in answer["errors"][0]["message"]


async def test_a_budget_that_ends_is_that_error() -> None:
    answer = await ask(shop(), INVOICES, limits=Limits(upstream_calls=0))

    assert codes(answer) == ["CALL_BUDGET_EXCEEDED"]


async def test_a_cursor_of_another_list_says_what_it_goes_with() -> None:
    bench = shop()
    bench.shelves["shop"].books["1"].append(invoice_of(ACCOUNT, "8", date(2026, 1, 2)))
    query = """
        query ($after: String, $order: InvoiceOrder) {
          customer(id: "C-1") { invoices(first: 1, after: $after, orderBy: $order) { pageInfo { endCursor } } }
        }
    """
    page = (await ask(bench, query))["data"]["customer"]["invoices"]["pageInfo"]

    answer = await ask(bench, query, {"after": page["endCursor"], "order": {"field": "NUMBER"}})

    assert codes(answer) == ["BAD_USER_INPUT"]
    assert answer["errors"][0]["message"].startswith("after: the cursor belongs to another list.")
