"""Open2b's items to lines: of a line, which is never small, only what is wanted is read. Pure."""

from __future__ import annotations

from resolvers.model.derivation import sum_of
from resolvers.model.invoice import InvoiceLine, LineTax
from resolvers.model.money import TaxedMoney
from resolvers.model.reading import Reading
from resolvers.sources.json_text import scalar_text
from resolvers.sources.open2b.amounts import read_taxed, read_weight
from resolvers.sources.open2b.wire import Item, ItemTax, Prices

_NO_PRICES = Prices()
_UNSTATED = TaxedMoney()


def to_lines(reading: Reading, items: list[Item] | None, wanted: frozenset[str]) -> list[InvoiceLine] | None:
    """The lines of the items in their order, counted from 1; None for None."""
    if items is None:
        return None
    lines = [_line(reading, index, item, wanted) for index, item in enumerate(items)]
    reading.prefix = ""
    return lines


def sum_of_lines(lines: list[InvoiceLine], currency_code: str) -> TaxedMoney | None:
    """The sum of the lines' totals, each side where all lines state it; None where neither is known."""
    totals = [line.total or _UNSTATED for line in lines]
    net = sum_of((total.net for total in totals), currency_code)
    gross = sum_of((total.gross for total in totals), currency_code)
    return None if net is None and gross is None else TaxedMoney(net=net, gross=gross)


def _line(reading: Reading, index: int, item: Item, wanted: frozenset[str]) -> InvoiceLine:
    reading.prefix = f"lines.{index}."
    prices = item.prices or _NO_PRICES
    sums_are_wanted = "lines.total" in wanted or "totals.lines" in wanted
    return InvoiceLine(
        position=index + 1,
        sku=reading.text("sku", item.sku) if "lines.sku" in wanted else None,
        name=reading.text("name", item.name) if "lines.name" in wanted else None,
        quantity=reading.number("quantity", scalar_text(item.quantity)) if "lines.quantity" in wanted else None,
        unit_price=(
            read_taxed(reading, "unitPrice", prices.price, prices.taxed_price) if "lines.unitPrice" in wanted else None
        ),
        total=read_taxed(reading, "total", prices.total_price, prices.taxed_total_price) if sums_are_wanted else None,
        tax=_line_tax(reading, item.tax) if "lines.tax" in wanted else None,
        weight=read_weight(reading, "weight", item.weight) if "lines.weight" in wanted else None,
        note=reading.text("note", item.requests) if "lines.note" in wanted else None,
    )


def _line_tax(reading: Reading, tax: ItemTax | None) -> LineTax | None:
    if tax is None:
        return None
    return LineTax(
        code=reading.text("tax.code", tax.code),
        rate=reading.number("tax.rate", scalar_text(tax.rate)),
        amount=reading.money("tax.amount", scalar_text(tax.amount)),
    )
