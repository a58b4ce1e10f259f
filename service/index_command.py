"""`invoice-graph index`: asks a source that cannot list for one invoice number after another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from resolvers.crawl import CrawlReport, crawl
from resolvers.customers.crawl_log import SqlCrawlLog
from resolvers.customers.engine import open_engine
from resolvers.customers.migrations import migrate
from resolvers.model.crawling import CrawlableSource
from resolvers.sources import connectors
from resolvers.transport.http import HttpTransport
from service.settings import Settings


class CannotIndex(Exception):
    """The source cannot be crawled; the message says why and what would do."""


async def index_source(
    settings: Settings, name: str, numbers: range, *, concurrency: int, console: Console
) -> CrawlReport:
    """What the crawl came to; a bar on the console shows how far it is. Raises CannotIndex and DirectoryError."""
    if name not in settings.sources:
        raise CannotIndex(f"No source is named {name!r}. There are: {', '.join(sorted(settings.sources))}.")
    of_source = settings.sources[name]
    transport = HttpTransport(name, of_source)
    source = connectors()[of_source.kind].build(name, of_source, transport, lambda: datetime.now(UTC))
    engine = open_engine(settings.directory.url.get_secret_value())
    try:
        if not source.capabilities.identifies_invoices:
            raise CannotIndex(f"{name} needs no index: it lists an account's invoices by itself.")
        await migrate(engine)
        with _progress(console) as progress:
            bar = progress.add_task(name, total=len(numbers))
            return await crawl(
                name,
                cast("CrawlableSource", source),
                SqlCrawlLog(engine),
                numbers,
                concurrency=concurrency,
                progress=lambda done: progress.advance(bar, done),
            )
    finally:
        await source.aclose()
        await engine.dispose()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )
