"""A gateway whose sources are stand-ins."""

from __future__ import annotations

from resolvers.answers import SharedSource
from resolvers.gateway import Gateway
from resolvers.rehearsal.lists import RehearsedLists
from resolvers.rehearsal.source import RehearsedSource


def rehearsal_of(gateway: Gateway, *, page_size: int) -> Gateway:
    """The gateway's twin that calls no source, over the same directory, with what is kept of earlier answers.

    `page_size` is the largest page that a client can ask for.
    """
    stand_ins = {
        name: RehearsedSource(
            source, gateway.sizes, source.kept if isinstance(source, SharedSource) else None, page_size=page_size
        )
        for name, source in gateway.sources.items()
    }
    telling = {name: source for name, source in stand_ins.items() if source.capabilities.tells_customers}
    return gateway.over(stand_ins, telling, RehearsedLists)
