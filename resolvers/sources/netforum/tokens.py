"""Which token a call carries: one for all side by side, one call after the other, a new one for each, or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple, Protocol

from resolvers.model.errors import SourceAuthFailed, SourceTimeout
from resolvers.model.operation import Operation
from resolvers.sources.netforum.faults import REFUSED_TOKEN, Fault
from resolvers.transport.shared_value import SharedValue
from resolvers.transport.turn import is_acquired

_MARGIN = timedelta(seconds=30)

Login = Callable[[Operation], Awaitable[str]]
"""Fetches a new token."""


class Token(NamedTuple):
    """A token for one call, and the call's place among the others."""

    text: str
    turn: int

    def __repr__(self) -> str:
        return f"Token(***, {self.turn})"


class Tokens(Protocol):
    """Tokens for calls; a call holds its place from before `get` until after `take`.

    With `are_single_use` no token is sent twice, whatever came of it.
    """

    are_single_use: bool

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The call's place. Raises SourceTimeout."""

    async def get(self, operation: Operation) -> Token:
        """A token. Raises what the login raises."""

    async def renew(self, refused: Token, operation: Operation) -> Token:
        """Another token than the refused one."""

    def trial(self, token: Token, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The right to send the token. Raises Fault for one that is known to be refused, and SourceTimeout."""

    def refuse(self, token: Token) -> None:
        """Notes that a call was refused for its token."""

    def take(self, sent: Token, received: str | None) -> None:
        """Takes over what the header of the reply to a call brought, if anything."""


class SharedTokens:
    """One token, used side by side; the reply to the call that was sent last has the last word.

    A token is not used beyond its age: an expired one costs a fault for every call that carries it. For the same
    reason a login's token is tried by one call first: twenty side by side would cost twenty. Nor is one sent that was
    refused while a call waited for one of the transport's `places`.
    """

    are_single_use = False

    def __init__(
        self, source: str, login: Login, longest: timedelta, clock: Callable[[], datetime], *, places: int = 8
    ) -> None:
        self._places = asyncio.Semaphore(places)
        self._login = login
        self._source = source
        self._longest = longest - min(_MARGIN, longest / 2)
        self._clock = clock
        self._session = SharedValue(source, self._log_in)
        self._turns = count(1)
        self._newest = 0
        self._old_at = clock()
        self._untried = ""
        self._refused = self._ended = ""
        self._trial = asyncio.Lock()

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """No place at all: nobody waits."""
        return nullcontext()

    async def get(self, operation: Operation) -> Token:
        """The token of the moment, or a login's where that one is old."""
        text = await self._session.get(operation)
        if self._clock() >= self._old_at:
            text = await self._session.renew(text, operation)
        return Token(text, next(self._turns))

    async def renew(self, refused: Token, operation: Operation) -> Token:
        """What has replaced the token meanwhile, or that of one login for all."""
        return Token(await self._session.renew(refused.text, operation), next(self._turns))

    @asynccontextmanager
    async def trial(self, token: Token, operation: Operation) -> AsyncIterator[None]:
        """Alone with a login's token until it was let in once, or nobody can tell; then side by side."""
        if token.text == self._untried:
            async with _turn(self._trial, self._source, operation):
                if token.text == self._untried:
                    try:
                        yield
                    finally:
                        self._untried = ""
                    return
        async with _turn(self._places, self._source, operation):
            if token.text in (self._refused, self._ended):
                raise Fault("", "", REFUSED_TOKEN)
            yield

    def refuse(self, token: Token) -> None:
        """Spares those who wait for the trial of this token, or with it for a place, a fault each."""
        if token.text == self._untried:
            self._refused = token.text
        else:
            self._ended = token.text

    def take(self, sent: Token, received: str | None) -> None:
        """Takes it unless a later call, or a login since, has brought one already."""
        if received is None or sent.turn < self._newest:
            return
        self._newest = sent.turn
        if received == self._ended:
            self._ended = ""
        if received != sent.text:
            self._old_at = self._clock() + self._longest
        self._session.replace(received)

    async def _log_in(self, operation: Operation) -> str:
        text = await self._login(operation)
        self._newest = next(self._turns)
        self._old_at = self._clock() + self._longest
        self._untried = text
        if text == self._refused:  # some tenants have but one token a user
            self._refused = ""
        if text == self._ended:
            self._ended = ""
        return text


class SerialTokens(SharedTokens):
    """One token, and one call at a time, for tenants where each reply ends the token of its call."""

    def __init__(self, source: str, login: Login, longest: timedelta, clock: Callable[[], datetime]) -> None:
        super().__init__(source, login, longest, clock)
        self._lock = asyncio.Lock()

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The only place there is."""
        return _turn(self._lock, self._source, operation)


class SingleUseTokens:
    """A login before each call, for tokens that are good for one."""

    are_single_use = True

    def __init__(self, login: Login) -> None:
        self._login = login

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """No place at all: nobody waits."""
        return nullcontext()

    async def get(self, operation: Operation) -> Token:
        """A token of this call's own."""
        return Token(await self._login(operation), 0)

    async def renew(self, refused: Token, operation: Operation) -> Token:
        """Another one."""
        return await self.get(operation)

    def trial(self, token: Token, operation: Operation) -> AbstractAsyncContextManager[None]:
        """Nobody else has it."""
        return nullcontext()

    def refuse(self, token: Token) -> None:
        """Nobody else would have sent it."""

    def take(self, sent: Token, received: str | None) -> None:
        """Lets it go: nobody else may use it."""


class NoTokens:
    """Name and password with each call, one call at a time until they are known to be good.

    Twenty calls side by side with a wrong password would all but lock the account.
    """

    are_single_use = False

    def __init__(self, source: str) -> None:
        self._source = source
        self._lock = asyncio.Lock()
        self._are_good = False

    @asynccontextmanager
    async def hold(self, operation: Operation) -> AsyncIterator[None]:
        """A place as soon as it is safe."""
        async with nullcontext() if self._are_good else _turn(self._lock, self._source, operation):
            try:
                yield
            except SourceAuthFailed:
                self._are_good = False
                raise

    async def get(self, operation: Operation) -> Token:
        """No token."""
        return Token("", 0)

    async def renew(self, refused: Token, operation: Operation) -> Token:
        """No other."""
        return refused

    def trial(self, token: Token, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The place is trial enough."""
        return nullcontext()

    def refuse(self, token: Token) -> None:
        """There is none."""

    def take(self, sent: Token, received: str | None) -> None:
        """Notes that the call was let in; whatever it brought is not needed."""
        self._are_good = True


@asynccontextmanager
async def _turn(lock: asyncio.Lock | asyncio.Semaphore, source: str, operation: Operation) -> AsyncIterator[None]:
    """The lock, within the operation's time."""
    if not await is_acquired(lock, operation):
        raise SourceTimeout(source, "the call's turn did not come before the deadline")
    try:
        yield
    finally:
        lock.release()
