"""Open2b's quick way to numbers gives what the slow, obvious one gives: Reading's own, from the value's text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.customer import Account
from resolvers.model.derivation import sum_of
from resolvers.model.invoice import Invoice, InvoiceLine, LineTax, Note, Weight
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.model.requires import EVERYTHING
from resolvers.sources.open2b.mapping import ReplyContext, to_invoice
from resolvers.sources.open2b.projection import wanted_parts
from resolvers.sources.open2b.wire import parse_invoices

ACCOUNT = Account(id="a", source="webstore", key="k", customer_id="c")

_numerals = st.from_regex(r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][+-]?[0-9]{1,6})?", fullmatch=True)
_ordinary = st.from_regex(r"-?(0|[1-9][0-9]{0,6})\.[0-9]{2,3}", fullmatch=True)
_oddities = st.sampled_from(["null", "true", "[]", "{}", '""', '" 1.50 "', '"NaN"', '"Infinity"', '"1_000"', '"٣"'])
_values = _ordinary | _numerals | _oddities | st.text(max_size=5).map(json.dumps)
_texts = st.none() | st.text(max_size=6) | st.sampled_from(["", " a", "b\t", "Crème"])
_members = {
    "sku": _texts.map(json.dumps),
    "name": _texts.map(json.dumps),
    "quantity": _values,
    "prices": st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("price", "totalPrice", "taxedPrice", "taxedTotalPrice"), _values)
    ),
    "tax": st.fixed_dictionaries({}, optional={"code": _texts.map(json.dumps), "rate": _values, "amount": _values}),
    "weight": _values,
    "requests": _texts.map(json.dumps),
}
_items = st.lists(st.fixed_dictionaries({}, optional=_members), max_size=3)
_leaves = st.sets(
    st.sampled_from(sorted(path for path in wanted_parts(frozenset({EVERYTHING})) if path.startswith("lines.")))
)


def _written(item: object) -> str:
    """An object whose values are JSON already."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_written(value)}" for name, value in item.items()) + "}"
    return str(item)


def _quick(body: str, wanted: frozenset[str], currency: str) -> Invoice:
    (record,) = parse_invoices("webstore", body.encode()).records
    reply = ReplyContext(
        source="webstore",
        account=ACCOUNT,
        currency=currency,
        zone=ZoneInfo("Europe/Rome"),
        wanted=wanted_parts(wanted),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    return to_invoice(record, "1", reply)


class _Slowly:
    """Reads a line member by member; no shortcut, and everything is read."""

    def __init__(self, currency: str, index: int) -> None:
        self.reading = Reading(currency)
        self.reading.prefix = f"lines.{index}."

    def text(self, path: str, value: object) -> str | None:
        return self.reading.text(path, None if value is None else json.loads(str(value)))

    def number_text(self, value: object) -> str | None:
        if value is None or value == "null":
            return None
        text = str(value)
        return json.loads(text) if text.startswith('"') else text

    def taxed(self, path: str, net: object, gross: object) -> TaxedMoney | None:
        without = self.reading.money(f"{path}.net", self.number_text(net))
        with_tax = self.reading.money(f"{path}.gross", self.number_text(gross))
        return TaxedMoney(net=without, gross=with_tax) if without or with_tax else None

    def line(self, index: int, item: dict[str, object]) -> InvoiceLine:
        prices = item.get("prices") or {}
        tax = item.get("tax")
        assert isinstance(prices, dict)
        assert tax is None or isinstance(tax, dict)
        weight = self.reading.number("weight", self.number_text(item.get("weight")))
        return InvoiceLine(
            position=index + 1,
            sku=self.text("sku", item.get("sku")),
            name=self.text("name", item.get("name")),
            quantity=self.reading.number("quantity", self.number_text(item.get("quantity"))),
            unit_price=self.taxed("unitPrice", prices.get("price"), prices.get("taxedPrice")),
            total=self.taxed("total", prices.get("totalPrice"), prices.get("taxedTotalPrice")),
            tax=None
            if tax is None
            else LineTax(
                self.text("tax.code", tax.get("code")),
                self.reading.number("tax.rate", self.number_text(tax.get("rate"))),
                self.reading.money("tax.amount", self.number_text(tax.get("amount"))),
            ),
            weight=None if weight is None else Weight(weight),
            note=self.text("note", item.get("requests")),
        )


def _body(items: list[dict[str, object]], total: str) -> str:
    written = ",".join(_written(item) for item in items)
    return f'{{"status":"ok","count":1,"invoices":[{{"id":1,"taxedTotal":{total},"items":[{written}]}}]}}'


@given(items=_items, total=_values, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_lines_and_totals_are_those_of_the_obvious_reading_with_the_same_notes(
    items: list[dict[str, object]], total: str, currency: str
) -> None:
    slow = [_Slowly(currency, index) for index in range(len(items))]
    lines = [one.line(index, item) for index, (one, item) in enumerate(zip(slow, items, strict=True))]
    reading = Reading(currency)
    expected_total = reading.money("total", slow_text(total))

    invoice = _quick(_body(items, total), frozenset({EVERYTHING}), currency)

    notes = [note for one in slow for note in one.reading.notes] + reading.notes
    assert invoice.lines == lines
    assert invoice.total == expected_total
    assert _sorted(invoice.notes) == _sorted([Note("CURRENCY_ASSUMED", "currencyCode"), *notes])
    assert invoice.totals is not None
    sums = [sum_of((getattr(line.total, side, None) for line in lines), currency) for side in ("net", "gross")]
    assert invoice.totals.lines == (TaxedMoney(net=sums[0], gross=sums[1]) if any(sums) else None)


@given(items=_items, leaves=_leaves)
def test_a_part_that_is_wanted_is_the_same_whatever_else_is(
    items: list[dict[str, object]], leaves: frozenset[str]
) -> None:
    ancestors = {path.rpartition(".")[0] for path in leaves}
    body = _body(items, "1.00")

    part = _quick(body, frozenset({"lines"} | leaves | ancestors), "EUR")

    whole = _quick(body, frozenset({EVERYTHING}), "EUR")
    assert part.lines is not None
    assert whole.lines is not None
    for path in leaves - ancestors:
        assert [_at(line, path) for line in part.lines] == [_at(line, path) for line in whole.lines]


def slow_text(value: str) -> str | None:
    """A JSON value as the text that Reading reads."""
    return _Slowly("EUR", 0).number_text(value)


def _at(line: InvoiceLine, path: str) -> Money | object | None:
    names = {"unitPrice": "unit_price"}
    found: object | None = line
    for name in path.split(".")[1:]:
        found = None if found is None else getattr(found, names.get(name, name))
    return found


def _sorted(notes: list[Note]) -> list[str]:
    return sorted(map(repr, notes))
