"""The tables of the sources that log in: what works today, and what an operator is told of the rest."""

from __future__ import annotations

from types import ModuleType

import pytest
from pydantic import ValidationError

from resolvers.model.always import ALWAYS
from resolvers.sources import kruitbosch, netforum
from resolvers.sources.settings import SourceSettings

LOGIN = {"base_url": "https://invoices.example/xweb", "username": "u", "password": "secret-word"}


@pytest.mark.parametrize(
    ("settings", "table", "told"),
    [
        (netforum.SETTINGS, {"protocol": "rest"}, "Input should be 'soap' or 'json'"),
        (netforum.SETTINGS, {"authentication": "basic"}, 'authentication = "basic" needs protocol = "json"'),
        (netforum.SETTINGS, {"details": "on"}, "Input should be 'invoice', 'query' or 'off'"),
        (netforum.SETTINGS, {"ids_per_query": "0"}, "greater than or equal to 1"),
        (netforum.SETTINGS, {"json_path": "/JSON"}, "write a path below base_url"),
        (netforum.SETTINGS, {"token_reuse": "never"}, "Input should be 'shared', 'serial' or 'per_call'"),
        (netforum.SETTINGS, {"service_path": "/../secure"}, "write a path below base_url"),
        (netforum.SETTINGS, {"service_path": "../admin.asmx"}, "write a path below base_url"),
        (netforum.SETTINGS, {"json_path": "JSON/./xweb"}, "write a path below base_url"),
        (netforum.SETTINGS, {"password": ""}, "at least 1"),
        (kruitbosch.SETTINGS, {"operation": "paid"}, "Input should be 'outstanding' or 'overview'"),
        (kruitbosch.SETTINGS, {"protocol": "jsv"}, "Input should be 'json', 'xml' or 'csv'"),
        (kruitbosch.SETTINGS, {"operation": "overview", "own_customer": True}, "asked by customer number"),
        (kruitbosch.SETTINGS, {"document_hosts": ["https://files.example"]}, "write a host such as"),
        (kruitbosch.SETTINGS, {"login_path": "https://elsewhere.example/auth"}, "write a path below base_url"),
        (kruitbosch.SETTINGS, {"time_zone": "Amsterdam"}, "write an IANA time zone"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_reason(
    settings: type[SourceSettings], table: dict[str, str], told: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        settings.model_validate({**LOGIN, **table})

    assert told in str(raised.value)
    assert "secret-word" not in str(raised.value)


@pytest.mark.parametrize("settings", [netforum.SETTINGS, kruitbosch.SETTINGS])
def test_a_password_is_no_part_of_what_settings_show(settings: type[SourceSettings]) -> None:
    assert "secret-word" not in repr(settings.model_validate(LOGIN))


def test_kruitboschs_dates_are_dutch_unless_told_otherwise() -> None:
    assert kruitbosch.SETTINGS.model_validate(LOGIN).zone.key == "Europe/Amsterdam"


@pytest.mark.parametrize("kind", [netforum, kruitbosch])
def test_both_list_open_invoices_by_account_and_promise_no_order(kind: ModuleType) -> None:
    capabilities = kind.CAPABILITIES

    assert capabilities.lists_by_account
    assert not capabilities.lists_paid_invoices
    assert not capabilities.lists_newest_first
    assert capabilities.fields >= capabilities.list_fields > ALWAYS
