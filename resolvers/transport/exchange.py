"""One request and its reply on the engine: written, sent once, judged by its status, read to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit

import httpx

from resolvers.model.errors import SourceError, SourceOutcomeUnknown, SourceProtocolError
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.transport.body import read_body
from resolvers.transport.body_room import BodyPlace, BodyRoom
from resolvers.transport.failures import FOREIGN_ERRORS, is_unsent, source_error, status_error
from resolvers.transport.messages import UpstreamReply, UpstreamRequest

T = TypeVar("T")

_OUR_HEADERS = {"user-agent": "invoice-graph", "accept-encoding": "gzip"}
_PATH_SAFE = "/%:@!$&'()*+,;=~"


class DotsInPath(ValueError):
    """A path that leads elsewhere than it says."""


@dataclass(slots=True)
class Flight:
    """One call under way: what is sent, where it is noted, for whom, and whether something of it may have arrived.

    From `begun_at` on it may take `timeout_seconds`, but no longer than its operation, whose deadline moves on when a
    more patient one joins it. `seconds` is what it has been given so far.
    """

    request: UpstreamRequest
    call: UpstreamCall
    operation: Operation
    timeout_seconds: float
    begun_at: float
    seconds: float = field(init=False)
    attempts: int = 0
    is_sent: bool = False

    def __post_init__(self) -> None:
        self.seconds = min(self.timeout_seconds, self.operation.remaining_seconds())

    def remaining_seconds(self, now: float) -> float:
        """How long it may still take."""
        return min(self.begun_at + self.timeout_seconds - now, self.operation.remaining_seconds())

    def prolong(self) -> float:
        """How many seconds more it is given by now; 0 where it has had them all."""
        more = min(self.timeout_seconds - self.seconds, self.operation.remaining_seconds())
        self.seconds += more
        return more

    @property
    def may_be_sent(self) -> bool:
        """Whether sending it (again) can do no harm."""
        return self.request.is_read or not self.is_sent

    @property
    def is_spent(self) -> bool:
        """Whether it would be in vain to send it again."""
        return self.request.is_single_use and self.is_sent


class Exchange:
    """Sends one source's requests. Whatever goes wrong is a SourceError."""

    def __init__(
        self, source: str, base_url: str, room: BodyRoom, engine: httpx.AsyncBaseTransport, now: Callable[[], datetime]
    ) -> None:
        self._source = source
        self._room = room
        self._engine = engine
        self._now = now
        self._base_url = base_url

    async def attempt(self, flight: Flight, read: Callable[[UpstreamReply], T]) -> T:
        """What `read` makes of the accepted reply of one request."""
        wire = self._written(flight.request)
        with BodyPlace(self._room) as place:
            try:
                reply = await self._sent(wire, flight, place)
            except FOREIGN_ERRORS as error:
                if is_unsent(error):
                    flight.is_sent = False
                raise self._failure(source_error(self._source, error), flight) from None
            if flight.request.check is not None:
                flight.request.check(reply)
            return read(reply)

    async def _sent(self, wire: httpx.Request, flight: Flight, place: BodyPlace) -> UpstreamReply:
        flight.attempts += 1
        flight.call.attempts += 1
        flight.is_sent = True
        response = await self._engine.handle_async_request(wire)
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)  # noqa: S101  # an async engine's always is
        try:
            flight.call.status = response.status_code
            if response.status_code not in flight.request.accept:
                raise self._refusal(response, flight)
            try:
                content = await read_body(self._source, response, self._room.body_bytes, flight.call, place)
            except SourceError as error:
                raise self._failure(error, flight) from None
        finally:
            await stream.aclose()
        return UpstreamReply(
            status=response.status_code, headers=response.headers, content=content, reason=response.reason_phrase
        )

    def _refusal(self, response: httpx.Response, flight: Flight) -> SourceError:
        error = status_error(self._source, response.status_code, response.headers, self._now())
        return error if 400 <= response.status_code < 500 else self._failure(error, flight)

    def _failure(self, error: SourceError, flight: Flight) -> SourceError:
        """The error; for a write that may have arrived, the confession that nobody knows."""
        return error if flight.may_be_sent else SourceOutcomeUnknown(self._source, error.detail)

    def _written(self, request: UpstreamRequest) -> httpx.Request:
        try:
            return httpx.Request(
                request.method,
                _url(self._base_url, request.path, tuple(request.query.items())),
                headers={name.lower(): value for name, value in request.headers.items()} | _OUR_HEADERS,
                stream=httpx.ByteStream(request.content),  # for `content` httpx looks into the content type first
            )
        except (ValueError, httpx.InvalidURL) as error:  # their messages quote what cannot be written, keys included
            raise SourceProtocolError(self._source, f"unwritable request: {type(error).__name__}") from None


@lru_cache(maxsize=1_024)
def _url(base_url: str, path: str, query: tuple[tuple[str, str], ...]) -> httpx.URL:
    """Where a request goes. Most sources are asked at one address, which is written and parsed once.

    Raises ValueError and httpx.InvalidURL.
    """
    if any(unquote(part) in (".", "..") for part in path.split("/")):
        raise DotsInPath
    base = urlsplit(base_url)
    root = f"{base.scheme}://{base.netloc}" if path.startswith("/") else f"{base_url.rstrip('/')}/"
    address = f"{root}{quote(path, safe=_PATH_SAFE)}"
    return httpx.URL(f"{address}?{urlencode(query, quote_via=quote)}" if query else address)
