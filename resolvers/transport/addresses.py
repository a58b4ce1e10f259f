"""Which addresses a document may be fetched from: a link is a stranger's word, and may point anywhere. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from resolvers.model.errors import SourceProtocolError

_PORTS = {"http": 80, "https": 443}
_LONGEST_LINK = 4_000
_UNICAST = IPv6Network("2000::/3")
"""All that was ever given out of IPv6 for the internet."""
_TRANSLATED = IPv6Network("64:ff9b::/96")

_Host = tuple[str, int | None]


class PrivateAddress(ValueError):
    """A name that resolves to an address inside, where nobody else may send us."""


class Address(NamedTuple):
    """Where to fetch from.

    `is_own` where the source itself is there, `public_only` where its name may stand for a public address only.
    """

    url: httpx.URL
    is_own: bool
    public_only: bool


def is_public(host: str) -> bool:
    """Whether a numeric address is one of the internet's. One that leads to an IPv4 address is what that one is."""
    address = ip_address(host)
    if isinstance(address, IPv6Address):
        inner = _inner(address)
        if inner is None:
            return address in _UNICAST and address.is_global
        address = inner
    return address.is_global and not address.is_multicast


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped one, a translator's (RFC 6052) or a tunnel's (RFC 3056) stands for."""
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


class AllowedAddresses:
    """The addresses on the allowed hosts; on the one of `base_url` where no others are named.

    They are https, or of the scheme of `base_url`.
    """

    def __init__(self, source: str, base_url: str, hosts: Iterable[str], *, private: bool) -> None:
        self._source = source
        self._base = httpx.URL(f"{base_url}/")
        self._private = private
        self._schemes = {"https", self._base.scheme}
        self._own = (self._base.scheme, self._base.host, self._base.port or _PORTS[self._base.scheme])
        named = frozenset(_named(host) for host in hosts)
        self._hosts: frozenset[_Host] = named or frozenset({(self._base.host, self._base.port)})

    def address_of(self, link: str) -> Address:
        """The address that a link means, against `base_url` where it is relative. Raises SourceProtocolError."""
        if len(link) > _LONGEST_LINK or "\\" in link or not link.isprintable():
            raise self._refusal("is not written as one")
        try:
            url = self._base.join(link)
        except (httpx.InvalidURL, ValueError):
            raise self._refusal("is not written as one") from None
        if url.scheme not in self._schemes or url.userinfo or not url.host:
            raise self._refusal("has a scheme or a login that is not allowed")
        if (url.host, url.port) not in self._hosts:
            raise self._refusal("leads to a host that document_hosts does not name")
        is_own = (url.scheme, url.host, url.port or _PORTS[url.scheme]) == self._own
        public_only = not self._private and url.host != self._base.host
        if public_only and _is_private(url.host):
            raise self._refusal("leads to a private address")
        return Address(url.copy_with(fragment=None), is_own, public_only)

    def _refusal(self, why: str) -> SourceProtocolError:
        return SourceProtocolError(self._source, f"a document's link {why}")


def _named(host: str) -> _Host:
    """A host and its port, None for the scheme's own, as httpx writes them."""
    parts = urlsplit(f"//{host}")
    url = httpx.URL(scheme="https", host=parts.hostname or "", port=parts.port)
    return url.host, url.port


def _is_private(host: str) -> bool:
    try:
        return not is_public(host)
    except ValueError:  # a name, judged by what it resolves to
        return False
