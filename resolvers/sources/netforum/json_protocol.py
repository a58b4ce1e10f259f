"""xWeb over JSON: the token travels in HTTP's own headers, `Authorization` there and `WWW-Authenticate` back.

How errors are told is not documented: what ASP.NET writes, or a SOAP fault turned over, is understood, and statuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

import msgspec

from resolvers.model.clock import utc_now
from resolvers.model.errors import SourceProtocolError
from resolvers.sources.authentication import BasicAuthentication
from resolvers.sources.netforum.faults import REFUSED_TOKEN, Fault, FaultKind, kind_of
from resolvers.sources.netforum.protocol import LOGIN_OPERATION, Answer, stated_token, token_of
from resolvers.sources.netforum.settings import NetforumSettings
from resolvers.sources.netforum.tree import Tree, from_json
from resolvers.transport.failures import unavailable
from resolvers.transport.messages import UNTOLD, UpstreamReply, UpstreamRequest

_JSON_TYPES = ("application/json", "text/json")
_STATUSES = frozenset({200, 400, 401, 500})
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json; charset=utf-8"}
_MESSAGES = ("exceptionmessage", "message", "faultstring", "error")
_WRAPPERS = ("fault", "error")
_TOKEN = re.compile(r'\bBearer\s+token\s*=\s*"?([^\s",]+)', re.IGNORECASE)


class JsonProtocol:
    """xWeb by `/JSON/<method>`."""

    def __init__(self, source: str, settings: NetforumSettings, *, now: Callable[[], datetime] = utc_now) -> None:
        self._source = source
        self._now = now
        self._settings = settings
        self._credentials = BasicAuthentication(
            method="basic", username=settings.username, password=settings.password
        ).headers()

    def login(self) -> UpstreamRequest:
        """`Authenticate`, with name and password where a method takes them and in the header, where any call may."""
        password = self._settings.password.get_secret_value()
        return self.request(LOGIN_OPERATION, {"userName": self._settings.username, "password": password}, "")

    def request(self, operation: str, arguments: Mapping[str, str], token: str) -> UpstreamRequest:
        """The POST for a method."""
        credentials = {"Authorization": f"Bearer {token}"} if token else self._credentials
        return UpstreamRequest(
            method="POST",
            path=f"{self._settings.json_path}/{operation}",
            headers=_HEADERS | credentials,
            content=msgspec.json.encode({operation: arguments}),
            accept=_STATUSES,
        )

    def answer(self, reply: UpstreamReply, operation: str) -> Answer:
        """The object, and the token of the header or, at a login, of what was answered, which need be no object."""
        self._check(reply)
        header = _TOKEN.search(reply.headers.get("www-authenticate", ""))
        token = token_of(header[1]) if header else None
        if reply.status == 401 and not (_is_json(reply) and reply.content):
            raise Fault("401", "", REFUSED_TOKEN)
        result = from_json(self._source, reply.content)
        tree = result if isinstance(result, dict) else {}
        if (fault := _fault(reply.status, tree, token)) is not None:
            raise fault
        if operation == LOGIN_OPERATION:
            return Answer(tree, token or stated_token(result))
        if result is not None and not tree and result != {}:
            raise SourceProtocolError(self._source, "a reply that is no object")
        return Answer(tree, token)

    def _check(self, reply: UpstreamReply) -> None:
        """Raises SourceUnavailable for a server's error page, SourceProtocolError for anything else that is no JSON."""
        if reply.status == 401 or (_is_json(reply) and reply.content):
            return
        said = f"status {reply.status} with content type {reply.content_type!r}, {len(reply.content)} bytes"
        if reply.status == 500:
            raise unavailable(self._source, said, reply.headers, self._now())
        raise SourceProtocolError(self._source, said)


def _is_json(reply: UpstreamReply) -> bool:
    told = reply.content_type
    if told in UNTOLD:
        return reply.content.lstrip()[:1] == b"{"
    return told in _JSON_TYPES or told.endswith("+json")


def _fault(status: int, tree: Tree, token: str | None) -> Fault | None:
    """The fault that an object or a status tells of: the vendor counts them, so what is no answer is taken for one."""
    said = _texts_of(tree)
    for name, inner in tree.items():
        if name.lower() in _WRAPPERS and isinstance(inner, dict):
            said |= _texts_of(inner)
    message = next((said[name] for name in _MESSAGES if said.get(name)), "")
    if not message and status == 200:
        return None
    fault = Fault(str(status), message, said.get("exceptiontype", "").rpartition(".")[2], message, token=token)
    if status == 401 and kind_of(fault) is FaultKind.OTHER:
        fault.detail_kind = REFUSED_TOKEN
    return fault


def _texts_of(tree: Tree) -> dict[str, str]:
    """Its texts by their names in small letters."""
    return {name.lower(): value for name, value in tree.items() if isinstance(value, str)}
