"""The graph's own types below root fields of the tests', executed by the library's executor and by ours."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import orjson
import strawberry
from graphql import (
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    IncrementalDeferResult,
    SubsequentIncrementalExecutionResult,
)
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError

from graph.context import Context, Limits
from graph.execution.executor import CompiledExecutor
from graph.types.account import Account
from graph.types.balance import AgingReport, BalanceSummary
from graph.types.invoice import Invoice
from graph.types.invoice_connection import InvoiceConnection
from graph.types.invoice_line import InvoiceLine
from graph.types.money import Money
from graph.types.scalars import SCALARS
from graph.types.source import Source
from resolvers.access import EVERYONE_IS_STAFF
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model import customer
from resolvers.model.identity import account_id
from resolvers.model.operation import Operation
from tests.execution.operations import Operation as Asked
from tests.execution.things import SOURCES, Maker, Thing
from tests.lists.register import Register
from tests.lists.shelf import Shelf


@strawberry.type
class Odds:
    """Types that no invoice has."""

    ratio: float | None
    ratios: list[float]
    is_odd: bool
    count: int | None
    grid: list[list[Money | None]] | None
    names: list[str | None]
    below: Odds | None


@strawberry.type
class Query:
    page: InvoiceConnection | None
    pages: list[InvoiceConnection | None] | None
    invoice: Invoice
    several: list[Invoice | None] | None
    lines: list[InvoiceLine] | None
    accounts: list[Account | None]
    balances: BalanceSummary | None
    aging: AgingReport | None
    odds: Odds | None


_SHELVES = {name: Shelf(name) for name in SOURCES}
_ACCOUNTS = [
    customer.Account(id=account_id(name, "7"), source=name, key="7", customer_id=f"C-{name}") for name in SOURCES
]
_GATEWAY = Gateway(_SHELVES, Register(_ACCOUNTS), KeyRing(["a key of the tests alone"]))


class Schema(strawberry.federation.Schema):
    """The schema, which logs nothing: errors are expected."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing."""


def schema_with(executor: type[CompiledExecutor] | None) -> Schema:
    """The schema, executed so; None: by the library."""
    return Schema(
        query=Query,
        types=[Invoice, Account, Source],
        config=StrawberryConfig(scalar_map=SCALARS, enable_experimental_incremental_execution=True),
        extensions=[lambda: ParserCache(1_000), lambda: ValidationCache(1_000)],
        execution_context_class=executor,
    )


def made(schema: Schema, maker: Maker) -> Thing:
    """What the root fields are read from."""
    assert schema._schema.query_type is not None
    return Thing(schema._schema.query_type, "", maker)


async def execute(schema: Schema, asked: Asked, root: object, incomplete: list[list[str | int]] | None = None) -> Any:
    """What the schema's executor makes of it."""
    operation = Operation.within(60)
    context = Context(
        session=_GATEWAY.session(EVERYONE_IS_STAFF, operation),
        limits=Limits(),
        today=lambda: date(2026, 7, 15),
        document_link=lambda invoice, owner: f"https://documents.test/{invoice}/{owner}",
        incomplete=[] if incomplete is None else incomplete,
    )
    result = await schema.execute(asked.text, asked.variables, context_value=context, root_value=root)
    assert not isinstance(result, PreExecutionError), result.errors
    return result


async def answer(schema: Schema, asked: Asked, maker: Maker) -> Any:
    """The answer, part by part, in order: data, errors with their paths and places, and where it is incomplete."""
    incomplete: list[list[str | int]] = []
    result = await execute(schema, asked, made(schema, maker), incomplete)
    if not isinstance(result, ExperimentalIncrementalExecutionResults):
        return [_part(result), incomplete]
    later = [_later(part) async for part in result.subsequent_results]
    first = result.initial_result
    return [_part(first), [pending.formatted for pending in first.pending], later, incomplete]


def _part(result: Any) -> tuple[object, object]:
    return _in_order(result.data), [_told(error) for error in result.errors or ()]


def _later(part: SubsequentIncrementalExecutionResult) -> object:
    incremental = [one for one in part.incremental or () if isinstance(one, IncrementalDeferResult)]
    return (
        [pending.formatted for pending in part.pending or ()],
        [(one.id, one.sub_path, _part(one)) for one in incremental],
        [(one.id, [_told(error) for error in one.errors or ()]) for one in part.completed or ()],
        part.has_next,
    )


def _told(error: GraphQLError) -> object:
    return error.message, error.path, error.locations, type(error.original_error)


def _in_order(data: object) -> object:
    """The data as Python has it, objects as pairs of keys and values."""
    match data:
        case orjson.Fragment():
            return _in_order(json.loads(orjson.dumps(data)))
        case dict():
            return [(key, _in_order(value)) for key, value in data.items()]
        case list():
            return [_in_order(value) for value in data]
        case str():
            return str.__repr__(data)  # of which type a text is, the wire does not tell
    return repr(data)
