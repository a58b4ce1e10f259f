"""A page that leaves something out, or says what nobody reads, is an error and never passes."""

from __future__ import annotations

from collections import Counter

import pytest

from sandbox.faults import Call
from tests.specs.answers import filled, masked
from tests.specs.page import BadPage, parse_page

QUERY = "## Query\n\n```graphql\n{ viewer { subject } }\n```\n\n"
ANSWER = '## Answer\n\n```json\n{"data": {"viewer": null}}\n```\n\n'
CALLS = "## Calls\n\n| source | operation | page | calls |\n|---|---|---|---|\n| shop | GetInvoiceHistory | 1 | 2 |\n"
NO_CALLS = "## Calls\n\nNone.\n"
UPSTREAM = '## Upstream\n\n```toml\n[[faults]]\nsource = "shop"\nkind = "hang"\n```\n\n'
CURSOR = "WzEsIjgzOTRjM2RhYjY2NjNmOGYiLCIiLCIyMDI2LTA5.CHnrZSlMHbL051vG0LCTjAVKinCPs9t4"


def page(*sections: str) -> str:
    return "# A promise\n\n" + "".join(sections)


def numbered(section: str, number: int) -> str:
    heading, _, rest = section.partition("\n")
    return f"{heading} {number}\n{rest}"


def test_a_page_says_what_is_asked_answered_and_called() -> None:
    (request,) = parse_page(page(UPSTREAM, QUERY, ANSWER, CALLS))

    assert request.query == "{ viewer { subject } }\n"
    assert request.answer == {"data": {"viewer": None}}
    assert request.upstream.faults == ({"source": "shop", "kind": "hang"},)
    assert request.calls.expected == Counter({("shop", "GetInvoiceHistory", "1"): 2})


def test_calls_are_counted_by_the_columns_of_the_page() -> None:
    (request,) = parse_page(page(QUERY, ANSWER, CALLS))
    received = [Call("shop", "GetInvoiceHistory", account=account, page=1) for account in ("10025", "10149")]

    assert request.calls.counted(received) == request.calls.expected


def test_a_call_that_no_row_lists_is_counted_too() -> None:
    (request,) = parse_page(page(QUERY, ANSWER, NO_CALLS))

    assert request.calls.counted([Call("shop", "GetInvoiceHistory")]) != request.calls.expected


def test_several_requests_are_numbered() -> None:
    second = [numbered(section, 2) for section in (UPSTREAM, QUERY, ANSWER, NO_CALLS)]

    requests = parse_page(page(*(numbered(section, 1) for section in (QUERY, ANSWER, CALLS)), *second))

    assert [len(request.upstream.faults) for request in requests] == [0, 1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "begins with its promise"),
        (page(), "no ## Query"),
        (page(QUERY, ANSWER), "without ## Calls"),
        (page(QUERY, CALLS), "without ## Answer"),
        (page(ANSWER, CALLS), "no ## Query"),
        (page(ANSWER, QUERY, CALLS), "before the first query"),
        (page(QUERY, ANSWER, CALLS, CALLS), "twice for one query"),
        (page(numbered(QUERY, 1), ANSWER, CALLS), "not at all"),
        (page(QUERY, ANSWER, NO_CALLS, QUERY, ANSWER, NO_CALLS), "should be numbered 1"),
        (page(QUERY, ANSWER, CALLS, "## Notes\n"), "is none of"),
        (page(QUERY, ANSWER, "## Calls\n\n"), "a table with at least one row"),
        (page(QUERY, ANSWER, "## Calls\n\n| source | operation | calls |\n|---|---|---|\n"), "at least one row"),
        (page(QUERY, ANSWER, CALLS.replace("page", "day")), "the columns are"),
        (page(QUERY, ANSWER, CALLS.replace("operation", "page", 1)), "the columns are"),
        (page(QUERY, ANSWER, CALLS.replace("| 2 |", "| 0 |")), "cannot be counted"),
        (page(QUERY, ANSWER, CALLS.replace("| 2 |", "| some |")), "cannot be counted"),
        (page(QUERY, ANSWER, CALLS + "| shop | GetInvoiceHistory | 1 | 1 |\n"), "cannot be counted"),
        (page(QUERY, ANSWER.replace("data", "dato"), CALLS), "an answer has data"),
        (page(QUERY, ANSWER.replace("null", '1, "viewer": 2'), CALLS), "comes twice"),
        (page(QUERY, ANSWER.replace("json", "toml"), CALLS), "one block of json"),
        (page(QUERY + "```graphql\n{ b }\n```\n", ANSWER, CALLS), "one block of graphql"),
        (page(UPSTREAM.replace("faults", "fault"), QUERY, ANSWER, CALLS), "## Upstream has"),
        (page(UPSTREAM.replace("source =", "sauce ="), QUERY, ANSWER, CALLS), "a source and a kind"),
    ],
)
def test_a_page_that_does_not_say_everything_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadPage, match=reason):
        parse_page(text)


def test_a_placeholder_stands_for_a_text_of_its_kind_and_keeps_it() -> None:
    taken: dict[str, str] = {}
    expected = {"nodes": [{"id": "1"}], "endCursor": "<cursor as next>"}

    same = masked(expected, {"nodes": [{"id": "1"}], "endCursor": CURSOR}, taken)

    assert same == expected
    assert filled({"after": "${next}", "first": 2}, taken) == {"after": CURSOR, "first": 2}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ({"endCursor": "<cursor>"}, {"endCursor": "no cursor"}),
        ({"endCursor": "<cursor>"}, {"endCursor": None}),
        ({"at": "<time>"}, {"at": "yesterday"}),
        ([1], [1, 2]),
        ([1, 2], [1]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
    ],
)
def test_what_does_not_fit_stays_different(expected: object, actual: object) -> None:
    assert masked(expected, actual, {}) != expected


def test_a_placeholder_that_nobody_knows_is_refused() -> None:
    with pytest.raises(BadPage, match="none of the placeholders"):
        masked("<anything>", "something", {})


def test_a_text_that_was_never_taken_is_refused() -> None:
    with pytest.raises(BadPage, match="was not taken"):
        filled({"after": ["${next}"]}, {})
