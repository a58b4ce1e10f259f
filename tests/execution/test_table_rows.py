"""Rows of a table are written in one go, as the library writes the lines that they stand for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from graph.execution.executor import CompiledExecutor
from resolvers.model.invoice import InvoiceLine
from resolvers.model.line_table import Kind, LineTable, TableLines
from tests.execution.operations import Operation
from tests.execution.shop import execute, schema_with
from tests.execution.test_projections import invoice

COMPILED, INHERITED = schema_with(CompiledExecutor), schema_with(None)
COLUMNS: dict[str, list[str | None]] = {
    "sku": ["A", 'quo"te', "%s {0}", "Köln"],
    "note": [None, "", "\U0001f9fe\n", None],
    "total.net.amount": ["1.00", "-0.00", "168.99", "0.000000000001"],
    "quantity": ["1", None, None, "0"],
    "unit_price": ["", None, "", ""],
    "unit_price.net": ["2.00", None, None, "0"],
    "unit_price.net.amount": ["2.00", None, None, "0"],
    "tax": ["", None, "", None],
    "tax.code": ["VAT", None, None, None],
}
KINDS = {
    "position": Kind.POSITION,
    "sku": Kind.TEXT,
    "note": Kind.TEXT_OR_NONE,
    "total": Kind.PART,
    "total.net": Kind.PART,
    "total.net.amount": Kind.NUMBER,
    "total.net.currency_code": Kind.CURRENCY,
    "quantity": Kind.NUMBER_OR_NONE,
    "unit_price": Kind.PART_OR_NONE,
    "unit_price.net": Kind.PART_OR_NONE,
    "unit_price.net.amount": Kind.NUMBER,
    "unit_price.net.currency_code": Kind.CURRENCY,
    "tax": Kind.PART_OR_NONE,
    "tax.code": Kind.TEXT_OR_NONE,
}


def table(currency_code: str) -> LineTable:
    """Four lines in this currency."""
    return LineTable(currency_code, COLUMNS, KINDS)


async def lines_of(schema: Any, selected: str, *lines: TableLines, is_odd: bool = False) -> Any:
    """The lines of invoices that have these, as they are answered; written in one go unless a column is odd."""
    root = SimpleNamespace(several=[invoice(str(number), lines=each) for number, each in enumerate(lines)])
    result = await execute(schema, Operation(f"{{ several {{ lines {{ {selected} }} }} }}", {}), root)
    assert not result.errors
    assert schema is INHERITED or is_odd or all(isinstance(each, orjson.Fragment) for each in result.data["several"])
    return [each["lines"] for each in orjson.loads(orjson.dumps(result.data["several"]))]


@pytest.mark.parametrize(
    "selected",
    [
        "sku",
        "note position sku",
        "a: sku b: sku __typename total { net { amount currencyCode } }",
        "total { net { currencyCode } gross { amount } } unitPrice { net { amount } }",
        "__typename",
        "tax { rate }",
        "quantity unitPrice { net { amount currencyCode } gross { amount } } tax { code rate } sku",
        "tax { __typename } position unitPrice { net { currencyCode } }",
    ],
)
async def test_rows_are_written_as_the_lines_are(selected: str) -> None:
    euros, dollars = table("EUR"), table("USD")
    rows = [TableLines(euros, 0, 1), TableLines(euros, 1, 4), TableLines(euros, 2, 2), TableLines(dollars, 0, 4)]

    written = await lines_of(COMPILED, selected, *rows)

    assert written == await lines_of(INHERITED, selected, *rows)
    assert [len(each) for each in written] == [1, 3, 0, 4]


async def test_each_table_has_its_own_currency() -> None:
    rows = [TableLines(table(code), 0, 1) for code in ("EUR", "USD", "EUR")]

    written = await lines_of(COMPILED, "total { net { currencyCode } }", *rows)

    assert [line["total"]["net"]["currencyCode"] for (line,) in written] == ["EUR", "USD", "EUR"]


async def test_a_column_of_something_else_is_the_librarys_matter() -> None:
    odd = LineTable("EUR", {"sku": ["1"]}, {"position": Kind.POSITION, "sku": Kind.NUMBER})

    assert await lines_of(COMPILED, "sku", TableLines(odd, 0, 1), is_odd=True) == [[{"sku": "1"}]]


@pytest.mark.parametrize("selected", ["sku position", "position note", "sku", "__typename"])
async def test_the_rows_of_a_page_are_written_together_as_the_lines_are(selected: str) -> None:
    euros, dollars, line = table("EUR"), table("USD"), InvoiceLine(position=1, sku="own")
    lists = [
        *[TableLines(euros, 0, 1), TableLines(euros, 1, 1), TableLines(euros, 1, 3), TableLines(euros, 3, 4)],
        *[TableLines(euros, 2, 4), TableLines(euros, 0, 3), [line], [], TableLines(euros, 3, 3)],
        *[None, TableLines(dollars, 0, 2), TableLines(dollars, 3, 4), TableLines(euros, 0, 2)],
    ]
    page = SimpleNamespace(nodes=[invoice(str(number), lines=each) for number, each in enumerate(lists)])
    asked = Operation(f"{{ page {{ nodes {{ lines {{ {selected} }} }} }} }}", {})

    written = (await execute(COMPILED, asked, SimpleNamespace(page=page))).data["page"]

    expected = (await execute(INHERITED, asked, SimpleNamespace(page=page))).data["page"]
    assert isinstance(written, orjson.Fragment)
    assert orjson.loads(orjson.dumps(written)) == orjson.loads(orjson.dumps(expected))
    assert [len(each) for each in lists[:4] if each is not None] == [1, 0, 2, 1]
