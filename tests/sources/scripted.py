"""For the tests of a source: a connector on an upstream that answers from a script and keeps what it was sent."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec

from resolvers.model.customer import Account, Secret
from resolvers.model.source import InvoiceSource
from resolvers.transport.http import HttpTransport
from tests.sources.upstream import NOON, Answer, account, transport

BASE_URL = "http://upstream.test/Base"


class Script:
    """Answers with the given replies in their order, the last one again and again."""

    def __init__(self, *replies: httpx.Response | bytes | str) -> None:
        self._replies = [
            reply if isinstance(reply, httpx.Response) else httpx.Response(200, content=reply) for reply in replies
        ]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next reply."""
        self.requests.append(request)
        reply = self._replies[min(len(self.requests), len(self._replies)) - 1]
        return httpx.Response(
            reply.status_code, headers=reply.headers, content=reply.content, extensions=reply.extensions
        )

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON that was sent, call by call."""
        return [msgspec.json.decode(request.content, type=dict[str, Any]) for request in self.requests]


def source(connector: Any, script: Answer, **settings: Any) -> InvoiceSource:
    """The source named `here`; nothing is tried twice unless the settings say so."""
    read = connector.SETTINGS.model_validate({"base_url": BASE_URL, "retries": 0} | settings)
    made: HttpTransport = transport("here", read, script)
    built: InvoiceSource = connector.build("here", read, made, lambda: NOON)
    return built


def account_with_secret(key: str, secret: str) -> Account:
    """An account of the source `here` whose credential the directory holds."""
    return msgspec.structs.replace(account("here", key), secret=Secret(secret))
