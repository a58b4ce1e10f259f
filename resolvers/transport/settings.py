"""What an operator may say about the way to a source: where it is, how long and how often it may be asked."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_LARGEST_AT_ONCE = 3
_RATE = re.compile(r"([1-9]\d{0,8})/([1-9]\d{0,5})s", re.ASCII)


def _address(text: str) -> str:
    """The address without a slash at its end."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it is what checks it
    except ValueError:
        raise ValueError('write an address such as "https://invoices.example/api"') from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError('write an http or https address such as "https://invoices.example/api"')
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave name and password out of the address: they have keys of their own")
    if "?" in text or "#" in text or any(character <= " " for character in text):
        raise ValueError("leave query, fragment and blanks out of the address")
    try:
        httpx.URL(text)
    except httpx.InvalidURL:  # 256.0.0.1, or a name that no domain can have
        raise ValueError('write an address with a host that there can be, such as "invoices.example"') from None
    return text.rstrip("/")


def _host(text: str) -> str:
    """The host in small letters, with its port where that is not the scheme's own."""
    try:
        parts = urlsplit(f"//{text}")
        parts.port  # noqa: B018  # reading it is what checks it
    except ValueError:
        raise ValueError('write a host such as "files.example" or "files.example:8443"') from None
    if not parts.hostname or parts.netloc != text or "@" in text or any(character <= " " for character in text):
        raise ValueError('write a host such as "files.example" or "files.example:8443"')
    return text.lower()


def _rate(text: str) -> str:
    if not _RATE.fullmatch(text):
        raise ValueError('write calls and seconds, such as "1000/300s"')
    return text


class TransportSettings(BaseModel):
    """How one source is reached. Durations are seconds, sizes bytes after decompression.

    `timeout_seconds` is for one call with its retries, inside the operation's deadline; waiting for a free place among
    `max_concurrency` comes before. `rate_limit` is calls per seconds and per process. Bodies that are read at once hold
    three times `max_body_bytes` together; what would be more waits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: Annotated[str, AfterValidator(_address)]
    timeout_seconds: float = Field(default=3.0, gt=0, le=300, allow_inf_nan=False)
    max_concurrency: int = Field(default=8, ge=1, le=1_000)
    retries: int = Field(default=2, ge=0, le=10)
    rate_limit: Annotated[str, AfterValidator(_rate)] | None = None
    max_body_bytes: int = Field(default=16_000_000, ge=1)

    @property
    def held_bytes(self) -> int:
        """What all bodies that are read at once may hold together."""
        return _LARGEST_AT_ONCE * self.max_body_bytes

    @property
    def rate(self) -> tuple[int, float] | None:
        """Calls and seconds of the rate limit; None where there is none."""
        if self.rate_limit is None:
            return None
        calls, _, seconds = self.rate_limit.rstrip("s").partition("/")
        return int(calls), float(seconds)


class DocumentSettings(TransportSettings):
    """Where documents may be fetched from, for a source that gives links to them.

    `document_hosts` are the only hosts (a port other than the scheme's own is part of the name); without any it is the
    host of `base_url`. Others than that one must have public addresses, unless `document_private_addresses` is set.
    """

    document_hosts: tuple[Annotated[str, AfterValidator(_host)], ...] = ()
    document_private_addresses: bool = False
    max_document_bytes: int = Field(default=32_000_000, ge=1)

    @property
    def held_document_bytes(self) -> int:
        """What all documents that are read at once may hold together."""
        return _LARGEST_AT_ONCE * self.max_document_bytes
