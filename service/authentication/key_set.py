"""The keys that a provider publishes (RFC 7517), each with the algorithms that it may verify. Pure."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable
from typing import Any

import msgspec
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

_MOST_KEYS = 100
_SHORTEST_RSA_BITS = 2048  # RFC 7518, section 3.3
_SIGNING_CURVES = ("Ed25519", "Ed448")  # RFC 8037, section 3.1; the others of this type agree on keys


class _Published(msgspec.Struct):
    keys: list[dict[str, Any]]


class VerifyingKeys:
    """Public keys by their ids. A shared secret is no such key, whatever its id."""

    def __init__(self, keys: Iterable[tuple[Key, frozenset[str]]]) -> None:
        self._keys = list(keys)

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, kid: str | None, algorithm: str) -> Key | None:
        """The one key of that id for that algorithm; without an id, the only one for it. A key may be there twice."""
        found = [key for key, algorithms in self._keys if algorithm in algorithms and (kid is None or key.kid == kid)]
        is_one = len(found) == 1 or len({key.thumbprint() for key in found}) == 1
        return found[0] if is_one else None


def read_key_set(content: bytes, algorithms: Collection[str]) -> VerifyingKeys:
    """The usable keys of a JWK Set; those of other types, for other uses or algorithms are passed over.

    Raises ValueError for what is no such set.
    """
    try:
        published = msgspec.json.decode(content, type=_Published)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError("is no JWK Set") from error
    keys = (_key(said) for said in published.keys[:_MOST_KEYS])
    usable = ((key, _algorithms(key, algorithms)) for key in keys if key is not None)
    return VerifyingKeys((key, fitting) for key, fitting in usable if fitting)


def _key(said: dict[str, Any]) -> Key | None:
    try:
        with warnings.catch_warnings(action="ignore", category=SecurityWarning):  # of short keys, judged below
            key = JWKRegistry.import_key(said)
        key.check_key_op("verify")
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):  # each for another way to be malformed
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= _SHORTEST_RSA_BITS else None
    if isinstance(key, OKPKey):
        return key if key.curve_name in _SIGNING_CURVES else None
    return key if isinstance(key, ECKey) else None


def _algorithms(key: Key, wanted: Collection[str]) -> frozenset[str]:
    """Those of the wanted algorithms that go with the key's type, curve, use and own algorithm."""
    return frozenset(model.name for model in JWSRegistry.filter_algorithms(key, list(wanted)))
