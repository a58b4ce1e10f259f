"""What a source's failure is for us: never more than its own, and once in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from resolvers.model.errors import CallBudgetExceeded, ErrorCode, SourceError, SourceProtocolError
from resolvers.model.operation import Operation

_log = structlog.get_logger("invoice_graph.sources")


@contextmanager
def own_failures(source: str) -> Iterator[None]:
    """Whatever the source raises inside is a SourceError, or CallBudgetExceeded, even where its connector is wrong.

    What the port does not allow for is logged with its traceback, for it may quote the upstream.
    """
    try:
        yield
    except (SourceError, CallBudgetExceeded):
        raise
    except Exception as fault:  # noqa: BLE001  # one source's odd answer must not cost what the others know
        error = SourceProtocolError(source, f"{type(fault).__name__} in the connector")
        _log.error("connector_failed", source=source, detail=error.detail, exc_info=fault)
        error.is_logged = True
        raise error from None


class FailureLog:
    """Tells the log of failures that nobody has told it of; of those in a row that are alike for one request, once."""

    def __init__(self) -> None:
        self._last: tuple[str, ErrorCode, str] | None = None

    def tell(self, error: SourceError, operation: Operation) -> None:
        """Tells of the failure: a warning, or for the record where it may pass by itself.

        Nothing is told where nobody waits any more: the client left, and no source and no deadline failed it.
        """
        if error.is_logged or operation.is_abandoned:
            return
        error.is_logged = True
        told = (operation.request_id, error.code, error.detail)
        if told != self._last:
            self._last = told
            log = _log.info if error.is_retryable else _log.warning
            log("answer_failed", source=error.source, code=error.code, detail=error.detail)
