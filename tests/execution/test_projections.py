"""What is compiled, what is left to the library, and how much of it is kept."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import CodeType, SimpleNamespace
from typing import Any, ClassVar

import orjson
import pytest
from graphql import get_named_type, is_leaf_type, is_object_type

from graph.execution.compiler import Projection
from graph.execution.executor import CompiledExecutor
from graph.execution.leaves import leaf_of
from graph.execution.projections import CompiledOperations
from graph.schema import build_schema
from resolvers.model.invoice import Invoice, InvoiceLine, LineTax, Provenance
from resolvers.model.money import Money, TaxedMoney
from tests.execution.operations import Operation
from tests.execution.shop import Schema, execute, schema_with
from tests.execution.watching import watching

LINES = Operation("{ several { number lines { sku tax { rate } unitPrice { net { amount } } } } }", {})


@pytest.fixture
def schema() -> Schema:
    """A schema whose executor has compiled nothing yet, and keeps ten operations."""

    class Fresh(CompiledExecutor):
        operations: ClassVar = CompiledOperations(10, 10_000)

    return schema_with(Fresh)


def invoice(id_: str, **fields: Any) -> Invoice:
    """An invoice of one line."""
    line = InvoiceLine(
        position=1,
        sku="A-1",
        unit_price=TaxedMoney(Money(Decimal("168.99"), "EUR")),
        tax=LineTax("S", Decimal("19.00")),
    )
    seen = Provenance("shop", "list", datetime(2026, 7, 1, tzinfo=UTC))
    usual: dict[str, Any] = {"source": "shop", "account_key": "7", "account_id": "a", "number": id_}
    return Invoice(**usual | {"source_invoice_id": id_, "lines": [line], "provenance": seen} | fields)


def root(*invoices: object) -> SimpleNamespace:
    """A root of these invoices, which has nothing else."""
    return SimpleNamespace(several=list(invoices), page=None)


def compiled(schema: Schema) -> list[Projection]:
    """The projections of all operations that the schema keeps."""
    executor: Any = schema.execution_context_class
    return [each for kept in executor.operations for each in kept.projections.values() if each is not None]


async def test_plain_invoices_are_written_as_json(schema: Schema) -> None:
    result = await execute(schema, LINES, root(invoice("1"), invoice("2")))

    assert [type(item) for item in result.data["several"]] == [orjson.Fragment] * 2
    line = {"sku": "A-1", "tax": {"rate": "19.00"}, "unitPrice": {"net": {"amount": "168.99"}}}
    assert orjson.loads(orjson.dumps(result.data["several"]))[1] == {"number": "2", "lines": [line]}


async def test_what_follows_from_an_invoice_and_the_day_is_written_too(schema: Schema) -> None:
    asked = Operation(
        "query Q($day: Date) { several { source { name } isOverdue daysOverdue(asOf: $day) missing { field } } }",
        {"day": "2026-07-03"},
    )
    due = {"due_date": date(2026, 7, 1), "amount_due": Money(Decimal("1.00"), "EUR")}

    result = await execute(schema, asked, root(invoice("1", **due)))

    told = orjson.loads(orjson.dumps(result.data["several"]))[0]
    assert [type(item) for item in result.data["several"]] == [orjson.Fragment]
    assert (told["source"], told["isOverdue"], told["daysOverdue"]) == ({"name": "shop"}, True, 2)


async def test_an_odd_invoice_leaves_its_neighbours_fast(schema: Schema) -> None:
    result = await execute(schema, LINES, root(invoice("1"), invoice("2", number=3.5, lines=None), invoice("3")))

    assert [type(item) for item in result.data["several"]] == [orjson.Fragment, dict, orjson.Fragment]


@pytest.mark.parametrize(("position", "is_told"), [(2**31 - 1, True), (2**31, False)])
async def test_a_number_of_more_than_32_bits_is_an_error_as_the_librarys(
    schema: Schema, position: int, *, is_told: bool
) -> None:
    long = invoice("1", lines=[InvoiceLine(position=position, sku="A-1")])

    result = await execute(schema, Operation("{ several { lines { position } } }", {}), root(long))

    assert (result.errors is None) is is_told
    assert (str(position) in orjson.dumps(result.data["several"]).decode()) is is_told


async def test_a_field_that_has_to_be_awaited_leaves_the_lines_fast(schema: Schema) -> None:
    asked = Operation(LINES.text.replace("number", "account { key: number }"), {})

    result = await execute(schema, asked, root(invoice("1")))

    (told,) = result.data["several"]
    assert told["account"] is not None
    assert [type(line) for line in told["lines"]] == [orjson.Fragment]


async def test_an_extension_that_watches_fields_sees_all_of_them() -> None:
    seen: list[str] = []
    schema = schema_with(CompiledExecutor)
    schema.extensions = (*schema.extensions, watching(seen))

    await execute(schema, LINES, root(invoice("1")))

    assert seen == ["several", "number", "lines", "sku", "tax", "rate", "unitPrice", "net", "amount"]


@pytest.mark.parametrize("prefix", ["", "Invoicing"])
def test_every_leaf_that_can_be_selected_is_compiled(prefix: str) -> None:
    types = build_schema(type_prefix=prefix)._schema.type_map.values()
    fields = (it for type_ in types if is_object_type(type_) and type_.name[:2] != "__" for it in type_.fields.values())
    leaves = {type_ for field in fields if is_leaf_type(type_ := get_named_type(field.type))}

    assert f"{prefix}Decimal" in {leaf.name for leaf in leaves}
    assert [leaf.name for leaf in leaves if leaf_of(leaf) is None] == []


def test_the_executor_is_the_librarys_where_it_is_switched_off() -> None:
    assert build_schema().execution_context_class is CompiledExecutor
    assert not issubclass(build_schema(compiled=False).execution_context_class, CompiledExecutor)


async def test_no_word_of_a_clients_is_in_the_code(schema: Schema) -> None:
    asked = Operation("{ several { Import_os: number lines { Exit: sku } } }", {})

    result = await execute(schema, asked, root(invoice("1")))

    assert b"Import_os" in orjson.dumps(result.data["several"][0])
    (projection,) = compiled(schema)
    words = list(_words(projection.write.__code__))
    assert "number" in words
    assert not any("Import_os" in str(word) or "Exit" in str(word) for word in words)


def _words(code: CodeType) -> Iterator[object]:
    yield from (*code.co_names, *code.co_varnames, *code.co_consts)


async def test_an_operation_is_compiled_once(schema: Schema) -> None:
    await execute(schema, LINES, root(invoice("1")))
    (first,) = compiled(schema)

    await execute(schema, LINES, root(invoice("2"), invoice("3")))

    assert compiled(schema) == [first]


@pytest.mark.parametrize("part", ["", "... @defer { number }"])
async def test_what_is_kept_of_an_operation_does_not_grow(schema: Schema, part: str) -> None:
    text = f"{{ several {{ account {{ key: number }} lines {{ sku }} {part} }} page {{ nodes {{ number }} }} }}"
    executor: Any = schema.execution_context_class
    sizes = set()

    for _ in range(3):
        await execute(schema, Operation(text, {}), root(invoice("1"), invoice("2", lines=None)))
        (kept,) = executor.operations
        sizes.add(
            (len(kept.projections), kept.collected and (len(kept.collected.sub_fields), len(kept.collected.writers)))
        )

    assert len(sizes) == 1
    assert (kept.collected is None) is bool(part)


async def test_a_thousand_operations_stay_within_the_bound(schema: Schema) -> None:
    for number in range(1_000):
        await execute(schema, Operation(f"{{ several {{ a{number}: number }} }}", {}), root(invoice("1")))

    assert len(compiled(schema)) == 10


async def test_one_operation_under_all_its_conditions_stays_within_the_bound(schema: Schema) -> None:
    names = [f"v{number}" for number in range(6)]
    head = ", ".join(f"${name}: Boolean!" for name in names)
    body = " ".join(f"{name}: number @skip(if: ${name})" for name in names)
    text = f"query Q({head}) {{ several {{ {body} }} }}"
    for conditions in range(2**6):
        given = {name: bool(conditions >> place & 1) for place, name in enumerate(names)}
        result = await execute(schema, Operation(text, given), root(invoice("1")))
        (told,) = orjson.loads(orjson.dumps(result.data["several"]))
        assert told == {name: "1" for name in names if not given[name]}

    assert len(compiled(schema)) == 10


@pytest.mark.parametrize("fields", [{}, {"lines": None, "currency_code": None}], ids=["plain", "odd"])
async def test_twice_the_invoices_cost_twice_the_steps(schema: Schema, fields: dict[str, Any]) -> None:
    asked = Operation("{ several { number currencyCode } }", {})
    counts = [await _calls(schema, asked, root(*[invoice("1", **fields)] * size)) for size in (50, 100, 200, 400)]

    assert counts[3] - counts[2] == 2 * (counts[2] - counts[1])


async def _calls(schema: Schema, asked: Operation, given: object) -> int:
    """How many Python functions an execution calls, once the operation is compiled."""
    await execute(schema, asked, given)
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    gc.disable()  # whose callbacks, where a library has set any, are calls, too
    sys.setprofile(count)
    try:
        await execute(schema, asked, given)
    finally:
        sys.setprofile(before)
        gc.enable()
    return calls


async def test_large_operations_are_kept_as_long_as_all_of_them_are_not_too_long(schema: Schema) -> None:
    fields = " ".join(f"a{number}: number" for number in range(200))  # some 3,000 characters
    for number in range(20):
        await execute(schema, Operation(f"{{ several {{ b{number}: number {fields} }} }}", {}), root(invoice("1")))

    assert 1 <= len(compiled(schema)) <= 3


async def test_what_fragments_spread_again_and_again_select_counts_at_each_place(schema: Schema) -> None:
    spread = "a: lines { ...M } b: lines { ...M } c: lines { ...M }"
    money = "fragment M on InvoiceLine { unitPrice { net { ...N } tax { ...N } gross { ...N } } }"
    fragments = f"fragment I on Invoice {{ {spread} }} {money} fragment N on Money {{ amount currencyCode }}"
    for number in range(40):
        text = f"{{ several {{ b{number}: number ...I }} page {{ nodes {{ ...I }} edges {{ node {{ ...I }} }} }} }}"
        await execute(schema, Operation(f"{text} {fragments}", {}), root(invoice("1")))

    executor: Any = schema.execution_context_class
    assert 1 <= len([*executor.operations]) <= 9
