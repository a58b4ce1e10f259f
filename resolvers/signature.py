"""Signed texts that go out to clients and come back: every replica reads what another wrote, nobody else writes any."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec
from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.exc import BadData

from resolvers.keys import KeyRing
from resolvers.model.base64url import is_base64url

T = TypeVar("T")
_LONGEST = 20_000


class Seal:
    """Writes Structs as signed, URL-safe texts for one purpose, and reads its own back."""

    def __init__(self, keys: KeyRing, purpose: str) -> None:
        oldest_first = list(reversed(keys.derive(purpose)))
        self._signer = Signer(oldest_first, salt=purpose, key_derivation="hmac", digest_method=hashlib.sha256)

    def write(self, value: msgspec.Struct) -> str:
        """The signed text."""
        return self._signer.sign(base64_encode(msgspec.json.encode(value))).decode("ascii")

    def read(self, text: str, type_: type[T]) -> T | None:
        """What was written; None where the text is not ours, was changed, or means another kind of thing."""
        if len(text) > _LONGEST or not text.isascii() or not is_base64url(text):
            return None
        try:
            _, _, signature = text.rpartition(".")
            if base64_encode(base64_decode(signature)) != signature.encode():
                return None  # base64 has several spellings of one signature: only ours is read
            return msgspec.json.decode(base64_decode(self._signer.unsign(text)), type=type_)
        except (BadSignature, BadData, msgspec.DecodeError):
            return None
