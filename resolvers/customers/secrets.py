"""Accounts' secrets at rest: sealed with a key derived from `server.secret_keys`, opened only where one is sent."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from resolvers.keys import KeyRing
from resolvers.model.customer import Secret
from resolvers.model.errors import SourceAuthFailed
from resolvers.model.identity import AccountRef


class NoSecretKey(Exception):
    """A secret is to be sealed, and there is no key."""

    def __init__(self) -> None:
        super().__init__("server.secret_keys is empty: put a key there, so that secrets can be stored.")


class Secrets:
    """Seals with the newest key, opens with any. Rotation: a new key first, import again, then drop the old one."""

    __slots__ = ("_all", "_newest")

    def __init__(self, keys: KeyRing) -> None:
        fernets = [Fernet(urlsafe_b64encode(key)) for key in keys.derive("directory secrets")]
        self._newest = fernets[0] if fernets else None
        self._all = MultiFernet(fernets) if fernets else None

    @property
    def has_key(self) -> bool:
        """Whether there is a key at all."""
        return self._newest is not None

    def seal(self, secret: Secret) -> str:
        """What the database stores in the secret's place. Raises NoSecretKey."""
        if self._newest is None:
            raise NoSecretKey
        return self._newest.encrypt(secret.reveal().encode()).decode("ascii")

    def is_seal_of(self, sealed: str, secret: Secret) -> bool:
        """Whether sealing it anew would change nothing: the same secret, under the newest key."""
        try:
            return self._newest is not None and self._newest.decrypt(sealed) == secret.reveal().encode()
        except InvalidToken:
            return False

    def unseal(self, sealed: str, account: AccountRef) -> Secret:
        """The secret, opened only when it is revealed, so that a lost key costs one account and not the whole query."""
        return SealedSecret(sealed, self, account)

    def open(self, sealed: str, account: AccountRef) -> str:
        """The text itself. Raises SourceAuthFailed with the account and the remedy in its detail."""
        whose = f"the secret of account {account.account_key!r} at source {account.source!r}"
        if self._all is None:
            raise SourceAuthFailed(
                account.source, f"server.secret_keys is empty: {whose} needs the key it was stored with."
            )
        try:
            return self._all.decrypt(sealed).decode()
        except InvalidToken:
            raise SourceAuthFailed(
                account.source,
                f"No key of server.secret_keys opens {whose}: put back the key it was stored with, or import it again.",
            ) from None


class SealedSecret(Secret, frozen=True, gc=False):
    """A secret as the database has it."""

    _secrets: Secrets
    _account: AccountRef

    def reveal(self) -> str:
        """The text itself. Raises SourceAuthFailed where no key opens it."""
        return self._secrets.open(self._value, self._account)
