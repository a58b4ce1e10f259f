"""Relative paths are below the folder of the configuration, wherever a command is called from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from resolvers.customers.database_url import read_url
from service.settings import load_settings
from service.settings.folder import context_of
from tests.service.kinds import KINDS
from tests.service.settings.conftest import MINIMAL, Load

SQLITE = "sqlite+aiosqlite://"


def test_the_directory_is_beside_the_configuration_where_nobody_says_otherwise(load: Load, tmp_path: Path) -> None:
    assert load(MINIMAL).directory.url.get_secret_value() == f"{SQLITE}/{tmp_path}/invoice-graph.db"


@pytest.mark.parametrize(
    ("address", "database"),
    [
        ("/data/x.db", "{folder}/data/x.db"),
        ("//data/x.db", "/data/x.db"),
        ("/file:x.db?mode=rw&uri=true", "file:{folder}/x.db"),
        ("/file:/data/x.db?mode=rw&uri=true", "file:/data/x.db"),
        ("/file:///data/x.db?mode=rw&uri=true", "file:///data/x.db"),
        ("/file:m?mode=memory&uri=true", "file:m"),
        ("/:memory:", ":memory:"),
    ],
)
def test_sqlites_file_is_below_the_folder_unless_its_path_is_whole(
    load: Load, tmp_path: Path, address: str, database: str
) -> None:
    url = load(f'{MINIMAL}[directory]\nurl = "{SQLITE}{address}"').directory.url.get_secret_value()

    assert make_url(url).database == database.format(folder=tmp_path)
    assert make_url(url).query == make_url(f"{SQLITE}{address}").query


def test_a_folder_of_any_name_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "my %20 #1?"
    folder.mkdir()
    (folder / "gateway.toml").write_text(MINIMAL)

    url = load_settings(folder / "gateway.toml", KINDS, {}).directory.url.get_secret_value()

    assert read_url(url).database == str(folder / "invoice-graph.db")


def test_a_url_of_the_environment_is_below_the_folder_too(load: Load, tmp_path: Path) -> None:
    settings = load(MINIMAL, {"INVOICE_GRAPH__DIRECTORY__URL": f"{SQLITE}/x.db"})

    assert settings.directory.url.get_secret_value() == f"{SQLITE}/{tmp_path}/x.db"


def test_a_relative_configuration_means_the_same_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "gateway.toml").write_text(MINIMAL)
    monkeypatch.chdir(tmp_path / "deep")

    settings = load_settings(Path("../gateway.toml"), KINDS, {})

    assert settings.directory.url.get_secret_value() == f"{SQLITE}/{tmp_path}/invoice-graph.db"


def test_a_link_to_the_configuration_stands_in_its_own_folder(tmp_path: Path) -> None:
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "gateway.toml").write_text(MINIMAL)
    (tmp_path / "gateway.toml").symlink_to("..data/gateway.toml")

    settings = load_settings(tmp_path / "gateway.toml", KINDS, {})

    assert settings.directory.url.get_secret_value() == f"{SQLITE}/{tmp_path}/invoice-graph.db"


def test_a_configuration_through_a_pipe_stands_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    reader, writer = os.pipe()
    os.write(writer, MINIMAL.encode())
    os.close(writer)

    settings = load_settings(Path(f"/dev/fd/{reader}"), KINDS, {})
    os.close(reader)

    assert settings.directory.url.get_secret_value() == f"{SQLITE}/{tmp_path}/invoice-graph.db"


@pytest.mark.parametrize("descriptor", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_a_configuration_that_is_redirected_stands_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, descriptor: str
) -> None:
    monkeypatch.chdir(tmp_path)

    assert context_of(Path(descriptor)) == {"folder": tmp_path}


@pytest.mark.parametrize(
    ("written", "path"), [("operations", "{folder}/operations"), ("/operations", "/operations"), ("", "")]
)
def test_trusted_documents_are_below_the_folder(load: Load, tmp_path: Path, written: str, path: str) -> None:
    settings = load(f'{MINIMAL}[graph]\ntrusted_documents = "{written}"')

    assert settings.graph.trusted_documents == path.format(folder=tmp_path)


def test_the_files_of_a_cache_by_tls_are_below_the_folder(load: Load, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()

    url = load(f'{MINIMAL}[cache]\nurl = "rediss://:a%2Fb@cache/0?ssl_ca_certs=ca.pem&password=x%26y"').cache.url

    assert url.get_secret_value() == f"rediss://:a%2Fb@cache/0?ssl_ca_certs={tmp_path}/ca.pem&password=x%26y"
