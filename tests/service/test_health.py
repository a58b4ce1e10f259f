import asyncio
from collections.abc import Mapping

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
    async with running(AnyParts(checks={"directory": True, "migrated": True, "sources": True})) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"directory": True, "migrated": True, "sources": True})


async def test_it_says_which_check_keeps_it_from_being_ready() -> None:
    async with running(AnyParts(checks={"directory": False, "sources": True})) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"directory": False, "sources": True})


async def test_checks_that_do_not_come_back_are_no_readiness() -> None:
    async with running(Hanging()) as client:
        answer = await client.get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"answers": False})
