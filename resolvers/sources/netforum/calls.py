"""One call of xWeb's, whatever the protocol: its token, one more login where that was refused, and what faults mean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec

from resolvers.model.errors import ErrorCode, SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import SourceHealth, SourceState
from resolvers.sources.netforum.faults import CURED_BY_LOGIN, Fault, FaultBudget, FaultKind, described, kind_of
from resolvers.sources.netforum.protocol import LOGIN_OPERATION, Answer, XwebProtocol
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.tokens import NoTokens, SerialTokens, SharedTokens, SingleUseTokens, Token, Tokens
from resolvers.sources.netforum.tree import Branch
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A method with its arguments, and how its result is read.

    `subject` is what a fault is held against: the same subject is not asked again soon after two of them.
    """

    operation: str
    arguments: Mapping[str, str]
    subject: str
    read: Callable[[Branch], T]


class Xweb:
    """A tenant's web service."""

    def __init__(
        self,
        source: str,
        settings: NetforumSettings,
        transport: HttpTransport,
        protocol: XwebProtocol,
        clock: Callable[[], datetime],
    ) -> None:
        self._source = source
        self._transport = transport
        self._protocol = protocol
        self._password = settings.password.get_secret_value()
        pause = timedelta(seconds=settings.login_pause_seconds)
        self._faults = FaultBudget(source, settings.max_faults_per_day, pause, clock)
        self._tokens = self._tokens_as_configured(settings, clock)

    def health(self) -> SourceHealth:
        """How its calls went lately; DOWN while the day's faults are spent."""
        health, since = self._transport.health(), self._faults.spent_since()
        if since is None:
            return health
        change = msgspec.structs.replace
        return change(health, state=SourceState.DOWN, since=since, last_error_code=ErrorCode.CIRCUIT_OPEN)

    async def ask(self, question: Question[T], call: UpstreamCall, operation: Operation) -> T:
        """The result. Raises SourceError; `call` is filled either way."""
        try:
            result = await self._ask(question, operation.begin(call), operation)
        except SourceError as error:
            call.outcome = error.code
            raise
        self._faults.answered(question.subject)
        return result

    async def _ask(self, question: Question[T], call: UpstreamCall, operation: Operation) -> T:
        """The result, after one more login where the token was refused. A login that fails is not tried again here."""
        async with self._tokens.hold(operation):
            self._faults.check(question.subject)
            token = await self._tokens.get(operation)
            may_renew = bool(token.text)
            while True:
                try:
                    return await self._ask_with(token, question, call, operation, may_renew=may_renew)
                except Fault as fault:
                    if not may_renew:  # that of another call with this token
                        raise self._refusal(fault, question.subject, token.text) from None
                    may_renew = False
                except SourceError as error:
                    await self._wait_with_spent_token(error, call, operation)
                self._faults.check(question.subject)
                token = await self._tokens.renew(token, operation)

    async def _wait_with_spent_token(self, error: SourceError, call: UpstreamCall, operation: Operation) -> None:
        """Waits before the call is made with another token, the failed one being spent. Else raises `error`."""
        wait = self._transport.wait_seconds(error, call, operation) if self._tokens.are_single_use else None
        if wait is None:
            raise error
        await asyncio.sleep(wait)

    async def _ask_with(
        self, token: Token, question: Question[T], call: UpstreamCall, operation: Operation, *, may_renew: bool
    ) -> T:
        """The result. Raises Fault where the token was refused and another one may do, else SourceError."""

        def read(reply: UpstreamReply) -> T | Fault:
            try:
                answer = self._answer(reply, question.operation)
            except Fault as fault:
                is_curable = kind_of(fault) in CURED_BY_LOGIN
                if fault.token is not None:
                    self._tokens.take(token, fault.token)
                if is_curable:
                    self._tokens.refuse(token)
                if is_curable and may_renew:
                    return fault  # no failure of the source's
                raise self._refusal(fault, question.subject, token.text) from None
            self._tokens.take(token, answer.token)
            return question.read(answer.result)

        request = self._protocol.request(question.operation, question.arguments, token.text)
        request.is_single_use = self._tokens.are_single_use
        async with self._tokens.trial(token, operation):
            outcome = await self._transport.fetch(request, call, operation, read)
        if isinstance(outcome, Fault):
            raise outcome
        return outcome

    async def _log_in(self, operation: Operation) -> str:
        """A token."""
        self._faults.check(LOGIN_OPERATION)
        call = UpstreamCall(source=self._source, operation=LOGIN_OPERATION)
        operation.calls.append(call)  # noted, but never refused for the budget: others wait for it too
        return await self._transport.fetch(self._protocol.login(), call, operation, self._login_token)

    def _login_token(self, reply: UpstreamReply) -> str:
        try:
            answer = self._answer(reply, LOGIN_OPERATION)
        except Fault as fault:
            raise self._refusal(fault, LOGIN_OPERATION, "") from None
        if answer.token is None:
            raise SourceProtocolError(self._source, "a login that brought no token")
        return answer.token

    def _answer(self, reply: UpstreamReply, operation: str) -> Answer:
        """The reply, taken apart. Raises Fault, and counts it, and SourceError."""
        try:
            return self._protocol.answer(reply, operation)
        except Fault:
            self._faults.count()
            raise

    def _refusal(self, fault: Fault, subject: str, token: str) -> SourceError:
        """What a fault that no login cures means, remembered so that it costs no second one soon."""
        kind, detail = kind_of(fault), described(fault, self._password)
        if kind is FaultKind.OTHER:
            self._faults.declined(subject)
            return SourceRejected(self._source, detail)
        if kind is not FaultKind.TOKEN or not token:  # without a token it was name and password that were refused
            self._faults.shut()
        return SourceAuthFailed(self._source, detail)

    def _tokens_as_configured(self, settings: NetforumSettings, clock: Callable[[], datetime]) -> Tokens:
        longest = timedelta(minutes=settings.token_minutes)
        if settings.authentication == "basic":
            return NoTokens(self._source)
        match settings.token_reuse:
            case "shared":
                return SharedTokens(self._source, self._log_in, longest, clock, places=settings.max_concurrency)
            case "serial":
                return SerialTokens(self._source, self._log_in, longest, clock)
            case "per_call":
                return SingleUseTokens(self._log_in)
