"""Accounts' secrets at rest: sealed with a key derived from `server.secret_keys`, opened only where one is sent.

Sealed is AES-256-GCM, and bound to its account: moved to another one's row, a secret does not open.
"""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from resolvers.keys import KeyRing
from resolvers.model.customer import Secret
from resolvers.model.errors import SourceAuthFailed
from resolvers.model.identity import AccountRef


class NoSecretKey(Exception):
    """A secret is to be sealed, and there is no key."""

    def __init__(self) -> None:
        super().__init__("server.secret_keys is empty: put a key there, so that secrets can be stored.")


_NONCE_BYTES: Final = 12


class Secrets:
    """Seals with the newest key, opens with any. Rotation: a new key first, import again, then drop the old one."""

    __slots__ = ("_ciphers",)

    def __init__(self, keys: KeyRing) -> None:
        self._ciphers = [AESGCM(key) for key in keys.derive("directory secrets")]

    @property
    def has_key(self) -> bool:
        """Whether there is a key at all."""
        return bool(self._ciphers)

    def seal(self, secret: Secret, account: AccountRef) -> str:
        """What the database stores in the secret's place: nonce and ciphertext as base64. Raises NoSecretKey."""
        if not self._ciphers:
            raise NoSecretKey
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, secret.reveal().encode(), _bound_to(account))
        return b64encode(nonce + sealed).decode("ascii")

    def is_seal_of(self, sealed: str, secret: Secret, account: AccountRef) -> bool:
        """Whether sealing it anew would change nothing: the same secret, under the newest key."""
        return _opened(sealed, account, self._ciphers[:1]) == secret.reveal()

    def unseal(self, sealed: str, account: AccountRef) -> Secret:
        """The secret, opened only when it is revealed, so that a lost key costs one account and not the whole query."""
        return SealedSecret(sealed, self, account)

    def open(self, sealed: str, account: AccountRef) -> str:
        """The text itself. Raises SourceAuthFailed with the account and the remedy in its detail."""
        text = _opened(sealed, account, self._ciphers)
        if text is not None:
            return text
        whose = f"the secret of account {account.account_key!r} at source {account.source!r}"
        detail = (
            f"No key of server.secret_keys opens {whose}: put back the key it was stored with, or import it again."
            if self._ciphers
            else f"server.secret_keys is empty: {whose} needs the key it was stored with."
        )
        raise SourceAuthFailed(account.source, detail)


def _opened(sealed: str, account: AccountRef, ciphers: Sequence[AESGCM]) -> str | None:
    try:
        content = b64decode(sealed)
    except ValueError:
        return None
    for cipher in ciphers:
        try:
            return cipher.decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], _bound_to(account)).decode()
        except (InvalidTag, ValueError):  # the latter: cut short
            continue
    return None


def _bound_to(account: AccountRef) -> bytes:
    return f"{account.source}\0{account.account_key}".encode()


class SealedSecret(Secret, frozen=True, gc=False):
    """A secret as the database has it."""

    _secrets: Secrets
    _account: AccountRef

    def reveal(self) -> str:
        """The text itself. Raises SourceAuthFailed where no key opens it."""
        return self._secrets.open(self._value, self._account)
