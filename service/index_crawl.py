"""`invoice-graph index`: asks a source that cannot list for one invoice number after another."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import cast

from rich.console import Console

from resolvers.crawl import CrawlReport, crawl
from resolvers.customers.crawl_log import SqlCrawlLog
from resolvers.customers.opened import opened
from resolvers.model.crawling import CrawlableSource
from resolvers.sources import connect
from resolvers.transport.http import HttpTransport
from service.settings import Settings
from service.terminal import progress_on

_MOST_SHOWN = 10


class CannotIndex(Exception):
    """The source cannot be crawled; the message says why and what would do."""


async def index_source(
    settings: Settings, name: str, numbers: range, *, concurrency: int, completes_index: bool, console: Console
) -> CrawlReport:
    """What the crawl came to; a bar on the console shows how far it is. Raises CannotIndex and DirectoryError."""
    if name not in settings.sources:
        raise CannotIndex(f"No source is named {name!r}. There are: {', '.join(sorted(settings.sources))}.")
    async with AsyncExitStack() as stack:
        source = connect(settings.sources[name], HttpTransport(name, settings.sources[name]))
        stack.push_async_callback(source.aclose)
        if not source.capabilities.identifies_invoices:
            raise CannotIndex(f"{name} needs no index: it lists an account's invoices by itself.")
        engine = await stack.enter_async_context(opened(settings.directory.url.get_secret_value()))
        progress = stack.enter_context(progress_on(console))
        bar = progress.add_task(name, total=len(numbers))
        return await crawl(
            name,
            cast("CrawlableSource", source),
            SqlCrawlLog(engine),
            numbers,
            concurrency=concurrency,
            completes_index=completes_index,
            progress=lambda done: progress.advance(bar, done),
        )


def summary(report: CrawlReport) -> str:
    """What it came to, in a line."""
    return (
        f"{report.asked} numbers asked, {report.found} invoices found, {report.known} numbers known before, "
        f"{report.indexed} new in the index."
    )


def shortcoming(report: CrawlReport, *, completes_index: bool) -> str:
    """What it did not do that it was told to, and what to do about it; nothing where it did all."""
    if report.failure is not None:
        why = report.failure.message.rstrip(".")
        return f"Stopped: {why} ({report.failure.code}). Run it again to go on."
    if report.unreadable:
        some = ", ".join(map(str, report.unreadable[:_MOST_SHOWN]))
        more = f" and {len(report.unreadable) - _MOST_SHOWN} more" if len(report.unreadable) > _MOST_SHOWN else ""
        return f"The source's answers for {some}{more} could not be read: the index is not complete."
    if completes_index and (gap := report.never_asked):
        return f"{gap[0]} to {gap[-1]} were never asked for: the index is not complete. Run it with these, too."
    return ""
