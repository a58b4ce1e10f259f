"""What one document may ask for; beyond it QUERY_TOO_COMPLEX, and before anything is asked of a source."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from graph.context import Limits
from tests.graph.asking import ask, codes
from tests.lists.bench import bench_of

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
