"""Structured logs on standard error: JSON lines for machines, colours for a terminal, secrets for nobody.

Called once a process, before anything else logs. No line that cannot be written is an error of those who log.
"""

from __future__ import annotations

import atexit
import logging
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Final, TextIO, cast

import orjson
import structlog
from pydantic import SecretBytes, SecretStr
from structlog.typing import EventDict, Processor, WrappedLogger

from resolvers.model.customer import Secret
from service.log_sink import LogSink

LEVELS: Final[Mapping[str, int]] = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}
HIDDEN = "***"

_STANDARD_ERROR = 2
_ENDING_SECONDS = 1.0

_log = structlog.get_logger(__name__)

_SECRETS = (SecretStr, SecretBytes, Secret)
_PLAIN = (str, bytes, int, float, bool, type(None))

_SECRET_KEY = re.compile(r"token|secret|passw|authorization|cookie|credential|(^|_|-)keys?$|api_?key", re.IGNORECASE)


class UnknownLevel(ValueError):
    """INVOICE_GRAPH_LOG_LEVEL is none of ours."""

    def __init__(self, level: str) -> None:
        super().__init__(f"INVOICE_GRAPH_LOG_LEVEL: is {level[:40]!r}. Write {', '.join(LEVELS)}.")


def configure_logs(level: str = "info", *, for_terminal: bool | None = None) -> None:
    """Sends our logs and the libraries' to standard error, from this level up. Raises UnknownLevel.

    Libraries speak from WARNING up, whatever the level: below it they write whole messages, with passwords in them.
    """
    if level.lower() not in LEVELS:
        raise UnknownLevel(level)
    if for_terminal is None:
        for_terminal = sys.stderr.isatty()
    sink = log_sink()
    own_level = LEVELS[level.lower()]
    seen: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        redact,
    ]
    shown = _for_terminal() if for_terminal else _for_machines()
    structlog.configure(
        processors=[*seen, *shown],
        wrapper_class=structlog.make_filtering_bound_logger(own_level),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", sink)),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sink)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *seen],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shown],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(own_level, logging.WARNING))
    logging.captureWarnings(True)  # Python writes them as plain text, among lines of JSON


@cache
def log_sink() -> LogSink:
    """Where the lines of this process go. At its end what waits has a second."""
    sink = LogSink(_STANDARD_ERROR, _tell_of_loss)
    atexit.register(sink.drain, _ENDING_SECONDS)
    return sink


def _tell_of_loss(lines: int) -> None:
    _log.warning("log lines lost", lines=lines)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event with the values of secret-sounding keys, and secrets of any name, replaced."""
    for key, value in event.items():
        if type(value) not in _PLAIN or _sounds_secret(key):
            event[key] = _redacted(key, value)
    return event


def _redacted(key: object, value: object) -> object:
    if isinstance(value, _SECRETS) or (isinstance(key, str) and _sounds_secret(key)):
        return HIDDEN
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {inner: _redacted(inner, below) for inner, below in value.items()}
    if isinstance(value, Sequence):
        return [_redacted(None, below) for below in value]
    return value


@lru_cache(maxsize=1000)
def _sounds_secret(key: str) -> bool:
    return _SECRET_KEY.search(key) is not None


def _for_machines() -> list[Processor]:
    return [structlog.processors.format_exc_info, _json]


def _for_terminal() -> list[Processor]:
    # The richer traceback shows local variables, and those hold what must not be shown.
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    return [stamp, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _json(_: WrappedLogger, __: str, event: EventDict) -> str:
    event["timestamp"] = datetime.now(UTC)
    try:
        return _dumped(event)
    except TypeError:  # half a character, or a number of more than 64 bits
        return _dumped({_in_ascii(key): _writable(value) for key, value in event.items()})


def _dumped(value: object) -> str:
    return orjson.dumps(value, default=repr, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z).decode()


def _writable(value: object) -> object:
    """The value, or a text in its place where JSON has none for it. Raises nothing: a line may be about an answer."""
    try:
        _dumped(value)
    except TypeError:
        try:
            return _in_ascii(value if isinstance(value, str) else repr(value))
        except Exception:  # noqa: BLE001  # whatever somebody's repr raises
            return f"{type(value).__name__} that cannot be shown"
    return value


def _in_ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()
