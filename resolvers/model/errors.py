"""Everything that can go wrong, as one tree. Clients see a code and a sentence of ours; the log sees the detail.

InvoiceGraphError
├── RequestError               the caller's mistake, or what the caller may not
│   ├── BadUserInput
│   ├── Unauthenticated
│   ├── Forbidden
│   ├── QueryTooComplex
│   ├── CallBudgetExceeded
│   └── OperationTimeout
├── DirectoryUnavailable       our own database of customers, accounts and what was written
│   └── DirectoryBusy
└── SourceError                an upstream's, or the way to it
    ├── SourceTimeout
    ├── SourceUnavailable
    ├── SourceAuthFailed
    ├── SourceRateLimited
    ├── SourceProtocolError
    ├── ListTooLong
    ├── SourceRejected
    ├── SourceOutcomeUnknown
    └── CircuitOpen
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class ErrorCode(StrEnum):
    """The values of `errors[].extensions.code`, and of SourceError.code."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    NOT_FOUND = "NOT_FOUND"
    DIRECTORY_UNAVAILABLE = "DIRECTORY_UNAVAILABLE"
    SOURCE_TIMEOUT = "SOURCE_TIMEOUT"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    SOURCE_AUTH_FAILED = "SOURCE_AUTH_FAILED"
    SOURCE_RATE_LIMITED = "SOURCE_RATE_LIMITED"
    SOURCE_PROTOCOL_ERROR = "SOURCE_PROTOCOL_ERROR"
    SOURCE_REJECTED = "SOURCE_REJECTED"
    SOURCE_OUTCOME_UNKNOWN = "SOURCE_OUTCOME_UNKNOWN"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    CALL_BUDGET_EXCEEDED = "CALL_BUDGET_EXCEEDED"
    OPERATION_TIMEOUT = "OPERATION_TIMEOUT"
    QUERY_TOO_COMPLEX = "QUERY_TOO_COMPLEX"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class InvoiceGraphError(Exception):
    """Anything of ours; `message` is fit for a client."""

    code: ClassVar[ErrorCode]
    message: str

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class RequestError(InvoiceGraphError):
    """The caller's mistake, or what the caller may not."""


class BadUserInput(RequestError):
    """An argument that cannot be used; the message names it and says what would do."""

    code = ErrorCode.BAD_USER_INPUT


class Unauthenticated(RequestError):
    """Nobody knows who is asking. `challenge` says how to tell: the value of WWW-Authenticate (RFC 6750)."""

    code = ErrorCode.UNAUTHENTICATED

    def __init__(self, message: str, *, challenge: str = "Bearer") -> None:
        super().__init__(message)
        self.challenge = challenge


class Forbidden(RequestError):
    """The caller is known, and may not."""

    code = ErrorCode.FORBIDDEN


class QueryTooComplex(RequestError):
    """The operation asks for more than one operation may."""

    code = ErrorCode.QUERY_TOO_COMPLEX


class CallBudgetExceeded(RequestError):
    """The operation would make more upstream calls than one operation may."""

    code = ErrorCode.CALL_BUDGET_EXCEEDED


class OperationTimeout(RequestError):
    """The operation's time was over before this part of it had begun."""

    code = ErrorCode.OPERATION_TIMEOUT

    def __init__(
        self,
        message: str = "The operation's time was over before this was begun. Ask for less at once, or again later.",
    ) -> None:
        super().__init__(message)


class DirectoryUnavailable(InvoiceGraphError):
    """The directory's database did not answer, or not in time; it may the next time. `detail` is for the log alone."""

    code = ErrorCode.DIRECTORY_UNAVAILABLE
    sentence: ClassVar[str] = "The directory of customers cannot be reached or is not working."

    def __init__(self, detail: str = "") -> None:
        super().__init__(self.sentence)
        self.detail = detail


class DirectoryBusy(DirectoryUnavailable):
    """Somebody else wrote to it for so long that our turn did not come. Nothing was written."""

    sentence = "The directory is being written to by somebody else."


class SourceError(InvoiceGraphError):
    """A source did not answer, or not as agreed.

    `detail` is for the log alone: it may quote the upstream. `is_retryable` is decided where the fault is seen;
    `is_logged` says that the log has the detail.
    """

    sentence: ClassVar[str]
    retryable: ClassVar[bool] = False

    def __init__(self, source: str, detail: str = "", *, is_retryable: bool | None = None) -> None:
        super().__init__(self.sentence)
        self.source = source
        self.detail = detail
        self.is_retryable = self.retryable if is_retryable is None else is_retryable
        self.is_logged = False


class SourceTimeout(SourceError):
    """No whole answer came in time."""

    code = ErrorCode.SOURCE_TIMEOUT
    sentence = "The source did not answer in time."
    retryable = True


class SourceUnavailable(SourceError):
    """It cannot be reached, or says that it cannot work now."""

    code = ErrorCode.SOURCE_UNAVAILABLE
    sentence = "The source cannot be reached or is not working."
    retryable = True


class SourceAuthFailed(SourceError):
    """It does not accept our credentials."""

    code = ErrorCode.SOURCE_AUTH_FAILED
    sentence = "The source did not accept the gateway's credentials."


class SourceRateLimited(SourceError):
    """It was asked too often; `retry_after_seconds` is what it said, if it did."""

    code = ErrorCode.SOURCE_RATE_LIMITED
    sentence = "The source was asked too often."
    retryable = True

    def __init__(self, source: str, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(source, detail)
        self.retry_after_seconds = retry_after_seconds


class SourceProtocolError(SourceError):
    """Its answer is not what its documents promise: unreadable, cut, or of another kind."""

    code = ErrorCode.SOURCE_PROTOCOL_ERROR
    sentence = "The source's answer could not be read."


class ListTooLong(SourceError):
    """It says that one account's list has more pages than an operation may make calls: a huge account, or a lie."""

    code = ErrorCode.CALL_BUDGET_EXCEEDED
    sentence = "The source says that the list has more pages than one operation may ask for."


class SourceRejected(SourceError):
    """It understood and declined."""

    code = ErrorCode.SOURCE_REJECTED
    sentence = "The source declined the request."


class SourceOutcomeUnknown(SourceError):
    """Something was sent that changes things, and nobody knows whether it did."""

    code = ErrorCode.SOURCE_OUTCOME_UNKNOWN
    sentence = "It is not known whether the source carried out the request."


class CircuitOpen(SourceError):
    """It failed so often that it is left alone for a while."""

    code = ErrorCode.CIRCUIT_OPEN
    sentence = "The source failed repeatedly and is not asked for a while."
    retryable = True
