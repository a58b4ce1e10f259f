"""What lets us in may end while calls wait for their place: those under way find out, and nobody else sends it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from resolvers.model.errors import SourceAuthFailed
from resolvers.model.source import InvoiceSource, ListQuery, SourceState
from resolvers.sources import open2b
from tests.sources import test_kruitbosch_client, xweb
from tests.sources.scripted import account_with_secret
from tests.sources.scripted import source as scripted
from tests.sources.shop import logged_in
from tests.sources.upstream import account, listing, operation

MANY = 60


@dataclass
class Upstream:
    """Logs in as pass-1, pass-2, ..., refuses what has ended, and counts what it was sent."""

    connect: Callable[[Upstream, int], InvoiceSource]
    query: ListQuery
    logins: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    ended: Callable[[str], bool] = lambda _pass: False

    def log_in(self) -> str:
        """The next login's."""
        self.logins += 1
        return f"pass-{self.logins}"

    def lets_in(self, shown: str) -> bool:
        """Whether a call is let in with what it shows, which is counted."""
        self.sent[shown] += 1
        return not self.ended(shown)


def netforum_of(upstream: Upstream, places: int, **settings: Any) -> InvoiceSource:
    web = xweb.XWeb(
        lambda shown: xweb.listed() if upstream.lets_in(shown) else xweb.fault("Invalid Token Value", "Invalid")
    )
    web.login = lambda _number: xweb.logged_in(upstream.log_in())
    return xweb.source(web, max_concurrency=places, **settings)


def serial_netforum_of(upstream: Upstream, places: int) -> InvoiceSource:
    return netforum_of(upstream, places, token_reuse="serial")


def kruitbosch_of(upstream: Upstream, places: int) -> InvoiceSource:
    rows, refused = test_kruitbosch_client.rows, httpx.Response(401)
    portal = test_kruitbosch_client.Portal(lambda shown: rows() if upstream.lets_in(shown) else refused)
    portal.login = lambda _number: httpx.Response(200, json={"SessionId": upstream.log_in()})
    return test_kruitbosch_client.source(portal, max_concurrency=places)


def open2b_of(upstream: Upstream, places: int) -> InvoiceSource:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("login"):
            return logged_in(upstream.log_in())
        is_let_in = upstream.lets_in(request.headers["x-customer-key"])
        return httpx.Response(200, content='{"status":"ok","invoices":[]}') if is_let_in else httpx.Response(403)

    return scripted(open2b, answer, currency="EUR", max_concurrency=places)


SHOPPER = account_with_secret("4711", '{"email": "holmes@example.com", "password": "x"}')
UPSTREAMS = {
    "netforum": (netforum_of, listing(account("dues", xweb.KEY))),
    "netforum-serial": (serial_netforum_of, listing(account("dues", xweb.KEY))),
    "kruitbosch": (kruitbosch_of, listing(account("wholesale", "10025"))),
    "open2b": (open2b_of, listing(SHOPPER)),
}


@pytest.fixture(params=UPSTREAMS)
def upstream(request: pytest.FixtureRequest) -> Upstream:
    return Upstream(*UPSTREAMS[request.param])


async def proven(upstream: Upstream, places: int) -> InvoiceSource:
    """A source that was let in once."""
    source = upstream.connect(upstream, places)
    await source.list_invoices(upstream.query, operation())
    upstream.sent.clear()
    return source


def many(source: InvoiceSource, query: ListQuery) -> Awaitable[list[object]]:
    made = [source.list_invoices(query, operation(20)) for _ in range(MANY)]
    return asyncio.gather(*made, return_exceptions=True)


@pytest.mark.parametrize("places", [1, 4])
async def test_what_has_ended_is_sent_by_no_more_calls_than_there_are_places(upstream: Upstream, places: int) -> None:
    source = await proven(upstream, places)
    upstream.ended = lambda shown: shown == "pass-1"

    outcomes = await many(source, upstream.query)

    assert not [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert upstream.logins == 2
    assert 1 <= upstream.sent.pop("pass-1") <= places
    assert upstream.sent == {"pass-2": MANY}
    assert source.health().state is SourceState.UP


@pytest.mark.parametrize("places", [1, 4])
async def test_where_the_new_one_is_refused_too_nobody_logs_in_for_a_while(upstream: Upstream, places: int) -> None:
    source = await proven(upstream, places)
    upstream.ended = lambda _shown: True

    outcomes = await many(source, upstream.query)

    assert {type(outcome) for outcome in outcomes} == {SourceAuthFailed}
    assert upstream.logins == 2
    assert upstream.sent.total() <= 2 * places
