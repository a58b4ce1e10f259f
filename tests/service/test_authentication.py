"""Who is asking where nobody is asked, and where the settings let that be."""

from pathlib import Path

import pytest
from starlette.datastructures import Headers

from resolvers.sources import connectors
from service.authentication import authentication
from service.settings import AuthSettings, SettingsError, load_settings

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
