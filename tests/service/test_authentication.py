"""Who is asking where nobody is asked, and where the settings let that be."""

from pathlib import Path

import pytest
import structlog
from starlette.datastructures import Headers

from resolvers.access import Principal
from resolvers.document_link import DocumentLinks
from resolvers.signature import Seal
from resolvers.sources import connectors
from service.authentication import authentication, refusals
from service.documents import Documents
from service.settings import AuthSettings, SettingsError, load_settings
from tests.http.serving import endpoint, shop
from tests.service.gateways import AnyParts, running

KEY = "k" * 32


async def test_with_mode_none_whoever_asks_is_staff_without_a_name() -> None:
    async with authentication(AuthSettings()) as authenticator:
        principal = await authenticator.authenticate(Headers({"authorization": "Bearer of anything"}))

    assert principal.is_staff
    assert principal.may_write
    assert principal.subject is None
    assert principal.may_see("C-1001")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", "LOCALHOST"])
def test_with_mode_none_the_server_may_listen_on_loopback(tmp_path: Path, host: str) -> None:
    assert loaded(tmp_path, host) == host


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",  # noqa: S104  # it is refused
        "::",
        "::ffff:0.0.0.0",
        "192.168.1.7",
        "169.254.169.254",
        "fe80::1",
        "127.0.0.1.nip.io",
        "localhost.example.com",
        "localhost.",
        "127.1",
        "0",
        "2130706433",
        "0x7f.1",
        "gateway",
    ],
)
def test_with_mode_none_no_other_host_is_listened_on_whatever_it_resolves_to(tmp_path: Path, host: str) -> None:
    with pytest.raises(SettingsError, match=r"\[server\] host: is "):
        loaded(tmp_path, host)


def test_with_mode_jwt_the_server_may_listen_anywhere(tmp_path: Path) -> None:
    auth = '[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "https://login.example/keys?p=1"\n'

    assert loaded(tmp_path, "0.0.0.0", auth) == "0.0.0.0"  # noqa: S104  # it is what is promised


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example/keys",
        "http://127.0.0.1.nip.io/keys",
        "http://localhost.example/keys",
        "file:///etc/keys.json",
        "ftp://127.0.0.1/keys",
        "https://user:word@login.example/keys",
        "https:///keys",
        "https://login.example:port/keys",
        "https://login.example/keys#here",
        "https://login.example/ke ys",
        "//login.example/keys",
    ],
)
def test_keys_from_an_address_that_others_could_answer_for_are_refused(tmp_path: Path, url: str) -> None:
    auth = f'[auth]\nmode = "jwt"\nissuer = "me"\naudience = "us"\njwks_url = "{url}"\n'

    with pytest.raises(SettingsError, match=r"\[auth\] jwks_url: is not an https address"):
        loaded(tmp_path, "127.0.0.1", auth)


def loaded(directory: Path, host: str, auth: str = "") -> str:
    """The host of the settings with it."""
    path = directory / "gateway.toml"
    path.write_text(f'[server]\nhost = "{host}"\nsecret_keys = ["{KEY}"]\n{auth}')
    return load_settings(path, connectors(), {}).server.host


class CannotTell:
    """Has no keys to check a token with."""

    async def authenticate(self, headers: Headers) -> Principal:
        raise refusals.no_keys()


@pytest.mark.parametrize("door", ["/graphql?query={__typename}", "/documents/some-token", "/metrics"])
async def test_while_tokens_cannot_be_checked_nobody_is_told_that_theirs_is_bad(door: str) -> None:
    bench, cannot_tell = shop(), CannotTell()
    links = DocumentLinks(Seal(bench.keys, "documents"), "/documents/", lambda: 0)
    parts = AnyParts(
        graphql=endpoint(bench, authenticator=cannot_tell),
        documents=Documents(links, bench.gateway, cannot_tell, deadline_seconds=5),
        authenticator=cannot_tell,
    )

    async with running(parts) as client:
        with structlog.testing.capture_logs() as logged:
            answer = await client.get(door, headers={"authorization": "Bearer a.b.c"})

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "www-authenticate" not in answer.headers
    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["SERVICE_UNAVAILABLE"]
    assert [line["event"] for line in logged] == ["request"]
