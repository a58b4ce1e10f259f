"""How many connections the door bears, never more than there are files for, and how much may wait in them."""

from __future__ import annotations

import sys

import pytest

from resolvers.sources.shoxl.settings import ShoxlSettings
from service.door import door_of
from tests.service.gateways import settings


@pytest.mark.parametrize(
    ("files", "connections"),
    [(64, 32), (400, 200), (512, 256), (1_024, 768), (20_000, 15_000), (sys.maxsize, 15_000)],
)
def test_some_files_are_left_for_what_is_no_client(files: int, connections: int) -> None:
    assert door_of(settings(), files).connections == connections


def test_what_may_wait_for_slow_readers_is_four_of_the_largest_answers_or_documents() -> None:
    large = ShoxlSettings(base_url="https://erp.example", max_document_bytes=5_000)

    assert door_of(settings(limits={"answer_bytes": 1_000}), 1_024).unread_bytes == 4_000
    assert door_of(settings(limits={"answer_bytes": 1_000}, sources={"shop": large}), 1_024).unread_bytes == 20_000
