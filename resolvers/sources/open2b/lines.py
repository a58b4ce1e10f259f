"""Open2b's items to lines, which hold what the items were read for. Pure.

There are ten thousand lines in a large answer, so those of several invoices are read together, column by column. Where
one of their values is odd, they are read one by one, which notes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, repeat

from resolvers.model.derivation import sum_of
from resolvers.model.invoice import InvoiceLine, LineTax
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.open2b.amounts import read_money, read_number, read_taxed, read_weight
from resolvers.sources.open2b.columns import NOTHING, Odd, amounts, numbers, pairs, parts, texts, weights
from resolvers.sources.open2b.wire import Item, ItemTax, Prices

_NO_PRICES = Prices()
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
) -> Sequence[list[InvoiceLine] | None] | None:
    """What `to_lines` makes of the items of each invoice; None where one of them is odd."""
    items = [*chain.from_iterable(filter(None, invoices))]
    if not items:
        return [None if of_one is None else [] for of_one in invoices]
    positions = chain.from_iterable(range(1, len(of_one) + 1) for of_one in invoices if of_one)
    try:
        lines = _together(items, positions, currency_code)
    except Odd:
        return None
    return [None if of_one is None else [*islice(lines, len(of_one))] for of_one in invoices]


def sum_of_lines(lines: list[InvoiceLine], currency_code: str) -> TaxedMoney | None:
    """The sum of the lines' totals, each side where all lines state it; None where neither is known."""
    totals = [line.total or _UNSTATED for line in lines]
    net = sum_of((total.net for total in totals), currency_code)
    gross = sum_of((total.gross for total in totals), currency_code)
    return None if net is None and gross is None else TaxedMoney(net=net, gross=gross)


def _together(items: list[Item], positions: Iterable[int], currency_code: str) -> Iterator[InvoiceLine]:
    """The lines at these positions. Raises Odd."""
    unit_prices, totals = _prices(parts(items, "prices"), currency_code)
    return map(
        InvoiceLine,
        positions,
        texts(items, "sku"),
        texts(items, "name"),
        numbers(items, "quantity") or NOTHING,
        unit_prices,
        totals,
        _taxes(parts(items, "tax"), currency_code),
        weights(items, "weight"),
        texts(items, "requests"),
    )


def _prices(
    prices: list[Prices] | None, currency_code: str
) -> tuple[Iterable[TaxedMoney | None], Iterable[TaxedMoney | None]]:
    """The unit prices and the totals."""
    if prices is None:
        return NOTHING, NOTHING
    unit_prices, totals = (
        pairs(amounts(prices, net, currency_code), amounts(prices, gross, currency_code))
        for net, gross in (("price", "taxed_price"), ("total_price", "taxed_total_price"))
    )
    return unit_prices, totals


def _taxes(taxes: list[ItemTax] | None, currency_code: str) -> Iterable[LineTax | None]:
    if taxes is None or not type(taxes[0]).__struct_fields__:
        return NOTHING
    none: Iterable[Money | None] = repeat(None, times=len(taxes))  # a column that ends
    return map(
        LineTax,
        texts(taxes, "code"),
        numbers(taxes, "rate") or NOTHING,
        amounts(taxes, "amount", currency_code) or none,
    )


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
