"""Apollo's inline trace (FTV1): when each field began and ended, for a router that asks; nothing is measured else.

The message is `Trace` of Apollo's reports.proto. Strawberry's own extension leaves out plain attributes and the names
behind aliases, and shows the exceptions' own texts, which are no client's business.

A trace of every field of a large answer would cost more than the answer. So it ends with as many as are of use, and
says that it is incomplete.
"""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Generator, Iterable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

import orjson
from graphql import GraphQLError, GraphQLResolveInfo
from graphql.pyutils import Path
from strawberry.extensions import SchemaExtension

from graph.errors import describe

HEADER = "apollo-federation-include-trace"
"""The request header by which a router asks; its value is ftv1."""

MOST_NODES = 10_000
"""Fields and lists' entries, some 700 kB of text. They take 0.2 s more than unmeasured."""

_NANOSECONDS = 1_000_000_000


class Trace(SchemaExtension):
    """Measures the fields of one operation until the trace is full; its result is `{"ftv1": base64}`.

    Of a full one the context is told, so that the executor goes on as for an operation that nobody measures.
    """

    def on_operation(self) -> Generator[None]:
        """Begins and ends the measurement."""
        self._started_at, self._started = time.time_ns(), time.perf_counter_ns()
        self._duration = 0
        self._root = _Node(())
        self._nodes: dict[tuple[str | int, ...], _Node] = {(): self._root}
        yield
        self._duration = self._elapsed()

    def resolve(
        self, _next: Callable[..., Any], root: object, info: GraphQLResolveInfo[Any], *args: object, **kwargs: object
    ) -> Awaitable[object] | object:
        """What the field's resolver gives, at once where it does."""
        if len(self._nodes) >= MOST_NODES:
            info.context.is_traced = False
            unmeasured: Awaitable[object] | object = _next(root, info, *args, **kwargs)
            return unmeasured
        node = self._node(info.path)
        node.field_name, node.parent_type, node.type = info.field_name, info.parent_type.name, str(info.return_type)
        node.start = self._elapsed()
        value: Awaitable[object] | object = _next(root, info, *args, **kwargs)
        if isawaitable(value):
            return self._awaited(value, node)
        node.end = self._elapsed()
        return value

    async def _awaited(self, value: Awaitable[object], node: _Node) -> object:
        try:
            return await value
        finally:
            node.end = self._elapsed()

    def get_results(self) -> dict[str, Any]:
        """The trace, errors in the words that clients read."""
        result = self.execution_context.result
        for error in getattr(result, "errors", None) or ():
            self._nodes.get(tuple(error.path or ()), self._root).errors.append(error)
        message = b"".join(
            (
                _message(3, _timestamp(self._started_at + self._duration)),
                _message(4, _timestamp(self._started_at)),
                _number(11, self._duration),
                _message(14, _written(self._root)),
                _number(33, int(len(self._nodes) >= MOST_NODES)),
            )
        )
        return {"ftv1": b64encode(message).decode("ascii")}

    def _elapsed(self) -> int:
        return time.perf_counter_ns() - self._started

    def _node(self, path: Path | None) -> _Node:
        """The node at a path; a list's entries come into being with the first field below them."""
        keys = tuple(path.as_list()) if path else ()
        if (node := self._nodes.get(keys)) is None:
            node = self._nodes[keys] = _Node(keys)
            self._node(path.prev if path else None).children.append(node)
        return node


@dataclass(slots=True)
class _Node:
    """A field or a list's entry; times are nanoseconds from the operation's start."""

    path: tuple[str | int, ...]
    field_name: str = ""
    parent_type: str = ""
    type: str = ""
    start: int = 0
    end: int = 0
    errors: list[GraphQLError] = field(default_factory=list)
    children: list[_Node] = field(default_factory=list)


def _written(node: _Node) -> bytes:
    """Trace.Node."""
    key = node.path[-1] if node.path else ""
    return b"".join(
        (
            _number(2, key, even_zero=True) if isinstance(key, int) else _text(1, key),
            _text(3, node.type),
            _number(8, node.start),
            _number(9, node.end),
            *(_message(11, _error(error)) for error in node.errors),
            *(_message(12, _written(child)) for child in node.children),
            _text(13, node.parent_type),
            _text(14, "" if node.field_name == key else node.field_name),
        )
    )


def _error(error: GraphQLError) -> bytes:
    """Trace.Error."""
    told = describe(error, has_executed=True, request_id="")
    places: Iterable[dict[str, int]] = told.get("locations", ())
    locations = (_message(2, _number(1, place["line"]) + _number(2, place["column"])) for place in places)
    return b"".join((_text(1, told["message"]), *locations, _text(4, orjson.dumps(told).decode())))


def _timestamp(nanoseconds: int) -> bytes:
    """google.protobuf.Timestamp."""
    return _number(1, nanoseconds // _NANOSECONDS) + _number(2, nanoseconds % _NANOSECONDS)


def _text(number: int, text: str) -> bytes:
    return _message(number, text.encode()) if text else b""


def _message(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int, *, even_zero: bool = False) -> bytes:
    return _varint(number << 3) + _varint(value) if value or even_zero else b""


def _varint(value: int) -> bytes:
    groups = bytearray()
    while value > 0x7F:
        groups.append(value & 0x7F | 0x80)
        value >>= 7
    groups.append(value)
    return bytes(groups)
