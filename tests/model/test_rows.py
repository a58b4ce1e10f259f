"""Rows made unique, with an account of the others."""

from __future__ import annotations

from typing import NamedTuple

from resolvers.model.invoice import Note
from resolvers.model.rows import distinct


class Row(NamedTuple):
    key: str | None
    text: str = ""


def key_of(row: Row) -> str | None:
    return row.key


def test_rows_are_kept_in_their_order_by_their_identifier() -> None:
    rows = distinct([Row("b"), Row("a")], key_of)

    assert list(rows.kept.items()) == [("b", Row("b")), ("a", Row("a"))]
    assert rows.notes() == []


def test_a_repeated_row_is_one_row_and_a_count_that_does_not_fit() -> None:
    rows = distinct([Row("a"), Row("a")], key_of)

    assert (rows.count, len(rows.kept), rows.repeated, rows.dropped) == (2, 1, 1, 0)
    assert rows.notes() == [Note("RECORD_COUNT_MISMATCH", expected="2", actual="1")]


def test_rows_without_an_identifier_or_with_one_that_is_taken_are_counted_as_dropped() -> None:
    rows = distinct([Row("a", "one"), Row(None), Row("a", "two")], key_of)

    assert list(rows.kept.values()) == [Row("a", "one")]
    assert rows.notes() == [Note("RECORD_DROPPED", actual="2")]


def test_the_vendors_own_count_is_held_against_the_different_rows() -> None:
    rows = distinct([Row("a"), Row("b"), Row("b")], key_of)

    assert rows.notes(" 2 ") == []
    assert rows.notes("3") == [Note("RECORD_COUNT_MISMATCH", expected="3", actual="2")]
    assert rows.notes("two") == [Note("RECORD_COUNT_MISMATCH", expected="two", actual="2")]
