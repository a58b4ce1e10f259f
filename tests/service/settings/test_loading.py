import tomllib
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from resolvers.sources import kruitbosch, netforum
from service.settings import SettingsError, load_settings
from tests.service.kinds import KINDS, AnyKind, AnySourceSettings
from tests.service.settings.conftest import KEY, MINIMAL, Load

EXAMPLE = (Path(__file__).parent / "config.example.toml").read_text(encoding="utf-8")
EXAMPLE_ENVIRONMENT = {
    "INVOICE_GRAPH_KEY": KEY,
    "NETFORUM_USER": "xweb",
    "NETFORUM_PASSWORD": "0123",
    "WHOLESALE_USER": "portal",
    "WHOLESALE_PASSWORD": "1e5",
}


def test_every_key_of_the_example_file_is_known_and_its_values_are_the_defaults(load: Load) -> None:
    example = load(EXAMPLE, EXAMPLE_ENVIRONMENT)

    minimal = load(MINIMAL)
    assert example.model_dump(exclude={"sources"}) == minimal.model_dump(exclude={"sources"})
    for name, table in tomllib.loads(EXAMPLE).items():
        if name != "sources":
            assert set(table) == set(type(getattr(example, name)).model_fields)


def test_a_source_is_read_by_the_settings_of_its_kind(load: Load) -> None:
    shop = load(EXAMPLE, EXAMPLE_ENVIRONMENT).sources["shop"]

    assert isinstance(shop, AnySourceSettings)
    assert (shop.kind, shop.protocol, shop.context) == ("shoxl", "rest", {"divisionCode": "100"})
    assert shop.zone == ZoneInfo("Europe/Amsterdam")


def test_names_in_braces_are_read_from_the_environment_wherever_text_stands(load: Load) -> None:
    text = (
        MINIMAL
        + """
[sources.shop]
kind = "shoxl"
base_url = "https://${HOST}:${PORT}/erp"
context = { divisionCode = "${DIVISION}" }
max_concurrency = "${CALLS}"
"""
    )

    shop = load(text, {"HOST": "erp.example", "PORT": "8443", "DIVISION": "0100", "CALLS": "3"}).sources["shop"]

    assert shop.base_url == "https://erp.example:8443/erp"
    assert isinstance(shop, AnySourceSettings)
    assert shop.context == {"divisionCode": "0100"}
    assert shop.max_concurrency == 3


def test_what_a_variable_holds_is_taken_as_it_is_even_where_it_looks_like_another_variable(load: Load) -> None:
    text = MINIMAL + '[sources.shop]\nkind = "shoxl"\nbase_url = "http://x"\npassword = "${PASSWORD}"\n'

    shop = load(text, {"PASSWORD": "0${1"}).sources["shop"]

    assert isinstance(shop, AnySourceSettings)
    assert shop.password.get_secret_value() == "0${1"


def test_what_the_environment_gives_is_taken_as_it_is_written(load: Load) -> None:
    environ = {"INVOICE_GRAPH__SOURCES__SHOP__PASSWORD": "${NOT_A_NAME}0123"}

    settings = load(MINIMAL + '[sources.shop]\nkind = "shoxl"\nbase_url = "http://x"\n', environ)

    shop = settings.sources["shop"]
    assert isinstance(shop, AnySourceSettings)
    assert shop.password.get_secret_value() == "${NOT_A_NAME}0123"


def test_the_environment_wins_over_the_file(load: Load) -> None:
    environ = {
        "INVOICE_GRAPH__CACHE__URL": "redis://cache:6379",
        "INVOICE_GRAPH__SERVER__PORT": "9000",
        "INVOICE_GRAPH__GRAPH__EXPLORER": "false",
        "INVOICE_GRAPH__SERVER__TRUSTED_HOSTS": "invoices.example, *.invoices.example",
        "INVOICE_GRAPH__SERVER__CORS_ORIGINS": '["https://shop.example"]',
        "INVOICE_GRAPH_LOG_LEVEL": "debug",
    }

    settings = load(MINIMAL + "port = 8001\n[graph]\nexplorer = true\n", environ)

    assert settings.cache.url.get_secret_value() == "redis://cache:6379"
    assert settings.server.port == 9000
    assert settings.server.trusted_hosts == ("invoices.example", "*.invoices.example")
    assert settings.server.cors_origins == ("https://shop.example",)
    assert not settings.graph.explorer


