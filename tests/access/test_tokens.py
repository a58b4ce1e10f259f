"""Whose token is believed, and whose is not: over the wire, with a provider that answers whatever it is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey
from starlette.datastructures import Headers

from resolvers.model.errors import Unauthenticated
from service.authentication.bearer import bearer_token
from tests.access.conftest import Ask
from tests.access.provider import AUDIENCE, ISSUER, IdentityProvider, part, signed
from tests.writing.conftest import OwnGateway

WHO = "{ viewer { subject roles } }"
Forge = Callable[[IdentityProvider], str]


def with_header(content: object) -> Forge:
    """A good token under another header, whose signature is thereby wrong."""

    def forge(provider: IdentityProvider) -> str:
        return ".".join([part(content), *provider.of_staff().split(".")[1:]])

    return forge


def with_claims(content: bytes) -> Forge:
    """A token that the provider has signed over any bytes."""
    return lambda provider: signed({"alg": "ES256", "kid": "ec"}, content, provider.keys["ec"])


def hmac_with_the_public_key(provider: IdentityProvider) -> str:
    key = provider.keys["rsa"]
    assert isinstance(key, RSAKey)
    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": 9_999_999_999, "roles": ["staff"]}
    return signed({"alg": "HS256", "kid": "rsa"}, claims, key.as_pem(private=False))


def without_signature(alg: str) -> Forge:
    return lambda provider: ".".join([part({"alg": alg}), provider.of_staff().split(".")[1], ""])


def encrypted(provider: IdentityProvider) -> str:
    header = {"alg": "ECDH-ES", "enc": "A128GCM", "kid": "ec", "cty": "JWT"}
    return jwe.encrypt_compact(header, provider.of_staff(), provider.keys["encryption"])


def nested(provider: IdentityProvider) -> str:
    return with_claims(provider.of_staff().encode())(provider)


def own_key(**header: Any) -> Forge:
    """An attacker's own key, and a header that says where to find it."""

    def forge(provider: IdentityProvider) -> str:
        key = ECKey.generate_key("P-256")
        filled = {name: value(provider, key) if callable(value) else value for name, value in header.items()}
        return provider.token(key=key, header=filled, roles=["staff"])

    return forge


def at(path: str) -> Callable[[IdentityProvider, ECKey], str]:
    return lambda provider, _: f"{provider.url}{path}"


def good_but(**header: Any) -> Forge:
    return lambda provider: provider.of_staff(header=header)


