"""The door for foreign errors: none is forgotten, and each means what it says."""

from __future__ import annotations

import inspect
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import aiohttp
import aiohttp.http_exceptions
import httpx
import pytest

from resolvers.model.errors import SourceError, SourceProtocolError, SourceTimeout, SourceUnavailable
from resolvers.transport.failures import (
    FOREIGN_ERRORS,
    SourceBusy,
    is_unsent,
    retry_after_seconds,
    source_error,
    status_error,
)
from tests.transport.calls import GET, Scripted, call, operation, transport

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
KEY = type("Key", (), {"host": "h", "port": 1, "is_ssl": False, "ssl": None})()
NEVER_RAISED_BY_A_CALL = {
    httpx.CookieConflict,  # we keep no cookies
    aiohttp.WSMessageTypeError,  # we open no web sockets
    aiohttp.WebSocketError,
    aiohttp.BadContentDispositionHeader,  # warnings of a multipart reader that we have no use for
    aiohttp.BadContentDispositionParam,
    aiohttp.EofStream,  # caught where the body is iterated
}


def every_foreign_error() -> Iterator[type[Exception]]:
    """All the exceptions that the two libraries declare."""
    for module in (httpx, aiohttp, aiohttp.http_exceptions):
        for _, value in inspect.getmembers(module, inspect.isclass):
            if issubclass(value, Exception) and value.__module__.startswith(("httpx", "aiohttp")):
                yield value


def made(kind: type[Exception]) -> Exception:
    """An instance, however it wants to be made."""
    error: Exception = kind.__new__(kind)
    error.args = ("https://host/?key=secret",)
    return error


@pytest.mark.parametrize("kind", sorted({*every_foreign_error()} - NEVER_RAISED_BY_A_CALL, key=str))
async def test_no_error_of_the_libraries_passes_the_door(kind: type[Exception]) -> None:
    with pytest.raises(SourceError) as raised:
        await transport(Scripted(made(kind)), retries=0).send(GET, call(), operation())

    assert issubclass(kind, FOREIGN_ERRORS)
    assert "secret" not in raised.value.detail


@pytest.mark.parametrize(
    ("error", "kind", "unsent"),
    [
        (httpx.ConnectError(""), SourceUnavailable, True),
        (httpx.ReadTimeout(""), SourceTimeout, False),
        (TimeoutError(), SourceTimeout, False),
        (ConnectionResetError(104, "reset"), SourceUnavailable, False),
        (httpx.RemoteProtocolError("closed early"), SourceUnavailable, False),
        (httpx.UnsupportedProtocol(""), SourceProtocolError, False),
        (ValueError("Newline in header: secret"), SourceProtocolError, False),
    ],
)
def test_an_error_means_what_it_says(error: Exception, kind: type[SourceError], unsent: bool) -> None:
    assert type(source_error("shop", error)) is kind
    assert is_unsent(error) is unsent


@pytest.mark.parametrize(
    ("cause", "unsent"),
    [
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), True),
        (aiohttp.ServerDisconnectedError(), False),
        (aiohttp.ClientOSError(104, "reset"), False),
    ],
)
def test_what_the_engine_calls_a_connect_timeout_is_told_apart_by_its_cause(cause: Exception, unsent: bool) -> None:
    error = httpx.ConnectTimeout("")
    error.__cause__ = cause

    assert type(source_error("shop", error)) is SourceUnavailable
    assert is_unsent(error) is unsent


@pytest.mark.parametrize(
    ("cause", "detail"),
    [
        (
            aiohttp.ClientConnectorError(KEY, OSError(111, "Connect call failed ('10.0.0.1', 9)")),
            "ClientConnectorError (errno 111, Connection refused)",
        ),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "No address of host h")),
            "ClientConnectorDNSError (errno -2, the host's name is not resolved)",
        ),
        (
            aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "wrong version number at h")),
            "ClientConnectorSSLError (errno 1 of OpenSSL)",
        ),
        (aiohttp.ServerDisconnectedError(), "ServerDisconnectedError"),
    ],
)
def test_a_lost_connection_is_told_by_its_cause_and_without_its_address(cause: Exception, detail: str) -> None:
    error = httpx.ConnectTimeout("")
    error.__cause__ = cause

    assert source_error("shop", error).detail == detail


def test_a_certificate_that_is_not_accepted_is_no_time_out_and_not_tried_again() -> None:
    refused = ssl.SSLCertVerificationError(1, "certificate verify failed: Hostname mismatch for erp.example")
    refused.verify_code = 62
    error = httpx.ConnectTimeout("")
    error.__cause__ = aiohttp.ClientConnectorCertificateError(KEY, refused)

    found = source_error("shop", error)

    assert (type(found), found.is_retryable) == (SourceUnavailable, False)
    assert found.detail == "its certificate is not accepted (OpenSSL's verify code 62)"
    assert is_unsent(error)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("Thu, 01 Jan 2026 13:00:30 +0100", 30.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 400, None),
        ("Mon, 01 Jan 9999999999 00:00:00 GMT", None),
        (f"Mon, 01 Jan {'9' * 5_000} 00:00:00 GMT", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    headers = httpx.Headers([(b"retry-after", text.encode())])

    assert retry_after_seconds(headers, NOON) == seconds


def test_a_busy_source_may_say_when_to_come_back() -> None:
    error = status_error("shop", 503, httpx.Headers({"Retry-After": "3"}), NOON)

    assert isinstance(error, SourceBusy)
    assert error.retry_after_seconds == 3
