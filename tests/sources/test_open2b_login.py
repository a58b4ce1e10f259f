"""Open2b's customers who log in: one key for all who wait, renewed once where it is refused, told to nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec
import pytest
import structlog

from resolvers.model.customer import Account, Secret
from resolvers.model.errors import (
    SourceAuthFailed,
    SourceError,
    SourceProtocolError,
    SourceRateLimited,
    SourceUnavailable,
)
from resolvers.model.operation import UpstreamCall
from resolvers.model.source import InvoiceSource, ListQuery
from resolvers.sources import open2b
from resolvers.sources.open2b.storefront import Storefront
from tests.sources.scripted import BASE_URL, account_with_secret, source
from tests.sources.shop import Reply, Shop, logged_in, refused
from tests.sources.upstream import operation, transport

EMAIL, PASSWORD = "holmes@inv-london.com", "I9bV2crS"
ACCOUNT = account_with_secret("4711", f'{{"email": "{EMAIL}", "password": "{PASSWORD}"}}')
NOTHING = '{"status":"ok","invoices":[],"count":0}'
FORBIDDEN = httpx.Response(403, content="403 Forbidden, malformed key")


def shop_of(shop: Shop, **settings: Any) -> InvoiceSource:
    return source(open2b, shop, currency="EUR", **settings)


async def ask(shop: InvoiceSource, of: Account = ACCOUNT, asked: Any = None) -> None:
    await shop.list_invoices(ListQuery(account=of, fields=frozenset({"number"})), asked or operation())


async def test_a_customer_logs_in_once_and_every_call_carries_the_key_of_the_header() -> None:
    shop = Shop(login=[logged_in("key-1")], invoices=[NOTHING])
    connected, asked = shop_of(shop), operation()

    await ask(connected, asked=asked)
    await ask(connected, asked=asked)

    assert shop.methods == ["login", "invoices", "invoices"]
    assert shop.keys == [None, "key-1", "key-1"]
    login = shop.requests[0][1]
    assert (login.method, login.url.path) == ("POST", "/Base/api/v10/storefront.login")
    assert msgspec.json.decode(login.content) == {"email": EMAIL, "password": PASSWORD}
    assert [(call.operation, call.account) for call in asked.calls] == [
        ("storefront.invoices", "4711"),
        ("storefront.login", "4711"),
        ("storefront.invoices", "4711"),
    ]


async def test_calls_side_by_side_wait_for_one_login() -> None:
    shop = Shop(login=[logged_in("key-1")], invoices=[NOTHING])
    connected = shop_of(shop)

    await asyncio.gather(*(ask(connected) for _ in range(8)))

    assert shop.methods.count("login") == 1
    assert shop.methods.count("invoices") == 8


async def test_each_account_has_a_key_of_its_own() -> None:
    shop = Shop(login=[logged_in("key-1"), logged_in("key-2")], invoices=[NOTHING])
    connected = shop_of(shop)

    await ask(connected)
    await ask(connected, account_with_secret("4712", '{"email":"watson@inv-london.com","password":"x"}'))
    await ask(connected)

    assert shop.keys == [None, "key-1", None, "key-2", "key-1"]


async def test_a_password_that_the_directory_changed_is_logged_in_with_anew() -> None:
    shop = Shop(login=[logged_in("key-1"), logged_in("key-2")], invoices=[NOTHING])
    connected = shop_of(shop)

    await ask(connected)
    await ask(connected, msgspec.structs.replace(ACCOUNT, secret=Secret(f'{{"email":"{EMAIL}","password":"new"}}')))

    assert shop.keys == [None, "key-1", None, "key-2"]


@pytest.mark.parametrize("refusal", [FORBIDDEN, refused("AccessDenied", "no such key"), httpx.Response(401)])
async def test_a_key_that_is_refused_is_renewed_once(refusal: Reply) -> None:
    shop = Shop(login=[logged_in("key-1"), logged_in("key-2")], invoices=[refusal, NOTHING])
    asked = operation()

    await ask(shop_of(shop), asked=asked)

    assert shop.methods == ["login", "invoices", "login", "invoices"]
    assert shop.keys == [None, "key-1", None, "key-2"]
    assert [(call.operation, call.attempts, call.outcome) for call in asked.calls] == [
        ("storefront.invoices", 2, "OK"),
        ("storefront.login", 1, "OK"),
        ("storefront.login", 1, "OK"),
    ]


async def test_a_shop_that_refuses_a_fresh_key_is_not_logged_in_to_again_at_once() -> None:
    shop = Shop(login=[logged_in("key-1"), logged_in("key-2")], invoices=[FORBIDDEN])
    connected = shop_of(shop)

    for _ in range(3):
        with pytest.raises(SourceAuthFailed):
            await ask(connected)

    assert shop.methods == ["login", "invoices", "login", "invoices"]


async def test_a_key_that_the_directory_holds_itself_is_never_renewed() -> None:
    shop = Shop(invoices=[FORBIDDEN])

    with pytest.raises(SourceAuthFailed):
        await ask(shop_of(shop), account_with_secret("4711", "78FzLADvJ3naIe8d/CJQMA"))

    assert shop.methods == ["invoices"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refused("InvalidCombination", "email or password is incorrect"), SourceAuthFailed),
        (refused("InvalidValue", f"'{EMAIL}' is not a well formed email address"), SourceAuthFailed),
        (httpx.Response(403, content="403 Forbidden"), SourceAuthFailed),
        (refused("", "too many requests"), SourceRateLimited),
        (refused("", "internal system error"), SourceUnavailable),
        ('{"status":"ok"}', SourceProtocolError),
        (logged_in(""), SourceProtocolError),
        ("<html>Welcome</html>", SourceProtocolError),
    ],
)
async def test_a_login_that_gives_no_key_is_an_error(reply: Reply, kind: type[SourceError]) -> None:
    shop, asked = Shop(login=[reply]), operation()

    with pytest.raises(SourceError) as caught:
        await ask(shop_of(shop), asked=asked)

    assert type(caught.value) is kind
    assert shop.methods == ["login"]
    assert [call.outcome for call in asked.calls] == [kind.code, kind.code]


async def test_a_wrong_password_is_tried_once_and_not_with_every_call() -> None:
    shop = Shop(login=[refused("InvalidCombination")])
    connected = shop_of(shop)

    for _ in range(3):
        with pytest.raises(SourceAuthFailed):
            await ask(connected)

    assert shop.methods == ["login"]


@pytest.mark.parametrize("secret", ["{", "{}", '{"email":"a@b"}', '{"email":"a@b","password":1}', '{"email":1}'])
async def test_a_secret_that_is_neither_fails_before_any_call(secret: str) -> None:
    shop, asked = Shop(), operation()

    with pytest.raises(SourceAuthFailed) as caught:
        await ask(shop_of(shop), account_with_secret("4711", secret), asked)

    assert (shop.methods, asked.calls) == ([], [])
    assert secret == "{" or secret not in caught.value.detail


async def test_what_the_customer_logs_in_with_is_in_no_log_error_or_call() -> None:
    quoting = f"{EMAIL} with {PASSWORD} may not"
    shop = Shop(
        login=[refused("", f"{quoting}: too many requests"), logged_in("key-1"), refused("InvalidValue", quoting)],
        invoices=[refused("AccessDenied", "key-1 is old")],
    )
    asked = operation()

    with structlog.testing.capture_logs() as logs, pytest.raises(SourceAuthFailed) as caught:
        await ask(shop_of(shop, retries=1), asked=asked)

    told = repr((logs, caught.value.detail, str(caught.value), asked.calls, ACCOUNT))
    assert logs
    assert not [secret for secret in (EMAIL, PASSWORD, "key-1") if secret in told]


async def test_no_more_keys_are_kept_than_there_is_room_for() -> None:
    shop = Shop(login=[logged_in("a-key")], invoices=[NOTHING])
    settings = open2b.SETTINGS.model_validate({"base_url": BASE_URL})
    storefront = Storefront("here", transport("here", settings, shop), most_keys=2)

    async def call(key: str) -> None:
        of = account_with_secret(key, f'{{"email":"{key}@example","password":"x"}}')
        read = UpstreamCall(source="here", operation="storefront.invoices")
        await storefront.ask(of, read, b"{}", operation(), lambda reply: reply.status)

    for key in ("1", "2", "1", "3", "1", "2"):
        await call(key)

    assert shop.methods.count("login") == 4
