"""What a mutation answers: what was written, or why not, in words that help the one who asked."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from resolvers.model.errors import CallBudgetExceeded, ErrorCode, SourceError
from resolvers.model.invoice import Invoice
from resolvers.model.writing import DraftMistake

Field = tuple[str, ...]


class UserError(msgspec.Struct, frozen=True):
    """Why something was not written, or what is not known of it. `field` is the path in the input, if it has one."""

    message: str
    code: ErrorCode
    field: Field | None = None


class WriteOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a mutation."""

    invoice: Invoice | None = None
    deleted_invoice_id: str | None = None
    user_errors: tuple[UserError, ...] = ()


class Refused(Exception):  # never leaves this room
    """Ends a mutation with these errors, and with the invoice where it can be shown all the same."""

    def __init__(self, *errors: UserError, invoice: Invoice | None = None) -> None:
        super().__init__()
        self.outcome = WriteOutcome(invoice=invoice, user_errors=errors)


def bad_input(field: Field, message: str) -> Refused:
    """An argument that cannot be used."""
    return Refused(UserError(message, ErrorCode.BAD_USER_INPUT, field))


def not_found(field: Field, message: str) -> Refused:
    """What was named does not exist, or is not for the caller to see."""
    return Refused(UserError(message, ErrorCode.NOT_FOUND, field))


def mistaken(mistakes: Iterable[DraftMistake]) -> Refused:
    """What the source could not take of a draft."""
    return Refused(*(UserError(one.message, ErrorCode.BAD_USER_INPUT, one.field) for one in mistakes))


def failed(failure: SourceError | CallBudgetExceeded, advice: str) -> Refused:
    """A source that failed, or could not be asked, and what that means for what was asked."""
    return Refused(UserError(f"{failure.message} {advice}", failure.code))


def busy(message: str) -> Refused:
    """What cannot be done now, because another request is at it; nothing was."""
    return Refused(UserError(message, ErrorCode.SERVICE_UNAVAILABLE))


def unknown(message: str, invoice: Invoice | None = None) -> Refused:
    """Nobody knows whether it was carried out; the invoice is what the source shows now."""
    return Refused(UserError(message, ErrorCode.SOURCE_OUTCOME_UNKNOWN), invoice=invoice)
