"""Open2b's items to lines, which hold what the items were read for. Pure.

There are ten thousand lines in a large answer, so those of several invoices are read together, into one table. Where
one of their values is odd, they are read one by one, which notes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeVar, cast

from resolvers.model.derivation import sum_of
from resolvers.model.invoice import InvoiceLine, LineTax
from resolvers.model.line_table import LineTable, TableLines
from resolvers.model.money import TaxedMoney
from resolvers.model.reading import OddColumn, Reading
from resolvers.sources.open2b.amounts import read_money, read_number, read_taxed, read_weight
from resolvers.sources.open2b.columns import Columns
from resolvers.sources.open2b.envelope import Record
from resolvers.sources.open2b.wire import Item, ItemTax, Prices

P = TypeVar("P", Prices, ItemTax)

_NO_PRICES = Prices()
_NO_TAX = ItemTax()
_UNSTATED = TaxedMoney()


def to_lines(reading: Reading, items: list[Item] | None) -> list[InvoiceLine] | None:
    """The lines of the items in their order, counted from 1; None for None."""
    if items is None:
        return None
    lines = [_one(reading, index, item) for index, item in enumerate(items)]
    reading.prefix = ""
    return lines


def lines_together(
    invoices: Sequence[list[Item] | None], currency_code: str
) -> Sequence[Sequence[InvoiceLine] | None] | None:
    """What `to_lines` makes of the items of each invoice; None where one of them is odd."""
    items = [*chain.from_iterable(filter(None, invoices))]
    if not items:
        return [None if of_one is None else [] for of_one in invoices]
    try:
        table = _table(items, currency_code)
    except OddColumn:
        return None
    end = 0
    return [None if of_one is None else TableLines(table, end, end := end + len(of_one)) for of_one in invoices]


def sum_of_lines(lines: Sequence[InvoiceLine], currency_code: str) -> TaxedMoney | None:
    """The sum of the lines' totals, each side where all lines state it; None where neither is known."""
    totals = [line.total or _UNSTATED for line in lines]
    net = sum_of((total.net for total in totals), currency_code)
    gross = sum_of((total.gross for total in totals), currency_code)
    return None if net is None and gross is None else TaxedMoney(net=net, gross=gross)


def _table(items: list[Item], currency_code: str) -> LineTable:
    """The items by the column, of which only what was read makes one. Raises OddColumn."""
    made, read = Columns(currency_code), type(items[0]).__struct_fields__
    made.add_texts("sku", [item.sku for item in items] if "sku" in read else None)
    made.add_texts("name", [item.name for item in items] if "name" in read else None)
    made.add_numbers("quantity", [item.quantity for item in items] if "quantity" in read else None)
    _add_prices(made, [item.prices for item in items] if "prices" in read else [])
    _add_taxes(made, [item.tax for item in items] if "tax" in read else [])
    made.add_weights("weight", [item.weight for item in items] if "weight" in read else None)
    made.add_texts("note", [item.requests for item in items] if "requests" in read else None)
    return LineTable(currency_code, made.columns, made.kinds)


def _add_prices(made: Columns, of_items: list[Prices | None]) -> None:
    """Adds the columns of the prices. Raises OddColumn."""
    read, prices = _members(of_items), _filled(of_items, _NO_PRICES)
    net = [price.price for price in prices] if "price" in read else None
    gross = [price.taxed_price for price in prices] if "taxed_price" in read else None
    made.add_pair("unit_price", net, gross)
    net = [price.total_price for price in prices] if "total_price" in read else None
    gross = [price.taxed_total_price for price in prices] if "taxed_total_price" in read else None
    made.add_pair("total", net, gross)


def _add_taxes(made: Columns, of_items: list[ItemTax | None]) -> None:
    """Adds the columns of the taxes. Raises OddColumn."""
    if read := _members(of_items):
        made.add_part("tax", None if all(of_items) else [None if tax is None else "there" for tax in of_items])
        taxes = _filled(of_items, _NO_TAX)
        made.add_texts("tax.code", [tax.code for tax in taxes] if "code" in read else None)
        made.add_numbers("tax.rate", [tax.rate for tax in taxes] if "rate" in read else None)
        made.add_amounts("tax.amount", [tax.amount for tax in taxes] if "amount" in read else None)


def _filled(parts: Sequence[P | None], blank: P) -> Sequence[P]:
    """The part of each item, blank where it has none."""
    return cast("Sequence[P]", parts) if all(parts) else [part or blank for part in parts]


def _members(parts: Iterable[Record | None]) -> Sequence[str]:
    """The members that were read of a part; none where no item has it."""
    return next((type(part).__struct_fields__ for part in parts if part is not None), ())


def _one(reading: Reading, index: int, item: Item) -> InvoiceLine:
    """A line, whatever is in it."""
    reading.prefix = f"lines.{index}."
    prices = item.prices or _NO_PRICES
    return InvoiceLine(
        position=index + 1,
        sku=reading.text("sku", item.sku),
        name=reading.text("name", item.name),
        quantity=read_number(reading, "quantity", item.quantity),
        unit_price=read_taxed(reading, "unitPrice", prices.price, prices.taxed_price),
        total=read_taxed(reading, "total", prices.total_price, prices.taxed_total_price),
        tax=None if item.tax is None else _tax(reading, item.tax),
        weight=read_weight(reading, "weight", item.weight),
        note=reading.text("note", item.requests),
    )


def _tax(reading: Reading, tax: ItemTax) -> LineTax:
    return LineTax(
        reading.text("tax.code", tax.code),
        read_number(reading, "tax.rate", tax.rate),
        read_money(reading, "tax.amount", tax.amount),
    )
