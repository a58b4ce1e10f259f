"""What a source's failure is for us: never more than its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from resolvers.model.errors import CallBudgetExceeded, SourceError, SourceProtocolError

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
