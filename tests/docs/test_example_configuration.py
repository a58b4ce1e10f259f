"""The example of a configuration shows every key, with its default where it says so."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from pydantic import BaseModel

from resolvers.sources import connectors
from resolvers.sources.settings import SourceSettings
from service.settings import Settings
from tests.conftest import ROOT

_COMMENTED_OUT = re.compile(r"^# (?=[a-z_]+ = )", re.MULTILINE)
_TEXT = (ROOT / "config.example.toml").read_text(encoding="utf-8").replace("${INVOICE_GRAPH_KEY}", "k" * 32)
_WRITTEN = tomllib.loads(_TEXT)
_WHOLE = tomllib.loads(_COMMENTED_OUT.sub("", _TEXT))
_OF_KIND: dict[str, str] = {table["kind"]: name for name, table in _WHOLE["sources"].items()}
_TABLES = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}


def table_of(kind: str) -> str:
    """The name of the table that shows the keys of a kind."""
    assert kind in _OF_KIND, f'write a table [sources.NAME] with kind = "{kind}" into config.example.toml'
    return _OF_KIND[kind]


def default(model: type[BaseModel], key: str, given: dict[str, Any]) -> object:
    """What the key is where nobody writes it."""
    return model.model_fields[key].get_default(call_default_factory=True, validated_data=given)


@pytest.mark.parametrize("name", _TABLES)
def test_a_table_has_every_key_with_its_default(name: str) -> None:
    model, table = _TABLES[name], _WRITTEN[name]
    read = model.model_validate(table)

    others = {key for key in table if key != "secret_keys" and getattr(read, key) != default(model, key, table)}

    assert set(table) == set(model.model_fields)
    assert others == set()


@pytest.mark.parametrize("kind", connectors())
def test_the_table_of_a_kind_has_every_key_of_its_own(kind: str) -> None:
    model = connectors()[kind].SETTINGS
    own = {key for key in model.model_fields if key not in SourceSettings.model_fields or differs(model, key)}

    assert own - set(_WHOLE["sources"][table_of(kind)]) == set()


def differs(model: type[SourceSettings], key: str) -> bool:
    """Whether a kind has a default of its own for a key that every source has."""
    return default(model, key, {}) != default(SourceSettings, key, {})


def test_what_every_source_may_have_is_in_one_of_their_tables() -> None:
    assert set(SourceSettings.model_fields) - {key for table in _WHOLE["sources"].values() for key in table} == set()


@pytest.mark.parametrize("kind", connectors())
def test_what_is_commented_out_is_the_default(kind: str) -> None:
    model, name = connectors()[kind].SETTINGS, table_of(kind)
    table = _WHOLE["sources"][name]
    read = model.model_validate(table)

    others = {
        key for key in set(table) - set(_WRITTEN["sources"][name]) if getattr(read, key) != default(model, key, table)
    }

    assert others == set()
