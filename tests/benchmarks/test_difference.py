"""What the benchmark takes for the same answer."""

from __future__ import annotations

import pytest

from benchmarks.rounds import difference


def test_equal_answers_differ_nowhere() -> None:
    assert difference({"a": [{"b": "1.00"}, None]}, {"a": [{"b": "1.00"}, None]}) == ""


@pytest.mark.parametrize(
    ("found", "place"),
    [
        ({"a": [{"b": "1.0"}]}, "data.a.0.b: '1.00' or '1.0'"),
        ({"a": [{"b": 1}]}, "data.a.0.b: '1.00' or 1"),
        ({"a": []}, "data.a: 1 or 0 entries"),
        ({"a": [{"c": "1.00"}]}, "data.a.0: ['b'] or ['c']"),
        ({"a": None}, "data.a: [{'b': '1.00'}] or None"),
    ],
)
def test_the_first_difference_is_named_by_its_place(found: object, place: str) -> None:
    assert difference({"a": [{"b": "1.00"}]}, found) == place


def test_true_is_not_one() -> None:
    assert difference([1], [True]) == "data.0: 1 or True"
