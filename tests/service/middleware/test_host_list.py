import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Scope

from service.middleware.host_list import HostList
from tests.service.gateways import counting

LISTED = ("localhost", "*.example.com", "[::1]", "Shop.Example")


async def passes(*hosts: str, listed: tuple[str, ...] = LISTED) -> bool:
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(b"host", host.encode("latin-1")) for host in hosts],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        pass

    try:
        await HostList(counting, listed)(scope, receive, send)
    except HTTPException:
        return False
    return True


@pytest.mark.parametrize(
    "host",
    ["localhost", "LocalHost:8000", "a.example.com", "a.b.example.com:1", "[::1]", "[::1]:8000", "shop.example"],
)
async def test_a_listed_host_passes_on_any_port_in_any_case(host: str) -> None:
    assert await passes(host)


@pytest.mark.parametrize(
    "host",
    [
        "", " ", "example.com", "evilexample.com", ".example.com.evil", "a.example.com.", "localhost.evil.example",
        "localhost:8000:1", "localhost:", "localhost:80a", "localhost:999999", "localhost@evil.example",
        "localhost/evil", "localhost evil", "localhost,evil.example", "::1", "[::1", "[::1]x", "[localhost]x",
        "*", "*.example.com@evil", "a\x00.example.com",
    ],
)  # fmt: skip
async def test_any_other_does_not(host: str) -> None:
    assert not await passes(host)


async def test_none_and_two_do_not_pass_either() -> None:
    assert not await passes()
    assert not await passes("localhost", "localhost")


async def test_a_star_lets_everybody_in() -> None:
    assert await passes("evil.example", listed=("*",))
