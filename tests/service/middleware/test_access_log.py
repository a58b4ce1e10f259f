from collections.abc import Iterator
from itertools import count

import pytest
import structlog
from starlette.types import ASGIApp

from service.middleware.access_log import AccessLog
from service.middleware.answer_head import AnswerHead
from service.middleware.request_id import RequestId
from tests.service.gateways import breaking, client_of, counting


def ticking() -> Iterator[float]:
    """A clock that moves by an eighth of a second at each look."""
    return count(start=100, step=0.125)


def logged_by(app: ASGIApp) -> ASGIApp:
    ticks = ticking()
    return RequestId(AnswerHead(AccessLog(app, clock=lambda: next(ticks))))


async def test_a_request_is_one_line_without_query_string_and_headers() -> None:
    with structlog.testing.capture_logs() as logged:
        async with client_of(logged_by(counting)) as client:
            await client.post("/graphql?token=hunter2", headers={"authorization": "Bearer hunter2"})

    assert logged == [
        {
            "event": "request",
            "log_level": "info",
            "method": "POST",
            "path": "/graphql",
            "status": 200,
            "milliseconds": 125.0,
        }
    ]


@pytest.mark.parametrize(
    ("path", "logged_path"),
    [
        ("/documents/WyJkb2N1.c2lnbmF0dXJl", "/documents/…"),
        ("/documents/WyJkb2N1.c2lnbmF0dXJl/", "/documents/…"),
        ("//documents/WyJkb2N1.c2lnbmF0dXJl", "//documents/…"),
        ("/%64ocuments/WyJkb2N1.c2lnbmF0dXJl", "/documents/…"),
        ("/documents", "/documents"),
        (f"/{'x' * 500}", f"/{'x' * 199}"),
    ],
)
async def test_what_opens_a_document_is_not_logged(path: str, logged_path: str) -> None:
    with structlog.testing.capture_logs() as logged:
        async with client_of(logged_by(counting)) as client:
            await client.get(f"http://localhost:8000{path}")

    assert [line["path"] for line in logged] == [logged_path]


async def test_a_request_that_breaks_is_logged_without_a_status() -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(RuntimeError):
        async with client_of(logged_by(breaking)) as client:
            await client.get("/graphql")

    assert [line["status"] for line in logged] == [None]
