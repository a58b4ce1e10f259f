"""What the contract must know of a vendor. Differences are data: no clause asks which vendor it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec

from resolvers.model.errors import ErrorCode
from resolvers.sources import connectors
from sandbox import books


@dataclass(frozen=True, slots=True)
class Stranger:
    """An account that the vendor does not know, and the documented answer: an error's code, or None for no invoices."""

    key: str
    code: ErrorCode | None
    secret: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """A vendor over one of its protocols.

    `path` is its emulator's below the root, `settings` the rest of its table. `secret_of` gives an account's secret as
    the directory has it, `login` is the call that signs in, as the emulator names it. `identify` gives the id by which
    the source must tell an invoice of the books. `awkward` holds totals by invoice number as they must arrive, of
    accounts by key. `error_in_200` is the code of the vendor's own error. `never_in_books` are fields that the vendor
    can fill and that none of the read invoices has. `excuses` are clauses, by their test's name without `test_`, that
    cannot apply, each with the vendor's own reason.
    """

    name: str
    emulator: str
    path: str = ""
    settings: Mapping[str, object]
    secrets: tuple[str, ...] = ()
    secret_of: Callable[[books.Books, books.Account], str] = lambda _, of: of.secret
    login: str = ""
    identify: Callable[[books.Invoice], str]
    awkward: Mapping[str, Mapping[str, str]]
    stranger: Stranger
    unknown_ids: tuple[str, ...] = ()
    error_in_200: ErrorCode
    never_in_books: frozenset[str] = frozenset()
    excuses: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The connector's name."""
        return str(self.settings["kind"])


def adapters_of(kind: str) -> tuple[Adapter, ...]:
    """The adapters in the connector's module beside this one; none where there is no such module."""
    name = f"tests.contract.sources.{kind}"
    adapters: tuple[Adapter, ...] = import_module(name).ADAPTERS if find_spec(name) else ()
    return adapters


ADAPTERS = tuple(adapter for kind in sorted(connectors()) for adapter in adapters_of(kind))
