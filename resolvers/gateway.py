"""What lives as long as the process, and the set of loaders that each operation gets from it."""

from __future__ import annotations

import asyncio
from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from resolvers.access import Principal
from resolvers.account_by_ref import AccountByRef
from resolvers.account_lists import AccountLists
from resolvers.customer_by_id import CustomerById
from resolvers.customer_record_by_account import CustomerRecordByAccount
from resolvers.directory_until import DirectoryTally, DirectoryUntil
from resolvers.index_by_account import LazyIndex
from resolvers.invoice_by_id import InvoiceById
from resolvers.invoices_by_account import InvoicesByAccount
from resolvers.keys import KeyRing
from resolvers.model.creation import WriteJournal
from resolvers.model.customer import Account
from resolvers.model.customer_record import CustomerSource
from resolvers.model.directory import CustomerAccounts, Directory
from resolvers.model.document import DocumentSource
from resolvers.model.invoice import Invoice
from resolvers.model.lease import InvoiceLeases
from resolvers.model.operation import Operation
from resolvers.model.source import InvoiceSource
from resolvers.model.writing import InvoiceWriter
from resolvers.once import Once
from resolvers.seen_invoices import SeenInvoices
from resolvers.signature import Seal

_MOST_SIZES = 100_000


@dataclass(frozen=True, slots=True)
class WriteSide:
    """The sources that can be written to, by name, the journal of what is written, and the leases on invoices."""

    writers: Mapping[str, InvoiceWriter]
    journal: WriteJournal
    leases: InvoiceLeases


class Gateway:
    """The sources by name, the directory, the seal of cursors, and the lengths of lists as last seen.

    `customer_sources` are those of the sources that tell of customers, too, `document_sources` those that hand out
    documents; without `writing`, nothing is written; without `seen`, the index learns of no invoice by itself.
    """

    lists: type[AccountLists] = AccountLists
    """What a session reads its accounts' lists by."""

    def __init__(
        self,
        sources: Mapping[str, InvoiceSource],
        directory: Directory,
        keys: KeyRing,
        *,
        customer_sources: Mapping[str, CustomerSource] = MappingProxyType({}),
        document_sources: Mapping[str, DocumentSource] = MappingProxyType({}),
        writing: WriteSide | None = None,
        seen: SeenInvoices | None = None,
    ) -> None:
        self.sources = sources
        self.customer_sources = customer_sources
        self.document_sources = document_sources
        self.writing = writing
        self._seen = seen
        self.directory = directory
        self.directory_tally = DirectoryTally()
        self.cursors = Seal(keys, "cursors")
        self.sizes: MutableMapping[str, int] = Sizes()

    def over(
        self,
        sources: Mapping[str, InvoiceSource],
        customer_sources: Mapping[str, CustomerSource],
        lists: type[AccountLists],
    ) -> Gateway:
        """The same over other sources: nothing can be written, and nothing that they tell is remembered."""
        other = copy(self)
        other.lists = lists
        other.sources, other.customer_sources, other.document_sources = sources, customer_sources, {}
        other.writing = other._seen = None
        other.sizes = ChainMap({}, self.sizes)
        return other

    def session(self, principal: Principal, operation: Operation) -> Session:
        """The loaders for one operation. They outlive who asks; their calls end with the task that asks here."""
        if operation.abandoned is None:
            operation.abandoned = asyncio.current_task()
        return Session(self, principal, operation)

    def directory_until(self, operation: Operation) -> DirectoryUntil:
        """The directory for one operation, until its deadline."""
        return DirectoryUntil(self.directory, operation, self.directory_tally)

    def note_seen(self, invoice: Invoice) -> None:
        """Has the invoice indexed, beside the answer, where its source cannot list it."""
        if self._seen is not None and not self.sources[invoice.source].capabilities.lists_by_account:
            self._seen.note(invoice)

    def correct_index(self, invoice: Invoice) -> None:
        """Has the invoice's date put right in the index, beside the answer."""
        if self._seen is not None:
            self._seen.correct(invoice)

    async def aclose(self) -> None:
        """Lets go of all connections to sources, when what was seen is indexed."""
        if self._seen is not None:
            await self._seen.aclose()
        for source in self.sources.values():
            await source.aclose()


class Sizes(dict[str, int]):
    """Lengths of lists by account id; the oldest go when there are too many."""

    def __setitem__(self, key: str, value: int) -> None:
        self.pop(key, None)
        if len(self) >= _MOST_SIZES:
            del self[next(iter(self))]
        super().__setitem__(key, value)


class Session:
    """One set of loaders for one operation, each made when it is first asked for, and the one who asks."""

    def __init__(self, gateway: Gateway, principal: Principal, operation: Operation) -> None:
        self.gateway, self.principal, self.operation = gateway, principal, operation
        self.directory = gateway.directory_until(operation)
        index = LazyIndex(self.directory, gateway.correct_index)
        self.lists = gateway.lists(gateway.sources, operation, sizes=gateway.sizes, index=index)
        self.once = Once(operation)
        self._known_customers: dict[str, CustomerAccounts] = {}
        self._known_accounts: dict[tuple[str, str], Account] = {}

    async def customer(self, id_: str) -> CustomerAccounts | None:
        """A customer of the directory with their accounts. Whom the directory has at hand waits for no batch."""
        known = self._known_customers.get(id_)
        if known is None:
            known = self.gateway.directory.customer_at_hand(id_) or await self._customer_by_id.load(id_)
            if known is not None:
                self.remember(known)
        return known

    def remember(self, known: CustomerAccounts) -> None:
        """Takes a customer who came by another query, so that nobody asks for them or their accounts again."""
        self._known_customers.setdefault(known.customer.id, known)
        for account in known.accounts:
            self._known_accounts.setdefault((account.source, account.key), account)

    @cached_property
    def account_by_ref(self) -> AccountByRef:
        """Accounts by source and key."""
        return AccountByRef(self.directory, self._known_accounts)

    @cached_property
    def invoices_by_account(self) -> InvoicesByAccount:
        """Slices of accounts' lists."""
        return InvoicesByAccount(self.gateway.sources, self.directory, self.lists)

    @cached_property
    def invoice_by_id(self) -> InvoiceById:
        """Invoices by account and id."""
        return InvoiceById(self.directory, self.lists)

    @cached_property
    def customer_record_by_account(self) -> CustomerRecordByAccount:
        """What sources tell of a customer."""
        return CustomerRecordByAccount(self.gateway.customer_sources, self.operation)

    def anew(self) -> Session:
        """The same with loaders that have read nothing yet: what an operation goes on with after it has written."""
        return Session(self.gateway, self.principal, self.operation)

    def usable(self, accounts: Iterable[Account]) -> list[Account]:
        """Those of the accounts whose source is configured and whose customer the principal may see."""
        sources, may_see = self.gateway.sources, self.principal.may_see
        return [account for account in accounts if account.source in sources and may_see(account.customer_id)]

    @cached_property
    def _customer_by_id(self) -> CustomerById:
        return CustomerById(self.directory)
