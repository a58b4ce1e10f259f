"""The service with trusted documents, as an operator sets it up."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.parts import CannotStart
from service.wiring import build
from tests.http.serving import client
from tests.service.gateways import settings


async def test_the_service_runs_the_documents_of_the_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "roles.graphql").write_text("{ viewer { roles } }\n")
    url = f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}"

    async with (
        build(settings(graph={"trusted_documents": str(tmp_path)}, directory={"url": url})) as parts,
        client(parts.graphql) as asking,
    ):
        trusted = await asking.post("/", json={"query": "{ viewer { roles } }"})
        other = await asking.post("/", json={"query": "{ __typename }"})

    assert trusted.json() == {"data": {"viewer": {"roles": ["STAFF"]}}}
    assert other.json()["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_TRUSTED"


async def test_the_service_does_not_start_without_the_documents_that_it_is_to_trust(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'directory.db'}"
    missing = settings(graph={"trusted_documents": str(tmp_path / "nowhere")}, directory={"url": url})

    with pytest.raises(CannotStart, match="nowhere cannot be read: No such file or directory"):
        async with build(missing):
            pass
