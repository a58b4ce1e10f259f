"""The gateway of the demo within the process, keeping answers but never giving one out instead of asking."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from resolvers.sources import connectors
from service.settings import load_settings
from service.wiring import build
from tests.conftest import Gateway

_KEEPING = {"INVOICE_GRAPH__CACHE__STALE_SECONDS": "3600"}


@pytest.fixture
async def remembering(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that has answered nothing yet."""
    settings = load_settings(gateway.configuration, connectors(), gateway.environ | _KEEPING)
    async with (
        build(settings) as parts,
        httpx.AsyncClient(transport=httpx.ASGITransport(parts.graphql), base_url="http://graph.test") as client,
    ):
        yield client
