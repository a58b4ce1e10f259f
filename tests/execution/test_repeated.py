"""A later run of an operation begins with what the first one found out, and with nothing else of it."""

from __future__ import annotations

import gc
import weakref
from typing import Any, ClassVar

import pytest
from graphql import ExecutionHooks, get_operation_ast, parse
from graphql.execution.values import VariableValueSource, get_variable_values

from graph.execution.executor import CompiledExecutor
from graph.execution.repeated import fitting_values
from graph.last_used import LastUsed
from tests.execution.test_resolvers import DIRECT, INHERITED, answer, schema_with
from tests.execution.watching import watching


class Asker:
    """The context of one run."""


async def test_the_errors_of_a_run_are_its_own() -> None:
    text = "query Q($fails: Boolean!) { halls { place fails @include(if: $fails) must @include(if: $fails) } }"

    for fails in (True, False, True, False):
        assert await answer(DIRECT, text, {"fails": fails}) == await answer(INHERITED, text, {"fails": fails})


async def test_an_error_that_reaches_the_root_is_the_librarys() -> None:
    text = "query Q($size: Size = LARGE, $amount: Amount) { halls { b: wished(wish: {amount: $amount}, size: $size) } }"

    for amount in ("1", "none", None, "2"):
        assert await answer(DIRECT, text, {"amount": amount}) == await answer(INHERITED, text, {"amount": amount})


async def test_who_watches_a_later_run_sees_all_of_it() -> None:
    seen: list[str] = []
    schema = schema_with(CompiledExecutor)
    await answer(schema, "{ halls { number } }")
    unwatched, schema.extensions = schema.extensions, (*schema.extensions, watching(seen))
    await answer(schema, "{ halls { number } }")
    schema.extensions = unwatched
    await answer(schema, "{ halls { number } }")

    assert seen == ["halls", "number", "number", "number"]


async def test_hooks_are_those_of_their_run() -> None:
    document, finished = parse("{ halls { number } }"), []
    for hooks in (None, ExecutionHooks(lambda _: finished.append("first")), None):
        executor: Any = CompiledExecutor.build(DIRECT._schema, document, hooks=hooks)
        await executor.execute_operation()

    assert finished == ["first"]


def test_large_operations_are_kept_as_long_as_all_of_them_are_not_too_long() -> None:
    class Fresh(CompiledExecutor):
        templates: ClassVar = LastUsed(10, 10_000)

    fields = " ".join(f"a{number}: number" for number in range(200))  # some 3,000 characters
    for number in range(20):
        Fresh.build(DIRECT._schema, parse(f"{{ halls {{ b{number}: number {fields} }} }}"))

    assert 1 <= len(Fresh.templates) <= 3


@pytest.mark.parametrize("part", ["", "... @defer { place }"])
async def test_nothing_of_a_run_is_kept(part: str) -> None:
    document, asker = parse(f"query Q($name: String!) {{ halls {{ greeting(name: $name) {part} }} }}"), Asker()
    gone = weakref.ref(asker)
    gc.collect()
    gc.disable()
    try:
        for context in (asker, Asker()):
            executor: Any = CompiledExecutor.build(DIRECT._schema, document, None, context, {"name": "you"})
            assert executor.context_value is context
        del asker, context, executor
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.parametrize(
    "given",
    [
        {"name": "you", "first": 3, "size": "LARGE", "sizes": "SMALL", "unknown": 1},
        {"name": "you", "first": None, "wish": {"sizes": ["SMALL"], "orElse": {"amount": "1.50"}}},
        {"name": "you", "first": 2},
        {"name": "you"},
        {"name": None, "first": 1},
        {"first": 1},
        {"name": "you", "first": "1"},
        {"name": "you", "first": 1, "wish": {"amount": "none"}},
        {"name": "you", "first": 1, "wish": {"orElse": {"unknown": 1}}},
    ],
)
def test_values_that_fit_are_the_librarys(given: dict[str, Any]) -> None:
    operation = get_operation_ast(
        parse("query Q($name: String!, $first: Int = 5, $size: Size, $wish: Wish, $sizes: [Size!]) { __typename }")
    )
    assert operation is not None
    definitions, schema = operation.variable_definitions or (), DIRECT._schema
    known = get_variable_values(schema, definitions, {"name": "somebody"})
    expected = get_variable_values(schema, definitions, given)
    assert not isinstance(known, list)

    found = fitting_values([source.signature for source in known.sources.values()], given)

    has_default_or_mistake = isinstance(expected, list) or "first" not in given
    assert (found is None) is has_default_or_mistake
    if found is not None and not isinstance(expected, list):
        assert found.coerced == expected.coerced
        assert [*map(_told, found.sources.items())] == [*map(_told, expected.sources.items())]


def _told(source: tuple[str, VariableValueSource]) -> object:
    name, said = source
    return name, said.signature.name, str(said.signature.type), said.value
