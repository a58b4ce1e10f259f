"""The books as one vendor's source has to tell them: whose accounts there are, and which invoices of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resolvers.model.customer import Account, Secret
from resolvers.model.identity import account_id
from resolvers.model.source import Capabilities
from sandbox.books import Account as WrittenAccount
from sandbox.books import Books, Invoice
from tests.contract.adapter import Adapter

NAME = "configured"

_PRINTED_SAMPLES = "C-1300"


@dataclass(frozen=True, slots=True)
class Subject:
    """An account, and those of its invoices that the source tells."""

    account: Account
    invoices: tuple[Invoice, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """One emulator's part of the books. A source that lists only open invoices tells only those."""

    adapter: Adapter
    books: Books
    capabilities: Capabilities

    @property
    def subject(self) -> Subject:
        """An account with several invoices, or as many of them as the source tells in one call."""
        found = next(found for found in self.subjects() if 3 <= len(found.invoices) <= 15)
        if self.capabilities.lists_by_account:
            return found
        return Subject(found.account, found.invoices[: self.capabilities.ids_per_call])

    def subjects(self) -> Iterator[Subject]:
        """All accounts in the books' order, but for the vendors' printed samples, some of which cannot be read."""
        for of in self.books.accounts:
            if of.source == self.adapter.emulator and of.customer_id != _PRINTED_SAMPLES:
                yield self._subject(of)

    def richest(self, count: int) -> list[Subject]:
        """The accounts with the most invoices."""
        return sorted(self.subjects(), key=lambda subject: len(subject.invoices), reverse=True)[:count]

    def subject_of(self, key: str) -> Subject:
        """The account of this key."""
        return next(subject for subject in self.subjects() if subject.account.key == key)

    def ids(self, subject: Subject) -> tuple[str, ...]:
        """The ids by which the source must tell the subject's invoices."""
        return tuple(self.adapter.identify(invoice) for invoice in subject.invoices)

    def _subject(self, of: WrittenAccount) -> Subject:
        invoices = self.books.of(of.source, of.key) or []
        told = (invoice for invoice in invoices if self.capabilities.lists_paid_invoices or invoice.balance)
        return Subject(account(of.key, self.adapter.secret_of(self.books, of), dict(of.context)), tuple(told))


def account(key: str, secret: str = "", context: dict[str, str] | None = None) -> Account:
    """An account of the source under test, as the directory would tell it."""
    return Account(
        id=account_id(NAME, key),
        source=NAME,
        key=key,
        customer_id="C-1",
        secret=Secret(secret) if secret else None,
        context=tuple((context or {}).items()),
    )
