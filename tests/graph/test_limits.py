"""What one document may ask for; beyond it QUERY_TOO_COMPLEX, and before anything is asked of a source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from graphql import get_introspection_query

from graph.context import Limits
from tests.graph.asking import ask, codes
from tests.lists.bench import bench_of
from tests.lists.shelf import Shelf, account_at, invoice_of

TIGHT = Limits(tokens=200, depth=4, aliases=3, root_fields=2)


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ('{ customer(id: "1") { accounts { customer { accounts { id } } } } }', True),
        ('{ customer(id: "1") { accounts { customer { accounts { customer { id } } } } } }', False),
        ('{ customer(id: "1") { ...A } } fragment A on Customer { accounts { customer { ...B } } } '
         "fragment B on Customer { accounts { customer { id } } }", False),
        ("{ a: viewer { b: subject c: roles } }", True),
        ("{ a: viewer { b: subject c: roles d: roles } }", False),
        ("{ ...A } fragment A on Query { viewer { a: subject ...B ...C } } fragment B on Viewer { b: roles } "
         "fragment C on Viewer { c: roles ...B }", False),
        ("{ viewer { ...F0 } } fragment F10 on Viewer { subject } "
         + " ".join(f"fragment F{number} on Viewer {{ ...F{number + 1} }}" for number in range(10)), True),
        ("{ viewer { subject } sources { name } }", True),
        ("{ viewer { subject } sources { name } __typename }", False),
        ("{ viewer { subject } ... { sources { name } ...A } } fragment A on Query { __typename }", False),
        ("query A { viewer { subject } } query B { viewer { subject } sources { name } __typename }", False),
        ("{ viewer { " + "subject " * 150 + "} }", True),
        ("{ viewer { " + "subject " * 200 + "} }", False),
        ("{ " + "a { " * 90 + "b" + " }" * 90 + " }", False),
    ],
)  # fmt: skip
async def test_a_document_is_held_to_its_limits(query: str, *, allowed: bool) -> None:
    answer = await ask(bench_of(), query, limits=TIGHT)

    assert (set(codes(answer)) & {"QUERY_TOO_COMPLEX"} == set()) is allowed


async def test_a_document_nested_deeper_than_can_be_parsed_is_too_complex() -> None:
    answer = await ask(bench_of(), "{ " + "a { " * 600 + "b" + " }" * 600 + " }")

    assert codes(answer) == ["QUERY_TOO_COMPLEX"]


@pytest.mark.parametrize("below", ["viewer { a: subject }", "viewer { subject }"])
async def test_fragments_that_double_at_each_level_are_measured_once(below: str) -> None:
    spreads = " ".join(f"fragment F{number} on Query {{ ...F{number + 1} ...F{number + 1} }}" for number in range(100))

    answer = await ask(bench_of(), f"{{ ...F0 }} {spreads} fragment F100 on Query {{ {below} }}")

    assert set(codes(answer)) == {"QUERY_TOO_COMPLEX"}


async def test_a_fragment_that_spreads_itself_is_invalid_and_nothing_worse() -> None:
    answer = await ask(
        bench_of(), "{ ...A } fragment A on Query { viewer { subject } ...B } fragment B on Query { ...A }"
    )

    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]


@pytest.mark.parametrize(
    "fragments",
    [
        "fragment A on Customer { accounts { customer { ...A } } }",
        "fragment A on Customer { accounts { ...B } } fragment B on Account { number customer { ... { ...A } } }",
        "fragment A on Customer { a: accounts { customer { ...A } } b: accounts { customer { ...A } } }",
    ],
)
async def test_so_is_one_that_does_so_further_down(fragments: str) -> None:
    answer = await ask(bench_of(), f'{{ customer(id: "1") {{ ...A }} }} {fragments}')

    assert set(codes(answer)) == {"GRAPHQL_VALIDATION_FAILED"}
    assert "Cannot spread fragment 'A' within itself" in answer["errors"][0]["message"]


async def test_introspection_as_the_explorer_asks_it_passes() -> None:
    query = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )

    answer = await ask(bench_of(), query)

    assert "errors" not in answer
    assert "Invoice" in {type_["name"] for type_ in answer["data"]["__schema"]["types"]}


async def test_the_word_tokens_alone_makes_nothing_too_complex() -> None:
    assert codes(await ask(bench_of(), '{ viewer(a: 1 "tokens") }')) == ["GRAPHQL_PARSE_FAILED"]


ROWS = "query($n: Int = 2) { customers(first: $n) { nodes { invoices(first: $n) { nodes { customer { name } } } } } }"


@pytest.mark.parametrize(
    ("query", "variables", "allowed"),
    [
        (ROWS, {}, True),
        (ROWS, {"n": 3}, True),
        (ROWS, {"n": 4}, False),
        (ROWS, {"n": 3.0}, True),
        ("{ customers(first: 3) { ...P ...P } } fragment P on CustomerConnection { nodes { invoices(first: 3) { "
         "nodes { id } } } edges { cursor } }", {}, True),
        ("{ customers(first: 3) { nodes { a: invoices(first: 2) { totalCount } b: invoices(first: 3) { totalCount } } "
         "} }", {}, False),
        ("{ customers(first: 3) { nodes { id } edges { node { invoices(first: 5) { totalCount } } } } }", {}, False),
        ('{ customer(id: "1") { invoices { totalCount } } }', {}, False),
        ("{ a: customers(first: 16) { totalCount } b: customers(first: -9) { totalCount } }", {}, False),
        ("query($n: Int) { a: customers(first: 16) { totalCount } b: customers(first: $n) { totalCount } }",
         {"n": -9}, False),
        ("query($ids: [ID!]!) { invoices(ids: $ids) { customer { id } } }", {"ids": ["1"] * 15}, True),
        ("query($ids: [ID!]!) { invoices(ids: $ids) { customer { id } } }", {"ids": ["1"] * 16}, False),
        ("query($ids: [ID!]!) { invoices(ids: $ids) { customer { id } } }", {"ids": 70145}, True),
        ("query($ids: [ID!]! = 70145) { invoices(ids: $ids) { customer { id } } }", {}, True),
        ("{ invoices(ids: 70145) { customer { id } } }", {}, True),
        ('{ invoices(ids: "1") { customer { accounts { invoices(first: 1) { totalCount } } } } }', {}, True),
        ('{ invoices(ids: "1") { customer { accounts { invoices(first: 2) { totalCount } } } } }', {}, False),
        ("query($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { invoices(first: 3) { totalCount } } "
         "} }", {"r": [{"__typename": "Customer", "id": "1"}] * 4}, False),
        ("query($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { invoices(first: 2) { totalCount } } "
         "... on Account { invoices(first: 2) { totalCount } } } }",
         {"r": [{"__typename": "Customer", "id": "1"}] * 4}, False),
        ('{ customer(id: "1") { accounts { customer { accounts { id } } } } }', {}, False),
        ("{ customers(first: 5) { nodes { invoices(first: 1) { nodes { lines { sku name } taxes { rate } } } } } }",
         {}, True),
        ("{ customers(first: 5) { nodes { invoices(first: 1) { nodes { lines { sku } a: lines { name } } } } } }",
         {}, True),
        ("{ customers(first: 5) { nodes { invoices(first: 1) { nodes { lines { sku } a: lines { name } "
         "b: lines { name } } } } } }", {}, False),
        ("{ customers(first: 5) { nodes { invoices(first: 1) { nodes { number a: number b: number c: number } } } } }",
         {}, True),
        ("{ customers(first: 5) { nodes { a: addresses { city } b: addresses { city } c: addresses { city } } } }",
         {}, True),
        ("{ customers(first: 5) { nodes { a: addresses { city } b: addresses { city } c: addresses { city } "
         "d: addresses { city } } } }", {}, False),
        ("{ customers(first: 5) { nodes { a: invoices(first: 0) { totalCount } b: invoices(first: -5) { totalCount } "
         "} } }", {}, False),
        ("query($n: Int) { customers(first: 8) { nodes { invoices(first: $n) { totalCount } } } }", {"n": 0}, False),
        ("{ __schema { types { name } } }", {}, True),
        ("{ __schema { types { fields { name } } } }", {}, False),
        ("{ customers(first: 2) { nodes { balances { isComplete } } } }", {}, True),
        ("{ customers(first: 2) { nodes { balances { isComplete } aging { isComplete } } } }", {}, False),
        ("{ customers(first: 1) { nodes { a: aging { isComplete } b: aging { isComplete } c: aging { isComplete } "
         "} } }", {}, False),
    ],
)  # fmt: skip
async def test_an_operation_may_ask_for_so_many_rows(
    query: str, variables: dict[str, object], *, allowed: bool
) -> None:
    answer = await ask(bench_of(), query, variables, limits=Limits(list_cost=15))

    assert ("QUERY_TOO_COMPLEX" not in codes(answer)) is allowed


@pytest.mark.parametrize("sizes", [(1, 100), (100, 1)])
async def test_the_rows_of_a_document_that_is_known_are_counted_with_each_requests_variables(
    sizes: tuple[int, int],
) -> None:
    invoices = " ".join(f"{name}: invoices(first: $n) {{ nodes {{ id }} }}" for name in "abc")
    query = f"query($n: Int) {{ customers(first: $n) {{ nodes {{ {invoices} }} }} }} # {sizes[0]} first"

    answers = [await ask(bench_of(), query, {"n": size}) for size in sizes]

    refused = ["QUERY_TOO_COMPLEX" in codes(answer) for answer in answers]
    assert refused == [size == 100 for size in sizes]


@pytest.mark.parametrize("digits", [10, 4_000])
async def test_countless_rows_are_refused_without_their_number(digits: int) -> None:
    answer = await ask(bench_of(), ROWS, {"n": 10**digits})

    assert [error["message"] for error in answer["errors"]] == [
        "The operation may ask for more than 1000000000 rows, and 25000 are allowed. Ask for shorter pages."
    ]


@pytest.mark.parametrize("number", ["1" + "0" * 5_000, "-1" + "0" * 100, "1." + "0" * 5_000])
@pytest.mark.parametrize(
    "query",
    ["{{ customers(first: {}) {{ totalCount }} }}", "query($n: Int = {}) {{ customers(first: $n) {{ totalCount }} }}"],
)
async def test_an_endless_number_in_a_document_is_refused_without_being_quoted(query: str, number: str) -> None:
    answer = await ask(bench_of(), query.format(number))

    (error,) = answer["errors"]
    assert error["message"] == "A number is longer than the 100 characters that are allowed."
    assert error["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert error["locations"]


async def test_an_id_that_is_written_as_a_number_may_be_as_long_as_an_id() -> None:
    answer = await ask(bench_of(), f"{{ customer(id: {'9' * 1_000}) {{ id }} }}")

    assert answer == {"data": {"customer": None}}


@pytest.mark.parametrize(
    ("variables", "allowed"),
    [
        ({"ids": ["x" * 20]}, True),
        ({"ids": ["x" * 21]}, False),
        ({"ids": ["x"] * 6}, False),
        ({"ids": [int("9" * 20), -int("9" * 19)]}, True),
        ({"ids": [int("9" * 21)]}, False),
        ({"ids": [-int("9" * 20)]}, False),
        ({"ids": [], "filter": {"numbers": ["x" * 40]}}, True),
        ({"ids": [], "filter": {"numbers": ["x" * 41]}}, False),
        ({"ids": [], "any": [{"id": {"a": {"b": [["c" * 41]]}}}]}, False),
        ({"ids": [], "any": [json.loads("[" * 20 + "]" * 20)]}, False),
        ({"ids": [], "any": [[[1] * 5] * 5] * 5}, False),
    ],
)
async def test_variables_may_hold_so_much(variables: dict[str, object], *, allowed: bool) -> None:
    query = (
        "query($ids: [ID!]!, $filter: InvoiceFilter, $any: [_Any!] = []) { invoices(ids: $ids) { customer { "
        "invoices(filter: $filter) { totalCount } } } _entities(representations: $any) { __typename } }"
    )

    answer = await ask(bench_of(), query, variables, limits=Limits(id_length=20, text_length=40, entities=5))

    assert ("QUERY_TOO_COMPLEX" not in codes(answer)) is allowed


@pytest.mark.parametrize(("names", "allowed"), [("a", True), ("b", True), ("ab", False)])
async def test_variables_may_hold_so_much_together(names: str, *, allowed: bool) -> None:
    query = (
        "query($a: [_Any!] = [], $b: [_Any!] = []) { a: _entities(representations: $a) { __typename } "
        "b: _entities(representations: $b) { __typename } }"
    )

    answer = await ask(bench_of(), query, dict.fromkeys(names, [[[1] * 5] * 5] * 2), limits=Limits(entities=5))

    assert ("QUERY_TOO_COMPLEX" not in codes(answer)) is allowed


@pytest.mark.parametrize(("length", "allowed"), [(20, True), (21, False)])
async def test_an_id_within_an_input_is_as_long_as_an_id(length: int, *, allowed: bool) -> None:
    query = "mutation($input: DeleteInvoiceInput!) { deleteInvoice(input: $input) { deletedInvoiceId } }"

    answer = await ask(bench_of(), query, {"input": {"id": "x" * length}}, limits=Limits(id_length=20))

    assert ("QUERY_TOO_COMPLEX" not in codes(answer)) is allowed


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize(
    ("query", "most"),
    [
        (lambda n: "{ viewer { subject " + "@include(if: true) " * n + "} }", 30),
        (lambda n: "{ viewer { subject " + "@nonsense " * n + "} }", 30),
        (lambda n: "query " + "@a " * n + "{ viewer { subject } }", 30),
        (lambda n: "query($n: Int " + "@a " * n + ") { viewer { subject } }", 30),
        (lambda n: "{ viewer { ...F } } fragment F on Viewer { " + "subject @skip(if: false) " * n + "}", 30),
        (lambda n: "{ viewer { ...F } } fragment F on Viewer " + "@a " * n + "{ subject }", 30),
        (lambda n: "{ viewer { ...F " + "@a " * n + "} } fragment F on Viewer { subject }", 30),
        (lambda n: "{ viewer { ... " + "@a " * n + "{ subject } } }", 30),
        (lambda n: " ".join(f"query A{number} {{ viewer {{ subject }} }}" for number in range(n)), 10),
        (lambda n: '{ customer(id: "' + "x" * n + '") { id } }', 1_000),
        (lambda n: "{ customer(id: " + "9" * n + ") { id } }", 1_000),
        (lambda n: "{ customers(first: " + "9" * n + ") { totalCount } }", 100),
        (lambda n: "{ invoices(ids: [1, -" + "9" * n + "]) { id } }", 999),
        (lambda n: '{ customers(search: "' + "x" * n + '") { totalCount } }', 20_000),
        ("{ viewer { subject } }".ljust, 100_000),
        (lambda n: "{ " + "viewer { subject } " * n + "}", 141),
        (lambda n: "{ viewer { " + " ".join(f"a: f{number}" for number in range(n)) + " } }", 200),
        (lambda n: "{ viewer { subject } } fragment A on Query { " + "viewer { subject } " * n + "}", 141),
        (lambda n: "{ viewer { subject } } fragment A on Query { ...B } fragment B on Query { "
         + "viewer { subject } " * n + "}", 100),
        (lambda n: "{ viewer { subject } } fragment A on Query { ...B } fragment B on Query { ...A "
         + "viewer { subject } " * n + "}", 63),
    ],
)  # fmt: skip
async def test_what_is_more_than_anybody_needs_is_too_complex(
    query: Callable[[int], str], most: int, more: int
) -> None:
    answer = await ask(bench_of(), query(most + more), limits=Limits(root_fields=1_000, aliases=1_000))

    assert ("QUERY_TOO_COMPLEX" in codes(answer)) is bool(more)


@pytest.mark.parametrize(("length", "told"), [(200, []), (201, ["BAD_USER_INPUT"])])
async def test_a_search_longer_than_any_name_is_a_mistake_that_asks_nobody(length: int, told: list[str]) -> None:
    bench = bench_of()

    answer = await ask(bench, "query($s: String) { customers(search: $s) { totalCount } }", {"s": "x" * length})

    assert codes(answer) == told
    assert (bench.register.queries == 0) is bool(told)


async def test_introspection_that_turns_back_on_itself_is_refused() -> None:
    below = "fields { type { fields { type { fields { type { name } } } } } }"

    answer = await ask(bench_of(), f"{{ __schema {{ types {{ {below} }} }} }}")

    assert codes(answer) == ["GRAPHQL_VALIDATION_FAILED"]


async def test_of_many_mistakes_the_first_are_told() -> None:
    answer = await ask(bench_of(), "{ viewer { " + " ".join(f"nope{number}" for number in range(100)) + " } }")

    assert len(answer["errors"]) <= 6


PROBES = [
    ("{ viewer { subjct } }", {}),
    ("{ custmer(id: 1) { id } }", {}),
    ("{ customer(idd: 1) { id } }", {}),
    ("{ customer }", {}),
    ("{ viewer { subject { a } } }", {}),
    ("{ viewer { ... on Custmer { id } } }", {}),
    ("{ viewer { subject @inclde(if: true) } }", {}),
    ('{ customer(id: "1") { invoices(filter: {typs: 1}) { totalCount } } }', {}),
    ('{ customer(id: "1") { invoices(filter: {types: [INVOIC]}) { totalCount } } }', {}),
    ("query($f: InvoiceFilter) { viewer { subject } customer(id: 1) { invoices(filter: $f) { totalCount } } }",
     {"f": {"typs": 1}}),
    ("query($f: InvoiceFilter) { viewer { subject } customer(id: 1) { invoices(filter: $f) { totalCount } } }",
     {"f": {"types": ["INVOIC"]}}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables"), PROBES)
async def test_without_introspection_nobody_is_told_what_he_could_have_meant(
    query: str, variables: dict[str, object]
) -> None:
    answer = await ask(bench_of(), query, variables, introspection=False)

    assert answer["errors"]
    for error in answer["errors"]:
        assert "Did you mean" not in error["message"]
        assert not re.search(r"'(subject|customer|id|types|INVOICE|include|Customer|Query|Viewer)'", error["message"])


CREATION = "mutation($i: CreateInvoiceInput!) { createInvoice(input: $i) { userErrors { message } } }"
ORDER = "query($o: InvoiceOrder) { customers { nodes { invoices(orderBy: $o) { totalCount } } } }"


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        (CREATION, {"i": {}}, "Variable '$i' does not fit its type."),
        (CREATION, {"i": 7}, "Variable '$i' does not fit its type."),
        (CREATION, {}, "Variable '$i' does not fit its type."),
        (ORDER, {"o": {"direction": "AS"}}, "Variable '$o' does not fit its type at .direction."),
        (ORDER, {"o": {"direction": ["ASC"]}}, "Variable '$o' does not fit its type at .direction."),
        ("query($n: [ID!]!) { invoices(ids: $n) { id } }", {"n": ["a", {}]},
         "Variable '$n' does not fit its type at [1]."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("is_traced", [False, True])
async def test_without_introspection_a_variable_that_does_not_fit_is_told_by_its_place(
    query: str, variables: dict[str, object], message: str, *, is_traced: bool
) -> None:
    headers = {"apollo-federation-include-trace": "ftv1"} if is_traced else {}

    answer = await ask(bench_of(), query, variables, introspection=False, headers=headers)

    assert [error["message"] for error in answer["errors"]] == [message]
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert answer["errors"][0]["locations"]


@pytest.mark.parametrize(
    "query", ["{ __schema { queryType { name } } }", '{ __type(name: "Query") { name } }', "{ _service { sdl } }"]
)
async def test_without_introspection_the_schema_is_not_told(query: str) -> None:
    answer = await ask(bench_of(), query, introspection=False)

    assert answer == {
        "errors": [
            {
                "message": "Introspection is switched off here.",
                "locations": answer["errors"][0]["locations"],
                "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"},
            }
        ]
    }


async def test_without_introspection_an_object_still_tells_its_type() -> None:
    answer = await ask(bench_of(), "{ viewer { __typename } }", introspection=False)

    assert answer == {"data": {"viewer": {"__typename": "Viewer"}}}


@pytest.mark.parametrize("page_size", [1, 10, 20, 100])
@pytest.mark.parametrize("arguments", ["", "(first: null)"])
async def test_a_page_of_no_stated_length_is_no_longer_than_the_longest(page_size: int, arguments: str) -> None:
    account = account_at("shop", "1")
    bench = bench_of(Shelf("shop", books={"1": [invoice_of(account, str(n), date(2026, 1, 1)) for n in range(30)]}))
    bench.register.all_accounts = [account]
    query = "{ customers%s { nodes { invoices%s { nodes { id } } accounts { invoices%s { nodes { id } } } } } }"

    answer = await ask(bench, query % (arguments, arguments, arguments), limits=Limits(page_size=page_size))

    (customer,) = answer["data"]["customers"]["nodes"]
    lists = [customer["invoices"], customer["accounts"][0]["invoices"]]
    assert [len(found["nodes"]) for found in lists] == [min(page_size, 20)] * 2


@pytest.mark.parametrize(("page_size", "told"), [(10, "10"), (100, "20")])
async def test_the_schema_tells_the_length_of_a_page_that_holds(page_size: int, told: str) -> None:
    query = '{ __type(name: "Account") { fields { args { name defaultValue } } } }'

    answer = await ask(bench_of(), query, limits=Limits(page_size=page_size))

    arguments = [argument for field in answer["data"]["__type"]["fields"] for argument in field["args"]]
    assert {"name": "first", "defaultValue": told} in arguments
