"""The names of seansworld's items, where an itemsAPI is configured: each asked once for all, and remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

from resolvers.model.errors import SourceProtocolError
from resolvers.model.operation import Operation, UpstreamCall
from resolvers.sources.seansworld.documents import Documents
from resolvers.sources.seansworld.item import OPERATION, ItemName, parse_item_name
from resolvers.transport.shared_value import SharedValue

_REMEMBERED = timedelta(hours=1)
_MOST_ITEMS = 10_000


class Catalogue:
    """Items by their number. A name that cannot be read costs itself; a server that fails is an error."""

    def __init__(self, source: str, path: str, documents: Documents, clock: Callable[[], datetime]) -> None:
        self._source = source
        self._path = path
        self._documents = documents
        self._clock = clock
        self._items: dict[str, tuple[datetime, SharedValue[ItemName]]] = {}

    async def names(self, item_ids: Iterable[str], operation: Operation) -> dict[str, ItemName]:
        """The names of these items. Raises SourceError and CallBudgetExceeded."""
        ids = [id_ for id_ in dict.fromkeys(item_ids) if id_]
        return dict(zip(ids, await asyncio.gather(*(self._name(id_, operation) for id_ in ids)), strict=True))

    async def _name(self, item_id: str, operation: Operation) -> ItemName:
        try:
            return await self._session(item_id).get(operation)
        except SourceProtocolError:
            return ItemName(is_readable=False)

    def _session(self, item_id: str) -> SharedValue[ItemName]:
        old_at, session = self._items.pop(item_id, (self._clock(), None))
        if session is None or self._clock() >= old_at:
            old_at, session = self._clock() + _REMEMBERED, SharedValue(self._source, partial(self._fetch, item_id))
        self._items[item_id] = old_at, session
        if len(self._items) > _MOST_ITEMS:
            del self._items[next(iter(self._items))]
        return session

    async def _fetch(self, item_id: str, operation: Operation) -> ItemName:
        call = UpstreamCall(source=self._source, operation=OPERATION, ids=1)
        name = await self._documents.fetch(
            self._path,
            {"itemID": item_id},
            call,
            operation,
            lambda content: parse_item_name(self._source, content, item_id),
        )
        return ItemName(name)
