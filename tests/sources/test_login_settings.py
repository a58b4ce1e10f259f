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
        (netforum.SETTINGS, {"protocol": "json"}, 'only "soap" is spoken as yet'),
        (netforum.SETTINGS, {"details": "invoice"}, 'only "off" works as yet'),
        (netforum.SETTINGS, {"details": "query"}, 'only "off" works as yet'),
        (netforum.SETTINGS, {"details": "on"}, "Input should be 'off'"),
        (netforum.SETTINGS, {"token_reuse": "never"}, "Input should be 'shared', 'serial' or 'per_call'"),
        (netforum.SETTINGS, {"service_path": "/../secure"}, "write a path below base_url"),
        (netforum.SETTINGS, {"password": ""}, "at least 1"),
        (kruitbosch.SETTINGS, {"operation": "overview"}, 'only "outstanding" works as yet'),
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
    assert capabilities.ids_per_call == 0
    assert capabilities.fields == capabilities.list_fields > ALWAYS