FORGED: dict[str, Forge] = {
    "none": without_signature("none"),
    "None": without_signature("None"),
    "nOnE": without_signature("nOnE"),
    "no signature": lambda provider: provider.of_staff().rpartition(".")[0] + ".",
    "the public key as a secret": hmac_with_the_public_key,
    "an algorithm not in the list": good_but(alg="ES384"),
    "an algorithm of another type of key": with_header({"alg": "RS256", "kid": "ec"}),
    "an algorithm that is no text": with_header({"alg": ["ES256"], "kid": "ec"}),
    "no algorithm": with_header({"kid": "ec"}),
    "a key for another use": lambda provider: provider.of_staff(key="encryption"),
    "a key for another algorithm": lambda provider: provider.of_staff(key="other-alg"),
    "a weak key": lambda provider: provider.of_staff(key="weak"),
    "no key id and a key of one's own": own_key(),
    "a key id that leads elsewhere": own_key(kid="../../../../etc/passwd"),
    "a key id like SQL": own_key(kid="x' UNION SELECT 'secret"),
    "a huge key id": own_key(kid="k" * 1400),
    "a key id with NUL": own_key(kid="ec\0"),
    "a key id that is a number": good_but(kid=1),
    "a key id that is nothing": with_header({"alg": "ES256", "kid": None}),
    "somebody's own key": own_key(kid="ec"),
    "jku": own_key(kid="mine", jku=at("/evil/jku")),
    "x5u": own_key(kid="mine", x5u=at("/evil/x5u")),
    "jwk": own_key(kid="mine", jwk=lambda _, key: key.as_dict(private=False)),
    "x5c": own_key(kid="mine", x5c=["MIIB"]),
    "jku though well signed": good_but(jku="https://evil.example/keys"),
    "jwk though well signed": good_but(jwk={"kty": "oct", "k": "AAAA"}),
    "crit": good_but(crit=["exp"]),
    "crit of an extension": good_but(crit=["evil"], evil=True),
    "b64": good_but(b64=False, crit=["b64"]),
    "nested": nested,
    "nested and said so": good_but(cty="JWT"),
    "encrypted": encrypted,
    "another kind of token": good_but(typ="logout+jwt"),
    "a proof of possession": good_but(typ="dpop+jwt"),
    "another issuer": lambda provider: provider.of_staff(iss="https://evil.example/"),
    "the issuer without its slash": lambda provider: provider.of_staff(iss="https://login.example"),
    "a list of issuers": lambda provider: provider.of_staff(iss=["https://login.example/"]),
    "no issuer": lambda provider: provider.of_staff(iss=None),
    "another audience": lambda provider: provider.of_staff(aud="another-service"),
    "a longer audience": lambda provider: provider.of_staff(aud="invoice-graph-admin"),
    "other audiences": lambda provider: provider.of_staff(aud=["one", "two"]),
    "an audience within an object": lambda provider: provider.of_staff(aud={"invoice-graph": True}),
    "no audience": lambda provider: provider.of_staff(aud=None),
    "expired": lambda provider: provider.of_staff(exp=int(time.time()) - 60),
    "expired long ago": lambda provider: provider.of_staff(exp=0),
    "an end that is true": lambda provider: provider.of_staff(exp=True),
    "an end that is text": lambda provider: provider.of_staff(exp="9999999999"),
    "no end": lambda provider: provider.of_staff(exp=None),
    "not yet valid": lambda provider: provider.of_staff(nbf=int(time.time()) + 120),
    "issued in the future": lambda provider: provider.of_staff(iat=int(time.time()) + 120),
    "a subject that is no text": lambda provider: provider.of_staff(sub={"name": "root"}),
    "an end that is no number": with_claims(b'{"exp":NaN}'),
    "an endless end": with_claims(b'{"iss":"https://login.example/","aud":"invoice-graph","exp":Infinity}'),
    "a claim that is no number": with_claims(
        b'{"iss":"https://login.example/","aud":"invoice-graph","exp":9999999999,"roles":["staff"],"level":NaN}'
    ),
    "a claim twice": with_claims(
        b'{"iss":"https://login.example/","aud":"invoice-graph","exp":9999999999,"roles":["x"],"roles":["staff"]}'
    ),
    "claims that are a list": with_claims(b'[{"exp":9999999999}]'),
    "claims that are no JSON": with_claims(b"\xff\xfe{}"),
    "deep claims": with_claims(b'{"a":' * 1_500 + b"1" + b"}" * 1_500),
    "a number without end": with_claims(b'{"exp":' + b"9" * 8_000 + b"}"),
    "a deep header": with_header(b"[" * 1_400),
    "a header that is a list": with_header(["alg", "b64"]),
    "a header that is a number": with_header(7),
    "a large header": with_header({"alg": "ES256", "kid": "ec", "pad": "x" * 3_000}),
    "two parts": lambda provider: provider.of_staff().rpartition(".")[0],
    "four parts": lambda provider: provider.of_staff() + ".AAAA",
    "cut off": lambda provider: provider.of_staff()[:-10],
    "one more character": lambda provider: provider.of_staff() + "A",
    "giant": lambda provider: provider.of_staff(pad="x" * 12_000),
    "only dots": lambda _: "..",
    "a word": lambda _: "staff",
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_token_that_is_not_the_providers_for_us_and_of_now_is_nobodys(
    ask_as: Ask, provider: IdentityProvider, kind: str
) -> None:
    provider.asked.clear()

    reply = await ask_as(FORGED[kind](provider), "{ customers { nodes { id } } }")

    assert (reply.status, reply.codes, "data" in reply.body) == (401, ["UNAUTHENTICATED"], False)
    assert reply.headers["www-authenticate"].startswith('Bearer realm="invoice-graph", error="invalid_token"')
    assert reply.calls == []
    assert set(provider.asked) <= {"/keys"}


@pytest.mark.parametrize(
    "good",
    [
        {},
        {"key": "rsa"},
        {"key": "ed"},
        {"key": "ed", "header": {"kid": None}},
        {"header": {"typ": None}},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "application/AT+JWT", "x5t": "AAAA", "nonce": "7"}},
        {"aud": ["another", "invoice-graph"]},
        {"iat": None},
        {"exp": 9_999_999_999.5},
        {"nbf": 1_700_000_000},
    ],
)
async def test_a_token_of_the_provider_is_believed(
    ask_as: Ask, provider: IdentityProvider, good: dict[str, Any]
) -> None:
    reply = await ask_as(provider.of_staff(**good), WHO)

    assert (reply.status, reply.data) == (200, {"viewer": {"subject": "someone", "roles": ["STAFF"]}})


