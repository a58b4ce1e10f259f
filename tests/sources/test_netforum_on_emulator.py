"""netFORUM's faults against its emulator, in the process: what a day's hundred are spent on."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest

from resolvers.model.errors import SourceAuthFailed, SourceRejected
from resolvers.model.source import InvoiceSource
from resolvers.sources import netforum
from resolvers.transport.http import HttpTransport
from sandbox import netforum as emulated
from sandbox.books import Account, Books
from sandbox.faults import Fault, Switchboard
from sandbox.netforum.sessions import TokenMode
from tests.sources.upstream import Clock, account, listing, operation

KEY = "00000000-0000-4000-8000-00000000000a"
BOTH = pytest.mark.parametrize("protocol", ["soap", "json"])
QUERY = listing(account("dues", KEY))


class Tenant:
    """An emulated tenant, what is armed against it, and how often each method was called."""

    def __init__(self, tokens: TokenMode = "absolute") -> None:
        accounts = (Account("C-1", "association", KEY, "001"),)
        books = Books((), accounts, {("association", KEY): []})
        self.board = Switchboard()
        self.calls: Counter[str] = Counter()
        self.clock = Clock()
        settings = emulated.Settings(tokens=tokens, clock=self.clock.now.timestamp)
        self._wire = httpx.ASGITransport(emulated.emulator(books, self.board, settings))

    def source(self, protocol: str, **settings: object) -> InvoiceSource:
        """A source in front of it whose own count of faults never ends."""
        given = {
            "base_url": "http://dues.test/xweb",
            "protocol": protocol,
            "username": emulated.USER,
            "password": emulated.PASSWORD,
            "max_faults_per_day": 10_000,
            **settings,
        }
        read = netforum.SETTINGS.model_validate(given)
        engine = httpx.MockTransport(self._counted)
        return netforum.build("dues", read, HttpTransport("dues", read, engine=engine), self.clock)

    async def _counted(self, request: httpx.Request) -> httpx.Response:
        name = request.headers.get("SOAPAction", str(request.url)).strip('"').rpartition("/")[2]
        self.calls[name] += 1
        reply = await self._wire.handle_async_request(request)
        return httpx.Response(reply.status_code, headers=reply.headers, content=await reply.aread())


@BOTH
async def test_eight_hundred_calls_whose_tokens_are_all_refused_leave_the_account_open(protocol: str) -> None:
    tenant = Tenant()
    dues = tenant.source(protocol)
    tenant.board.faults["association"] = Fault("expired_token")

    for _ in range(40):
        made = [dues.list_invoices(QUERY, operation()) for _ in range(20)]
        assert {type(error) for error in await asyncio.gather(*made, return_exceptions=True)} == {SourceAuthFailed}
    tenant.board.faults.clear()
    assert (tenant.calls["Authenticate"], tenant.calls.total()) == (2, 4)

    tenant.clock.pass_by(seconds=31)
    assert (await dues.list_invoices(QUERY, operation())).invoices == []


@BOTH
async def test_a_fault_in_serial_mode_costs_no_login_where_it_ends_the_token_and_brings_another(protocol: str) -> None:
    tenant = Tenant("sliding")
    dues = tenant.source(protocol, token_reuse="serial")
    tenant.board.faults["association"] = Fault("error_200", times=1)

    with pytest.raises(SourceRejected):
        await dues.list_invoices(QUERY, operation())
    await dues.list_invoices(QUERY, operation())

    assert tenant.calls["Authenticate"] == 1
    assert tenant.calls.total() == 3
