"""A resolver that has to be awaited is called directly, and answers as if the library had called it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from inspect import isawaitable
from typing import Any

import pytest
import strawberry
from graphql import AbortedGraphQLExecutionError, GraphQLError, experimental_execute_incrementally, parse
from graphql.pyutils import AbortController
from strawberry.extensions import FieldExtension, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from graph.execution.executor import CompiledExecutor
from resolvers.model.errors import SourceTimeout
from tests.execution.watching import watching

READ: list[str] = []
"""The amounts that were read as arguments."""


def _amount(text: object) -> Decimal:
    READ.append(str(text))
    if text == "none":
        raise ValueError(text)
    return Decimal(str(text))


@strawberry.enum
class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@strawberry.input
class Wish:
    amount: Decimal | None = strawberry.UNSET
    sizes: list[Size] | None = strawberry.UNSET
    at_most: int = 3
    or_else: Wish | None = strawberry.UNSET


class Loud(FieldExtension):
    """Stands around a resolver."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[str]], source: object, info: strawberry.Info, **kwargs: object
    ) -> str:
        """The same in capitals."""
        return (await next_(source, info, **kwargs)).upper()


@dataclass(frozen=True)
class Hall:
    """What the fields are of."""

    number: int

    @property
    def name(self) -> object:
        """A text, though of a kind of its own, something else, nothing, or a failure."""
        if self.number == 5:
            raise SourceTimeout("no name")
        return [None, "one", Label("two"), 3, None][self.number]


class Label(str):
    """A text that is more than that."""

    __slots__ = ()


async def place_of(hall: strawberry.Parent[Hall], info: strawberry.Info) -> str:
    """Where it stands in the answer, and what the library knows of it."""
    await asyncio.sleep(0)
    return f"{hall.number} {info.path.as_list()} {info.field_name} {len(info._raw_info.field_nodes)} {info.context}"


async def wished(
    hall: strawberry.Parent[Hall], wish: Wish | None = strawberry.UNSET, size: Size = Size.SMALL, first: int | None = 20
) -> str:
    """The arguments as they came."""
    return f"{hall.number} {wish} {size} {first}"


async def greeting(name: str) -> str:
    """Takes neither parent nor info."""
    return f"hello {name}"


async def failing(hall: strawberry.Parent[Hall]) -> str:
    """Fails for every second hall, for some of them at once."""
    await asyncio.sleep(0) if hall.number < 3 else None
    if hall.number % 2:
        raise SourceTimeout(f"hall {hall.number}")
    return "fine"


async def nothing() -> str | None:
    """None, whatever was promised."""
    return None


async def waiting() -> str:
    """Never comes."""
    await asyncio.Event().wait()
    return ""


async def next_of(hall: strawberry.Parent[Hall]) -> Hall | None:
    """The one behind it; behind the fourth there is none."""
    return Hall(hall.number + 1) if hall.number < 4 else None


async def all_of() -> list[Hall | None]:
    """Three, and one that is not there."""
    return [Hall(1), Hall(2), None, Hall(3)]


@strawberry.type(name="Hall")
class HallType:
    number: int
    name: str | None
    place: str = strawberry.field(resolver=place_of)
    wished: str = strawberry.field(resolver=wished)
    greeting: str = strawberry.field(resolver=greeting)
    fails: str | None = strawberry.field(resolver=failing)
    must: str = strawberry.field(resolver=failing)
    waits: str = strawberry.field(resolver=waiting)
    nothing = strawberry.field(resolver=nothing, graphql_type=str)
    loud: str = strawberry.field(resolver=place_of, extensions=[Loud()])
    next = strawberry.field(resolver=next_of, graphql_type="HallType | None")

    @strawberry.field
    async def of_itself(self) -> str:
        """A method, which takes the parent as self."""
        return f"number {self.number}"


@strawberry.type
class Query:
    halls = strawberry.field(resolver=all_of, graphql_type=list[HallType | None] | None)


class Schema(strawberry.Schema):
    """The schema, which logs nothing: errors are expected."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing."""