@pytest.mark.parametrize("claim", ["iat", "nbf"])
async def test_who_has_a_moment_that_never_comes_is_not_told_to_wait_for_it(
    ask_as: Ask, provider: IdentityProvider, claim: str
) -> None:
    later = await ask_as(provider.of_staff(**{claim: int(time.time()) + 120}), WHO)
    never = await ask_as(provider.of_staff(**{claim: str(int(time.time()))}), WHO)

    told = [reply.body["errors"][0]["message"] for reply in (later, never)]
    assert told == ["The token is not valid yet.", "The token is not valid here. Get a new one."]


async def test_clocks_may_differ_by_half_a_minute(ask_as: Ask, provider: IdentityProvider) -> None:
    now = int(time.time())

    late = await ask_as(provider.of_staff(exp=now - 10), WHO)
    early = await ask_as(provider.of_staff(iat=now + 10, nbf=now + 10), WHO)

    assert (late.status, early.status) == (200, 200)


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer",
        b"Bearer\tTOKEN",
        b"Bearer TOKEN TOKEN",
        b"Bearer TOKEN,",
        b"Bearer TOKEN, Bearer TOKEN",
        b"BearerTOKEN",
        b"Bearer: TOKEN",
        b"Basic dXNlcjp3b3Jk",
        b"Token TOKEN",
        b"TOKEN",
        b"Bearer \xff\xfe",
        "Bearer tökén".encode(),
        b"Bearer " + b"A" * 20_000,
        b"Bearer " + b"A." * 7_000,
    ],
)
async def test_a_header_that_holds_no_token_is_nobodys(ask_as: Ask, provider: IdentityProvider, header: bytes) -> None:
    reply = await ask_as(None, WHO, header=header.replace(b"TOKEN", provider.of_staff().encode()))

    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


@pytest.mark.parametrize(
    "header", ["Basic hunter2", "Bearer hunter2 hunter2", f"Bearer {'hunter2' * 3_000}", "hunter2"]
)
def test_why_a_header_is_refused_is_in_the_log_without_what_it_held(header: str) -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(Unauthenticated):
        bearer_token(Headers({"authorization": header}))

    assert [line["event"] for line in logged] == ["token refused"]
    assert logged[0]["reason"]
    assert "hunter2" not in str(logged)


def test_that_no_token_was_sent_is_no_line_in_the_log() -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(Unauthenticated):
        bearer_token(Headers())

    assert logged == []


