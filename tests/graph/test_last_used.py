"""What is remembered of documents is bounded by their number and by their size."""

from __future__ import annotations

from graph.last_used import LastUsed


def test_a_value_is_found_by_its_key() -> None:
    known = LastUsed[str, str](2, 100)

    assert known.keep("a", "A", 1) == "A"

    assert known.find("a") == "A"
    assert known.find("b") is None


def test_of_too_many_values_those_used_last_stay() -> None:
    known = LastUsed[str, str](2, 100)
    known.keep("a", "A", 1)
    known.keep("b", "B", 1)
    known.find("a")

    known.keep("c", "C", 1)

    assert [*known] == ["A", "C"]


def test_a_large_one_takes_the_place_of_many_small_ones() -> None:
    known = LastUsed[int, str](100, 100)
    for number in range(50):
        known.keep(number, "small", 2)

    known.keep(50, "large", 90)

    assert len(known) == 6


def test_one_larger_than_all_that_may_be_kept_is_not_kept() -> None:
    known = LastUsed[str, str](100, 100)

    assert known.keep("a", "A", 101) == "A"

    assert len(known) == 0


def test_a_value_in_the_place_of_another_counts_in_its_place() -> None:
    known = LastUsed[str, str](100, 100)
    for value in "ABC":
        known.keep("a", value, 90)
    known.keep("b", "D", 10)

    assert [*known] == ["C", "D"]
