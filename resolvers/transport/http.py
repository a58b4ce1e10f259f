"""One source's way out: every call to it passes here, under its limits, its breaker and the operation's deadline."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx
import structlog

from resolvers.model.clock import utc_now
from resolvers.model.errors import (
    CircuitOpen,
    SourceError,
    SourceOutcomeUnknown,
    SourceRateLimited,
    SourceRejected,
    SourceTimeout,
)
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import SourceHealth
from resolvers.transport.body_room import BodyRoom
from resolvers.transport.breaker import Breaker, BreakerState, Verdict
from resolvers.transport.credential import Credential
from resolvers.transport.deadlines import Deadlines
from resolvers.transport.documents import Documents
from resolvers.transport.engine import http_engine
from resolvers.transport.exchange import Exchange, Flight
from resolvers.transport.health import HealthRecord
from resolvers.transport.limiter import RateLimiter
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.redaction import redacted
from resolvers.transport.retry import RetryBudget, RetryPolicy
from resolvers.transport.settings import DocumentSettings, TransportSettings
from resolvers.transport.tally import CallTally
from resolvers.transport.turn import is_acquired

T = TypeVar("T")
V = TypeVar("V")

_FAIR_SECONDS = 1.0
"""A call that times out after less says something about its deadline, not about the source."""
_LEFT_ALONE = "failed again and again, and is left alone for a moment"


class HttpTransport:
    """The connections to one source.

    `engine` is anything of httpx's that sends requests (tests: `httpx.MockTransport`); without it, one of our own with
    `max_concurrency` connections.
    """

    def __init__(
        self,
        source: str,
        settings: TransportSettings,
        *,
        engine: httpx.AsyncBaseTransport | None = None,
        retry: RetryPolicy | None = None,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.source = source
        self.settings = settings
        self._given_engine = engine
        self._engine = engine or http_engine(settings.max_concurrency)
        self._documents: list[Documents] = []
        room = BodyRoom(settings.held_bytes, settings.max_body_bytes)
        self._exchange = Exchange(source, settings.base_url, room, self._engine, now)
        self._places = asyncio.Semaphore(settings.max_concurrency)
        self._deadlines = Deadlines()
        self._rate = RateLimiter(*settings.rate, clock) if settings.rate else None
        self._retry = retry or RetryPolicy(settings.retries, RetryBudget(clock=clock))
        self._breaker = breaker or Breaker(clock=clock)
        self._health = HealthRecord(now)
        self.tally = CallTally()
        self._clock, self._now = clock, now
        self._log = structlog.get_logger("invoice_graph.transport")

    def health(self) -> SourceHealth:
        """How the source did lately."""
        return self._health.snapshot()

    @property
    def breaker_state(self) -> BreakerState:
        """Whether calls are made as usual, refused, or one of them is to probe."""
        return self._breaker.state

    def documents(self, settings: DocumentSettings) -> Documents:
        """What fetches the source's documents; it is closed with the transport."""
        made = Documents(self.source, settings, self._given_engine, clock=self._clock, now=self._now)
        self._documents.append(made)
        return made

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._engine.aclose()
        for documents in self._documents:
            await documents.aclose()

    async def send(self, request: UpstreamRequest, call: UpstreamCall, operation: Operation) -> UpstreamReply:
        """The reply, of an accepted status and passed by `check`. `call` is filled, or added to if it was sent before.

        Raises SourceTimeout, SourceUnavailable (no connection, a reset, a body cut short, 5xx), SourceRateLimited
        (429, or our own limit), SourceAuthFailed (401, 403), SourceProtocolError (any other status, redirects, a body
        over the cap), CircuitOpen without a call, SourceOutcomeUnknown for a write that was sent and not answered,
        and what `check` raises.
        """
        return await self.fetch(request, call, operation, lambda reply: reply)

    async def fetch(
        self, request: UpstreamRequest, call: UpstreamCall, operation: Operation, read: Callable[[UpstreamReply], T]
    ) -> T:
        """What `read` makes of the reply that `send` gives.

        A SourceError that `read` raises is that of the attempt: where it is retryable the request is made again, and
        breaker, health, call and log know of it, as they would of a status.
        """
        return await self._noted(call, self._in_place(request, call, operation, read))

    async def fetch_with(
        self,
        credential: Credential[V],
        write: Callable[[V], UpstreamRequest],
        call: UpstreamCall,
        operation: Operation,
        read: Callable[[V, UpstreamReply], T],
    ) -> T:
        """As `fetch`; the request is written with the credential of the moment at which the call has its place.

        Raises what `credential` raises, too.
        """
        await credential.get(operation)
        return await self._noted(call, self._in_place_with(credential, write, call, operation, read))

    async def _in_place(
        self, request: UpstreamRequest, call: UpstreamCall, operation: Operation, read: Callable[[UpstreamReply], T]
    ) -> T:
        await self._take_place(operation)
        try:
            return await self._admitted(request, call, operation, read)
        finally:
            self._places.release()

    async def _in_place_with(
        self,
        credential: Credential[V],
        write: Callable[[V], UpstreamRequest],
        call: UpstreamCall,
        operation: Operation,
        read: Callable[[V, UpstreamReply], T],
    ) -> T:
        """The result. Who finds the credential gone leaves the place: the login for another one needs it."""
        while True:
            await self._take_place(operation)
            try:
                with credential.lent() as value:
                    if value is not None:
                        return await self._admitted(write(value), call, operation, partial(read, value))
            finally:
                self._places.release()
            await credential.get(operation)

    async def _noted(self, call: UpstreamCall, made: Awaitable[T]) -> T:
        """The result of a call; what became of it is noted in the call and the tally."""
        started, attempts, received = self._clock(), call.attempts, call.received_bytes
        call.outcome = "CANCELLED"
        try:
            result = await made
        except SourceError as error:
            call.outcome = error.code
            raise
        else:
            call.outcome = "OK"
            return result
        finally:
            seconds = self._clock() - started
            call.milliseconds += seconds * 1_000
            self.tally.note(
                call.operation,
                call.outcome,
                seconds,
                attempts=call.attempts - attempts,
                received_bytes=call.received_bytes - received,
            )

    def wait_seconds(self, error: SourceError, call: UpstreamCall, operation: Operation) -> float | None:
        """How long to wait before the call is made again by who must write another request for it; None: not at all."""
        left = min(self.settings.timeout_seconds - call.milliseconds / 1_000, operation.remaining_seconds())
        return self._retry.wait_seconds(error, call.attempts, left) if self._breaker.is_closed else None

    async def _take_place(self, operation: Operation) -> None:
        """Takes a place among `max_concurrency`. Waiting for it costs the operation's time, not the source's."""
        if self._breaker.is_refusing:
            raise CircuitOpen(self.source, _LEFT_ALONE)
        if not operation.remaining_seconds():
            raise SourceTimeout(self.source, "no time left")
        if not await is_acquired(self._places, operation):
            raise SourceTimeout(self.source, "no free place before the deadline")

    async def _admitted(
        self, request: UpstreamRequest, call: UpstreamCall, operation: Operation, read: Callable[[UpstreamReply], T]
    ) -> T:
        """The result, or the error; breaker and health are told either way."""
        ticket = self._breaker.admit()
        if ticket is None:
            raise CircuitOpen(self.source, _LEFT_ALONE)
        flight = Flight(request, call, operation, self.settings.timeout_seconds, self._clock())
        verdict, code = Verdict.UNKNOWN, None
        try:
            result = await self._timed(flight, read)
        except SourceError as error:
            verdict = _verdict(error, flight)
            code = None if isinstance(error, SourceRejected) else error.code
            error.__traceback__ = error.__context__ = None  # they hold the body, and the operation holds the error
            raise
        except asyncio.CancelledError:
            if not operation.remaining_seconds():  # who waits for it was a moment earlier than our own deadline
                late = _too_late(self.source, flight)
                verdict = _verdict(late, flight)
                code = call.outcome = late.code
            raise
        else:
            verdict = Verdict.ANSWERED
            return result
        finally:
            self._breaker.settle(ticket, verdict)
            if verdict is not Verdict.UNKNOWN:
                milliseconds = (self._clock() - flight.begun_at) * 1_000
                self._health.note(code, milliseconds, is_down=not self._breaker.is_closed)

    async def _timed(self, flight: Flight, read: Callable[[UpstreamReply], T]) -> T:
        """What the attempts give in the flight's time, from the first byte sent to the last received."""
        self._retry.budget.count_call()
        try:
            with self._deadlines.within(flight.seconds, flight.prolong):
                while True:
                    if self._rate is not None:
                        await self._pace(flight, self._rate)
                    try:
                        return await self._exchange.attempt(flight, read)
                    except SourceError as error:
                        wait = self._wait_seconds(error, flight)
                        self._note(flight, error, wait)
                        if wait is None:
                            raise
                    await asyncio.sleep(wait)
        except TimeoutError:
            late = _too_late(self.source, flight)
            self._note(flight, late, None)
            raise late from None

    async def _pace(self, flight: Flight, rate: RateLimiter) -> None:
        """Waits for the source's rate limit, if that can be in time."""
        moment = rate.reserve(flight.remaining_seconds(self._clock()))
        if moment is None:
            raise SourceRateLimited(self.source, "the configured rate_limit", retry_after_seconds=rate.wait_seconds())
        if (wait := moment - self._clock()) > 0:
            try:
                await asyncio.sleep(wait)
            except asyncio.CancelledError:
                rate.give_back(moment)
                raise

    def _wait_seconds(self, error: SourceError, flight: Flight) -> float | None:
        """How long to wait before another attempt; None for none. A probe of the breaker's has just one."""
        if not flight.may_be_sent or flight.is_spent or not self._breaker.is_closed:
            return None
        return self._retry.wait_seconds(error, flight.attempts, flight.remaining_seconds(self._clock()))

    def _note(self, flight: Flight, error: SourceError, wait: float | None) -> None:
        error.detail, error.is_logged = redacted(error.detail, flight.request), True
        self._log.warning(
            "upstream_attempt_failed",
            source=self.source,
            operation=flight.call.operation,
            attempt=flight.attempts,
            code=error.code,
            detail=error.detail,
            retry_in_seconds=wait,
        )


def _too_late(source: str, flight: Flight) -> SourceError:
    kind = SourceTimeout if flight.may_be_sent else SourceOutcomeUnknown
    return kind(source, f"no whole answer within {flight.seconds:.2f} s")


def _verdict(error: SourceError, flight: Flight) -> Verdict:
    """What a failed call says of the source."""
    had_its_time = flight.seconds >= min(flight.timeout_seconds, _FAIR_SECONDS)
    timed_out = isinstance(error, SourceTimeout | SourceOutcomeUnknown)
    if not flight.attempts or (timed_out and not had_its_time):
        return Verdict.UNKNOWN
    return Verdict.FAILED if error.is_retryable or timed_out else Verdict.ANSWERED
