"""`invoice-graph customers import`: CSV files into the directory that the settings name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import TaskID
from rich.table import Table
from rich.text import Text

from resolvers.customers.importing import import_files
from resolvers.customers.opened import opened
from resolvers.customers.report import ImportReport
from resolvers.customers.secrets import Secrets
from resolvers.keys import KeyRing
from service.settings import Settings
from service.terminal import progress_on


async def import_customers(
    settings: Settings, paths: Sequence[Path], console: Console, *, completes_index: bool
) -> ImportReport:
    """What became of the rows; a bar on the console shows how far it is. Raises DirectoryError."""
    keys = KeyRing([key.get_secret_value() for key in settings.server.secret_keys])
    async with opened(settings.directory.url.get_secret_value()) as engine:
        with progress_on(console) as progress:
            bars: dict[str, TaskID] = {}

            def show(path: str, done: int, rows: int) -> None:
                if path not in bars:
                    bars[path] = progress.add_task(Text(path).markup)
                progress.update(bars[path], completed=done, total=rows)

            return await import_files(
                engine, Secrets(keys), paths, settings.sources, show, completes_index=completes_index
            )


def summary(report: ImportReport) -> Table:
    """The report's counts, a line a file."""
    table = Table("File", "Holds", "Added", "Changed", "Unchanged", "Rejected")
    for file in report.files:
        counts = (file.added, file.changed, file.unchanged, file.rejected)
        table.add_row(Text(file.path), file.kind or "nothing usable", *map(str, counts))
    return table
