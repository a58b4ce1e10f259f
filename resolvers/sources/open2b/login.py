"""What an account's secret is, the customer key itself or what a login gives one for, and that login. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from resolvers.model.customer import Account
from resolvers.model.errors import SourceAuthFailed, SourceProtocolError
from resolvers.sources.open2b.envelope import DONE, open_envelope
from resolvers.transport.messages import UpstreamReply, fits_a_header

LOGIN = "storefront.login"
KEY_HEADER = "X-Customer-Key"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a customer logs in with."""

    email: str = field(repr=False)
    password: str = field(repr=False)


class _Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str
    password: str


_SECRET = msgspec.json.Decoder(_Secret)


def read_secret(source: str, account: Account) -> str | Credentials:
    """The customer key, or credentials where the secret is an object such as `{"email": "...", "password": "..."}`.

    Raises SourceAuthFailed where the directory has neither.
    """
    text = "" if account.secret is None else account.secret.reveal().strip()
    if text.startswith("{"):
        try:
            secret = _SECRET.decode(text)
        except msgspec.DecodeError:
            raise SourceAuthFailed(source, "the account's secret is no object of email and password") from None
        return Credentials(secret.email, secret.password)
    if not fits_a_header(text):
        raise SourceAuthFailed(source, "the directory has no usable customer key for the account")
    return text


def login_request(credentials: Credentials) -> bytes:
    """The body of a login."""
    return msgspec.json.encode({"email": credentials.email, "password": credentials.password})


def parse_login(source: str, reply: UpstreamReply) -> str:
    """The customer key, which is in a header. Raises Refused, and SourceProtocolError where there is none."""
    open_envelope(source, reply.content, DONE)
    key: str = reply.headers.get(KEY_HEADER, "").strip()
    if not fits_a_header(key):
        raise SourceProtocolError(source, "a login without a customer key in its header")
    return key