async def test_who_says_nothing_learns_how_to(ask_as: Ask) -> None:
    reply = await ask_as(None, WHO)

    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])
    assert reply.headers["www-authenticate"] == 'Bearer realm="invoice-graph"'
    assert reply.headers["content-type"] == "application/json"


async def test_the_scheme_may_be_written_in_any_case(ask_as: Ask, provider: IdentityProvider) -> None:
    assert (await ask_as(None, WHO, header=f"bEARER  {provider.of_staff()}".encode())).status == 200


def test_the_longest_token_is_read_whatever_stands_before_it() -> None:
    assert bearer_token(Headers({"authorization": f"Bearer  {'A' * 16_000}"})) == "A" * 16_000
    with pytest.raises(Unauthenticated):
        bearer_token(Headers({"authorization": f"Bearer {'A' * 16_001}"}))


async def test_two_tokens_are_none(client: httpx.AsyncClient, provider: IdentityProvider) -> None:
    value = f"Bearer {provider.of_staff()}"

    reply = await client.post(
        "/graphql", json={"query": WHO}, headers=[("authorization", value), ("authorization", value)]
    )

    assert reply.status_code in (400, 401)  # the front door may see it first
    with pytest.raises(Unauthenticated):
        bearer_token(Headers(raw=[(b"authorization", value.encode())] * 2))


@pytest.mark.parametrize("place", ["query", "cookie", "body"])
async def test_a_token_elsewhere_than_in_its_header_is_none(
    client: httpx.AsyncClient, provider: IdentityProvider, place: str
) -> None:
    token = provider.of_staff()
    reply = await client.post(
        "/graphql",
        params={"access_token": token} if place == "query" else {},
        headers={"cookie": f"access_token={token}"} if place == "cookie" else {},
        json={"query": WHO} | ({"access_token": token} if place == "body" else {}),
    )

    assert reply.status_code == 401


async def test_nobody_learns_anything_of_a_request_that_is_not_authenticated(client: httpx.AsyncClient) -> None:
    json = {"content-type": "application/json"}
    bodies = [b"", b"{", b'{"query": "{ nonsense }"}', b'{"query": "{ __schema { types { name } } }"}', b"[" * 9_000]

    replies = [await client.post("/graphql", content=body, headers=json) for body in bodies]

    assert {reply.status_code for reply in replies} == {401}
    assert len({reply.text.replace(reply.headers["x-request-id"], "") for reply in replies}) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
async def test_no_bit_of_a_token_can_be_changed(ask_as: Ask, provider: IdentityProvider, data: st.DataObject) -> None:
    token = provider.of_staff()
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_.~+/=").filter(lambda letter: letter != token[place]))

    reply = await ask_as(token[:place] + other + token[place + 1 :], WHO)

    assert (reply.status, reply.codes) == (401, ["UNAUTHENTICATED"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(header=st.lists(st.sampled_from([*range(0x20, 0x7F), *range(0x80, 0x100)]), max_size=300).map(bytes))
async def test_whatever_the_header_holds_the_answer_is_401(ask_as: Ask, header: bytes) -> None:
    assert (await ask_as(None, WHO, header=b"Bearer x" + header + b"x")).status == 401


async def test_neither_tokens_nor_parts_of_them_are_logged(
    ask_as: Ask, provider: IdentityProvider, guarded: OwnGateway
) -> None:
    tokens = [forge(provider) for forge in FORGED.values()] + [provider.of_staff(), provider.of_customers("C-1001")]
    for token in tokens:
        await ask_as(token, "{ customers { nodes { id invoices { totalCount } } } nonsense }")
        await ask_as(token, "{ viewer { subject } customer(id: 1.5) { id } }")

    log = "".join(path.read_text() for path in guarded.directory.glob("gateway-*.log"))

    assert "token refused" in log
    parts = {part for token in tokens for part in token.split(".") if len(part) > 12}
    assert [part for part in parts if part in log] == []
    assert "k" * 50 not in log
    assert "passwd" not in log
