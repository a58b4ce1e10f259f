"""Every key of ours comes from the operator's `server.secret_keys`, so that each replica can read what another made."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_KEY_BYTES = 32


class KeyRing:
    """The operator's keys, newest first. The first one makes, all of them read."""

    __slots__ = ("_secret_keys",)

    def __init__(self, secret_keys: Sequence[str]) -> None:
        if not all(key.strip() for key in secret_keys):
            raise ValueError("server.secret_keys holds a blank key.")
        self._secret_keys = tuple(key.encode() for key in secret_keys)

    def derive(self, label: str) -> list[bytes]:
        """A 32-byte key for this purpose from each of the operator's keys, newest first; empty where there are none."""
        info = b"invoice-graph/" + label.encode()
        return [HKDF(SHA256(), _KEY_BYTES, salt=None, info=info).derive(key) for key in self._secret_keys]
