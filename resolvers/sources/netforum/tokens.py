"""Which token a call carries: one for all side by side, one call after the other, a new one for each, or none."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    nullcontext,
)
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple, Protocol

from resolvers.model.errors import SourceAuthFailed, SourceTimeout
from resolvers.model.operation import Operation
from resolvers.transport.shared_value import SharedValue
from resolvers.transport.turn import is_acquired, is_done

_MARGIN = timedelta(seconds=30)

Login = Callable[[Operation], Awaitable[str]]
"""Fetches a new token."""


class Token(NamedTuple):
    """A token for one call, and the call's turn among the others."""

    text: str
    turn: int

    def __repr__(self) -> str:
        return f"Token(***, {self.turn})"


class Tokens(Protocol):
    """The transport's Credential, for calls each of which has its turn from before `get` until after `take`.

    With `are_single_use` no token is sent twice, whatever came of it.
    """

    are_single_use: bool

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The call's turn. Raises SourceTimeout."""

    async def get(self, operation: Operation) -> None:
        """Returns when there may be a token. Raises what the login raises."""

    def lent(self) -> AbstractContextManager[Token | None]:
        """A token for a call that is sent at once; None where it must be waited for."""

    def drop(self, token: Token) -> None:
        """Lets go of a token that was refused."""

    def refuse(self, error: SourceAuthFailed) -> None:
        """Notes that one was refused that came after such a one."""

    def take(self, sent: Token, received: str | None) -> None:
        """Takes over what the header of the reply to a call brought, if anything."""


class SharedTokens:
    """One token, used side by side; the reply to the call that was sent last has the last word.

    A token is not used beyond its age: an expired one costs a fault for every call that carries it. For the same
    reason a login's token is tried by one call first: twenty side by side would cost twenty.
    """

    are_single_use = False

    def __init__(self, source: str, login: Login, longest: timedelta, clock: Callable[[], datetime]) -> None:
        self._login = login
        self._source = source
        self._longest = longest - min(_MARGIN, longest / 2)
        self._clock = clock
        self._session = SharedValue(source, self._log_in, clock=lambda: clock().timestamp())
        self._turns = count(1)
        self._newest = 0
        self._old_at = clock()
        self._untried = ""
        self._trial: asyncio.Future[None] | None = None

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """Everybody's: nobody waits."""
        return nullcontext()

    async def get(self, operation: Operation) -> None:
        """Returns after the trial of a login's token, and after a login where there is none, or an old one."""
        if self._trial is not None:
            await is_done(self._trial, operation)
        text = await self._session.get(operation)
        if self._clock() >= self._old_at:
            await self._session.renew(text, operation)

    @contextmanager
    def lent(self) -> Iterator[Token | None]:
        """The token of the moment; a login's to one call alone until it was let in once, or nobody can tell."""
        with self._session.lent() as text:
            if text is None or self._clock() >= self._old_at:
                yield None
            elif text != self._untried:
                yield Token(text, next(self._turns))
            elif self._trial is not None:
                yield None
            else:
                self._trial = trial = asyncio.get_running_loop().create_future()
                try:
                    yield Token(text, next(self._turns))
                finally:
                    self._untried, self._trial = "", None
                    trial.set_result(None)

    def drop(self, token: Token) -> None:
        """Spares those who wait a fault each."""
        self._session.drop(token.text)

    def refuse(self, error: SourceAuthFailed) -> None:
        """Lets nobody log in for a while."""
        self._session.refuse(error)

    def take(self, sent: Token, received: str | None) -> None:
        """Takes it unless a later call, or a login since, has brought one already."""
        if received is None or sent.turn < self._newest:
            return
        self._newest = sent.turn
        if received != sent.text:
            self._old_at = self._clock() + self._longest
        self._session.replace(received)

    async def _log_in(self, operation: Operation) -> str:
        text = await self._login(operation)
        self._newest = next(self._turns)
        self._old_at = self._clock() + self._longest
        self._untried = text
        return text


class SerialTokens(SharedTokens):
    """One token, and one call at a time, for tenants where each reply ends the token of its call."""

    def __init__(self, source: str, login: Login, longest: timedelta, clock: Callable[[], datetime]) -> None:
        super().__init__(source, login, longest, clock)
        self._lock = asyncio.Lock()

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """The only one's that there is."""
        return _turn(self._lock, self._source, operation)


class SingleUseToken:
    """One call's own, for tokens that are good for one: it logs in before each attempt."""

    are_single_use = True

    def __init__(self, login: Login) -> None:
        self._login = login
        self._token: Token | None = None

    def hold(self, operation: Operation) -> AbstractAsyncContextManager[None]:
        """Nobody else's: nobody waits."""
        return nullcontext()

    async def get(self, operation: Operation) -> None:
        """Logs in, unless there is a token that was not lent yet."""
        if self._token is None:
            self._token = Token(await self._login(operation), 0)

    def lent(self) -> AbstractContextManager[Token | None]:
        """The token, once."""
        token, self._token = self._token, None
        return nullcontext(token)

    def drop(self, token: Token) -> None:
        """Nobody would send it again."""

    def refuse(self, error: SourceAuthFailed) -> None:
        """The next call's token is another one."""

    def take(self, sent: Token, received: str | None) -> None:
        """Lets it go: nobody may use it."""


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
        """A turn as soon as it is safe."""
        async with nullcontext() if self._are_good else _turn(self._lock, self._source, operation):
            try:
                yield
            except SourceAuthFailed:
                self._are_good = False
                raise

    async def get(self, operation: Operation) -> None:
        """There is nothing to wait for."""

    def lent(self) -> AbstractContextManager[Token | None]:
        """No token."""
        return nullcontext(Token("", 0))

    def drop(self, token: Token) -> None:
        """There is none."""

    def refuse(self, error: SourceAuthFailed) -> None:
        """Whoever holds a turn sees it pass by."""

    def take(self, sent: Token, received: str | None) -> None:
        """Notes that the call was let in; whatever it brought is not needed."""
        self._are_good = True


@asynccontextmanager
async def _turn(lock: asyncio.Lock, source: str, operation: Operation) -> AsyncIterator[None]:
    """The lock, within the operation's time."""
    if not await is_acquired(lock, operation):
        raise SourceTimeout(source, "the call's turn did not come before the deadline")
    try:
        yield
    finally:
        lock.release()
