"""What a client learns of a failure: a code, a sentence from a fixed table, and where. The log gets the rest."""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from graphql import GraphQLError, GraphQLSyntaxError, SourceLocation, ValueNode, get_location

from resolvers.model.errors import DirectoryUnavailable, ErrorCode, InvoiceGraphError, SourceError

_TOO_LARGE = "Syntax Error: Document "  # ... contains more than so many tokens, or is nested too deeply
_MOST_TOLD = 1_000
_PYTHONS_NULL = " not to be None."
_log = structlog.get_logger("invoice_graph.graph")


class Told:
    """Which errors of one answer are told, in whatever parts they come.

    Of more than 1,000, which nobody reads, as many, and in each part with others one that says how many these are.
    """

    def __init__(self) -> None:
        self._left = _MOST_TOLD

    def of(self, errors: Sequence[GraphQLError]) -> Sequence[GraphQLError]:
        """Those of a part."""
        told = errors[: self._left]
        rest = len(errors) - len(told)
        self._left -= len(told)
        if not rest:
            return told
        sentence = (
            f"There are {rest} more errors, and any field without one may be null for one of these. Ask for less."
        )
        return [*told, GraphQLError(sentence, extensions={"code": ErrorCode.QUERY_TOO_COMPLEX})]


def describe(error: GraphQLError, *, has_executed: bool, request_id: str) -> dict[str, Any]:
    """The error as it goes out."""
    original = error.original_error
    described: dict[str, Any] = {"message": _of_graphql(error.message)}
    if locations := _locations(error):
        described["locations"] = [{"line": place.line, "column": place.column} for place in locations]
    if error.path is not None:
        described["path"] = error.path
    code = code_of(error, has_executed=has_executed)
    extensions: dict[str, Any] = {"code": code}
    if isinstance(original, InvoiceGraphError):
        described["message"] = original.message
    if isinstance(original, SourceError):
        extensions |= {"source": original.source, "isRetryable": original.is_retryable, "requestId": request_id}
    elif isinstance(original, DirectoryUnavailable):
        extensions |= {"isRetryable": True, "requestId": request_id}
    elif code is ErrorCode.INTERNAL_SERVER_ERROR:
        described["message"] = "Something went wrong in the gateway itself."
        extensions["requestId"] = request_id
    described["extensions"] = extensions
    return described


def _of_graphql(message: str) -> str:
    """The library's sentence, which calls null by its name in Python."""
    start = message.removesuffix(_PYTHONS_NULL)
    return message if start == message else f"{start} not to be null."


def _locations(error: GraphQLError) -> list[SourceLocation]:
    """Where in the document; by its nodes, because the library takes a SourceError's own `source` for the document."""
    places = [node.loc for node in error.nodes or () if node.loc is not None]
    return [get_location(place.source, place.start) for place in places] or error.locations or []


def code_of(error: GraphQLError, *, has_executed: bool) -> ErrorCode:
    """What kind of error it is."""
    if isinstance(error.original_error, InvoiceGraphError):
        return error.original_error.code
    if isinstance(error, GraphQLSyntaxError):
        is_too_large = error.message.startswith(_TOO_LARGE)
        return ErrorCode.QUERY_TOO_COMPLEX if is_too_large else ErrorCode.GRAPHQL_PARSE_FAILED
    if error.extensions and "code" in error.extensions:
        return ErrorCode(error.extensions["code"])
    if _is_fault(error):
        return ErrorCode.INTERNAL_SERVER_ERROR
    # What goes wrong with the operation as a whole: a variable that does not fit its type, or no such operation.
    return ErrorCode.BAD_USER_INPUT if has_executed else ErrorCode.GRAPHQL_VALIDATION_FAILED


def _is_fault(error: GraphQLError) -> bool:
    """Whether something of ours broke: while a field was resolved, or before the document had any place to show."""
    is_known = isinstance(error.original_error, InvoiceGraphError) or (error.extensions and "code" in error.extensions)
    if is_known or _is_of_an_argument(error):
        return False
    return error.path is not None or (error.original_error is not None and not error.nodes)


def _is_of_an_argument(error: GraphQLError) -> bool:
    """Whether the library refused an argument's value, which a variable brought: a written one was checked before."""
    refusal = error.original_error
    return isinstance(refusal, GraphQLError) and any(isinstance(node, ValueNode) for node in refusal.nodes or ())


def log(errors: Iterable[GraphQLError]) -> None:
    """Tells the log what clients are not told: details, the directory's in one line for all fields, and our own faults.

    The tracebacks are let go of: their frames hold the operation, which holds the errors.
    """
    is_directory_told = False
    for error in errors:
        original = error.original_error
        if isinstance(original, DirectoryUnavailable):
            if not is_directory_told:
                _log.error("directory failed", code=original.code, detail=original.detail)
            is_directory_told = True
        elif isinstance(original, SourceError):
            _log.warning("source failed", source=original.source, code=original.code, detail=original.detail)
        elif _is_fault(error):
            _log.error("fault while resolving", path=error.path, exc_info=original or error)
        _let_go_of_tracebacks(error)


def _let_go_of_tracebacks(error: BaseException) -> None:
    """Takes the frames from the error and from all that led to it."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            each.__traceback__ = None
            waiting += (each.__cause__, each.__context__, getattr(each, "original_error", None))
