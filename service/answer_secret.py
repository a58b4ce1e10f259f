"""What a source's kept answers are kept by: not the same for two gateways that read the source in different ways."""

from __future__ import annotations

from hashlib import blake2b

import msgspec
from pydantic import SecretStr

from resolvers.keys import KeyRing
from resolvers.sources.settings import SourceSettings

_BYTES = 32


def answer_secret(keys: KeyRing, source: SourceSettings) -> bytes:
    """The same for the same newest key and configuration, in every process.

    Another address, login, currency or time zone makes another answer of the same call: who shares a cache, or had
    another configuration before, must not find it.
    """
    said = msgspec.json.encode(source.model_dump(), order="deterministic", enc_hook=_text)
    return blake2b(said, key=next(iter(keys.derive("answer cache")), b""), digest_size=_BYTES).digest()


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
