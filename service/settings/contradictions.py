"""Values that are fine alone and wrong together. Each check sees only the tables that could be read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from pydantic import BaseModel

from resolvers.customers.database_url import SQLITE, names_file, read_url
from resolvers.sources.settings import SourceSettings
from service.settings.mistakes import Mistake
from service.settings.tables import AuthSettings, CacheSettings, DirectorySettings, ServerSettings


def contradictions(tables: Mapping[str, BaseModel], sources: Mapping[str, SourceSettings]) -> Iterator[Mistake]:
    """The mistakes between the values of one table, and between tables, those of sources by name among them."""
    server, auth = tables.get("server"), tables.get("auth")
    if isinstance(server, ServerSettings) and isinstance(auth, AuthSettings) and auth.mode == "none":
        yield from _open_doors(server)
    if isinstance(auth, AuthSettings) and auth.mode == "none":
        yield from _tokens_that_nobody_reads(auth)
    if isinstance(auth, AuthSettings) and auth.mode == "jwt":
        yield from _tokens_that_nobody_can_check(auth)
    directory, cache = tables.get("directory"), tables.get("cache")
    if isinstance(server, ServerSettings) and isinstance(directory, DirectorySettings):
        yield from _a_directory_for_each_worker(server, directory)
    if isinstance(server, ServerSettings) and isinstance(cache, CacheSettings):
        yield from _a_cache_for_each_worker(server, cache, sources)
    if isinstance(cache, CacheSettings) and cache.stale_seconds < cache.fresh_seconds:
        yield Mistake(
            ("cache", "stale_seconds"), f"is less than fresh_seconds. Write at least {cache.fresh_seconds:g}."
        )


def _open_doors(server: ServerSettings) -> Iterator[Mistake]:
    """Without authentication everybody is staff: other machines, and other websites in a browser, must stay out."""
    if not _is_loopback(server.host):
        yield Mistake(
            ("server", "host"),
            f'is "{server.host}", where others could read every invoice while auth.mode is "none". Write "127.0.0.1".',
        )
    for key, every in (("cors_origins", server.cors_origins), ("trusted_hosts", server.trusted_hosts)):
        if "*" in every:
            yield Mistake(
                ("server", key),
                'has "*", by which any website could read every invoice while auth.mode is "none". List them by name.',
            )


def _tokens_that_nobody_reads(auth: AuthSettings) -> Iterator[Mistake]:
    for key in ("issuer", "audience", "jwks_url"):
        if getattr(auth, key):
            yield Mistake(("auth", key), 'has no effect while mode is "none": tokens are not checked. Take it out.')


def _tokens_that_nobody_can_check(auth: AuthSettings) -> Iterator[Mistake]:
    examples = {
        "issuer": "what the tokens have as iss",
        "audience": "what the tokens have as aud",
        "jwks_url": "where the issuer publishes its keys",
    }
    for key, example in examples.items():
        if not getattr(auth, key).strip():
            yield Mistake(("auth", key), f'is missing, and mode "jwt" needs it. Write {example}.')
    if auth.jwks_url.strip() and not _is_trustworthy(auth.jwks_url):
        yield Mistake(
            ("auth", "jwks_url"),
            "is not an https address: whoever can change these keys can be anybody. "
            'Write one such as "https://login.example/.well-known/jwks.json"; http does on loopback only.',
        )
    elif auth.jwks_url.strip() and not _leads_somewhere(auth.jwks_url):
        yield Mistake(
            ("auth", "jwks_url"),
            "leads nowhere: by a host that there cannot be, port 0, or dots in place of a folder. "
            'Write one such as "https://login.example/.well-known/jwks.json".',
        )
    elif _repeats_itself(auth.jwks_url):
        yield Mistake(
            ("auth", "jwks_url"), "has a parameter twice, and would be asked with one. Leave one of them out."
        )


def _is_trustworthy(url: str) -> bool:
    """Whether the address is https, or on this machine; without a login, which would be in every error."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  # reading it is what checks it
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or not url.isprintable() or " " in url:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))


def _leads_somewhere(url: str) -> bool:
    """Whether it can be asked as it is written. What is asked reads no dots."""
    try:
        httpx.URL(url)
    except httpx.InvalidURL:  # 256.0.0.1, or a name that no domain can have
        return False
    parts = urlsplit(url)
    return parts.port != 0 and not any(unquote(folder) in (".", "..") for folder in parts.path.split("/"))


def _repeats_itself(url: str) -> bool:
    names = [name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    return len(names) > len(set(names))


def _a_directory_for_each_worker(server: ServerSettings, directory: DirectorySettings) -> Iterator[Mistake]:
    url = read_url(directory.url.get_secret_value())
    if server.workers > 1 and url.drivername == SQLITE and not names_file(url):
        yield Mistake(
            ("directory", "url"),
            f"is in memory: each of the {server.workers} workers would have its own. Write a file or PostgreSQL.",
        )


def _a_cache_for_each_worker(
    server: ServerSettings, cache: CacheSettings, sources: Mapping[str, SourceSettings]
) -> Iterator[Mistake]:
    """What one of them changed, another would go on showing as it was."""
    is_in_memory = cache.url.get_secret_value() == "memory://" and cache.stale_seconds + cache.fresh_seconds > 0
    written = next((name for name, source in sources.items() if source.can_be_written), None)
    if server.workers > 1 and is_in_memory and written is not None:
        yield Mistake(
            ("cache", "url"),
            f"is in memory: each of the {server.workers} workers would have its own, and show what another changed at "
            f"{written} as it was. Write redis://HOST/0, or workers = 1, or fresh_seconds = 0 and stale_seconds = 0.",
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
