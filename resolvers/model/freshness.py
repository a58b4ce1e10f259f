"""How fresh several answers are together."""

from __future__ import annotations

from collections.abc import Iterable

from resolvers.model.invoice import CacheStatus

_WORST_LAST = (CacheStatus.FRESH, CacheStatus.HIT, CacheStatus.STALE)


def least_fresh(statuses: Iterable[CacheStatus]) -> CacheStatus:
    """The worst of the statuses; FRESH where there is none."""
    return max(statuses, key=_WORST_LAST.index, default=CacheStatus.FRESH)
