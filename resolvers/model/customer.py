"""The company's customers and their accounts at the sources, as the directory knows them."""

from __future__ import annotations

import msgspec


class Secret(msgspec.Struct, frozen=True, gc=False):
    """A credential that shows itself to nobody: only `reveal` gives the text."""

    _value: str

    def reveal(self) -> str:
        """The text itself, for the one line that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


class Account(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A customer's account at one source; (source, key) is unique.

    `key` is what the source is asked by and never a secret. `known_invoices` says how many of its invoices the index
    knows: a hint of its size, not a count.
    """

    id: str
    source: str
    key: str
    customer_id: str
    number: str | None = None
    label: str | None = None
    secret: Secret | None = None
    context: tuple[tuple[str, str], ...] = ()
    known_invoices: int = 0


class Customer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A customer; `id` is the company's own, as every other subgraph knows it."""

    id: str
    name: str | None = None
    company_name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
