"""netFORUM's faults, which the vendor counts: how many a crowd of calls may cause, and what they leave to others."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from resolvers.model.errors import CircuitOpen, SourceAuthFailed, SourceRejected
from resolvers.model.source import FindQuery, InvoiceSource, SourceState
from tests.sources.upstream import Clock, account, listing, operation
from tests.sources.xweb import KEY, LIST, XJson, XWeb, fault, json_reply, json_source, listed, source

ACCOUNT = account("dues", KEY)
KEYS = [f"{number:08}-0000-4000-8000-000000000000" for number in range(60)]
NOT_GRANTED = "Account is not authorized to perform Select on Invoice object."


async def kinds_of_errors(dues: InvoiceSource) -> set[type[object]]:
    """What sixty lists that are asked for side by side come to."""
    lists = (dues.list_invoices(listing(account("dues", key)), operation()) for key in KEYS)
    return {type(outcome) for outcome in await asyncio.gather(*lists, return_exceptions=True)}


def look_up(key: str) -> FindQuery:
    """The query for the lines of one invoice."""
    return FindQuery(account=ACCOUNT, fields=frozenset({"lines"}), ids=(key,))


async def kinds_of_look_ups(dues: InvoiceSource) -> set[type[object]]:
    """What sixty look-ups side by side come to."""
    found = (dues.find_invoices(look_up(key), operation()) for key in KEYS)
    return {type(outcome) for outcome in await asyncio.gather(*found, return_exceptions=True)}


@pytest.mark.parametrize("token_reuse", ["shared", "serial", "per_call"])
async def test_calls_that_wait_while_the_days_faults_are_spent_are_not_sent(token_reuse: str) -> None:
    upstream = XWeb(lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo"))
    dues = source(upstream, token_reuse=token_reuse, max_concurrency=4, max_faults_per_day=20)

    assert await kinds_of_errors(dues) == {SourceRejected, CircuitOpen}
    assert 20 <= len(upstream.tokens) < 24


async def test_nor_are_they_with_basic_authentication() -> None:
    upstream = XJson(lambda _token: json_reply({"Message": "Invalid Parameters."}, 500))
    dues = json_source(upstream, authentication="basic", max_concurrency=4, max_faults_per_day=20)

    assert await kinds_of_errors(dues) == {SourceRejected, CircuitOpen}
    assert 20 <= len(upstream.authorizations) < 24


async def test_a_tenant_that_grants_no_look_up_is_asked_for_its_lists_all_the_same() -> None:
    upstream = XWeb()
    upstream.answer = lambda _token: (
        listed() if LIST in upstream.requests[-1].headers["SOAPAction"] else fault(NOT_GRANTED, "SystemExceptionInfo")
    )
    dues = source(upstream, max_concurrency=4, max_faults_per_day=20)

    assert await kinds_of_look_ups(dues) == {SourceRejected, CircuitOpen}
    sent = len(upstream.tokens)
    assert 10 <= sent < 14
    assert await kinds_of_look_ups(dues) == {CircuitOpen}
    assert len(upstream.tokens) == sent
    assert (await dues.list_invoices(listing(ACCOUNT), operation())).invoices == []
    assert dues.health().state is not SourceState.DOWN


async def test_a_new_token_is_tried_by_a_call_that_is_sent_before_others_carry_it() -> None:
    clock = Clock()

    def answer(token: str) -> httpx.Response:
        if token == "token-1":
            clock.pass_by(minutes=20)  # it has grown old
            return fault(NOT_GRANTED, "SystemExceptionInfo")
        return fault("Invalid Token Value", "InvalidTokenException") if token == "token-2" else listed()

    upstream = XWeb()
    dues = source(upstream, clock, max_concurrency=4, max_faults_per_day=8)
    await dues.list_invoices(listing(ACCOUNT), operation())
    upstream.answer = answer
    look_ups = [dues.find_invoices(look_up(key), operation()) for key in KEYS[:5]]  # one more than may be sent
    lists = [dues.list_invoices(listing(account("dues", key)), operation()) for key in KEYS[:10]]

    outcomes = await asyncio.gather(*look_ups, *lists, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes[:5]] == [SourceRejected] * 4 + [CircuitOpen]
    assert not [outcome for outcome in outcomes[5:] if isinstance(outcome, BaseException)]
    assert upstream.tokens == ["token-1"] * 5 + ["token-2"] + ["token-3"] * 10


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Invalid Token Value", ""),
        ("System.Web.Services.Protocols.SoapException: Invalid Token Value\n   at Avectra.netForum.xWeb", ""),
        ("The authorization token has expired.", "SystemExceptionInfo"),
        ("Token is not valid", "SystemExceptionInfo"),
        ("Please authenticate first", "InvalidTokenExceptionInfo"),
        ("Please authenticate first", "ExpiredTokenExceptionInfo"),
        ("Locked", ""),
    ],
)
async def test_a_fault_that_speaks_of_the_token_costs_one_login_and_the_call_is_made_again(
    text: str, kind: str
) -> None:
    upstream = XWeb(lambda token: fault(text, kind) if token == "token-1" else listed())

    assert (await source(upstream).list_invoices(listing(ACCOUNT), operation())).invoices == []
    assert upstream.tokens == ["token-1", "token-2"]


async def test_a_fault_that_speaks_of_a_token_after_a_login_too_is_the_requests_own() -> None:
    upstream = XWeb(lambda _token: fault("No token for this customer.", "SystemExceptionInfo"))
    dues = source(upstream)

    for _ in range(3):
        with pytest.raises(SourceRejected):
            await dues.list_invoices(listing(ACCOUNT), operation())
    upstream.answer = lambda _token: listed()
    assert (await dues.list_invoices(listing(account("dues", KEYS[0])), operation())).invoices == []
    assert upstream.tokens == ["token-1", "token-2", "token-2", "token-3", "token-3"]


async def test_a_login_that_fails_in_such_words_is_no_refusal_of_name_and_password() -> None:
    upstream = XWeb()
    upstream.login = lambda _number: fault("Could not make a token: timeout", "SystemExceptionInfo")

    with pytest.raises(SourceRejected):
        await source(upstream).list_invoices(listing(ACCOUNT), operation())


async def test_a_trace_behind_a_fault_that_names_a_token_does_not() -> None:
    upstream = XWeb(lambda _token: fault("Invalid Parameters.\n   at Avectra.Get(String token)", "SystemExceptionInfo"))

    with pytest.raises(SourceRejected):
        await source(upstream).list_invoices(listing(ACCOUNT), operation())
    assert upstream.tokens == ["token-1"]


async def test_a_401_costs_one_login_and_none_of_the_days_faults() -> None:
    upstream = XWeb(lambda token: httpx.Response(401, html="Unauthorized") if token < "token-3" else listed())
    clock = Clock()
    dues = source(upstream, clock, max_faults_per_day=1)

    with pytest.raises(SourceAuthFailed):
        await dues.list_invoices(listing(ACCOUNT), operation())
    clock.pass_by(seconds=31)
    assert (await dues.list_invoices(listing(ACCOUNT), operation())).invoices == []
    assert (upstream.tokens, upstream.logins) == (["token-1", "token-2", "token-3"], 3)


async def test_a_look_up_that_every_token_is_refused_for_keeps_nobody_from_the_lists() -> None:
    upstream = XWeb()
    upstream.answer = lambda _token: (
        listed() if LIST in upstream.requests[-1].headers["SOAPAction"] else httpx.Response(401, html="Unauthorized")
    )
    dues = source(upstream, max_concurrency=4)

    assert await kinds_of_look_ups(dues) == {SourceAuthFailed, SourceRejected}
    assert (await dues.list_invoices(listing(ACCOUNT), operation())).invoices == []
    assert len(upstream.tokens) <= 6
