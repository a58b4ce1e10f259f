"""What Open2b's shop says of its own settings: asked once for all who wait, and remembered for an hour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from resolvers.model.errors import SourceAuthFailed, SourceProtocolError, SourceRejected
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.open2b.currency import STORE, STORE_REQUEST, ShopCurrencies, parse_store
from resolvers.sources.open2b.storefront import Storefront
from resolvers.transport.shared_value import SharedValue

_REMEMBERED = timedelta(hours=1)
_NO_SUCH_METHOD = (400, 404, 405)  # which of them the vendor does not say


class ShopSettings:
    """The shop's currencies. A shop that declines to tell them has told none, and so has one that has no such method.

    One that fails is asked again.
    """

    def __init__(self, source: str, storefront: Storefront, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._storefront = storefront
        self._clock = clock
        self._told = SharedValue(source, self._fetch)
        self._old_at = clock()

    async def currencies(self, operation: Operation) -> ShopCurrencies:
        """The shop's currencies of the last hour. Raises SourceError where they cannot be had."""
        told = await self._told.get(operation)
        return told if self._clock() < self._old_at else await self._told.renew(told, operation)

    async def _fetch(self, operation: Operation) -> ShopCurrencies:
        call = UpstreamCall(source=self._source, operation=STORE)
        try:
            told = await self._storefront.ask_publicly(
                call, STORE_REQUEST, operation, lambda reply: parse_store(self._source, reply.content)
            )
        except (SourceRejected, SourceAuthFailed):
            told = ShopCurrencies()
        except SourceProtocolError:
            if call.status not in _NO_SUCH_METHOD:
                raise
            told = ShopCurrencies()
        self._old_at = self._clock() + _REMEMBERED
        return told
