"""An Open2b shop on httpx's MockTransport that answers each method with a script of its own."""

from __future__ import annotations

from typing import Any

import httpx

from resolvers.model.requires import EVERYTHING
from resolvers.model.source import InvoiceList, ListQuery
from resolvers.sources import open2b
from tests.sources.scripted import Script, account_with_secret, source
from tests.sources.upstream import operation

Reply = httpx.Response | bytes | str

KEY = "78FzLADvJ3naIe8d/CJQMA"
ACCOUNT = account_with_secret("4711", KEY)
ALL = frozenset({EVERYTHING})


def reply(*records: str, count: int | None = None) -> str:
    """An answer with these invoices."""
    total = "" if count is None else f',"count":{count}'
    return f'{{"status":"ok","invoices":[{",".join(records)}]{total}}}'


async def listed(content: str | httpx.Response, **settings: Any) -> InvoiceList:
    """All that is read of an answer."""
    shop = source(open2b, Script(content), **settings)
    return await shop.list_invoices(ListQuery(account=ACCOUNT, fields=ALL), operation())


def refused(type_: str, description: str = "") -> str:
    """An error in a 200."""
    return f'{{"status":"error","error":{{"field":"email","type":"{type_}","description":"{description}"}}}}'


def logged_in(key: str) -> httpx.Response:
    """The reply to a login: the key is in a header."""
    return httpx.Response(200, content='{"status":"ok"}', headers={"X-Customer-Key": key})


class Shop:
    """Answers `storefront.<name>` with the replies of that name in turn, the last one again and again."""

    def __init__(self, **replies: list[Reply]) -> None:
        self._scripts = {name: Script(*told) for name, told in replies.items()}
        self.requests: list[tuple[str, httpx.Request]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The next reply of the method."""
        method = request.url.path.rpartition(".")[2]
        self.requests.append((method, request))
        return self._scripts[method](request)

    @property
    def methods(self) -> list[str]:
        """What was called, in order."""
        return [method for method, _ in self.requests]

    @property
    def keys(self) -> list[str | None]:
        """The customer key that each call carried."""
        return [request.headers.get("x-customer-key") for _, request in self.requests]
