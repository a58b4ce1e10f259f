"""The provider's keys: how often they are fetched, what is kept of them, and what is never asked for."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, Key, OctKey, OKPKey, RSAKey
from starlette.exceptions import HTTPException

from service.authentication.key_set import read_key_set
from service.authentication.provider import IdentityProvider

URL = "http://127.0.0.1:9/tenant/keys?p=sign%20in&version="
OLD = ECKey.generate_key("P-256", {"kid": "old"})
NEW = ECKey.generate_key("P-256", {"kid": "new"})


def published(*keys: Key) -> bytes:
    return httpx.Response(200, json={"keys": [key.as_dict(private=False) for key in keys]}).content


@dataclass(slots=True)
class Login:
    """A provider that a test can change or take down, and the clock."""

    content: bytes = published(OLD)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    now: float = 1_000.0
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.opened.set()

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """What it publishes, once it is open."""
        self.asked.append(request)
        await self.opened.wait()
        return httpx.Response(self.status, content=self.content, headers=self.headers)


@asynccontextmanager
async def keys_of(login: Login) -> AsyncIterator[IdentityProvider]:
    keys = IdentityProvider(URL, ["ES256"], engine=httpx.MockTransport(login.answer), clock=lambda: login.now)
    try:
        yield keys
    finally:
        await keys.aclose()


async def test_keys_are_fetched_once_from_the_configured_address() -> None:
    login = Login()
    async with keys_of(login) as keys:
        found = [await keys.key("old", "ES256") for _ in range(20)]

    assert [key and key.kid for key in found] == ["old"] * 20
    assert [str(request.url) for request in login.asked] == [URL]


async def test_a_key_that_was_published_since_is_found() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.content = published(NEW)
        login.now += 11

        found = await keys.key("new", "ES256")
        gone = await keys.key("old", "ES256")

    assert found is not None
    assert gone is None
    assert len(login.asked) == 2


async def test_made_up_key_ids_do_not_hammer_the_provider() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        for second in range(30):
            login.now = 1_000.0 + second
            for number in range(100):
                assert await keys.key(f"made up {number}", "ES256") is None

    assert len(login.asked) <= 1 + 30 / 10


async def test_tokens_that_ask_at_once_share_one_fetch() -> None:
    login = Login()
    login.opened.clear()
    async with keys_of(login) as keys:
        asking = [asyncio.create_task(keys.key(f"made up {number}", "ES256")) for number in range(50)]
        asking.append(asyncio.create_task(keys.key("old", "ES256")))
        await asyncio.sleep(0.01)
        login.opened.set()
        found = await asyncio.gather(*asking)

    assert [key for key in found if key is not None] != []
    assert len(login.asked) == 1


async def test_a_client_that_leaves_takes_the_fetch_from_nobody() -> None:
    login = Login()
    login.opened.clear()
    async with keys_of(login) as keys:
        leaving, staying = (asyncio.create_task(keys.key("old", "ES256")) for _ in range(2))
        await asyncio.sleep(0.01)
        leaving.cancel()
        login.opened.set()

        assert await staying is not None


async def test_a_fetch_under_way_ends_with_the_gateway_and_is_no_failure() -> None:
    login = Login()
    login.opened.clear()
    with structlog.testing.capture_logs() as logged:
        async with keys_of(login) as keys:
            asking = asyncio.create_task(keys.key("old", "ES256"))
            await asyncio.sleep(0.01)
            asking.cancel()

    assert asyncio.all_tasks() - {asking} == {asyncio.current_task()}
    assert logged == []


async def test_keys_are_fetched_again_when_they_are_ten_minutes_old() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.content, login.now = published(NEW), login.now + 601

        assert await keys.key("old", "ES256") is None


async def at_once(keys: IdentityProvider, kid: str) -> Key | None:
    """What is found before anything else can happen."""
    asking = asyncio.create_task(keys.key(kid, "ES256"))
    await asyncio.sleep(0)
    assert asking.done()
    return asking.result()


async def test_keys_are_renewed_beside_the_requests_before_they_are_old() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.content, login.now = published(NEW), login.now + 301

        assert await at_once(keys, "old") is not None
        await asyncio.sleep(0.01)
        assert len(login.asked) == 2
        assert await keys.key("new", "ES256") is not None
        assert await keys.key("old", "ES256") is None


async def test_a_provider_that_goes_silent_keeps_nobody_who_has_a_key_waiting() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.opened.clear()
        login.now += 301
        found = [await at_once(keys, "old") for _ in range(3)]
        login.status, login.now = 503, login.now + 200
        login.opened.set()
        with pytest.raises(HTTPException):
            await keys.key("other", "ES256")
        login.opened.clear()
        for _ in range(20):
            login.now += 20
            found.append(await at_once(keys, "old"))

    assert None not in found


async def test_made_up_key_ids_wait_for_no_provider_that_failed_while_others_have_a_key() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.status, login.now = 503, login.now + 11
        with pytest.raises(HTTPException):
            await keys.key("made up", "ES256")
        login.opened.clear()
        login.now += 3
        asked = len(login.asked)

        for number in range(50):
            with pytest.raises(HTTPException):
                await at_once(keys, f"made up {number}")

        assert await at_once(keys, "old") is not None
        assert len(login.asked) == asked + 1


async def test_a_key_that_was_published_while_the_provider_was_down_is_found_once_it_is_back() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.status, login.now = 503, login.now + 11
        for _ in range(3):
            with pytest.raises(HTTPException, match="cannot be checked now"):
                await keys.key("new", "ES256")
            login.now += 3

        login.status, login.content = 200, published(OLD, NEW)
        with pytest.raises(HTTPException):
            await keys.key("new", "ES256")
        await asyncio.sleep(0.01)

        assert await keys.key("new", "ES256") is not None
        assert await keys.key("made up", "ES256") is None


async def test_a_provider_that_was_down_is_waited_for_when_it_was_not_asked_for_ten_minutes() -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        login.status, login.now = 503, login.now + 601
        await keys.key("old", "ES256")

        login.status, login.content, login.now = 200, published(NEW), login.now + 601

        assert await keys.key("old", "ES256") is None


DOWN: list[dict[str, Any]] = [
    {"status": 503},
    {"status": 302, "headers": {"location": "http://127.0.0.1:9/evil"}},
    {"content": b"<html>"},
    {"content": b"[]"},
    {"content": b'{"keys": 1}'},
    {"content": b'{"keys": []}'},
    {"content": b'{"keys": [{"kty": "EC", "kid": "old"}]}'},
    {"content": b'{"keys": [{"x": ' + b"[" * 5_000},
    {"content": published(ECKey.generate_key("P-256", {"kid": "old", "use": "enc"}))},
    {"content": published(OLD) + b" " * 600_000},
]


@pytest.mark.parametrize("down", DOWN)
async def test_the_last_keys_are_good_for_a_day_while_the_provider_is_down(down: dict[str, Any]) -> None:
    login = Login()
    async with keys_of(login) as keys:
        await keys.key("old", "ES256")
        for name, value in down.items():
            setattr(login, name, value)

        login.now += 80_000
        assert await keys.key("old", "ES256") is not None
        login.now += 8_000
        with pytest.raises(HTTPException):
            await keys.key("old", "ES256")

    assert {str(request.url) for request in login.asked} == {URL}


@pytest.mark.parametrize("down", DOWN)
async def test_a_provider_that_was_never_there_is_asked_again_soon(down: dict[str, Any]) -> None:
    login = Login(**down)
    async with keys_of(login) as keys:
        with pytest.raises(HTTPException, match="cannot be checked now") as raised:
            await keys.key("old", "ES256")
        assert (raised.value.status_code, raised.value.headers) == (503, {"retry-after": "2"})
        asked = len(login.asked)
        for _ in range(10):
            with pytest.raises(HTTPException):
                await keys.key("old", "ES256")
        assert len(login.asked) == asked

        login.status, login.content, login.now = 200, published(OLD), login.now + 3

        assert await keys.key("old", "ES256") is not None


ALL = ["ES256", "ES384", "RS256", "EdDSA"]


@pytest.mark.parametrize(
    ("key", "algorithms"),
    [
        (ECKey.generate_key("P-256"), {"ES256"}),
        (ECKey.generate_key("P-384"), {"ES384"}),
        (ECKey.generate_key("P-521"), set()),
        (RSAKey.generate_key(2048), {"RS256"}),
        (OKPKey.generate_key("Ed25519"), {"EdDSA"}),
        (OKPKey.generate_key("X25519"), set()),
        (ECKey.generate_key("P-256", {"use": "enc"}), set()),
        (ECKey.generate_key("P-256", {"key_ops": ["sign"]}), set()),
        (RSAKey.generate_key(2048, {"alg": "PS256"}), set()),
    ],
)
def test_a_key_goes_with_the_algorithms_of_its_type_curve_and_use_alone(key: Key, algorithms: set[str]) -> None:
    keys = read_key_set(published(key), ALL)

    assert {algorithm for algorithm in [*ALL, "HS256", "none"] if keys.find(None, algorithm)} == algorithms


def test_a_shared_secret_is_no_key() -> None:
    secret = {"kty": "oct", "kid": "s", "k": OctKey.generate_key(256).as_dict(private=True)["k"]}

    assert len(read_key_set(httpx.Response(200, json={"keys": [secret]}).content, ["HS256", "ES256"])) == 0


@pytest.mark.parametrize("content", [b"", b"[]", b'{"keys": 1}', b'{"keys": [{"x": ' + b"[" * 5_000])
def test_what_is_no_key_set_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(ValueError, match="is no JWK Set"):
        read_key_set(content, ALL)


def test_a_short_key_verifies_nothing() -> None:
    numbers = rsa.generate_private_key(65_537, 1_024).public_key().public_numbers()  # noqa: S505  # the point of it
    modulus = urlsafe_b64encode(numbers.n.to_bytes(128)).decode().rstrip("=")
    keys = {"keys": [{"kty": "RSA", "n": modulus, "e": "AQAB"}]}

    assert len(read_key_set(httpx.Response(200, json=keys).content, ALL)) == 0


def test_of_more_keys_than_anybody_has_the_first_hundred_are_read() -> None:
    key = OLD.as_dict(private=False)
    keys = read_key_set(httpx.Response(200, json={"keys": [key | {"kid": f"{n}"} for n in range(101)]}).content, ALL)

    assert keys.find("99", "ES256") is not None
    assert keys.find("100", "ES256") is None


def test_two_keys_of_one_id_are_none() -> None:
    twin = ECKey.generate_key("P-256", {"kid": "old"})

    assert read_key_set(published(OLD, twin), ALL).find("old", "ES256") is None


@pytest.mark.parametrize("kid", ["rsa", None])
def test_one_key_that_is_published_twice_is_one(kid: str | None) -> None:
    key = RSAKey.generate_key(2048, {"kid": "rsa"}).as_dict(private=False)
    keys = httpx.Response(200, json={"keys": [key, key | {"use": "sig", "alg": "RS256"}, key | {"use": "enc"}]}).content

    assert read_key_set(keys, ALL).find(kid, "RS256") is not None


@given(
    st.dictionaries(
        st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "alg", "kid", "key_ops", "k", "d", "x5c"]),
        st.one_of(
            st.none(),
            st.integers(),
            st.sampled_from(["EC", "RSA", "OKP", "oct", "P-256", "Ed25519", "X25519", "AQAB", "AA", "", "sig", "é"]),
            st.lists(st.text(max_size=3), max_size=2),
        ),
    )
)
def test_one_broken_key_spoils_no_other(broken: dict[str, object]) -> None:
    keys = read_key_set(
        httpx.Response(200, json={"keys": [broken, OLD.as_dict(private=False), {"kty": "AKP"}, {}]}).content, ALL
    )

    assert keys.find("old", "ES256") is not None
