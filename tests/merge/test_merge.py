"""Slices made one list: what is certain, who stands in the way, and where each list goes on."""

from __future__ import annotations

from datetime import date

import pytest

from resolvers.lists.slice import EXHAUSTED, READ_WHOLE, Position, Slice
from resolvers.merge import AccountSlice, key_behind, merge, positions_behind, shares_invoices, total_of
from resolvers.model.customer import Account
from resolvers.model.invoice import Invoice
from resolvers.order import NEWEST_FIRST
from tests.lists.shelf import account_at, invoice_of

ONE, OTHER = sorted((account_at("shop", "1"), account_at("shop", "2")), key=lambda account: account.id)


def row(account: Account, id_: str, day: int) -> Invoice:
    return invoice_of(account, id_, date(2026, 1, day))


def read(account: Account, *rows: Invoice, until: int | None = None, start: Position | None = None) -> AccountSlice:
    """A slice of one page after another, two rows each; `until` is the last day known in full."""
    horizon = None if until is None else f"2026-01-{until:02}"
    pages = {row.source_invoice_id: 1 + place // 2 for place, row in enumerate(rows)}
    next_page = EXHAUSTED if until is None else 1 + (len(rows) + 1) // 2
    return AccountSlice(account, Slice(invoices=list(rows), horizon=horizon, pages=pages, next_page=next_page), start)


def test_rows_are_certain_down_to_the_newest_day_behind_which_something_is_unread() -> None:
    slices = [
        read(ONE, row(ONE, "a", 9), row(ONE, "b", 5), until=5),
        read(OTHER, row(OTHER, "c", 8), row(OTHER, "d", 2), until=2),
    ]

    merged = merge(slices, NEWEST_FIRST, None)

    assert [entry.source_invoice_id for entry in merged.rows] == ["a", "c", "b", "d"]
    assert (merged.certain, merged.blockers) == (3, frozenset({ONE.id}))


def test_a_day_that_a_page_boundary_cuts_comes_page_by_page_behind_what_has_no_pages() -> None:
    whole = account_at("portal", "1")
    slices = [
        read(ONE, row(ONE, "d", 5), row(ONE, "c", 5), row(ONE, "b", 5), row(ONE, "a", 5), until=5),
        AccountSlice(whole, Slice(invoices=[row(whole, "z", 5)])),
    ]

    merged = merge(slices, NEWEST_FIRST, None)
    key = key_behind(merged.rows[:2], NEWEST_FIRST, None)

    assert [entry.source_invoice_id for entry in merged.rows] == ["z", "c", "d", "a", "b"]
    assert key == max(NEWEST_FIRST.key(entry) for entry in merged.rows[:2])


def test_a_day_that_page_boundaries_cut_in_two_lists_comes_page_by_page_from_where_each_was_begun() -> None:
    later = Position(3, "2026-01-06")
    begun, going_on, known = ONE, OTHER, account_at("portal", "1")
    pages = {"n": 3, "p": 3, "m": 4, "o": 4}
    rest = Slice(invoices=[row(going_on, id_, 5) for id_ in "npmo"], horizon="2026-01-05", pages=pages, next_page=5)
    slices = [
        read(begun, row(begun, "d", 5), row(begun, "c", 5), row(begun, "b", 5), row(begun, "a", 5), until=5),
        AccountSlice(going_on, rest, later),
        read(known, row(known, "z", 5), row(known, "y", 5), row(known, "x", 5), row(known, "w", 4), until=4),
    ]

    rows = merge(slices, NEWEST_FIRST, None).rows

    by_page = [{entry.source_invoice_id for entry in rows[first:last]} for first, last in ((0, 3), (3, 7), (7, 11))]
    assert by_page == [{*"xyz"}, {*"cdnp"}, {*"abmo"}]


def test_all_is_certain_where_all_was_read() -> None:
    merged = merge([read(ONE, row(ONE, "a", 9)), read(OTHER, row(OTHER, "c", 8))], NEWEST_FIRST, None)

    assert (merged.certain, merged.blockers) == (2, frozenset())
    assert merge([], NEWEST_FIRST, None).rows == []


def test_an_invoice_that_two_accounts_list_stays_with_the_lowest_id_also_when_that_one_was_given() -> None:
    given, copy = row(ONE, "a", 9), row(OTHER, "a", 9)
    slices = [read(OTHER, copy), read(ONE, given)]

    assert merge(slices, NEWEST_FIRST, None).rows == [given]
    assert merge(slices, NEWEST_FIRST, NEWEST_FIRST.key(given)).rows == []


def test_the_same_id_in_another_context_is_another_invoice() -> None:
    elsewhere = account_at("shop", "3", context=(("division", "2"),))
    slices = [read(ONE, row(ONE, "a", 9)), read(elsewhere, row(elsewhere, "a", 9))]

    assert len(merge(slices, NEWEST_FIRST, None).rows) == 2


def test_a_list_goes_on_at_the_first_page_with_a_row_that_was_not_given() -> None:
    rows = [row(ONE, "a", 9), row(ONE, "b", 8), row(ONE, "c", 8), row(ONE, "d", 7)]
    item = read(ONE, *rows, until=7)

    positions = [positions_behind(rows[:count], rows[count:], [item])[ONE.id] for count in (1, 2, 3, 4)]

    assert positions == [
        Position(1, "2026-01-09", ("a",)),
        Position(2, "2026-01-08", ("b",)),
        Position(2, "2026-01-08", ("b", "c")),
        Position(3, "2026-01-07", ("d",), is_unread=True),
    ]


def test_what_was_given_of_the_day_before_stays_known() -> None:
    start = Position(2, "2026-01-08", ("b",))
    rows = [row(ONE, "c", 8), row(ONE, "d", 8)]

    positions = positions_behind(rows, [], [read(ONE, *rows, until=8, start=start)])

    assert positions[ONE.id].ids == ("b", "c", "d")


def test_what_one_account_gave_is_known_to_the_other_that_lists_it_too() -> None:
    given = row(ONE, "a", 9)
    slices = [read(ONE, given, until=9), read(OTHER, row(OTHER, "a", 9), until=9)]

    assert positions_behind([given], [], slices)[OTHER.id].ids == ("a",)


def test_what_was_given_of_another_source_is_not_taken_for_a_row_of_the_same_id() -> None:
    elsewhere = account_at("portal", "1")
    given = row(elsewhere, "a", 9)
    slices = [read(elsewhere, given, until=9), read(ONE, row(ONE, "a", 9), until=9)]

    assert positions_behind([given], [row(ONE, "a", 9)], slices)[ONE.id].ids == ()


def test_a_list_read_to_its_end_or_read_whole_needs_no_ids() -> None:
    given = invoice_of(ONE, "a", None)
    unordered = AccountSlice(OTHER, Slice(invoices=[], next_page=READ_WHOLE))
    unpaged = AccountSlice(account_at("portal", "1"), Slice(invoices=[]))

    positions = positions_behind([given], [], [read(ONE, given), unordered, unpaged])

    assert positions == {ONE.id: Position(EXHAUSTED), OTHER.id: Position(READ_WHOLE)}


def test_what_was_given_of_another_day_is_known_no_longer() -> None:
    start = Position(2, "2026-01-09", ("a",))
    given = [row(ONE, "b", 9), row(ONE, "c", 8)]

    positions = positions_behind(given, [], [read(ONE, *given, until=8, start=start)])

    assert positions[ONE.id].ids == ("c",)


def test_of_what_was_given_of_a_day_those_on_the_page_are_kept_and_two_hundred_next_before_it() -> None:
    first, *rows = [row(ONE, f"{number}", 8) for number in range(401)]
    start = Position(2, "2026-01-08", (first.source_invoice_id, "moved away"))
    item = read(ONE, *rows, first, until=8, start=start)

    ids = positions_behind(rows[:399], rows[399:], [item])[ONE.id].ids

    on_the_page, before_it = {"0", "399"}, {f"{number}" for number in range(199, 399)}
    assert {*ids} == on_the_page | before_it


def test_a_list_that_shares_its_invoices_keeps_all_that_was_given_of_the_day() -> None:
    start = Position(2, "2026-01-08", tuple(f"{number:x}" for number in range(300)))
    given = row(ONE, "new", 8)

    positions = positions_behind(
        [given], [], [read(ONE, given, until=8, start=start), read(OTHER, until=8, start=start)]
    )

    assert [len(positions[account.id].ids) for account in (ONE, OTHER)] == [301, 301]


def test_the_key_behind_rows_that_come_late_stays_where_it_was() -> None:
    early, late = row(ONE, "a", 9), row(ONE, "b", 8)
    after = NEWEST_FIRST.key(late)

    assert key_behind([early], NEWEST_FIRST, after) == after


@pytest.mark.parametrize(
    "elsewhere", [account_at("shop", "3", context=(("division", "2"),)), account_at("portal", "1")]
)
def test_accounts_of_another_source_or_context_share_no_invoices(elsewhere: Account) -> None:
    assert shares_invoices(ONE, [ONE, OTHER])
    assert not shares_invoices(ONE, [ONE, elsewhere])


@pytest.mark.parametrize(
    ("unknown", "accounts"),
    [
        (Slice(invoices=[], total_count=0, is_indexed=False), [ONE]),
        (Slice(invoices=[], ids=frozenset()), [ONE]),
        (Slice(invoices=[], total_count=0), [ONE, OTHER]),
    ],
)
def test_there_is_no_total_where_a_list_is_not_indexed_or_cannot_tell(unknown: Slice, accounts: list[Account]) -> None:
    assert total_of([AccountSlice(ONE, unknown)], accounts) is None
