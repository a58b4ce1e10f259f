"""Deferred fragments: the answer's first part at once, the others when they come, over multipart/mixed.

The parts are those of the current incremental delivery (`pending`, `incremental`, `completed`, `hasNext`). Each tells
its path, too: clients that know the older form alone place it by that, and would lose it without a word.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

import orjson
from graphql import (
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    IncrementalDeferResult,
    InitialIncrementalExecutionResult,
    SubsequentIncrementalExecutionResult,
)
from graphql.execution.types import PendingResult
from starlette.types import Receive, Scope, Send
from strawberry.http.streaming import MultipartTransport

from graph.http.connected import while_connected
from resolvers.model.operation import Operation

_GRACE_SECONDS = 5.0
"""Behind the deadline, for a client that reads slowly."""
_UNBUFFERED = {"x-accel-buffering": "no"}
"""What nginx, and proxies like it, must be told: by default they pass an answer on when it is whole."""

Part = dict[str, Any]
Describe = Callable[[list[GraphQLError]], list[dict[str, Any]]]
Extensions = Callable[[bool], dict[str, Any]]
Paths = dict[str, list[str | int]]
"""Where in the answer what is pending belongs, by its id."""


class PartsResponse:
    """A response that sends parts as they come, and ends the work where the client goes away."""

    def __init__(
        self,
        parts: AsyncGenerator[Part | orjson.Fragment],
        headers: Mapping[str, str],
        operation: Operation,
    ) -> None:
        transport = MultipartTransport()
        self._stream = transport.stream(lambda: parts, lambda part: orjson.dumps(part).decode())
        self._headers = {**headers, **transport.headers, **_UNBUFFERED}
        self._parts, self._operation = parts, operation
        self._left = operation.abandoned = asyncio.get_running_loop().create_future()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        seconds = self._operation.remaining_seconds() + _GRACE_SECONDS
        await while_connected(self._send(send), receive, seconds, before_end=lambda: self._left.set_result(None))

    async def _send(self, send: Send) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in self._headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with aclosing(self._parts), aclosing(self._stream()) as texts:
            async for text in texts:
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def parts(
    results: ExperimentalIncrementalExecutionResults, describe: Describe, extensions: Extensions
) -> AsyncGenerator[Part]:
    """The parts of a deferred answer, errors in our words; `extensions` is told whether the part is the last."""
    paths: Paths = {}
    async with aclosing(results.subsequent_results) as subsequent:
        yield _initial(results.initial_result, describe, paths) | _said("extensions", extensions(False))
        async for result in subsequent:
            yield _subsequent(result, describe, paths) | _said("extensions", extensions(not result.has_next))


def _initial(result: InitialIncrementalExecutionResult, describe: Describe, paths: Paths) -> Part:
    return {
        "data": result.data,
        **_said("errors", describe(result.errors or [])),
        "pending": _pending(result.pending, paths),
        "hasNext": result.has_next,
    }


def _subsequent(result: SubsequentIncrementalExecutionResult, describe: Describe, paths: Paths) -> Part:
    deferred = cast("Sequence[IncrementalDeferResult]", result.incremental or ())  # there is no @stream here
    completed = [{"id": each.id, **_said("errors", describe(each.errors or []))} for each in result.completed or ()]
    return {
        **_said("pending", _pending(result.pending or (), paths)),
        **_said("incremental", [_incremental(each, describe, paths[each.id]) for each in deferred]),
        **_said("completed", completed),
        "hasNext": result.has_next,
    }


def _pending(results: Sequence[PendingResult], paths: Paths) -> list[Any]:
    """What is announced, whose paths are noted."""
    paths |= {pending.id: pending.path for pending in results}
    return [pending.formatted for pending in results]


def _incremental(result: IncrementalDeferResult, describe: Describe, path: list[str | int]) -> Part:
    return {
        "id": result.id,
        "path": [*path, *(result.sub_path or ())],
        **_said("subPath", result.sub_path or []),
        "data": result.data,
        **_said("errors", describe(result.errors or [])),
    }


def _said(name: str, content: Iterable[Any]) -> Part:
    """The entry, unless it is empty."""
    return {name: content} if content else {}
