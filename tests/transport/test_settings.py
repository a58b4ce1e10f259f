"""What an operator may write about a source, and what the answer to a slip is."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from resolvers.sources.settings import SourceSettings
from resolvers.transport.settings import TransportSettings

URL = "https://store.example/api"


def test_only_the_address_is_needed() -> None:
    settings = TransportSettings(base_url=f"{URL}/")

    assert settings.base_url == URL
    assert (settings.timeout_seconds, settings.max_concurrency, settings.retries) == (3.0, 8, 2)
    assert (settings.rate_limit, settings.rate, settings.max_body_bytes) == (None, None, 16_000_000)


def test_a_rate_limit_is_calls_and_seconds() -> None:
    assert TransportSettings(base_url=URL, rate_limit="1000/300s").rate == (1_000, 300.0)


@pytest.mark.parametrize(
    ("values", "field", "hint"),
    [
        ({"rate_limit": "1000 per 5 minutes"}, "rate_limit", '"1000/300s"'),
        ({"rate_limit": "0/300s"}, "rate_limit", '"1000/300s"'),
        ({"rate_limit": "1000/300"}, "rate_limit", '"1000/300s"'),
        ({"base_url": "store.example"}, "base_url", "http"),
        ({"base_url": "ftp://store.example"}, "base_url", "http"),
        ({"base_url": "https:///api"}, "base_url", "http"),
        ({"base_url": "https://store.example:port"}, "base_url", "address"),
        ({"base_url": "https://256.0.0.1"}, "base_url", "host"),
        ({"base_url": "https://läden..example"}, "base_url", "host"),
        ({"base_url": "https://me:s3cret@store.example"}, "base_url", "name and password"),
        ({"base_url": "https://store.example?key=s3cret"}, "base_url", "query"),
        ({"base_url": "https://store.example/#x"}, "base_url", "fragment"),
        ({"timeout_seconds": 0}, "timeout_seconds", "greater than 0"),
        ({"timeout_seconds": float("inf")}, "timeout_seconds", ""),
        ({"max_concurrency": 0}, "max_concurrency", "greater than or equal to 1"),
        ({"retries": -1}, "retries", "greater than or equal to 0"),
        ({"max_body_bytes": 0}, "max_body_bytes", "greater than or equal to 1"),
        ({"retrys": 1}, "retrys", "Extra inputs"),
        ({"currency": "eur"}, "currency", '"EUR"'),
        ({"time_zone": "Amsterdam"}, "time_zone", '"Europe/Amsterdam"'),
        ({"time_zone": "Europe"}, "time_zone", '"Europe/Amsterdam"'),
        ({"time_zone": "../../etc/passwd"}, "time_zone", '"Europe/Amsterdam"'),
        ({"time_zone": ""}, "time_zone", '"Europe/Amsterdam"'),
    ],
)
def test_a_slip_is_named_with_what_to_write_and_without_what_was_written(
    values: dict[str, Any], field: str, hint: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        SourceSettings.model_validate({"kind": "shop", "base_url": URL} | values)

    [error] = raised.value.errors()
    assert error["loc"] == (field,)
    assert hint in error["msg"]
    assert "s3cret" not in str(raised.value)


def test_dates_are_dates_in_the_zone_of_the_source() -> None:
    assert SourceSettings(kind="shop", base_url=URL).zone == ZoneInfo("UTC")
    assert SourceSettings(kind="shop", base_url=URL, time_zone="Europe/Rome", currency="EUR").zone.key == "Europe/Rome"