def test_a_whole_source_may_come_from_the_environment(load: Load) -> None:
    prefix = "INVOICE_GRAPH__SOURCES__WEB_STORE__"

    settings = load(MINIMAL, {prefix + "KIND": "open2b", prefix + "BASE_URL": "https://store.example"})

    assert settings.sources["web_store"].base_url == "https://store.example"


@pytest.mark.parametrize("listed", ['["ivd_tax", "prd_code"]', "ivd_tax, prd_code"])
@pytest.mark.parametrize(
    ("kind", "key"),
    [("kruitbosch", "session_fields"), ("kruitbosch", "document_hosts"), ("netforum", "query_without")],
)
def test_a_list_of_a_source_may_come_from_the_environment(tmp_path: Path, kind: str, key: str, listed: str) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text(f'{MINIMAL}[sources.a]\nkind = "{kind}"\nbase_url = "http://x"\nusername = "u"\npassword = "p"\n')
    kinds = {"kruitbosch": AnyKind(kruitbosch.SETTINGS), "netforum": AnyKind(netforum.SETTINGS)}

    settings = load_settings(path, kinds, {f"INVOICE_GRAPH__SOURCES__A__{key.upper()}": listed})

    assert set(getattr(settings.sources["a"], key)) == {"ivd_tax", "prd_code"}


def test_a_variable_that_is_missing_does_not_matter_where_the_environment_gives_the_key_itself(load: Load) -> None:
    text = '[server]\nsecret_keys = ["${INVOICE_GRAPH_KEY}"]\n'

    settings = load(text, {"INVOICE_GRAPH__SERVER__SECRET_KEYS": KEY})

    assert [key.get_secret_value() for key in settings.server.secret_keys] == [KEY]


@pytest.mark.parametrize(
    ("server", "public_url"),
    [
        ("port = 9000", "http://127.0.0.1:9000"),
        ('host = "::1"', "http://[::1]:8000"),
        ('public_url = "https://invoices.example/"', "https://invoices.example"),
    ],
)
def test_the_public_address_is_the_servers_own_unless_it_is_given(load: Load, server: str, public_url: str) -> None:
    assert load(MINIMAL + server).server.public_url == public_url


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Shop.Example:443", "https://shop.example"),
        ("HTTP://shop.example:80", "http://shop.example"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("http://[2001:DB8::1]:3000", "http://[2001:db8::1]:3000"),
    ],
)
def test_an_origin_is_compared_as_browsers_write_it(load: Load, written: str, origin: str) -> None:
    assert load(f'{MINIMAL}cors_origins = ["{written}"]').server.cors_origins == (origin,)


def test_no_secret_is_in_the_settings_representation(load: Load) -> None:
    environ = EXAMPLE_ENVIRONMENT | {
        "INVOICE_GRAPH__DIRECTORY__URL": "postgresql+asyncpg://gateway:hunter2@db/invoices",
        "INVOICE_GRAPH__CACHE__URL": "redis://:hunter2@cache",
        "NETFORUM_PASSWORD": "hunter2",
    }

    shown = repr(load(EXAMPLE, environ))

    assert "hunter2" not in shown
    assert KEY not in shown


def test_a_file_with_a_byte_order_mark_is_read(load: Load) -> None:
    assert load("\ufeff" + MINIMAL).server.port == 8000


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none.toml"

    with pytest.raises(SettingsError) as caught:
        load_settings(path, KINDS, {})

    assert caught.value.lines == (f"{path}: there is no such file. Name one by --config.",)


def test_a_folder_in_the_files_place_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, KINDS, {})

    assert caught.value.lines == (f"{tmp_path}: cannot be read: Is a directory. Name a readable file by --config.",)
