"""Creating an invoice at most once, whatever happens between the key that is kept first and the answer."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256

import msgspec
import structlog

from resolvers.gateway import Session
from resolvers.model.creation import Creation, CreationKey, CreationState, KnownBefore
from resolvers.model.errors import CallBudgetExceeded, SourceError, SourceOutcomeUnknown
from resolvers.model.invoice import Invoice
from resolvers.model.money import plain
from resolvers.model.source import IndexedInvoice
from resolvers.model.writing import DraftLine, InvoiceDraft, is_written
from resolvers.writing.desk import CALLS_OF_A_WRITE, Desk, Sight, desk_of
from resolvers.writing.outcome import Refused, WriteOutcome, bad_input, failed, mistaken, not_found, unknown
from resolvers.writing.patience import settled

_log = structlog.get_logger("invoice_graph.writing")

_LONGEST_KEY = 200

_NO_ACCOUNT = "There is no such account, or it is not yours."
_LOST = (
    "It is not known whether the source created the invoice. Look for it there. If it is there, it is done; if it is "
    "not, send it again with a new key: with this one nothing more is sent."
)
_NO_NEW_ONE = "It answered with the number {}, which does not seem to be that of a new invoice of the account."
_OTHERWISE = (
    "The source created the invoice as its number {}, and shows something else than was sent: look at it there."
)
_UNDER_WAY = (
    "An earlier request with this key is still under way. Send it again with the same key to learn the outcome."
)
_NOTHING_CREATED = "Nothing was created; the same key may be used again."
_NOTHING_KEPT = "Nothing was created. Use a new key: this one could not be kept."
_NOT_KEPT = (
    "The source created the invoice as its number {}, and the gateway could not keep that. Do not send it again: "
    "look for it there. With this key nothing more is sent."
)
_CREATED = (
    "The source created the invoice as its number {}, but it cannot be shown now. Send it again with the same key to "
    "get it."
)
_UNSEEN = (
    "The source says that it created the invoice as its number {}, and does not show it yet. Send it again with the "
    "same key to get it; do not create it anew."
)
_GONE = "The invoice that was created with this key, the source's number {}, is not there, or no longer."
_OTHER_INPUT = "The key was used with another input. Use a new key for another invoice."


async def create_invoice(
    session: Session, account_id: str, key: str, draft: InvoiceDraft, fields: frozenset[str]
) -> WriteOutcome:
    """The new invoice with these canonical paths, or the one that was created with the key before.

    Raises Forbidden, and CallBudgetExceeded, DirectoryUnavailable or OperationTimeout, after which nothing was sent.
    """
    try:
        desk = await desk_of(session, account_id, ("accountId",), _NO_ACCOUNT)
        if not 1 <= len(key) <= _LONGEST_KEY or not key.isprintable():
            raise bad_input(("idempotencyKey",), f"Write 1 to {_LONGEST_KEY} printable characters.")
        if mistakes := desk.writer.check_draft(draft, None):
            raise mistaken(mistakes)
        creating = _Creating(desk, CreationKey(*desk.ref, key), fingerprint(draft), fields)
        return WriteOutcome(invoice=await creating.run(draft))
    except Refused as refused:
        return refused.outcome


def fingerprint(draft: InvoiceDraft) -> str:
    """The same for inputs that mean the same: `10.0` is `10.00`, and what is absent is null."""
    said = {name: _said(value) for name, value in sorted(draft.changes.items()) if value is not None}
    return sha256(msgspec.json.encode(said)).hexdigest()


def _said(value: object) -> object:
    if isinstance(value, tuple):
        return [_said(line) for line in value]
    if isinstance(value, DraftLine):
        return [value.sku, plain(value.quantity), plain(value.unit_price)]
    return plain(value) if isinstance(value, Decimal) else value


class _Creating:
    """One request to create an invoice with one key."""

    def __init__(self, desk: Desk, key: CreationKey, fingerprint: str, fields: frozenset[str]) -> None:
        self._desk, self._key, self._fingerprint, self._fields = desk, key, fingerprint, fields

    async def run(self, draft: InvoiceDraft) -> Invoice:
        """The invoice of the key. Raises Refused."""
        earlier = await self._begin()
        if earlier is None:
            return await self._create(draft)
        if earlier.fingerprint != self._fingerprint:
            raise bad_input(("idempotencyKey",), _OTHER_INPUT)
        if earlier.state is CreationState.BEGUN:
            raise unknown(_UNDER_WAY)
        if earlier.state is CreationState.UNKNOWN or earlier.invoice_id is None:
            raise _lost(earlier.invoice_id)
        sight = await self._look(self._desk, earlier.invoice_id)
        if sight.invoice is None:
            raise not_found(("idempotencyKey",), _GONE.format(earlier.invoice_id))
        return sight.invoice

    async def _begin(self) -> Creation | None:
        """None where the key is kept, and ours; else what came of it before, or still does when our time is over."""
        return await settled(self._begin_once, self._is_settled, self._desk.operation)

    def _is_settled(self, earlier: Creation | None) -> bool:
        if earlier is None or earlier.state is not CreationState.BEGUN:
            return True
        return earlier.fingerprint != self._fingerprint

    async def _begin_once(self) -> Creation | None:
        desk = self._desk
        lease = desk.remaining_seconds()
        return await desk.in_time(
            lambda seconds: desk.journal.begin(self._key, self._fingerprint, lease, patience=seconds)
        )

    async def _create(self, draft: InvoiceDraft) -> Invoice:
        desk, journal = self._desk, self._desk.journal
        try:
            desk = desk.prepaid(CALLS_OF_A_WRITE)
            id_ = await desk.writer.create_invoice(desk.account, draft, desk.operation)
        except SourceOutcomeUnknown:
            await desk.note(lambda seconds: journal.note_unknown(self._key, patience=seconds))
            raise _lost() from None
        except SourceError as failure:
            is_kept = await desk.note(lambda seconds: journal.note_failed(self._key, patience=seconds), again=False)
            raise failed(failure, _NOTHING_CREATED if is_kept else _NOTHING_KEPT) from None
        except CallBudgetExceeded:
            await desk.note(lambda seconds: journal.note_failed(self._key, patience=seconds), again=False)
            raise
        created = IndexedInvoice(id_, draft.order_date or None)
        try:
            is_kept = await desk.note(lambda seconds: journal.note_created(self._key, created, patience=seconds))
        except KnownBefore:
            raise await self._no_new_one(id_) from None
        finally:
            _log.info("invoice_created", source=desk.account.source, account=desk.account.key, invoice=id_)
        if not is_kept:
            raise unknown(_NOT_KEPT.format(id_))
        return await self._read_back(desk, id_, draft)

    async def _read_back(self, desk: Desk, id_: str, draft: InvoiceDraft) -> Invoice:
        """The new invoice, as the source shows it and as it was sent. Raises Refused."""
        sight = await self._look(desk, id_)
        if sight.is_foreign:
            await desk.note(lambda seconds: desk.journal.drop_from_index(desk.ref, id_, patience=seconds))
            raise await self._no_new_one(id_)
        if sight.invoice is None:  # a replica of the source's that lags behind, for all that is known
            raise unknown(_UNSEEN.format(id_))
        if not is_written(draft, sight.invoice):
            raise unknown(_OTHERWISE.format(id_), sight.invoice)
        return sight.invoice

    async def _no_new_one(self, id_: str) -> Refused:
        """What to raise where the source named an invoice that cannot be the one it was to create."""
        await self._desk.note(lambda seconds: self._desk.journal.note_unknown(self._key, id_, patience=seconds))
        return _lost(id_)

    async def _look(self, desk: Desk, id_: str) -> Sight:
        try:
            return await desk.look(id_, self._fields)
        except (SourceError, CallBudgetExceeded) as failure:
            raise failed(failure, _CREATED.format(id_)) from None


def _lost(id_: str | None = None) -> Refused:
    return unknown(_LOST if id_ is None else f"{_LOST} {_NO_NEW_ONE.format(id_)}")
