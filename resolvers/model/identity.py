"""Opaque, stable ids: what names an account or an invoice, on every replica the same.

An id is base64url of a JSON array: version, source, account key and, for an invoice, the source's own id. It carries
no secret and no database number. Only the one spelling that we write is read back.
"""

from __future__ import annotations

from binascii import b2a_base64
from functools import lru_cache
from typing import NamedTuple

import msgspec

from resolvers.model.base64url import decode_base64url

_VERSION = 1
_LONGEST = 1_000
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class AccountRef(NamedTuple):
    """What names an account."""

    source: str
    account_key: str


class InvoiceRef(NamedTuple):
    """What names an invoice."""

    source: str
    account_key: str
    source_invoice_id: str

    @property
    def account(self) -> AccountRef:
        """The account that it belongs to."""
        return AccountRef(self.source, self.account_key)


def account_id(source: str, account_key: str) -> str:
    """The id of an account."""
    return _encode(source, account_key)


def invoice_id(source: str, account_key: str, source_invoice_id: str) -> str:
    """The id of an invoice."""
    head, rest = _beginning(source, account_key)
    return head + _base64(rest + msgspec.json.encode(source_invoice_id) + b"]")


def parse_account_id(text: str) -> AccountRef | None:
    """What an account's id names; None where it is not an id that we made."""
    parts = _decode(text)
    return AccountRef(*parts) if parts is not None and len(parts) == 2 else None


def parse_invoice_id(text: str) -> InvoiceRef | None:
    """What an invoice's id names; None where it is not an id that we made."""
    parts = _decode(text)
    return InvoiceRef(*parts) if parts is not None and len(parts) == 3 else None


@lru_cache(maxsize=1_024)
def _beginning(source: str, account_key: str) -> tuple[str, bytes]:
    """What the ids of an account's invoices begin with: in base64 as far as three bytes make four, and the rest."""
    content = msgspec.json.encode((_VERSION, source, account_key)).removesuffix(b"]") + b","
    whole = len(content) // 3 * 3
    return _base64(content[:whole]), content[whole:]


def _encode(*parts: str) -> str:
    return _base64(msgspec.json.encode((_VERSION, *parts)))


def _base64(content: bytes) -> str:
    return b2a_base64(content, newline=False).translate(_URL_SAFE, b"=").decode("ascii")


def _decode(text: str) -> list[str] | None:
    if len(text) > _LONGEST:
        return None
    try:
        version, *parts = msgspec.json.decode(decode_base64url(text), type=list[int | str])
    except (ValueError, msgspec.DecodeError):  # binascii.Error is a ValueError; so is a decode of non-ASCII text
        return None
    texts = [part for part in parts if isinstance(part, str)]
    return texts if version == _VERSION and len(texts) == len(parts) and _encode(*texts) == text else None
