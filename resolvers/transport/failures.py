"""The door where foreign errors and statuses become ours. Whatever passes it names no address, header or body."""

from __future__ import annotations

import os
import socket
import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError

from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRateLimited,
    SourceTimeout,
    SourceUnavailable,
)

FOREIGN_ERRORS: tuple[type[Exception], ...] = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    aiohttp.ClientError,
    HttpProcessingError,
    OSError,
    ValueError,  # a header or address that cannot be written
)
"""All that a call on the engine may raise."""

_TIMEOUTS = (TimeoutError, httpx.TimeoutException, aiohttp.ServerTimeoutError)
_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, aiohttp.ClientConnectorError)
_UNSENT_BY_AIOHTTP = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_NOT_HTTP = (
    httpx.DecodingError,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    aiohttp.ClientResponseError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
    HttpProcessingError,
)


class SourceBusy(SourceUnavailable):
    """It cannot work now, and said when it may be asked again."""

    def __init__(self, source: str, detail: str, retry_after_seconds: float) -> None:
        super().__init__(source, detail)
        self.retry_after_seconds = retry_after_seconds


def source_error(source: str, error: Exception) -> SourceError:
    """What a foreign error means for the call: no answer in time, no connection, or no HTTP."""
    origin = _origin(error)
    if isinstance(origin, aiohttp.ClientConnectorCertificateError):
        code = getattr(origin.args[-1], "verify_code", "none")  # its words name the host
        detail = f"its certificate is not accepted (OpenSSL's verify code {code})"
        return SourceUnavailable(source, detail, is_retryable=False)
    detail = type(origin).__name__ + (_errno(origin) if isinstance(origin, OSError) else "")
    if isinstance(origin, _TIMEOUTS):
        return SourceTimeout(source, detail)
    if isinstance(origin, _NOT_HTTP) or (isinstance(origin, ValueError) and not isinstance(origin, OSError)):
        return SourceProtocolError(source, detail)
    return SourceUnavailable(source, detail)


def _errno(error: OSError) -> str:
    """The system's number and its words for it; empty without a number. The error's own words name the address."""
    if not isinstance(error.errno, int):
        return ""
    if isinstance(error, (ssl.SSLError, aiohttp.ClientSSLError)):
        return f" (errno {error.errno} of OpenSSL)"
    if isinstance(error, (socket.gaierror, aiohttp.ClientConnectorDNSError)):
        return f" (errno {error.errno}, the host's name is not resolved)"
    return f" (errno {error.errno}, {os.strerror(error.errno)})"


def is_unsent(error: Exception) -> bool:
    """Whether the request certainly never left: the connection itself could not be opened."""
    origin = _origin(error)
    return isinstance(origin, _UNSENT_BY_AIOHTTP if isinstance(origin, aiohttp.ClientError) else _UNSENT)


def _origin(error: Exception) -> Exception:
    # httpx-aiohttp calls every lost connection a ConnectTimeout; aiohttp's own error beneath it tells the truth.
    cause = error.__cause__
    return cause if isinstance(error, httpx.TransportError) and isinstance(cause, aiohttp.ClientError) else error


def status_error(source: str, status: int, headers: httpx.Headers, now: datetime) -> SourceError:
    """What a status means that nobody accepted."""
    detail = f"status {status}"
    if status == 429:
        return SourceRateLimited(source, detail, retry_after_seconds=retry_after_seconds(headers, now))
    if status in (401, 403):
        return SourceAuthFailed(source, detail)
    if status >= 500:
        return unavailable(source, detail, headers, now)
    return SourceProtocolError(source, detail)


def unavailable(source: str, detail: str, headers: httpx.Headers, now: datetime) -> SourceUnavailable:
    """A failure of the source's own; SourceBusy where it says when to come back."""
    wait = retry_after_seconds(headers, now)
    return SourceUnavailable(source, detail) if wait is None else SourceBusy(source, detail, wait)


def retry_after_seconds(headers: httpx.Headers, now: datetime) -> float | None:
    """How long the source asks us to wait, by seconds or a date (RFC 9110, 10.2.3); None where it does not say."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the year may have any number of digits
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())
