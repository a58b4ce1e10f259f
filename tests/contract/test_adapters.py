"""No connector without its adapter, and no excuse for a clause that does not exist."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import pytest

from resolvers.sources import connectors
from sandbox.server import EMULATORS
from tests.contract.adapter import ADAPTERS, Adapter, adapters_of

CLAUSES = {
    name for file in Path(__file__).parent.glob("test_*.py") for name in re.findall(r"def test_(\w+)", file.read_text())
}
EVERY_ADAPTER = pytest.mark.parametrize("given", ADAPTERS, ids=attrgetter("name"))


@pytest.mark.parametrize("kind", sorted(connectors()))
def test_every_connector_has_an_adapter(kind: str) -> None:
    assert adapters_of(kind), f"write tests/contract/sources/{kind}.py, or the contract does not hold for it"
    assert {adapter.kind for adapter in adapters_of(kind)} == {kind}


def test_every_emulator_is_read_by_an_adapter() -> None:
    assert {adapter.emulator for adapter in ADAPTERS} == EMULATORS.keys()


@EVERY_ADAPTER
def test_an_excuse_is_from_a_clause_that_exists(given: Adapter) -> None:
    assert given.excuses.keys() - CLAUSES == set()
