"""The faults of transport, committed around any emulator: late, cut, refused, or not what it says it is."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import poison
from sandbox.faults import TRANSPORT_KINDS, Call, Fault, Switchboard

MAINTENANCE = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><h1>Back soon</h1></body></html>"
BOMB_BYTES = 64 * 1024 * 1024
STATUS_TEXTS = {
    401: b"401 Unauthorized",
    403: b"403 Forbidden",
    429: b"429 Too Many Requests",
    500: b"500 Internal Server Error",
    503: b"503 Service Unavailable",
}


@dataclass(slots=True)
class Answer:
    """A whole response, held back so that it can be spoilt."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""


class FaultyWire:
    """An ASGI application around an emulator: records every call, and commits the transport fault that is armed."""

    def __init__(self, app: ASGIApp, source: str, board: Switchboard) -> None:
        self._app = app
        self._source = source
        self._board = board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, well or badly."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        action = _soap_action(scope)
        call = Call(self._source, operation=(action or scope["path"]).rstrip("/").rpartition("/")[2])
        self._board.record(call)
        scope["sandbox.call"] = call

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                call.status = message["status"]
            await send(message)

        fault = self._board.take(self._source, f"{scope['path']} {action}", TRANSPORT_KINDS)
        if fault is None:
            await self._app(scope, receive, noting)
        else:
            await _commit(fault, self._app, scope, receive, noting)


def _soap_action(scope: Scope) -> str:
    return next((value.decode("latin-1").strip('"') for name, value in scope["headers"] if name == b"soapaction"), "")


async def _commit(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    if fault.kind.startswith("status_"):
        await _write(send, _refusal(int(fault.kind.removeprefix("status_")), fault.retry_after))
    elif fault.kind in _BEFORE:
        await _BEFORE[fault.kind](fault, scope, receive, send)
    else:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        await _AFTER.get(fault.kind, _as_it_is)(await _answer(app, scope, receive), fault, scope, send)


def _refusal(status: int, retry_after: str) -> Answer:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if retry_after:
        headers.append((b"retry-after", retry_after.encode()))
    return Answer(status, headers, STATUS_TEXTS[status])


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    answer = Answer()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status, answer.headers = message["status"], list(message["headers"])
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, keep)
    return answer


async def _write(send: Send, answer: Answer) -> None:
    headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
    headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


# ------------------------------------------------------------ instead of the emulator's answer


async def _hang(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _reset(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    scope["sandbox.reset"]()


async def _html(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await _write(send, Answer(200, [(b"content-type", b"text/html; charset=utf-8")], MAINTENANCE))


async def _redirect(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    """To the same place once more, for whoever follows."""
    await _write(send, Answer(302, [(b"location", scope["path"].encode()), (b"set-cookie", b"ss-id=somebody-else")]))


async def _gzip_bomb(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-encoding", b"gzip")]
    await _write(send, Answer(200, headers, _bomb()))


@cache
def _bomb() -> bytes:
    """64 MiB of blanks in 64 KiB: well-formed to the end, for any parser that gets that far."""
    return gzip.compress(b" " * BOMB_BYTES)


async def _huge_body(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    block = b" " * 65536
    for _ in range(BOMB_BYTES // len(block)):
        await send({"type": "http.response.body", "body": block, "more_body": True})
        await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b""})


_BEFORE: dict[str, Callable[[Fault, Scope, Receive, Send], Awaitable[None]]] = {
    "hang": _hang,
    "reset": _reset,
    "html_200": _html,
    "redirect": _redirect,
    "gzip_bomb": _gzip_bomb,
    "huge_body": _huge_body,
}

# ------------------------------------------------------------ done to the emulator's answer


async def _as_it_is(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    await _write(send, answer)


async def _trickle(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    """The body in ten parts over the fault's seconds, so that no single read is late."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    step = max(1, -(-len(answer.body) // 10))
    for start in range(0, len(answer.body), step):
        await asyncio.sleep(fault.seconds / 10)
        await send({"type": "http.response.body", "body": answer.body[start : start + step], "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _truncated(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    """Half of the body, with the Content-Length of that half: only the content can tell."""
    answer.body = answer.body[: len(answer.body) // 2]
    await _write(send, answer)


async def _truncated_wrong_length(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    """Half of the body, the Content-Length of the whole, and then the connection is closed."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    half = answer.body[: len(answer.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    scope["sandbox.close"]()


async def _wrong_content_type(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    answer.headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-type"]
    answer.headers.append((b"content-type", b"application/octet-stream"))
    await _write(send, answer)


async def _gzip_pieces(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    """The body as it should be, compressed as may be asked for, in parts of which the last is the checksum's half."""
    content = gzip.compress(answer.body)
    headers = [(name, value) for name, value in answer.headers if name.lower() != b"content-length"]
    headers.append((b"content-encoding", b"gzip"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    for part in (content[:5], content[5:-8], content[-8:-4], content[-4:]):
        await send({"type": "http.response.body", "body": part, "more_body": True})
        await asyncio.sleep(0.001)
    await send({"type": "http.response.body", "body": b""})


async def _unasked_encoding(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    """Compressed in a way that no client of ours asks for."""
    answer.headers.append((b"content-encoding", b"deflate"))
    answer.body = zlib.compress(answer.body)
    await _write(send, answer)


def _poisoned(change: Callable[[bytes], bytes]) -> Callable[[Answer, Fault, Scope, Send], Awaitable[None]]:
    async def spoilt(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
        answer.body = change(answer.body)
        await _write(send, answer)

    return spoilt


async def _empty(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    answer.status, answer.body = 200, b""
    await _write(send, answer)


_AFTER: dict[str, Callable[[Answer, Fault, Scope, Send], Awaitable[None]]] = {
    "trickle": _trickle,
    "truncated": _truncated,
    "truncated_wrong_length": _truncated_wrong_length,
    "wrong_content_type": _wrong_content_type,
    "empty_200": _empty,
    "gzip_pieces": _gzip_pieces,
    "unasked_encoding": _unasked_encoding,
    "deep_nesting": _poisoned(poison.nested),
    "endless_numbers": _poisoned(poison.endless_numbers),
    "no_text": _poisoned(poison.no_text),
    "entities": _poisoned(poison.with_entities),
}
