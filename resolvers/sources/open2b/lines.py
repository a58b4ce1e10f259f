"""Open2b's items to lines: of a line, which is never small, only what is wanted is read. Pure.

There are ten thousand lines in a large answer, so what is the same for all of them is settled once, in `line_reader`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from msgspec import Raw

from resolvers.model.derivation import sum_of
from resolvers.model.invoice import InvoiceLine, LineTax
from resolvers.model.money import TaxedMoney, step_of
from resolvers.model.reading import Reading
from resolvers.sources.open2b.amounts import read_amount, read_money, read_number, read_weight
from resolvers.sources.open2b.wire import Item, ItemTax, Prices

_NO_PRICES = Prices()
_UNSTATED = TaxedMoney()

ReadLine = Callable[[Reading, int, Item], InvoiceLine]


def to_lines(reading: Reading, items: list[Item] | None, wanted: frozenset[str]) -> list[InvoiceLine] | None:
    """The lines of the items in their order, counted from 1; None for None."""
    if items is None:
        return None
    read_line = line_reader(wanted)
    lines = [read_line(reading, index, item) for index, item in enumerate(items)]
    reading.prefix = ""
    return lines


def sum_of_lines(lines: list[InvoiceLine], currency_code: str) -> TaxedMoney | None:
    """The sum of the lines' totals, each side where all lines state it; None where neither is known."""
    totals = [line.total or _UNSTATED for line in lines]
    net = sum_of((total.net for total in totals), currency_code)
    gross = sum_of((total.gross for total in totals), currency_code)
    return None if net is None and gross is None else TaxedMoney(net=net, gross=gross)


@lru_cache(maxsize=256)
def line_reader(wanted: frozenset[str]) -> ReadLine:
    """What reads of an item these canonical paths, and sets the reading's prefix to the line's."""
    parts = _parts(wanted, "lines")
    read_unit_price = _pair_reader("unitPrice", _parts(wanted, "lines.unitPrice"))
    read_total = _pair_reader("total", _parts(wanted, "lines.total") | _parts(wanted, "totals.lines"))
    read_tax = _tax_reader(_parts(wanted, "lines.tax"))
    sku, name, quantity, weight, note = (part in parts for part in ("sku", "name", "quantity", "weight", "note"))

    def read_line(reading: Reading, index: int, item: Item) -> InvoiceLine:
        reading.prefix = _prefix(index)
        prices, step = item.prices or _NO_PRICES, step_of(reading.currency_code)
        return InvoiceLine(
            position=index + 1,
            sku=reading.text("sku", item.sku) if sku else None,
            name=reading.text("name", item.name) if name else None,
            quantity=read_number(reading, "quantity", item.quantity) if quantity else None,
            unit_price=read_unit_price and read_unit_price(reading, step, prices.price, prices.taxed_price),
            total=read_total and read_total(reading, step, prices.total_price, prices.taxed_total_price),
            tax=read_tax and read_tax(reading, item.tax),
            weight=read_weight(reading, "weight", item.weight) if weight else None,
            note=reading.text("note", item.requests) if note else None,
        )

    return read_line


def _parts(wanted: frozenset[str], path: str) -> frozenset[str]:
    """Which parts of a path are wanted; `*` where it is wanted and none of them is named."""
    below = f"{path}."
    named = frozenset(one.removeprefix(below) for one in wanted if one.startswith(below))
    return named or (frozenset({"*"}) if path in wanted else named)


def _pair_reader(path: str, parts: frozenset[str]) -> Callable[[Reading, Decimal, Raw, Raw], TaxedMoney | None] | None:
    """What reads an amount without and with tax, as far as it is wanted; None where it is not."""
    if not parts:
        return None
    net, gross = (not parts.isdisjoint({"*", part}) for part in ("net", "gross"))
    net_path, gross_path = f"{path}.net", f"{path}.gross"

    def read(reading: Reading, step: Decimal, without: Raw, with_: Raw) -> TaxedMoney | None:
        without_tax = read_amount(reading, net_path, without, step) if net else None
        with_tax = read_amount(reading, gross_path, with_, step) if gross else None
        return None if without_tax is None and with_tax is None else TaxedMoney(without_tax, None, with_tax)

    return read


def _tax_reader(parts: frozenset[str]) -> Callable[[Reading, ItemTax | None], LineTax | None] | None:
    if not parts:
        return None
    code, rate, amount = (not parts.isdisjoint({"*", part}) for part in ("code", "rate", "amount"))

    def read(reading: Reading, tax: ItemTax | None) -> LineTax | None:
        if tax is None:
            return None
        return LineTax(
            reading.text("tax.code", tax.code) if code else None,
            read_number(reading, "tax.rate", tax.rate) if rate else None,
            read_money(reading, "tax.amount", tax.amount) if amount else None,
        )

    return read


@lru_cache(maxsize=1_024)
def _prefix(index: int) -> str:
    return f"lines.{index}."
