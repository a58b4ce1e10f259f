"""How each source did in answering one list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from resolvers.model.customer import Account
from resolvers.model.errors import ErrorCode, SourceError
from resolvers.model.invoice import CacheStatus, Note


class SourceResultStatus(StrEnum):
    """What came of asking a source."""

    OK = "OK"
    STALE = "STALE"
    TIMED_OUT = "TIMED_OUT"
    FAILED = "FAILED"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    NOT_AUTHORIZED = "NOT_AUTHORIZED"
    NOT_INDEXED = "NOT_INDEXED"
    SKIPPED = "SKIPPED"


_WORST_LAST = (
    SourceResultStatus.SKIPPED,
    SourceResultStatus.OK,
    SourceResultStatus.STALE,
    SourceResultStatus.NOT_INDEXED,
    SourceResultStatus.NOT_AUTHORIZED,
    SourceResultStatus.CIRCUIT_OPEN,
    SourceResultStatus.TIMED_OUT,
    SourceResultStatus.FAILED,
)

_RANK = {status: rank for rank, status in enumerate(_WORST_LAST)}
_GOOD = frozenset({SourceResultStatus.OK, SourceResultStatus.SKIPPED})

_BY_CODE = {
    ErrorCode.SOURCE_TIMEOUT: SourceResultStatus.TIMED_OUT,
    ErrorCode.SOURCE_AUTH_FAILED: SourceResultStatus.NOT_AUTHORIZED,
    ErrorCode.CIRCUIT_OPEN: SourceResultStatus.CIRCUIT_OPEN,
}


class SourceFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a source has no answer, in our words."""

    code: ErrorCode
    message: str
    is_retryable: bool
    request_id: str


class SourceOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one account's list came out."""

    source: str
    status: SourceResultStatus
    fetched_at: datetime | None = None
    failure: SourceFailure | None = None
    notes: tuple[Note, ...] = ()


class SourceResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one source did for a list; with several accounts there, the worst of them."""

    source: str
    status: SourceResultStatus
    invoice_count: int
    fetched_at: datetime | None = None
    failure: SourceFailure | None = None
    notes: tuple[Note, ...] = ()


class Failed(msgspec.Struct, frozen=True, array_like=True):
    """That an account's source failed, short enough for a cursor: the account stays out of the later pages."""

    code: ErrorCode
    message: str
    is_retryable: bool


def failure_of(error: SourceError) -> Failed:
    """The source's failure as a cursor keeps it."""
    return Failed(error.code, error.message, error.is_retryable)


def failed(source: str, error: Failed, request_id: str) -> SourceOutcome:
    """The outcome of an account whose source failed."""
    return SourceOutcome(
        source=source,
        status=_BY_CODE.get(error.code, SourceResultStatus.FAILED),
        failure=SourceFailure(
            code=error.code, message=error.message, is_retryable=error.is_retryable, request_id=request_id
        ),
    )


def answered(
    source: str, *, cache_status: CacheStatus, fetched_at: datetime | None, notes: tuple[Note, ...]
) -> SourceOutcome:
    """The outcome of an account whose source, or a stale copy of its answer, answered."""
    status = SourceResultStatus.STALE if cache_status is CacheStatus.STALE else SourceResultStatus.OK
    return SourceOutcome(source=source, status=status, fetched_at=fetched_at, notes=notes)


def skipped(accounts: Iterable[Account], named: frozenset[str]) -> list[SourceOutcome]:
    """The outcomes of the accounts' sources that are not among the named ones; none where none is named."""
    left_out = {account.source for account in accounts} - named if named else ()
    return [SourceOutcome(source=source, status=SourceResultStatus.SKIPPED) for source in left_out]


def results_of(outcomes: Iterable[SourceOutcome], invoice_counts: dict[str, int]) -> list[SourceResult]:
    """One result a source, by name: the worst status, the oldest time, all notes."""
    by_source: dict[str, list[SourceOutcome]] = {}
    for outcome in outcomes:
        by_source.setdefault(outcome.source, []).append(outcome)
    return [_result(source, group, invoice_counts.get(source, 0)) for source, group in sorted(by_source.items())]


def is_complete(results: Iterable[SourceResult | SourceOutcome]) -> bool:
    """Whether every source that was asked answered OK and left no row out."""
    return all(result.status in _GOOD and not _has_dropped(result.notes) for result in results)


def _has_dropped(notes: Iterable[Note]) -> bool:
    return "RECORD_DROPPED" in [note.code for note in notes]


def _result(source: str, outcomes: list[SourceOutcome], invoice_count: int) -> SourceResult:
    worst = max(outcomes, key=lambda outcome: _RANK[outcome.status])
    return SourceResult(
        source=source,
        status=worst.status,
        invoice_count=invoice_count,
        fetched_at=min([outcome.fetched_at for outcome in outcomes if outcome.fetched_at], default=None),
        failure=worst.failure,
        notes=tuple([note for outcome in outcomes for note in outcome.notes]),
    )
