"""What an import did, file by file, and what it could not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a line (None: with the file), and what would do. Never holds a secret."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


@dataclass(slots=True, kw_only=True)
class FileReport:
    """Counts of rows. `kind` is customers, accounts or invoices; None where the file could not be used at all."""

    path: str
    kind: str | None
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        """The rows that were left out."""
        return sum(problem.line is not None for problem in self.problems)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The files in the order in which they were imported: customers, accounts, invoices, and what could not be used."""

    files: Sequence[FileReport]

    @property
    def added(self) -> int:
        """Rows that were not there before."""
        return sum(file.added for file in self.files)

    @property
    def changed(self) -> int:
        """Rows that say something else now."""
        return sum(file.changed for file in self.files)

    @property
    def unchanged(self) -> int:
        """Rows that were there already."""
        return sum(file.unchanged for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows that were left out, each with its problem."""
        return sum(file.rejected for file in self.files)

    @property
    def problems(self) -> list[Problem]:
        """Everything that needs a correction, by file and line."""
        return [problem for file in self.files for problem in file.problems]
