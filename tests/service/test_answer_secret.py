"""Gateways find each other's kept answers where they read a source in the same way, and only there."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from resolvers.keys import KeyRing
from resolvers.sources.netforum.settings import NetforumSettings
from service.answer_secret import answer_secret

KEYS = KeyRing(["the operator's only key"])
GIVEN: dict[str, object] = {
    "kind": "netforum",
    "base_url": "https://netforum.example/xweb",
    "protocol": "json",
    "username": "u",
    "password": "p",
    "currency": "USD",
    "details": "query",
    "query_without": ["ivd_tax", "ivd_shipping", "prd_name", "prd_code", "cst_id"],
}
PROGRAM = """
from tests.service.test_answer_secret import KEYS, GIVEN, answer_secret, NetforumSettings
print(answer_secret(KEYS, NetforumSettings.model_validate(GIVEN)).hex())
"""


def secret_of(**otherwise: object) -> bytes:
    return answer_secret(KEYS, NetforumSettings.model_validate(GIVEN | otherwise))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_replicas_with_one_configuration_have_the_same(seed: str) -> None:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    said = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True)

    assert bytes.fromhex(said.stdout) == secret_of()


@pytest.mark.parametrize(
    "otherwise",
    [
        {"base_url": "https://test.netforum.example/xweb"},
        {"currency": "EUR"},
        {"time_zone": "Europe/Rome"},
        {"username": "another"},
        {"password": "another"},
        {"query_without": ["ivd_tax"]},
    ],
)
def test_who_reads_a_source_in_another_way_has_another(otherwise: dict[str, object]) -> None:
    assert secret_of(**otherwise) != secret_of()


def test_who_has_another_key_has_another() -> None:
    settings = NetforumSettings.model_validate(GIVEN)

    assert len({answer_secret(KeyRing(keys), settings) for keys in (["one"], ["other"], [])}) == 3
