"""One call of xWeb's, whatever the protocol: its token, one more login where that was refused, and what faults mean."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Generic, TypeVar

import msgspec

from resolvers.model.errors import ErrorCode, SourceAuthFailed, SourceError, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.model.source import SourceHealth, SourceState
from resolvers.sources.netforum.faults import Fault, FaultBudget, FaultKind, described, kind_of, may_be_cured_by_login
from resolvers.sources.netforum.protocol import LOGIN_OPERATION, Answer, XwebProtocol
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.tokens import NoTokens, SerialTokens, SharedTokens, SingleUseToken, Token, Tokens
from resolvers.sources.netforum.tree import Branch
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A method with its arguments, and how its result is read.

    `subject` is what a fault is held against: the same subject is not asked again soon after two of them. Faults of
    questions that are `aside` leave the others half of the day's.
    """

    operation: str
    arguments: Mapping[str, str]
    subject: str
    read: Callable[[Branch], T]
    is_aside: bool = False


@dataclass(frozen=True, slots=True)
class _Allowed:
    """The tokens for a question, as long as `check` does not raise that it is not to be sent."""

    tokens: Tokens
    check: Callable[[], None]

    async def get(self, operation: Operation) -> None:
        """Checks before a login."""
        self.check()
        await self.tokens.get(operation)

    def lent(self) -> AbstractContextManager[Token | None]:
        """Checks before a token's trial begins: others may have caused faults while the call waited."""
        self.check()
        return self.tokens.lent()


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
        self._faults.answered(question.operation, question.subject)
        return result

    async def _ask(self, question: Question[T], call: UpstreamCall, operation: Operation) -> T:
        """The result, after one more login where the token was refused. A login that fails is not tried again here."""
        tokens, may_renew = self._tokens(), True
        async with tokens.hold(operation):
            while True:
                attempts = call.attempts
                try:
                    outcome = await self._ask_with(tokens, question, call, operation, may_renew=may_renew)
                except SourceError as error:
                    if not tokens.are_single_use or call.attempts == attempts:
                        raise
                    await self._wait_with_spent_token(error, call, operation)
                else:
                    if not isinstance(outcome, Fault):
                        return outcome
                    may_renew = False

    async def _wait_with_spent_token(self, error: SourceError, call: UpstreamCall, operation: Operation) -> None:
        """Waits before the call is made with another token, the failed one being spent. Else raises `error`."""
        wait = self._transport.wait_seconds(error, call, operation)
        if wait is None:
            raise error
        await asyncio.sleep(wait)

    async def _ask_with(
        self, tokens: Tokens, question: Question[T], call: UpstreamCall, operation: Operation, *, may_renew: bool
    ) -> T | Fault:
        """The result; the Fault where the token was refused and another one may do, no failure of the source's."""

        def write(token: Token) -> UpstreamRequest:
            request = self._protocol.request(question.operation, question.arguments, token.text)
            request.is_single_use = tokens.are_single_use
            return request

        def read(token: Token, reply: UpstreamReply) -> T | Fault:
            try:
                answer = self._answer(reply, question.operation, is_aside=question.is_aside)
            except Fault as fault:
                if fault.token is not None:
                    tokens.take(token, fault.token)
                if token.text and may_renew and may_be_cured_by_login(fault):
                    tokens.drop(token)
                    return fault
                error = self._refusal(fault, question.subject, token.text)
                if isinstance(error, SourceAuthFailed):
                    tokens.drop(token)
                    self._note_refused_again(error, question, tokens)
                raise error from None
            tokens.take(token, answer.token)
            return question.read(answer.result)

        check = partial(self._faults.check, question.operation, question.subject, is_aside=question.is_aside)
        return await self._transport.fetch_with(_Allowed(tokens, check), write, call, operation, read)

    def _note_refused_again(self, error: SourceAuthFailed, question: Question[T], tokens: Tokens) -> None:
        """A new token was refused, too: logins pause; for a look-up its method alone, which may not be granted."""
        if question.is_aside:
            self._faults.declined(question.operation)
        else:
            tokens.refuse(error)

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

    def _answer(self, reply: UpstreamReply, operation: str, *, is_aside: bool = False) -> Answer:
        """The reply, taken apart. Raises Fault, and counts it, and SourceError."""
        try:
            return self._protocol.answer(reply, operation)
        except Fault as fault:
            if fault.is_counted:
                self._faults.count(is_aside=is_aside)
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

    def _tokens_as_configured(self, settings: NetforumSettings, clock: Callable[[], datetime]) -> Callable[[], Tokens]:
        """What gives a call its tokens."""
        longest = timedelta(minutes=settings.token_minutes)
        tokens: Tokens
        match settings.authentication, settings.token_reuse:
            case "basic", _:
                tokens = NoTokens(self._source)
            case _, "shared":
                tokens = SharedTokens(self._source, self._log_in, longest, clock)
            case _, "serial":
                tokens = SerialTokens(self._source, self._log_in, longest, clock)
            case _, "per_call":
                return lambda: SingleUseToken(self._log_in)
        return lambda: tokens
