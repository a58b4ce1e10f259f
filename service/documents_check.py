"""`invoice-graph documents check`: an app's operations against schema and limits, and how much each of them calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from graph.context import Limits
from graph.documents.trusted_documents import document_id, documents_in, read_trusted_documents
from graph.explain.forecast import Forecast, Forecaster
from graph.schema import build_schema
from resolvers.gateway import Gateway
from resolvers.keys import KeyRing
from resolvers.model.source import InvoiceSource
from resolvers.rehearsal import MadeUpDirectory, rehearsal_of
from resolvers.sources import connect
from resolvers.transport.http import HttpTransport
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class CheckedDocument:
    """A document, where a reader finds it, after how many lines of white space, and what its operations call."""

    place: str
    first_line: int
    forecasts: list[Forecast]

    def complaints(self) -> Iterator[str]:
        """A line for each mistake, whichever operations make it: place, line, column, and what is wrong."""
        for mistake in dict.fromkeys(mistake for forecast in self.forecasts for mistake in forecast.mistakes):
            yield f"{self.place}:{mistake.line + self.first_line}:{mistake.column}: {mistake.message}"


async def check_documents(path: Path, settings: Settings | None, *, invoices: int) -> list[CheckedDocument]:
    """Every document of the folder or manifest, in its order. Raises TrustedDocumentsError. Calls nobody.

    Calls are counted for customers who have an account with so many invoices at each source. Without settings, schema
    and limits are the default ones, and there are no sources to count the calls of.
    """
    documents, places = read_trusted_documents(path), _places(path)
    async with AsyncExitStack() as stack:
        forecaster = _forecaster(settings, invoices, stack)
        return [
            CheckedDocument(*places.get(key, (f"{path}:{key}", 0)), await forecaster.forecasts(text))
            for key, text in documents.items()
        ]


def table_of(checked: list[CheckedDocument], settings: Settings | None) -> Table:
    """The valid operations, a line each, with their calls by source."""
    names = sorted(settings.sources) if settings else []
    table = Table(box=box.SIMPLE)
    table.add_column("Operation", overflow="fold")
    table.add_column("Document", overflow="fold")
    for name in names:
        table.add_column(name, justify="right")
    if settings:
        table.add_column("Calls", justify="right", style="bold")
    for document in checked:
        for forecast in document.forecasts:
            if not forecast.mistakes:
                cells = (forecast.operation or "-", document.place, *_counts(forecast, names, settings))
                table.add_row(*map(Text, cells))
    return table


def _counts(forecast: Forecast, names: list[str], settings: Settings | None) -> Iterator[str]:
    if settings is None:
        return
    if forecast.calls is None:
        yield from ("" for _ in names)
        yield "a write"
        return
    yield from (str(forecast.calls.get(name) or "") for name in names)
    yield str(sum(forecast.calls.values()))


def _forecaster(settings: Settings | None, invoices: int, stack: AsyncExitStack) -> Forecaster:
    sources = _sources(settings)
    for source in sources.values():
        stack.push_async_callback(source.aclose)
    gateway = Gateway(sources, MadeUpDirectory(list(sources), invoices=invoices), KeyRing(["of nobody"]))
    limits = Limits(**settings.limits.model_dump()) if settings else Limits()
    prefix = settings.graph.type_prefix if settings else ""
    owns_customer = settings.graph.owns_customer if settings else True
    schema = build_schema(limits, type_prefix=prefix, owns_customer=owns_customer)
    introspection = settings is None or settings.introspection
    rehearsal = rehearsal_of(gateway, page_size=limits.page_size)
    return Forecaster(schema, rehearsal, limits, prefix, introspection=introspection)


def _sources(settings: Settings | None) -> Mapping[str, InvoiceSource]:
    known = settings.sources if settings else {}
    return {name: connect(source, HttpTransport(name, source)) for name, source in known.items()}


def _places(path: Path) -> Mapping[str, tuple[str, int]]:
    """The file of each document in a folder by its id, and how many lines of white space it begins with."""
    if not path.is_dir():
        return {}
    return {document_id(text): (str(file), _blank_lines(file)) for file, text in documents_in(path)}


def _blank_lines(file: Path) -> int:
    text = file.read_text("utf-8-sig")
    return text[: len(text) - len(text.lstrip())].count("\n")
