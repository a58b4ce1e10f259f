"""The way to Open2b's methods: the customer's key, one more login where it is refused, and what a refusal means."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from resolvers.model.customer import Account
from resolvers.model.errors import SourceAuthFailed, SourceError, SourceRateLimited, SourceRejected, SourceUnavailable
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.open2b.envelope import Refusal, Refused
from resolvers.sources.open2b.login import KEY_HEADER, LOGIN, Credentials, login_request, parse_login, read_secret
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest
from resolvers.transport.shared_value import SharedValue

T = TypeVar("T")
Read = Callable[[UpstreamReply], T]

_MOST_KEYS = 10_000
_REFUSED = frozenset({401, 403})
_STATUSES = _REFUSED | {200}  # with which a refusal may come, too
_TOO_MANY = ("too many requests", "call limit")  # both are the vendor's words for it
_JSON = {"Accept": "application/json", "Content-Type": "application/json"}


class Storefront:
    """Calls methods of a shop, each by the name that the UpstreamCall carries as its operation.

    The keys that logins gave are kept in memory only, one an account; the least used go where there are more than
    `most_keys`.
    """

    def __init__(self, source: str, transport: HttpTransport, *, most_keys: int = _MOST_KEYS) -> None:
        self._source = source
        self._transport = transport
        self._most_keys = most_keys
        self._sessions: dict[str, tuple[Credentials, SharedValue[str]]] = {}

    async def ask(self, account: Account, call: UpstreamCall, content: bytes, operation: Operation, read: Read[T]) -> T:
        """What `read` makes of the reply to a method that is about the customer.

        Where the account logs in, a key that is refused is renewed once. Raises SourceError and CallBudgetExceeded.
        """
        secret = read_secret(self._source, account)
        operation.begin(call)
        if isinstance(secret, str):
            return await self._send(self._request(call, content, secret), call, operation, read)
        try:
            return await self._ask_logged_in(self._session(account, secret), call, content, operation, read)
        except SourceError as error:
            call.outcome = error.code
            raise

    async def _ask_logged_in(
        self, session: SharedValue[str], call: UpstreamCall, content: bytes, operation: Operation, read: Read[T]
    ) -> T:
        def judged(key: str, reply: UpstreamReply) -> T | None:
            """The result; None where the key is no longer good, which is no failure of the shop's."""
            try:
                return self._judged(call, read, reply)
            except SourceAuthFailed:
                session.drop(key)
                return None

        def judged_again(_key: str, reply: UpstreamReply) -> T:
            try:
                return self._judged(call, read, reply)
            except SourceAuthFailed as error:
                session.refuse(error)
                raise

        write = partial(self._request, call, content)
        result = await self._transport.fetch_with(session, write, call, operation, judged)
        if result is None:
            result = await self._transport.fetch_with(session, write, call, operation, judged_again)
        return result

    async def ask_publicly(self, call: UpstreamCall, content: bytes, operation: Operation, read: Read[T]) -> T:
        """What `read` makes of the reply to a method that needs no customer, for all who wait for it.

        The call is noted, but never refused for the budget of the one who began it.
        """
        operation.calls.append(call)
        return await self._send(self._request(call, content), call, operation, read)

    def _session(self, account: Account, credentials: Credentials) -> SharedValue[str]:
        known = self._sessions.pop(account.id, None)
        if known is None or known[0] != credentials:
            known = credentials, SharedValue(self._source, partial(self._log_in, credentials, account.key))
        self._sessions[account.id] = known
        if len(self._sessions) > self._most_keys:
            del self._sessions[next(iter(self._sessions))]
        return known[1]

    async def _log_in(self, credentials: Credentials, account_key: str, operation: Operation) -> str:
        call = UpstreamCall(source=self._source, operation=LOGIN, account=account_key)
        return await self.ask_publicly(
            call, login_request(credentials), operation, lambda reply: parse_login(self._source, reply)
        )

    def _send(self, request: UpstreamRequest, call: UpstreamCall, operation: Operation, read: Read[T]) -> Awaitable[T]:
        return self._transport.fetch(request, call, operation, partial(self._judged, call, read))

    def _request(self, call: UpstreamCall, content: bytes, key: str | None = None) -> UpstreamRequest:
        headers: Mapping[str, str] = _JSON if key is None else _JSON | {KEY_HEADER: key}
        return UpstreamRequest(
            method="POST",
            path=f"api/v10/{call.operation}",
            headers=headers,
            content=content,
            accept=_STATUSES,
        )

    def _judged(self, call: UpstreamCall, read: Read[T], reply: UpstreamReply) -> T:
        """What `read` makes of the reply. Raises SourceError."""
        if reply.status in _REFUSED:
            text = f"{reply.reason[:200]} {reply.content[:200].decode('ascii', 'replace')}"
            raise self._meaning(call.operation, Refusal(type="AccessDenied", description=text))
        try:
            return read(reply)
        except Refused as refused:
            raise self._meaning(call.operation, refused.refusal) from None

    def _meaning(self, method: str, refusal: Refusal) -> SourceError:
        """The error that a refusal in either form stands for. What a login is told may quote the e-mail address."""
        description = (refusal.description or "").lower()
        detail = f"{refusal.type} {refusal.field}" + ("" if method == LOGIN else f": {refusal.description}")
        if any(words in description for words in _TOO_MANY):
            return SourceRateLimited(self._source, detail)
        if "internal system error" in description:
            return SourceUnavailable(self._source, detail)
        if refusal.type == "AccessDenied" or method == LOGIN:
            return SourceAuthFailed(self._source, detail)
        return SourceRejected(self._source, detail)
