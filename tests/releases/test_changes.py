"""What may break clients has to be in the changelog; what cannot need not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from releases.changes import changes, last_release, unsaid

_BEFORE = """
type Query { invoice(id: ID!): Invoice }
type Invoice { number: String, status: Status! }
enum Status { OPEN PAID }
"""
_CHANGELOG = """
# Changelog
## [Unreleased]
### Removed
- Field `Invoice.number`
  was removed: say `Invoice.printedNumber`.
## [0.1.0]
- Enum value Status.VOID was added.
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("number: String, ", "", "Field Invoice.number was removed."),
        ("number: String", "number: Int", "Field Invoice.number changed type from String to Int."),
        ("Status!", "Status", "Field Invoice.status changed type from Status! to Status."),
        ("(id: ID!)", "(id: ID!, at: Int!)", "A required argument Query.invoice(at:) was added."),
        ("OPEN PAID", "OPEN", "Enum value Status.PAID was removed."),
        ("OPEN PAID", "OPEN PAID VOID", "Enum value Status.VOID was added."),
    ],
)
def test_what_breaks_clients_or_may_is_found(old: str, new: str, sentence: str) -> None:
    assert changes(_BEFORE, _BEFORE.replace(old, new)) == [sentence]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("number: String", "number: String!"),
        ("number: String", "number: String, paid: Boolean"),
        ("OPEN", '"Due." OPEN'),
    ],
)
def test_what_breaks_nobody_needs_no_word(old: str, new: str) -> None:
    assert changes(_BEFORE, _BEFORE.replace(old, new)) == []


def test_a_deprecation_breaks_nobody() -> None:
    assert changes(_BEFORE, _BEFORE.replace("String", 'String @deprecated(reason: "Say printedNumber.")')) == []


def test_a_change_that_the_unreleased_section_names_may_stand() -> None:
    assert unsaid(["Field Invoice.number was removed."], _CHANGELOG) == []


def test_what_only_an_older_section_names_is_unsaid() -> None:
    assert unsaid(["Enum value Status.VOID was added."], _CHANGELOG) == ["Enum value Status.VOID was added."]


def test_the_last_release_is_the_greatest_version_not_the_last_by_name() -> None:
    assert last_release([Path("0.9.0.graphql"), Path("0.10.0.graphql"), Path("0.2.1.graphql")]).stem == "0.10.0"
