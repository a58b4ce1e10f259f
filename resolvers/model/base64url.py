"""base64url (RFC 4648, section 5) as others send it. The standard library's decoder takes `+` and `/`, too.

Python 3.15 warns of them, and the version after drops them.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode

_OTHERS = frozenset("+/")


def is_base64url(text: str) -> bool:
    """Whether the text has neither of the two characters that base64url has others for."""
    return _OTHERS.isdisjoint(text)


def decode_base64url(text: str) -> bytes:
    """What the text stands for, whose padding may be left out. Raises ValueError."""
    if not is_base64url(text):
        raise ValueError("base64, but not base64url")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
