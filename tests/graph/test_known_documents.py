"""What is remembered of documents is bounded by their number and by their size."""

from __future__ import annotations

from graphql import parse

from graph.documents.known_documents import KnownDocuments

DOCUMENT = parse("{ viewer { subject } }")


def test_a_document_is_found_by_its_text() -> None:
    known = KnownDocuments(2, 100)

    known.keep("{ a }", DOCUMENT)

    found = known.find("{ a }")
    assert found is not None
    assert found.document is DOCUMENT
    assert known.find("{ b }") is None


def test_of_too_many_documents_those_used_last_stay() -> None:
    known = KnownDocuments(2, 100)
    known.keep("a", DOCUMENT)
    known.keep("b", DOCUMENT)
    known.find("a")

    known.keep("c", DOCUMENT)

    assert [text for text in "abc" if known.find(text)] == ["a", "c"]


def test_a_large_document_takes_the_place_of_many_small_ones() -> None:
    known = KnownDocuments(100, 100)
    for number in range(50):
        known.keep(f"{number:02}", DOCUMENT)

    known.keep("x" * 90, DOCUMENT)

    assert len(known) == 6


def test_a_document_larger_than_all_that_may_be_kept_is_not_kept() -> None:
    known = KnownDocuments(100, 100)

    known.keep("x" * 101, DOCUMENT)

    assert len(known) == 0