def schema_with(executor: type[CompiledExecutor] | None) -> Schema:
    """The schema, executed so; None: by the library."""
    amount = strawberry.scalar(name="Amount", serialize=str, parse_value=_amount)
    config = StrawberryConfig(scalar_map={Decimal: amount}, enable_experimental_incremental_execution=True)
    return Schema(
        query=Query,
        config=config,
        extensions=[lambda: ParserCache(100), lambda: ValidationCache(100)],
        execution_context_class=executor,
    )


DIRECT, INHERITED = schema_with(CompiledExecutor), schema_with(None)


async def answer(schema: Schema, text: str, variables: dict[str, Any] | None = None) -> object:
    """The data, and the errors with their paths and places."""
    result = await schema.execute(text, variables, context_value="the context")
    return result.data, [
        (error.message, error.path, error.locations, type(error.original_error)) for error in result.errors or ()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{ halls { place number } }",
        "{ a: halls { b: place c: place } halls { next { next { place } } } }",
        "{ halls { place ...F ... on Hall { place next { number } } } } fragment F on Hall { place next { place } }",
        "{ halls { fails } }",
        "{ halls { name place b: name next { name place next { name next { name place } } } } }",
        "{ halls { next { must } name } }",
        "{ halls { number next { must } fails } }",
        "{ halls { must place } }",
        "{ halls { nothing } }",
        "{ halls { next { nothing } number } }",
        '{ halls { wished greeting(name: "you") } }',
        "{ halls { wished(wish: {}, size: LARGE, first: null) b: wished(wish: null, first: 7) } }",
        '{ halls { wished(wish: {amount: "1.50", sizes: [LARGE], orElse: {sizes: SMALL, atMost: 1}}) } }',
        '{ halls { number wished(wish: {amount: "none"}) } }',
        "{ halls { loud ofItself __typename } }",
        "{ halls { place @skip(if: true) fails @include(if: true) } }",
    ],
)
async def test_an_awaited_field_is_answered_as_by_the_library(text: str) -> None:
    expected = await answer(INHERITED, text)

    assert await answer(DIRECT, text) == expected
    assert await answer(DIRECT, text) == expected


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"name": "you"},
        {"name": "you", "first": None},
        {"name": "me", "first": 7, "size": "LARGE", "amount": "1.50", "wish": {"sizes": ["SMALL"]}},
        {"name": "me", "wish": {"orElse": {"amount": "2"}}},
        {"name": "me", "amount": "none"},
        {"name": 1},
    ],
)
async def test_each_request_has_its_own_variables(variables: dict[str, Any]) -> None:
    text = """query Q($name: String!, $first: Int = 5, $size: Size, $amount: Amount, $wish: Wish) { halls {
      greeting(name: $name) wished(wish: $wish, first: $first) b: wished(wish: {amount: $amount}, size: $size)
    } }"""
    await answer(DIRECT, text, {"name": "somebody", "first": 1, "size": "SMALL", "amount": "9"})

    assert await answer(DIRECT, text, variables) == await answer(INHERITED, text, variables)


async def test_arguments_are_read_once_for_all_parents() -> None:
    text = "query Q($amount: Amount) { halls { wished(wish: {amount: $amount}) b: wished(wish: {amount: 7}) } }"
    READ.clear()

    await answer(DIRECT, text, {"amount": "1"})
    await answer(DIRECT, text, {"amount": "2"})

    assert READ == ["7", "1", "7", "2"]  # the first 7 to see whether it is valid


async def test_an_extension_that_watches_fields_sees_awaited_ones() -> None:
    seen: list[str] = []
    schema, text = schema_with(CompiledExecutor), "{ halls { place } }"
    unwatched = await answer(schema, text)
    schema.extensions = (*schema.extensions, watching(seen))

    assert await answer(schema, text) == unwatched
    assert seen == ["halls", "place", "place", "place"]


async def test_what_is_awaited_ends_when_the_operation_is_aborted() -> None:
    control = AbortController()
    running = experimental_execute_incrementally(
        DIRECT._schema,
        parse("{ halls { waits } }"),
        executor_class=CompiledExecutor,
        abort_signal=control.signal,
    )
    assert isawaitable(running)
    asyncio.get_running_loop().call_later(0.01, control.abort, TimeoutError("too late"))

    with pytest.raises(AbortedGraphQLExecutionError):
        await running
