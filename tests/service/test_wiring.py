"""What the composition root says of a directory that it cannot use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from resolvers.customers.opened import opened
from service.parts import CannotStart
from service.wiring import build
from tests.service.gateways import settings


async def test_a_directory_that_may_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "directory.db"
    url = f"sqlite+aiosqlite:///{file}"
    async with opened(url):
        pass
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DROP TABLE accounts")

    with pytest.raises(
        CannotStart, match=r"no such table: accounts\. Check directory\.url, and the disk or server there\."
    ):
        async with build(settings(directory={"url": url})):
            pass
