"""Kruitbosch's calls: the login, a service's answer in the configured format, and the error that may hide in a 200."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

import msgspec

from resolvers.model.errors import SourceAuthFailed, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.kruitbosch.protocols import FORMATS, WireFormat, check_table, refusal_in
from resolvers.sources.kruitbosch.settings import KruitboschSettings
from resolvers.sources.kruitbosch.wire import Listing, Refusal, RowT, parse_session_id
from resolvers.transport.failures import unavailable
from resolvers.transport.http import HttpTransport
from resolvers.transport.messages import UpstreamReply, UpstreamRequest, fits_a_header
from resolvers.transport.shared_value import SharedValue

_LOGIN = "Authenticate"
_JSON = FORMATS["json"]
_REFUSALS = frozenset({400, 404, 405, 409, 422})
_COOKIE = re.compile(r"ss-id=([^;\s]+)")
_FAILED = 500
_UNAUTHORIZED = "Unauthorized"
"""ServiceStack's code for who is not logged in, also where the status is another than 401."""
_OF_THE_REQUEST = (
    "Argument",
    "Format",
    "IndexOutOfRange",
    "InvalidCast",
    "KeyNotFound",
    "NotFound",
    "NotImplemented",
    "NullReference",
    "Validation",
)
"""ServiceStack names an error by .NET's exception: those that begin so are about what was asked, or a row of it."""
_NO_LIST = (204, 401)


class Portal:
    """The way to the services, with one session for all calls."""

    def __init__(
        self, source: str, settings: KruitboschSettings, transport: HttpTransport, clock: Callable[[], datetime]
    ) -> None:
        self._source = source
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._form = FORMATS[settings.protocol]
        self._session = SharedValue(source, self._log_in)

    async def fetch(
        self, row: type[RowT], path: str, query: Mapping[str, str], call: UpstreamCall, operation: Operation
    ) -> Listing[RowT]:
        """The list at a path, after one more login where the session was refused. Raises SourceError."""

        def read(session_id: str, reply: UpstreamReply) -> Listing[RowT] | None:
            listing = self._listing(row, reply)
            if listing is None:
                self._session.drop(session_id)
            return listing

        def read_again(_session_id: str, reply: UpstreamReply) -> Listing[RowT]:
            listing = self._listing(row, reply)
            if listing is None:
                error = SourceAuthFailed(self._source, "a new session was refused")
                self._session.refuse(error)
                raise error
            return listing

        write = partial(self._request, path, query)
        listing = await self._transport.fetch_with(self._session, write, call, operation, read)
        if listing is None:
            listing = await self._transport.fetch_with(self._session, write, call, operation, read_again)
        return listing

    def _request(self, path: str, query: Mapping[str, str], session_id: str) -> UpstreamRequest:
        header = self._settings.session_header
        session = f"Bearer {session_id}" if header.lower() == "authorization" else session_id
        return UpstreamRequest(
            method="GET",
            path=path,
            query=query,
            headers={"Accept": self._form.accept, header: session},
            accept=frozenset({200, _FAILED, *_NO_LIST}) | _REFUSALS,
        )

    def _listing(self, row: type[RowT], reply: UpstreamReply) -> Listing[RowT] | None:
        """The list; None where the session has ended, which is no failure of the source's."""
        if reply.status == 204:
            return Listing([])
        refusal = refusal_in(self._source, reply)
        if reply.status == 401 or (refusal is not None and refusal.code == _UNAUTHORIZED):
            return None
        self._check(reply, refusal)
        if self._settings.protocol == "csv":
            check_table(self._source, row, reply)
        listing = self._form.parse_listing(self._source, row, reply.content)
        if not listing.rows and refusal is not None:
            raise SourceRejected(self._source, refusal.told)
        return listing

    async def _log_in(self, operation: Operation) -> str:
        """A session id."""
        call = UpstreamCall(source=self._source, operation=_LOGIN)
        operation.calls.append(call)  # noted, but never refused for the budget: others wait for it too
        credentials = {
            "provider": self._settings.login_provider,
            "UserName": self._settings.username,
            "Password": self._settings.password.get_secret_value(),
        }
        request = UpstreamRequest(
            method="POST",
            path=self._settings.login_path,
            headers={"Accept": _JSON.accept, "Content-Type": _JSON.accept},
            content=msgspec.json.encode(credentials),
            accept=frozenset({200}) | _REFUSALS,
        )
        return await self._transport.fetch(request, call, operation, self._session_id)

    def _session_id(self, reply: UpstreamReply) -> str:
        """What the answer's body calls the session; its cookie is the last resort, for it may be another."""
        self._check_login(reply)
        in_body = parse_session_id(self._source, reply.content, self._settings.session_fields)
        session_id = in_body or _cookie(reply)
        if session_id is None or not fits_a_header(session_id):  # every call after it would fail
            raise SourceProtocolError(self._source, "a login without a session id in its body or a cookie")
        return session_id

    def _check(self, reply: UpstreamReply, refusal: Refusal | None) -> None:
        """Raises SourceRejected for an error of the service's own, SourceProtocolError for another format.

        That may be in a 200, and a login page may be too. A 500 is SourceUnavailable, unless its error is about what
        was asked: asked again, that would fail again.
        """
        if reply.status == _FAILED and not (refusal and refusal.code.startswith(_OF_THE_REQUEST)):
            said = refusal.told if refusal else f"status {_FAILED}"
            raise unavailable(self._source, said, reply.headers, self._clock())
        if refusal is not None and (refusal.code or reply.status != 200):
            raise SourceRejected(self._source, refusal.told)
        self._check_format(reply, self._form)

    def _check_format(self, reply: UpstreamReply, form: WireFormat) -> None:
        if reply.status != 200 or not form.is_of(reply):
            raise SourceProtocolError(self._source, f"status {reply.status} with content type {reply.content_type!r}")

    def _check_login(self, reply: UpstreamReply) -> None:
        """As `_check`; what the service rejects here are the credentials, which its message may quote.

        Raises SourceAuthFailed.
        """
        refusal = refusal_in(self._source, reply)
        if refusal is not None and refusal.code:
            raise SourceAuthFailed(self._source, f"the login was declined: {refusal.code}")
        self._check_format(reply, _JSON)


def _cookie(reply: UpstreamReply) -> str | None:
    found = (_COOKIE.match(cookie) for cookie in reply.headers.get_list("set-cookie"))
    return next((match[1] for match in found if match), None)
