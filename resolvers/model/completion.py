"""An invoice from two answers: what the list told of it, and what a look-up by id adds, or failed to."""

from __future__ import annotations

import msgspec

from resolvers.model.freshness import least_fresh
from resolvers.model.invoice import Invoice
from resolvers.model.paths import INVOICE_FIELDS
from resolvers.model.requires import EVERYTHING
from resolvers.model.source import Capabilities

_BOTH = frozenset({"source", "accountKey", "accountId", "sourceInvoiceId", "notes", "provenance"})


def needs_details(capabilities: Capabilities, fields: frozenset[str]) -> bool:
    """Whether some of these fields are known only to the source's look-up by id, not to its list."""
    if not capabilities.lists_by_account or not capabilities.ids_per_call:
        return False
    wanted = capabilities.fields if EVERYTHING in fields else capabilities.fields & fields
    return not wanted <= capabilities.list_fields


def completed(listed: Invoice, found: Invoice, capabilities: Capabilities) -> Invoice:
    """The listed invoice with what only the look-up knows: fields outside `list_fields`, and what it notes of those.

    It is as fresh as the staler of the two, and as old as the older.
    """
    added = _added(capabilities)
    told = frozenset(added.values())
    notes = [
        note for note in found.notes if note not in listed.notes and (note.path is None or _top(note.path) in told)
    ]
    derived = [path for path in found.provenance.derived_fields if _top(path) in told]
    both = listed.provenance, found.provenance
    provenance = msgspec.structs.replace(
        listed.provenance,
        operation=found.provenance.operation,
        fetched_at=min(part.fetched_at for part in both),
        cache_status=least_fresh(part.cache_status for part in both),
        derived_fields=list(dict.fromkeys([*listed.provenance.derived_fields, *derived])),
    )
    values = {attribute: getattr(found, attribute) for attribute in added}
    return msgspec.structs.replace(listed, **values, notes=[*listed.notes, *notes], provenance=provenance)


def uncompleted(listed: Invoice, capabilities: Capabilities) -> Invoice:
    """The listed invoice whose look-up failed: it says of what only that would have told that it failed."""
    failed = [name for name in _added(capabilities).values() if name in capabilities.fields]
    return msgspec.structs.replace(listed, provenance=msgspec.structs.replace(listed.provenance, failed_fields=failed))


def _added(capabilities: Capabilities) -> dict[str, str]:
    """The fields that only the look-up knows: their names by their attributes."""
    return {
        field.attribute: field.name
        for field in INVOICE_FIELDS
        if field.name not in capabilities.list_fields and field.name not in _BOTH
    }


def _top(path: str) -> str:
    """The invoice's own field above a path."""
    return path.partition(".")[0]
