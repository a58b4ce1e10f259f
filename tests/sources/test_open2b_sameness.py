"""Open2b's quick way to numbers gives what the slow, obvious one gives: Reading's own, from the value's text."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from resolvers.model.customer import Account
from resolvers.model.derivation import sum_of
from resolvers.model.invoice import Invoice, InvoiceLine, LineTax, Note, Weight
from resolvers.model.line_table import TableLines
from resolvers.model.money import Money, TaxedMoney
from resolvers.model.reading import Reading
from resolvers.model.requires import EVERYTHING
from resolvers.model.rows import distinct
from resolvers.sources.open2b.mapping import by_identifier, identify, to_invoices
from resolvers.sources.open2b.projection import members_to_read, wanted_parts
from resolvers.sources.open2b.reply import ReplyContext
from resolvers.sources.open2b.wire import parse_invoices

ACCOUNT = Account(id="a", source="webstore", key="k", customer_id="c")

_numerals = st.from_regex(r"-?(0|[1-9][0-9]{0,45})(\.[0-9]{1,45})?([eE][+-]?[0-9]{1,6})?", fullmatch=True)
_ordinary = st.from_regex(r"-?(0|[1-9][0-9]{0,6})\.[0-9]{2,3}", fullmatch=True)
_oddities = st.sampled_from(["null", "true", "[]", "{}", '""', '" 1.50 "', '"NaN"', '"Infinity"', '"1_000"', '"٣"'])
_whole = st.integers(-999, 99_999).map(str)
_values = _ordinary | _whole | _numerals | _oddities | st.text(max_size=5).map(json.dumps)
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
_null = st.just("null")
_number = _ordinary | _whole | _null
_usual_prices = st.fixed_dictionaries(dict.fromkeys(("price", "totalPrice", "taxedPrice", "taxedTotalPrice"), _number))
_usual_tax = st.fixed_dictionaries({"code": st.sampled_from(['"VAT"', "null"]), "rate": _number, "amount": _number})
_usual_item = st.fixed_dictionaries(
    {"sku": st.sampled_from(['"A-1"', '""', "null"]), "quantity": _number},
    optional={"prices": _usual_prices | _null, "tax": _usual_tax | _null, "weight": _number},
)
_replies = st.lists(st.none() | st.lists(_usual_item, max_size=3) | _items, max_size=3)
"""The items of each invoice: all of them usual, so that they are read together, or some odd."""
_leaves = st.sets(
    st.sampled_from(sorted(path for path in wanted_parts(frozenset({EVERYTHING})) if path.startswith("lines.")))
)


def _written(item: object) -> str:
    """An object whose values are JSON already."""
    if isinstance(item, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_written(value)}" for name, value in item.items()) + "}"
    return str(item)


def _quick(body: str, wanted: frozenset[str], currency: str) -> list[Invoice]:
    records = parse_invoices("webstore", body.encode(), members_to_read(wanted)).records
    reply = ReplyContext(
        source="webstore",
        account=ACCOUNT,
        currency=currency,
        zone=ZoneInfo("Europe/Rome"),
        wanted=wanted_parts(wanted),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
    )
    return [*to_invoices({str(number): record for number, record in enumerate(records)}, reply)]


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
        prices = _unless_null(item.get("prices")) or {}
        tax = _unless_null(item.get("tax"))
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


def _body(invoices: list[list[dict[str, object]] | None], total: str) -> str:
    written = ("null" if items is None else f"[{','.join(_written(item) for item in items)}]" for items in invoices)
    rows = ",".join(f'{{"id":1,"taxedTotal":{total},"items":{items}}}' for items in written)
    return f'{{"status":"ok","count":{len(invoices)},"invoices":[{rows}]}}'


@given(replies=_replies, total=_values, currency=st.sampled_from(["EUR", "JPY", "KWD"]))
def test_lines_and_totals_are_those_of_the_obvious_reading_with_the_same_notes(
    replies: list[list[dict[str, object]] | None], total: str, currency: str
) -> None:
    invoices = _quick(_body(replies, total), frozenset({EVERYTHING}), currency)

    assert len(invoices) == len(replies)
    for invoice, items in zip(invoices, replies, strict=True):
        _expect_what_is_obvious(invoice, items, total, currency)


def _expect_what_is_obvious(invoice: Invoice, items: list[dict[str, object]] | None, total: str, currency: str) -> None:
    slow = [_Slowly(currency, index) for index in range(len(items or []))]
    lines = [one.line(index, item) for index, (one, item) in enumerate(zip(slow, items or [], strict=True))]
    reading = Reading(currency)
    notes = [note for one in slow for note in one.reading.notes]
    assert invoice.lines == (None if items is None else lines)
    assert invoice.total == reading.money("total", slow_text(total))
    assert _sorted(invoice.notes) == _sorted([Note("CURRENCY_ASSUMED", "currencyCode"), *notes, *reading.notes])
    assert invoice.totals is not None
    sums = [sum_of((getattr(line.total, side, None) for line in lines), currency) for side in ("net", "gross")]
    stated = items is not None and any(sums)
    assert invoice.totals.lines == (TaxedMoney(net=sums[0], gross=sums[1]) if stated else None)


@given(replies=_replies, leaves=_leaves)
def test_a_part_that_is_wanted_is_the_same_whatever_else_is(
    replies: list[list[dict[str, object]] | None], leaves: frozenset[str]
) -> None:
    ancestors = {path.rpartition(".")[0] for path in leaves}
    body = _body(replies, "1.00")

    parts = _quick(body, frozenset({"lines"} | leaves | ancestors), "EUR")

    for part, whole in zip(parts, _quick(body, frozenset({EVERYTHING}), "EUR"), strict=True):
        for path in leaves - ancestors:
            assert [_at(line, path) for line in part.lines or []] == [_at(line, path) for line in whole.lines or []]


def _unless_null(value: object) -> object:
    return None if value == "null" else value


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


@given(ids=st.lists(st.sampled_from(["1", "2", "12", "0", "1.0", "-1", '"3"', '"1,2"', "null", "[1,2]"]), max_size=5))
def test_records_by_their_identifiers_are_those_that_are_looked_at_one_by_one(ids: list[str]) -> None:
    rows = ",".join(f'{{"id":{id_},"number":"{number}"}}' for number, id_ in enumerate(ids))
    body = f'{{"status":"ok","invoices":[{rows},{{"number":"x"}}]}}'.replace("[,", "[")
    records = parse_invoices("webstore", body.encode(), frozenset({"id", "number"})).records

    for some in (records, records[:-1]):
        assert by_identifier(some) == distinct(some, identify)


def test_a_number_that_is_nobodys_amount_costs_only_itself_and_is_quoted_as_it_was_sent() -> None:
    body = _body([[{"quantity": "1e99", "prices": {"price": "12.50"}}], [{"quantity": "3"}]], "7")

    odd, usual = _quick(body, frozenset({"total", "lines", "lines.quantity", "lines.unitPrice"}), "EUR")

    assert odd.lines == [InvoiceLine(1, unit_price=TaxedMoney(Money(Decimal("12.50"), "EUR")))]
    assert Note("VALUE_UNREADABLE", "lines.0.quantity", actual="1e99") in odd.notes
    assert usual.lines == [InvoiceLine(1, quantity=Decimal(3))]
    assert odd.total == usual.total == Money(Decimal("7.00"), "EUR")


def test_what_some_lines_have_and_some_have_not_is_read_by_the_column() -> None:
    whole: dict[str, object] = {
        "sku": '"A"',
        "quantity": "2",
        "prices": {"price": "1.00", "taxedPrice": "null", "totalPrice": "2"},
        "tax": {"code": "null", "rate": "22.00", "amount": "null"},
        "weight": "0.5",
    }
    nothing: dict[str, object] = {"sku": "null", "prices": "null", "tax": "null", "weight": "null"}
    gross: dict[str, object] = {"prices": {"price": "null", "taxedPrice": "3"}, "tax": {"code": '"VAT"', "amount": "1"}}
    items = [whole, nothing, gross, {}]

    (invoice,) = _quick(_body([items], "7"), frozenset({EVERYTHING}), "EUR")

    assert isinstance(invoice.lines, TableLines)
    _expect_what_is_obvious(invoice, items, "7", "EUR")


def test_whole_numbers_that_some_of_many_lines_lack_are_read_by_the_column() -> None:
    whole: dict[str, object] = {"quantity": "2", "weight": "10"}
    items = [whole] * 30 + [{"quantity": "null"}]

    (invoice,) = _quick(_body([items], "7"), frozenset({EVERYTHING}), "EUR")

    assert isinstance(invoice.lines, TableLines)
    _expect_what_is_obvious(invoice, items, "7", "EUR")


def test_what_is_not_wanted_of_the_lines_is_not_read() -> None:
    body = _body([[{"sku": '"A"', "name": '"B"', "tax": {"code": '"VAT"', "rate": '"none"'}}]], "7")

    (invoice,) = _quick(body, frozenset({"lines", "lines.sku"}), "EUR")

    assert invoice.lines == [InvoiceLine(1, sku="A")]
    assert invoice.notes == [Note("CURRENCY_ASSUMED", "currencyCode")]


def test_what_invoices_say_alike_is_one_object() -> None:
    first, second = _quick(_body([[], []], "7"), frozenset({"total"}), "EUR")

    assert first.provenance is second.provenance
    assert first.notes is second.notes


def test_a_note_of_one_invoice_is_not_the_others() -> None:
    items: dict[str, object] = {"name": '" B"'}

    first, second = _quick(_body([[items], []], "7"), frozenset({"total", "lines", "lines.name"}), "EUR")

    assert [note.code for note in first.notes] == ["CURRENCY_ASSUMED", "TEXT_TRIMMED"]
    assert [note.code for note in second.notes] == ["CURRENCY_ASSUMED"]
