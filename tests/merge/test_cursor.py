"""Cursors: nobody else writes one, each belongs to one list, and every replica reads them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.cursor import Cursor, list_name, read_cursor, write_cursor
from resolvers.filter import EVERY_INVOICE, DateRange, DecimalRange, InvoiceFilter
from resolvers.keys import KeyRing
from resolvers.lists.slice import Position
from resolvers.model.errors import BadUserInput, ErrorCode
from resolvers.model.invoice import InvoiceType
from resolvers.order import NEWEST_FIRST, InvoiceOrder, InvoiceOrderField, OrderDirection, SortKey
from resolvers.outcome import Failed
from resolvers.signature import Seal

SEAL = Seal(KeyRing(["the newest key", "an older key"]), "cursors")
NAME = list_name("customer:C-1", EVERY_INVOICE, NEWEST_FIRST)
KEY = SortKey("", "2026-01-31", "the id")
TEXT = write_cursor(SEAL, NAME, KEY, {"ab": Position(3, "2026-01-31", ("7", "8"))}, {})

_texts = st.text(st.characters(codec="utf-8"), max_size=20)
_positions = st.builds(Position, st.integers(-1, 99), st.none() | _texts, st.lists(_texts, max_size=3).map(tuple))
_failures = st.builds(Failed, st.sampled_from(list(ErrorCode)), _texts, st.booleans())


@given(
    _texts,
    _texts,
    st.dictionaries(_texts, _positions, max_size=3),
    st.dictionaries(_texts, _failures, max_size=2),
)
def test_what_was_written_is_read(
    value: str, id_: str, positions: dict[str, Position], failed: dict[str, Failed]
) -> None:
    text = write_cursor(SEAL, NAME, SortKey("", value, id_), positions, failed)

    cursor = read_cursor(SEAL, NAME, text)

    assert (cursor.key(NEWEST_FIRST), cursor.positions, cursor.failed) == (("", value, id_), positions, failed)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_an_amount_comes_back_exactly(amount: Decimal) -> None:
    order = InvoiceOrder(InvoiceOrderField.TOTAL)
    text = write_cursor(SEAL, NAME, SortKey("EUR", amount, "1"), {}, {})

    assert read_cursor(SEAL, NAME, text).key(order) == ("EUR", amount, "1")


def test_an_unknown_amount_comes_back_as_unknown() -> None:
    text = write_cursor(SEAL, NAME, SortKey("~", "", "1"), {}, {})

    assert read_cursor(SEAL, NAME, text).key(InvoiceOrder(InvoiceOrderField.AMOUNT_DUE)) == ("~", "", "1")


def test_any_changed_character_is_refused() -> None:
    for place, original in enumerate(TEXT):
        for other in "Aa0-_.=~ é":
            if other != original:
                with pytest.raises(BadUserInput, match="not a cursor that this API gave out"):
                    read_cursor(SEAL, NAME, TEXT[:place] + other + TEXT[place + 1 :])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 3), st.text(max_size=4))
def test_any_character_that_is_added_or_taken_away_is_refused(place: int, taken: int, added: str) -> None:
    changed = TEXT[:place] + added + TEXT[place + taken :]
    if changed == TEXT:
        return
    with pytest.raises(BadUserInput):
        read_cursor(SEAL, NAME, changed)


@pytest.mark.parametrize("respelt", [TEXT[:-1] + chr(ord(TEXT[-1]) + 1), f"{TEXT}="])
def test_another_spelling_of_the_same_signature_is_refused(respelt: str) -> None:
    with pytest.raises(BadUserInput):
        read_cursor(SEAL, NAME, respelt)


def test_a_text_longer_than_any_cursor_is_refused_although_it_is_signed() -> None:
    with pytest.raises(BadUserInput):
        read_cursor(SEAL, NAME, write_cursor(SEAL, NAME, SortKey("", "", "x" * 20_000), {}, {}))


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadUserInput):
        read_cursor(SEAL, NAME, text)


def test_a_cursor_of_another_purpose_or_kind_is_refused() -> None:
    other = write_cursor(Seal(KeyRing(["the newest key"]), "documents"), NAME, KEY, {}, {})
    older = SEAL.write(Cursor(0, NAME, "", "2026-01-31", "the id"))

    for text in (other, older):
        with pytest.raises(BadUserInput, match="not a cursor that this API gave out"):
            read_cursor(SEAL, NAME, text)


@pytest.mark.parametrize(
    ("owner", "filter_", "order"),
    [
        ("customer:C-2", EVERY_INVOICE, NEWEST_FIRST),
        ("account:C-1", EVERY_INVOICE, NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(sources=frozenset({"shop"})), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(types=frozenset({InvoiceType.INVOICE})), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(numbers=frozenset({"1"})), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(issue_date=DateRange(date(2026, 1, 1))), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(due_date=DateRange(date(2026, 1, 1))), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(amount_due=DecimalRange(Decimal(1))), NEWEST_FIRST),
        ("customer:C-1", InvoiceFilter(is_overdue=False), NEWEST_FIRST),
        ("customer:C-1", EVERY_INVOICE, InvoiceOrder(direction=OrderDirection.ASC)),
        ("customer:C-1", EVERY_INVOICE, InvoiceOrder(InvoiceOrderField.DUE_DATE)),
    ],
)
def test_a_cursor_of_another_list_is_refused_with_the_reason(
    owner: str, filter_: InvoiceFilter, order: InvoiceOrder
) -> None:
    with pytest.raises(BadUserInput, match="belongs to another list"):
        read_cursor(SEAL, list_name(owner, filter_, order), TEXT)


def test_the_day_of_asking_and_the_spelling_of_a_filter_make_no_other_list() -> None:
    names = {
        list_name("c", InvoiceFilter(numbers=frozenset(numbers), today=today), NEWEST_FIRST)
        for numbers in (["1", "2", "3"], ["3", "2", "1"])
        for today in (date(2026, 1, 1), date(2026, 1, 2))
    }

    assert len(names) == 1


@pytest.mark.parametrize(
    ("one", "same"), [("1", "1.00"), ("0", "-0.0"), ("10", "10.0"), ("-2.50", "-2.5"), ("1E+2", "100")]
)
def test_equal_numbers_in_a_filter_make_the_same_list_and_others_another(one: str, same: str) -> None:
    low, high = DecimalRange(min=Decimal(one)), DecimalRange(max=Decimal(one))
    low_again, high_again = DecimalRange(min=Decimal(same)), DecimalRange(max=Decimal(same))
    higher = DecimalRange(min=Decimal(one) + 1)

    names = {
        list_name("customer:C-1", InvoiceFilter(amount_due=amounts), NEWEST_FIRST)
        for amounts in (low, low_again, high, high_again, higher)
    }

    assert len(names) == 3


def test_a_list_keeps_its_name_whatever_the_release_so_that_cursors_stay_good() -> None:
    odd = InvoiceFilter(numbers=frozenset({"1", "2"}), has_warnings=True, today=date(2026, 1, 1))

    assert list_name("c", EVERY_INVOICE, NEWEST_FIRST) == "b401a5ff32e7c852"
    assert list_name("c", odd, NEWEST_FIRST) == "a5abd6631e373091"


@pytest.mark.parametrize(
    "keys", [["the newest key", "an older key"], ["a newer key", "the newest key"], ["the newest key"]]
)
def test_another_replica_reads_the_cursor_also_after_a_rotation_of_keys(keys: list[str]) -> None:
    assert read_cursor(Seal(KeyRing(keys), "cursors"), NAME, TEXT).id == "the id"


def test_a_replica_without_the_key_refuses_the_cursor() -> None:
    with pytest.raises(BadUserInput):
        read_cursor(Seal(KeyRing(["another key"]), "cursors"), NAME, TEXT)


def test_a_cursor_tells_nothing_but_positions() -> None:
    assert len(TEXT) < 250
    assert TEXT.replace("-", "").replace("_", "").replace(".", "").isalnum()
