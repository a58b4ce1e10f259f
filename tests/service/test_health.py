import asyncio
from collections.abc import Mapping

import httpx

from tests.service.gateways import AnyParts, running


class Hanging(AnyParts):
    async def ready(self) -> Mapping[str, bool]:
        await asyncio.Event().wait()
        return {}


async def test_it_is_alive_whatever_its_parts_say() -> None:
    async with running(AnyParts(checks={"directory": False})) as client:
        answer = await client.get("/healthz")

    assert (answer.status_code, answer.json()) == (200, {"alive": True})


async def test_it_is_ready_when_every_check_holds() -> None:
    async with running(AnyParts(checks={"directory": True, "migrated": True})) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"directory": True, "migrated": True})


async def test_it_says_which_check_keeps_it_from_being_ready() -> None:
    async with running(AnyParts(checks={"directory": False, "migrated": True})) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"directory": False, "migrated": True})


async def test_checks_that_do_not_come_back_are_no_readiness() -> None:
    async with running(Hanging()) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"answers": False})


async def test_of_sources_nothing_is_said_as_none_is_asked(gateway_url: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.get(f"{gateway_url}/readyz")

    assert (answer.status_code, answer.json()) == (200, {"directory": True})
