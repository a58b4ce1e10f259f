"""What signals mean to a process of ours."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def end_on_hangup() -> None:
    """Has SIGHUP do in this process what SIGTERM does, unless it is ignored, as under `nohup`."""
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda _, __: signal.raise_signal(signal.SIGTERM))


@contextmanager
def terminated_by(terminate: signal.Signals) -> Iterator[None]:
    """Leaves the block on this signal as on Ctrl-C: uvicorn sends it again when all is done, to whoever came before."""

    def leave(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(terminate, leave)
    try:
        yield
    finally:
        signal.signal(terminate, before)
