"""What is kept of a creation, also when the database is away at the moment when it should be."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest
import structlog
from structlog.typing import EventDict, WrappedLogger

from resolvers.gateway import Session
from resolvers.model.creation import CreationState
from resolvers.model.errors import (
    CallBudgetExceeded,
    DirectoryBusy,
    ErrorCode,
    OperationTimeout,
    SourceOutcomeUnknown,
    SourceRejected,
)
from resolvers.model.invoice import Note
from resolvers.model.writing import InvoiceDraft
from resolvers.writing import WriteOutcome, create_invoice, delete_invoice
from tests.lists.shelf import invoice_of
from tests.writing.books import ACCOUNT, Books, Journal, session_over

TODAY = date(2026, 11, 20)


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def books(journal: Journal) -> Books:
    return Books(journal)


@pytest.fixture
async def session(books: Books) -> Session:
    return session_over(books)


async def created(session: Session) -> WriteOutcome:
    return await create_invoice(session, ACCOUNT.id, "key", InvoiceDraft(order_date=TODAY), frozenset())


def codes(outcome: WriteOutcome) -> list[ErrorCode]:
    return [error.code for error in outcome.user_errors]


async def test_while_an_earlier_request_with_the_key_is_under_way_the_same_key_is_to_be_sent_again(
    session: Session, journal: Journal, books: Books
) -> None:
    journal.state = CreationState.BEGUN
    session.operation.deadline = time.monotonic() + 0.01

    (error,) = (await created(session)).user_errors

    assert error.code is ErrorCode.SOURCE_OUTCOME_UNKNOWN
    assert "Send it again with the same key" in error.message
    assert books.kept == []


async def test_a_creation_is_kept_when_the_database_is_back_before_the_deadline(
    session: Session, journal: Journal, books: Books
) -> None:
    books.goes_away_for = 2

    outcome = await created(session)

    assert outcome.invoice is not None
    assert (journal.state, journal.indexed) == (CreationState.DONE, {"4711": TODAY})


@pytest.mark.parametrize(
    ("patience_seconds", "goes_away_for", "state"),
    [(30.0, 0, CreationState.DONE), (-1.5, 1_000_000, CreationState.BEGUN)],
)
async def test_a_creation_is_told_to_the_log_when_it_is_kept_or_cannot_be(
    session: Session, journal: Journal, books: Books, patience_seconds: float, goes_away_for: int, state: CreationState
) -> None:
    books.goes_away_for = goes_away_for
    session.operation.deadline = time.monotonic() + patience_seconds
    told: dict[str, CreationState | None] = {}

    def look(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        told[event["event"]] = journal.state
        return event

    with structlog.testing.capture_logs([look]):
        await created(session)

    assert told["invoice_created"] is state


@pytest.mark.parametrize(("number", "told"), [("somebody else's", {}), ("4711", {"notes": [Note("ACCOUNT_MISMATCH")]})])
async def test_a_number_that_is_none_of_the_accounts_is_in_no_index(
    session: Session, journal: Journal, books: Books, number: str, told: dict[str, Any]
) -> None:
    books.number, books.told = number, told

    outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_OUTCOME_UNKNOWN]
    assert f"answered with the number {number}, which does not seem" in outcome.user_errors[0].message
    assert (journal.state, journal.indexed) == (CreationState.UNKNOWN, {})


async def test_a_creation_beyond_the_operations_calls_leaves_the_key_to_be_used_again(
    session: Session, journal: Journal, books: Books
) -> None:
    books.failure = CallBudgetExceeded("too many")

    with pytest.raises(CallBudgetExceeded):
        await created(session)

    assert journal.state is CreationState.FAILED


async def test_a_creation_that_cannot_be_kept_is_told_with_its_number(
    session: Session, journal: Journal, books: Books
) -> None:
    books.goes_away_for = 1_000_000
    session.operation.deadline = time.monotonic() - 1.5  # what is left of the moment behind it is short

    with structlog.testing.capture_logs() as logs:
        outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_OUTCOME_UNKNOWN]
    assert "created the invoice as its number 4711" in outcome.user_errors[0].message
    assert ("creation_not_noted", "error") in {(line["event"], line["log_level"]) for line in logs}
    assert session.gateway.directory_tally.failures == 1


async def test_a_refusal_that_cannot_be_kept_spends_the_key(session: Session, journal: Journal, books: Books) -> None:
    books.failure, books.goes_away_for = SourceRejected("orders"), 1

    outcome = await created(session)

    assert codes(outcome) == [ErrorCode.SOURCE_REJECTED]
    assert outcome.user_errors[0].message.endswith("Nothing was created. Use a new key: this one could not be kept.")
    assert journal.state is CreationState.BEGUN


async def test_nothing_is_sent_where_the_key_cannot_be_kept_first(
    session: Session, journal: Journal, books: Books
) -> None:
    journal.failures, journal.failure = 1, DirectoryBusy()

    with pytest.raises(DirectoryBusy):
        await created(session)

    assert books.kept == []
    assert session.gateway.directory_tally.failures == 1


async def test_a_creation_that_begins_after_the_operations_time_is_no_fault_of_the_directorys(
    session: Session, journal: Journal, books: Books
) -> None:
    session.operation.deadline = time.monotonic() - 1
    journal.failures = 1  # nothing is kept in no time

    with pytest.raises(OperationTimeout):
        await created(session)

    assert books.kept == []
    assert session.gateway.directory_tally.failures == 0


async def test_a_deletion_that_the_index_does_not_learn_of_is_a_deletion(
    session: Session, journal: Journal, books: Books
) -> None:
    books.kept.append(invoice_of(ACCOUNT, "1"))
    books.goes_away_for = 1_000_000
    session.operation.deadline = time.monotonic() - 1.5

    outcome = await delete_invoice(session, books.kept[0].id)

    assert outcome.deleted_invoice_id is not None
    assert outcome.user_errors == ()


@pytest.mark.parametrize("is_answered", [True, False])
async def test_a_deletion_is_none_while_the_source_still_shows_the_invoice(
    session: Session, journal: Journal, books: Books, *, is_answered: bool
) -> None:
    books.kept.append(invoice_of(ACCOUNT, "1"))
    journal.indexed["1"] = TODAY
    books.keeps, books.failure = True, None if is_answered else SourceOutcomeUnknown("orders")

    outcome = await delete_invoice(session, books.kept[0].id)

    assert (outcome.deleted_invoice_id, codes(outcome)) == (None, [ErrorCode.SOURCE_OUTCOME_UNKNOWN])
    assert journal.indexed == {"1": TODAY}


async def test_what_came_of_a_creation_is_kept_until_a_moment_after_the_deadline(
    session: Session, journal: Journal, books: Books
) -> None:
    books.goes_away_for = 1
    session.operation.deadline = time.monotonic()

    outcome = await created(session)

    assert outcome.invoice is not None
    assert journal.state is CreationState.DONE
