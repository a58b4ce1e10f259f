"""One xWeb call from token to answer, as both protocols make it: admitted, spoiled on request, answered, charged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.faults import Call, Switchboard
from sandbox.netforum.methods import KINDS, Methods
from sandbox.netforum.records import SOURCE, Dialect
from sandbox.netforum.sessions import Refusal, Sessions
from sandbox.netforum.tree import Node

_COMMON_KINDS = frozenset({"expired_token", "error_200"})


@dataclass(frozen=True, slots=True)
class Request:
    """A call as either protocol understood it; `where` is what a fault's `match` is looked for in."""

    operation: str
    argument: Callable[[str], str]
    address: str
    where: str
    call: Call


@dataclass(frozen=True, slots=True)
class Xweb:
    """The service behind both doors."""

    board: Switchboard
    sessions: Sessions
    methods: Methods

    def perform(self, request: Request, token: str, dialect: Dialect) -> Node | None:
        """What the result holds. Raises Refusal."""
        fault = self.board.take(SOURCE, request.where, _COMMON_KINDS | KINDS[request.operation])
        kind = fault.kind if fault else ""
        if kind == "expired_token":
            self.sessions.expire(token)
        self.sessions.check(token, request.address)
        try:
            return self._answer(request, dialect, kind)
        except Refusal as refusal:
            refusal.token = self.sessions.decline(token, request.address)
            raise

    def _answer(self, request: Request, dialect: Dialect, kind: str) -> Node | None:
        if kind == "error_200":
            raise Refusal("Timeout expired.", "SystemExceptionInfo", status=200)
        return self.methods.answer(request.operation, request.argument, dialect, kind, request.call)
