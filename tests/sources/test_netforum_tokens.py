"""netFORUM's tokens: taken from headers, renewed once, never backwards, and never asked for too often."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest

from resolvers.model.errors import (
    CallBudgetExceeded,
    ErrorCode,
    SourceAuthFailed,
    SourceProtocolError,
    SourceRejected,
    SourceTimeout,
    SourceUnavailable,
)
from resolvers.model.operation import Operation
from resolvers.model.source import SourceState
from resolvers.sources.netforum.tokens import SerialTokens, SharedTokens, Token
from tests.sources.upstream import Clock, account, listing, operation
from tests.sources.xweb import KEY, LIST, XWeb, fault, listed, logged_in, source
from tests.transport.test_breaker import Time

QUERY = listing(account("dues", KEY))


def expired() -> httpx.Response:
    return fault("Invalid Token Value", "InvalidTokenException")


async def test_the_token_of_a_reply_is_the_next_calls() -> None:
    upstream = XWeb()
    upstream.answer = lambda token: listed(token=f"{token}+")
    dues = source(upstream)

    for _ in range(3):
        await dues.list_invoices(QUERY, operation())

    assert upstream.tokens == ["token-1", "token-1+", "token-1++"]
    assert upstream.logins == 1


async def test_the_token_of_a_reply_that_declines_is_taken_too() -> None:
    upstream = XWeb(lambda _token: fault("Invalid Parameters.", "SystemExceptionInfo", token="next"))
    dues = source(upstream, token_reuse="serial")

    for _ in range(2):
        with pytest.raises(SourceRejected):
            await dues.list_invoices(QUERY, operation())

    assert upstream.tokens == ["token-1", "next"]
    assert upstream.logins == 1


async def test_an_expired_token_costs_one_login_and_the_call_is_made_again() -> None:
    upstream = XWeb(lambda token: expired() if token == "token-1" else listed())
    made = operation()

    invoices = await source(upstream).list_invoices(QUERY, made)

    assert invoices.invoices == []
    assert upstream.tokens == ["token-1", "token-2"]
    assert [call.operation for call in made.calls].count("Authenticate") == 2


async def test_twenty_calls_whose_token_expired_make_one_login_and_those_that_wait_do_not_send_it() -> None:
    upstream = XWeb()
    dues = source(upstream, max_concurrency=4)
    await dues.list_invoices(QUERY, operation())
    upstream.answer = lambda token: expired() if token == "token-1" else listed()

    lists = await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(20)))

    assert len(lists) == 20
    assert upstream.logins == 2
    assert upstream.tokens == ["token-1"] * 5 + ["token-2"] * 20


async def test_twenty_calls_at_once_share_the_first_login() -> None:
    upstream = XWeb()
    dues = source(upstream)

    await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(20)))

    assert upstream.logins == 1
    assert upstream.tokens == ["token-1"] * 20


async def test_a_token_that_is_refused_after_a_new_login_is_an_authentication_failure() -> None:
    upstream = XWeb(lambda _token: expired())

    with pytest.raises(SourceAuthFailed):
        await source(upstream).list_invoices(QUERY, operation())

    assert upstream.logins == 2
    assert len(upstream.tokens) == 2


@pytest.mark.parametrize("refusal", [expired(), fault("Locked")])
async def test_twenty_calls_whose_tokens_are_all_refused_cost_a_fault_for_each_login(refusal: httpx.Response) -> None:
    upstream = XWeb(lambda _token: httpx.Response(500, headers=refusal.headers, content=refusal.content))
    dues = source(upstream)

    made = [dues.list_invoices(QUERY, operation()) for _ in range(20)]
    outcomes = await asyncio.gather(*made, return_exceptions=True)

    assert {type(outcome) for outcome in outcomes} == {SourceAuthFailed}
    assert upstream.tokens == ["token-1", "token-2"]


async def test_a_login_that_brings_the_refused_token_again_is_believed() -> None:
    upstream = XWeb()
    upstream.login = lambda _number: logged_in("token-1")
    replies = iter([expired(), listed(), listed()])
    upstream.answer = lambda _token: next(replies)
    dues = source(upstream)

    for _ in range(2):
        await dues.list_invoices(QUERY, operation())

    assert (upstream.logins, len(upstream.tokens)) == (2, 3)


async def test_a_bare_locked_is_tried_once_more_and_then_nothing_is_sent_for_a_while() -> None:
    clock = Clock()
    upstream = XWeb(lambda _token: fault("Locked"))
    dues = source(upstream, clock, login_pause_seconds=600)

    for _ in range(3):
        with pytest.raises(SourceAuthFailed):
            await dues.list_invoices(QUERY, operation())
    assert (upstream.logins, len(upstream.tokens)) == (2, 2)

    clock.pass_by(seconds=601)
    upstream.answer = lambda _token: listed()
    await dues.list_invoices(QUERY, operation())
    assert len(upstream.tokens) == 3


async def test_an_expired_token_is_no_failure_of_the_sources() -> None:
    upstream = XWeb()
    dues = source(upstream)
    await dues.list_invoices(QUERY, operation())
    upstream.answer = lambda token: listed() if token == "token-2" else fault("Locked")

    await dues.list_invoices(QUERY, operation())

    assert (upstream.logins, dues.health().state) == (2, SourceState.UP)


@pytest.mark.parametrize("token_reuse", ["shared", "serial", "per_call"])
async def test_refused_credentials_are_not_tried_again_for_a_while(token_reuse: str) -> None:
    upstream = XWeb()
    upstream.login = lambda _number: fault("Invalid Credentials Supplied", "InvalidCredentialsExceptionInfo")
    dues = source(upstream, token_reuse=token_reuse)

    for _ in range(5):
        with pytest.raises(SourceAuthFailed):
            await dues.list_invoices(QUERY, operation())

    assert upstream.logins == 1
    assert upstream.tokens == []
    health = dues.health()
    assert (health.state, health.last_error_code) == (SourceState.DEGRADED, ErrorCode.SOURCE_AUTH_FAILED)


async def test_the_result_of_a_login_is_not_taken_for_its_token() -> None:
    upstream = XWeb()
    upstream.login = lambda _number: logged_in("")

    with pytest.raises(SourceProtocolError):
        await source(upstream).list_invoices(QUERY, operation())

    assert upstream.tokens == []


@pytest.mark.parametrize(("header", "token"), [("", KEY), ("of-the-header", "of-the-header")])
async def test_a_result_that_is_a_guid_is_the_token_where_no_header_brings_one(header: str, token: str) -> None:
    upstream = XWeb()
    upstream.login = lambda _number: logged_in(header, f" {KEY} ")

    await source(upstream).list_invoices(QUERY, operation())

    assert upstream.tokens == [token]


async def test_a_token_grown_old_is_renewed_before_it_costs_a_fault() -> None:
    clock = Clock()
    upstream = XWeb()
    dues = source(upstream, clock, token_minutes=20)
    await dues.list_invoices(QUERY, operation())

    clock.pass_by(minutes=19.6)
    await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(5)))

    assert upstream.tokens == ["token-1"] + ["token-2"] * 5


async def test_a_token_that_a_reply_brings_back_is_as_old_as_it_was() -> None:
    clock = Clock()
    upstream = XWeb(lambda token: listed(token=token))
    dues = source(upstream, clock, token_minutes=20)

    for _ in range(3):
        await dues.list_invoices(QUERY, operation())
        clock.pass_by(minutes=10)

    assert upstream.tokens == ["token-1"] * 2 + ["token-2"]


async def test_a_token_that_is_good_for_half_a_minute_is_used_for_half_of_that() -> None:
    clock = Clock()
    upstream = XWeb()
    dues = source(upstream, clock, token_minutes=0.5)

    for _ in range(3):
        await dues.list_invoices(QUERY, operation())
        clock.pass_by(seconds=8)

    assert upstream.tokens == ["token-1"] * 2 + ["token-2"]


async def test_one_call_at_a_time_never_sends_a_token_that_a_reply_has_ended() -> None:
    upstream = XWeb()
    good = ["token-1"]

    def single_use(token: str) -> httpx.Response:
        if token != good[-1]:
            return expired()
        good.append(f"{token}+")
        return listed(token=good[-1])

    upstream.answer = single_use
    dues = source(upstream, token_reuse="serial")

    await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(10)))

    assert upstream.logins == 1
    assert upstream.tokens == good[:-1]


async def test_tokens_for_one_use_are_fetched_for_each_call() -> None:
    upstream = XWeb(lambda token: listed(token=f"{token}+"))
    dues = source(upstream, token_reuse="per_call")

    await asyncio.gather(*(dues.list_invoices(QUERY, operation()) for _ in range(5)))

    assert sorted(upstream.tokens) == [f"token-{number}" for number in range(1, 6)]


async def test_a_token_for_one_use_is_never_sent_again() -> None:
    upstream = XWeb(lambda token: httpx.Response(503) if token == "token-1" else listed())
    made = operation()

    await source(upstream, token_reuse="per_call").list_invoices(QUERY, made)

    assert (upstream.tokens, upstream.logins) == (["token-1", "token-2"], 2)
    assert [(call.operation, call.attempts, call.outcome) for call in made.calls] == [
        (LIST, 2, "OK"),
        ("Authenticate", 1, "OK"),
        ("Authenticate", 1, "OK"),
    ]


async def test_a_call_with_tokens_for_one_use_is_made_no_more_often_than_others() -> None:
    upstream = XWeb(lambda _token: httpx.Response(503))

    with pytest.raises(SourceUnavailable):
        await source(upstream, token_reuse="per_call", retries=2).list_invoices(QUERY, operation())

    assert upstream.tokens == ["token-1", "token-2", "token-3"]


async def test_a_login_that_fails_after_a_refused_token_is_tried_no_more_often_than_the_first() -> None:
    upstream = XWeb(lambda _token: expired())
    upstream.login = lambda number: logged_in("token-1") if number == 1 else httpx.Response(503)

    with pytest.raises(SourceUnavailable):
        await source(upstream, token_reuse="per_call", retries=2).list_invoices(QUERY, operation())

    assert (upstream.tokens, upstream.logins) == (["token-1"], 1 + 3)


async def test_a_call_with_tokens_for_one_use_is_made_again_after_a_refused_one_and_a_failure() -> None:
    replies = iter([expired(), httpx.Response(503), listed()])
    upstream = XWeb(lambda _token: next(replies))

    await source(upstream, token_reuse="per_call", retries=2).list_invoices(QUERY, operation())

    assert (upstream.tokens, upstream.logins) == (["token-1", "token-2", "token-3"], 3)


async def test_tokens_for_one_use_that_are_all_refused_cost_two_faults_a_call_whatever_fails_between() -> None:
    replies = iter([expired(), httpx.Response(503), expired()])
    upstream = XWeb(lambda _token: next(replies))

    with pytest.raises(SourceAuthFailed):
        await source(upstream, token_reuse="per_call", retries=2).list_invoices(QUERY, operation())

    assert upstream.tokens == ["token-1", "token-2", "token-3"]


async def test_a_token_for_one_use_that_never_left_is_still_good() -> None:
    def refuse_once(token: str) -> httpx.Response:
        if len(upstream.tokens) == 1:
            raise httpx.ConnectError("refused")
        return listed()

    upstream = XWeb(refuse_once)

    await source(upstream, token_reuse="per_call").list_invoices(QUERY, operation())

    assert (upstream.tokens, upstream.logins) == (["token-1", "token-1"], 1)


async def test_a_reply_to_an_earlier_call_does_not_bring_an_older_token_back() -> None:
    tokens = SharedTokens("dues", _first, timedelta(minutes=20), Clock())
    earlier, later = await lent(tokens), await lent(tokens)

    tokens.take(later, "newest")
    tokens.take(earlier, "older")

    assert (await lent(tokens)).text == "newest"


async def test_a_reply_from_before_a_login_does_not_replace_its_token() -> None:
    tokens = SharedTokens("dues", _first, timedelta(minutes=20), Clock())
    earlier = await lent(tokens)
    tokens.drop(earlier)
    await tokens.get(operation())

    tokens.take(earlier, "older")

    assert (await lent(tokens)).text == "first"


async def test_a_turn_that_does_not_come_before_the_deadline_is_a_timeout() -> None:
    tokens = SerialTokens("dues", _first, timedelta(minutes=20), Clock())

    async with tokens.hold(operation()):
        with pytest.raises(SourceTimeout):
            async with tokens.hold(operation(seconds=0.01)):
                pytest.fail("held twice")

    async with tokens.hold(operation()):
        assert (await lent(tokens)).text == "first"


async def test_a_turn_is_waited_for_until_a_deadline_that_has_moved_on() -> None:
    tokens, clock = SerialTokens("dues", _first, timedelta(minutes=20), Clock()), Time()
    hasty = Operation(deadline=0.02, clock=clock)

    async def wait_for_turn() -> None:
        async with tokens.hold(hasty):
            pass

    async with tokens.hold(operation()):
        waiting = asyncio.create_task(wait_for_turn())
        await asyncio.sleep(0)
        hasty.deadline += 5
        clock.seconds = 1
        await asyncio.sleep(0.04)

    await waiting


async def test_a_login_is_not_refused_for_one_operations_budget() -> None:
    upstream = XWeb()
    made = operation(call_budget=1)
    dues = source(upstream)

    await dues.list_invoices(QUERY, made)

    with pytest.raises(CallBudgetExceeded):
        await dues.list_invoices(QUERY, made)
    assert upstream.logins == 1


def test_a_token_shows_itself_to_nobody() -> None:
    assert "1be16158" not in repr(Token("1be16158", 1))


async def lent(tokens: SharedTokens) -> Token:
    """The token of a call that is sent at once, and answered."""
    await tokens.get(operation())
    with tokens.lent() as token:
        assert token is not None
        return token


async def _first(_operation: Operation) -> str:
    return "first"
