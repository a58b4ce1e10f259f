"""One running sandbox for all of its tests over sockets; every test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sandbox.books import Books
from sandbox.generate import generate
from sandbox.server import Sandbox, running


@pytest.fixture(scope="session")
def generated() -> Books:
    return generate()


@pytest.fixture(scope="session")
def _running(generated: Books) -> Iterator[Sandbox]:
    with running(books=generated) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    _running.board.calls.clear()
    yield _running
    _running.board.reset()
    _running.books.restore()


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as client:
        yield client
