"""Kinds of sources that other packages bring, and what a broken one costs."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from resolvers.sources import GROUP, Connectors, UnusableConnector, connectors, open2b
from service.settings import Settings, SettingsError, load_settings

BROKEN = EntryPoint("acme", "no_such_package.acme", GROUP)
NO_CONNECTOR = EntryPoint("acme", "json", GROUP)


def test_a_kind_of_another_package_is_found_beside_ours() -> None:
    kinds = Connectors([EntryPoint("acme", "resolvers.sources.open2b", GROUP)])

    assert set(kinds) == {*connectors(), "acme"}
    assert kinds["acme"].SETTINGS is open2b.SETTINGS


def test_a_kind_of_another_package_never_stands_for_ours() -> None:
    kinds = Connectors([EntryPoint("shoxl", "resolvers.sources.open2b", GROUP)])

    assert len(kinds) == len(connectors())
    assert kinds["shoxl"].SETTINGS is connectors()["shoxl"].SETTINGS


def test_a_module_that_raises_when_it_is_imported_is_named() -> None:
    with pytest.raises(UnusableConnector, match=r"^no_such_package\.acme cannot be loaded: No module named"):
        Connectors([BROKEN])["acme"]


def test_a_module_that_is_no_connector_is_named() -> None:
    with pytest.raises(UnusableConnector, match=r"^json is no connector: it lacks build, or SETTINGS"):
        Connectors([NO_CONNECTOR])["acme"]


def test_a_broken_package_costs_nothing_where_no_source_is_of_its_kind(tmp_path: Path) -> None:
    assert loaded(tmp_path, Connectors([BROKEN]), "open2b").sources["shop"].kind == "open2b"


def test_a_source_of_a_broken_package_is_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        loaded(tmp_path, Connectors([BROKEN]), "acme")

    assert caught.value.lines == (
        f"{tmp_path}/gateway.toml:4: [sources.shop] kind: its package no_such_package.acme cannot be loaded: "
        "No module named 'no_such_package'. Repair or remove it.",
    )


def loaded(folder: Path, kinds: Connectors, kind: str) -> Settings:
    path = folder / "gateway.toml"
    key = "k" * 32
    path.write_text(
        f'[server]\nsecret_keys = ["{key}"]\n[sources.shop]\nkind = "{kind}"\nbase_url = "https://shop.example"\n'
    )
    return load_settings(path, kinds, {})
