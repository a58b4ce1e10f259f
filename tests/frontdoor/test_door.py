"""How many connections the door bears: what is configured, and never more than there are files for."""

from __future__ import annotations

import sys

import pytest

from service.door import door_of
from tests.service.gateways import settings


@pytest.mark.parametrize(
    ("files", "connections"),
    [(64, 32), (400, 200), (512, 256), (1_024, 768), (20_000, 15_000), (sys.maxsize, 15_000)],
)
def test_some_files_are_left_for_what_is_no_client(files: int, connections: int) -> None:
    assert door_of(settings(), files).connections == connections
