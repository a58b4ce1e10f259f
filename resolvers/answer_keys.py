"""What makes calls to a source identical: the account with its secret and context, the method, and its arguments."""

from __future__ import annotations

from collections.abc import Hashable
from hashlib import blake2b
from operator import attrgetter

import msgspec

from resolvers.model.customer import Account
from resolvers.model.source import FindQuery, ListQuery

Query = ListQuery | FindQuery

_KEY_BYTES = 24
_ARGUMENTS = {
    kind: tuple(name for name in kind.__struct_fields__ if name != "account") for kind in (ListQuery, FindQuery)
}
_VALUES = {kind: attrgetter(*names) for kind, names in _ARGUMENTS.items()}
_ACCOUNT = attrgetter("id", "key", "context", "secret")


def identity(query: Query) -> Hashable:
    """The same for identical calls only, within this process: a secret is compared as it is, sealed or not."""
    kind = type(query)
    return kind, *_ACCOUNT(query.account), *_VALUES[kind](query)


class AnswerKeys:
    """The keys that a source's answers are kept by, the same on every replica with the same `secret`.

    They are hashes keyed by it, so that no account's secret can be guessed from one.
    """

    __slots__ = ("_secret", "_source")

    def __init__(self, source: str, secret: bytes) -> None:
        self._source, self._secret = source, secret

    def answer(self, query: Query) -> str:
        """What an answer is kept by: the same for identical calls only.

        Raises SourceAuthFailed where the account's secret cannot be opened.
        """
        asked, kind = query.account, type(query)
        account = (asked.id, asked.key, asked.context, asked.secret.reveal() if asked.secret else None)
        arguments = zip(_ARGUMENTS[kind], _VALUES[kind](query), strict=True)
        said = [(name, sorted(value) if isinstance(value, frozenset) else value) for name, value in arguments]
        return self._hashed(msgspec.msgpack.encode((kind.__name__, account, said)), self._secret)

    def group(self, account: Account) -> str:
        """What all that is kept of an account goes by, whatever the secret: each replica hears what another forgets."""
        return self._hashed(account.id.encode(), b"")

    def _hashed(self, content: bytes, secret: bytes) -> str:
        return f"{self._source}:{blake2b(content, key=secret, digest_size=_KEY_BYTES).hexdigest()}"
