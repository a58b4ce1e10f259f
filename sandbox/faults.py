"""Faults on request: what the control endpoint arms, and what an emulator asks before it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

# Committed on the wire by `sandbox.wire_faults` around every emulator, which need not know of them.
TRANSPORT_KINDS = frozenset(
    (
        "slow", "hang", "trickle", "reset", "truncated", "truncated_wrong_length",
        "status_401", "status_403", "status_429", "status_500", "status_503",
        "wrong_content_type", "html_200", "empty_200", "gzip_bomb", "huge_body", "redirect", "gzip_pieces",
        "unasked_encoding", "deep_nesting", "endless_numbers", "no_text", "entities",
    )
)  # fmt: skip
# Committed by the emulators themselves, because only they know what their vendor's rows look like.
_EVERY_LIST = frozenset(("error_200", "duplicate_rows", "foreign_row", "short_page", "lying_count"))
MEANING_KINDS = {
    "association": _EVERY_LIST | {"expired_token"},
    "shop": _EVERY_LIST | {"error_500", "error_uncoded", "page_shift", "out_of_order"},
    "webstore": _EVERY_LIST | {"page_shift", "out_of_order", "expired_token"},
    "orders": frozenset(("error_200", "foreign_row")),
    "wholesale": _EVERY_LIST | {"page_shift", "expired_token", "error_500"},
}
KINDS = TRANSPORT_KINDS.union(*MEANING_KINDS.values())
CALLS_KEPT = 10_000


@dataclass(slots=True)
class Fault:
    """One armed fault. `times` counts down and disarms it at 0 (None: never); `after` calls pass unharmed first.

    `match` is a part of the request's path or of its SOAPAction, empty for every call; `seconds` is how long a slow or
    trickled answer takes.
    """

    kind: str
    times: int | None = None
    after: int = 0
    match: str = ""
    seconds: float = 1.0
    retry_after: str = ""


@dataclass(slots=True)
class Call:
    """One call that an emulator received, as the control endpoint lists it. Never carries a credential."""

    source: str
    operation: str
    account: str = ""
    fields: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    page: int | None = None
    status: int = 0


def call_in_hand(scope: MutableMapping[str, Any]) -> Call:
    """The record of the call that is being answered (already in `Switchboard.calls`), for the emulator to complete.

    An emulator sets what it knows: `call_in_hand(request.scope).account = "10025"`, and so on.
    """
    call: Call = scope.setdefault("sandbox.call", Call(source="", operation=""))
    return call


class Switchboard:
    """What the emulators share: the armed faults by source, the calls that came in, oldest first, and what was charged.

    `charged` counts the faults that a vendor holds against a user at an address, by the day.
    """

    def __init__(self) -> None:
        self.faults: dict[str, Fault] = {}
        self.calls: list[Call] = []
        self.charged: Counter[tuple[str, str, int]] = Counter()

    def reset(self) -> None:
        """As it was at the start: nothing armed, no call, nobody locked."""
        self.faults.clear()
        self.calls.clear()
        self.charged.clear()

    def record(self, call: Call) -> None:
        """Note a call that came in; the oldest are forgotten so that a demo may run for weeks."""
        self.calls.append(call)
        if len(self.calls) > 2 * CALLS_KEPT:
            del self.calls[:-CALLS_KEPT]

    def take(self, source: str, operation: str, kinds: frozenset[str] | None = None) -> Fault | None:
        """The fault to commit on this call, used up by it; None when the call shall go well.

        `kinds` limits the question to the kinds that the asker knows how to commit.
        """
        fault = self.faults.get(source)
        if fault is None or (kinds is not None and fault.kind not in kinds):
            return None
        if fault.match and fault.match not in operation:
            return None
        if fault.after > 0:
            fault.after -= 1
            return None
        if fault.times is not None:
            if fault.times <= 0:
                return None
            fault.times -= 1
            if fault.times == 0:
                del self.faults[source]
        return fault
