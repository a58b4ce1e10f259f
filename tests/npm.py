"""JavaScript packages that tests run against."""

from __future__ import annotations

from pathlib import Path

from benchmarks import npm
from tests.skips import skip


def installed(folder: Path) -> Path:
    """The folder, with what its lock file names in node_modules. Skips where that cannot be done."""
    try:
        npm.install(folder)
    except RuntimeError as error:
        skip(str(error))
    return folder
