"""What to ask a source, and how: decided from its capabilities alone. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from typing import assert_never

from resolvers.filter import InvoiceFilter
from resolvers.lists.indexed import AccountIndex, IndexedList
from resolvers.lists.numbered import NumberedList
from resolvers.lists.slice import AccountList
from resolvers.lists.whole import WholeList
from resolvers.lists.window import WindowList
from resolvers.model.completion import needs_details
from resolvers.model.customer import Account
from resolvers.model.invoice import InvoiceType
from resolvers.model.operation import Operation
from resolvers.model.requires import EVERYTHING, with_requirements
from resolvers.model.source import Capabilities, InvoiceSource, Paging


def list_of(
    source: InvoiceSource,
    account: Account,
    operation: Operation,
    *,
    types: frozenset[InvoiceType],
    sizes: MutableMapping[str, int],
    index: AccountIndex,
) -> AccountList:
    """The way to read this account's list that asks the source least."""
    if not source.capabilities.lists_by_account:
        return IndexedList(source, account, operation, index=index)
    match source.capabilities.paging:
        case Paging.NONE:
            return WholeList(source, account, operation)
        case Paging.NUMBERED:
            return NumberedList(source, account, operation)
        case Paging.WINDOW:
            return WindowList(source, account, operation, types=types, sizes=sizes)
        case never:
            assert_never(never)


def pushed_types(capabilities: Capabilities, filters: Iterable[InvoiceFilter]) -> frozenset[InvoiceType]:
    """The one type that the source itself can be asked for, where all of the filters want just that; else empty."""
    if not capabilities.filters_types:
        return frozenset()
    wanted = {filter_.types for filter_ in filters}
    types = next(iter(wanted)) if len(wanted) == 1 else frozenset[InvoiceType]()
    return types if len(types) == 1 and InvoiceType.UNKNOWN not in types else frozenset()


def prompt_fields(capabilities: Capabilities, fields: frozenset[str], late: frozenset[str]) -> frozenset[str]:
    """The canonical paths to read of an account's list, where some fields of an invoice may come later.

    Those of the late ones that cost a look-up by id beside the list are left out, with all that is below them, unless a
    field that is wanted at once stands on the whole invoice.
    """
    if not late:
        return fields
    prompt = _below(fields, lambda name: name not in late)
    if EVERYTHING in with_requirements(prompt):
        return fields
    dear = {name for name in late if needs_details(capabilities, with_requirements(_below(fields, name.__eq__)))}
    return _below(fields, lambda name: name not in dear)


def _below(fields: frozenset[str], holds: Callable[[str], bool]) -> frozenset[str]:
    """The paths that begin with such a field of the invoice's."""
    return frozenset(path for path in fields if holds(path.partition(".")[0]))
