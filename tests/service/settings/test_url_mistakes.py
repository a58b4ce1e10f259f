"""What an operator reads for an address of a database or a cache that cannot be used: no value of it."""

from pathlib import Path

import pytest

from resolvers.sources.seansworld.settings import SeansworldSettings
from tests.service.kinds import AnyKind
from tests.service.settings.conftest import MINIMAL, Load, Mistakes


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            '[directory]\nurl = "postgres://u:hunter2@db/invoices"',
            "4: [directory] url: is not a database that this release knows. Write postgresql+asyncpg://.",
        ),
        (
            '[directory]\nurl = "invoices.db"',
            "4: [directory] url: is not a database that this release knows. "
            "Write sqlite+aiosqlite:///FILE or postgresql+asyncpg://USER@HOST/NAME.",
        ),
        (
            '[directory]\nurl = "postgresql+asyncpg://u:hunter2@db/invoices?channel_binding=require"',
            "4: [directory] url: has the parameter channel_binding, which is none of host, port, "
            "prepared_statement_cache_size, ssl, sslmode, target_session_attrs. Leave it out.",
        ),
        (
            '[directory]\nurl = "postgresql+asyncpg://u:hun@ter2@db/invoices"',
            "4: [directory] url: has more than one @. Write postgresql+asyncpg://USER:PASSWORD@HOST:5432/NAME, "
            "and in the password %40 for @, %2F for /.",
        ),
        (
            '[directory]\nurl = "postgresql+asyncpg://u:h@nt:er2@db/invoices"',
            "4: [directory] url: has a port that is no number. "
            "Write postgresql+asyncpg://USER:PASSWORD@HOST:5432/NAME, and in the password %40 for @, %2F for /.",
        ),
        (
            '[directory]\nurl = "postgresql+asyncpg://u:hunter2@db/invoices?ssl=yes"',
            "4: [directory] url: has an ssl that is none of disable, allow, prefer, require, verify-ca, verify-full. "
            "Write ssl=require.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite:///invoices.db?timeout=abc"',
            "4: [directory] url: has the parameter timeout, which is none of cache, immutable, mode, nolock, uri, vfs. "
            "Leave it out.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite:///invoices.db?mode=ro"',
            "4: [directory] url: has parameters without uri=true. "
            "Write sqlite+aiosqlite:///file:FILE?mode=rw&uri=true.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite:///invoices.db?mode=ro&uri=true"',
            "4: [directory] url: has parameters without file: before the file's name. "
            "Write sqlite+aiosqlite:///file:FILE?mode=rw&uri=true.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite:///file:invoices.db?mode=banana&uri=true"',
            "4: [directory] url: has a mode that is none of ro, rw, rwc, memory. "
            "Write sqlite+aiosqlite:///file:FILE?mode=rw&uri=true.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite:///?cache=shared&uri=true"',
            "4: [directory] url: has parameters without file: before the file's name. "
            "Write sqlite+aiosqlite:///file:FILE?mode=rw&uri=true.",
        ),
        (
            '[directory]\nurl = "sqlite+aiosqlite://invoices.db"',
            "4: [directory] url: names a host, and SQLite has none. "
            "Write sqlite+aiosqlite:///FILE, with three slashes.",
        ),
        (
            '[cache]\nurl = "memcached://x"',
            "4: [cache] url: is not a cache that this release knows. Write memory:// or redis://HOST (Valkey too).",
        ),
        (
            '[cache]\nurl = "memory://x"',
            "4: [cache] url: has more than memory://. Write that alone; memory_bytes bounds it.",
        ),
        (
            '[cache]\nurl = "redis://:hunter2@cache:99999/0"',
            "4: [cache] url: has a host or a port that is none. Write redis://HOST:6379/0.",
        ),
        ('[cache]\nurl = "redis://cache:0"', "4: [cache] url: has the port 0. Write redis://HOST:6379/0."),
        (
            '[cache]\nurl = "redis://"',
            "4: [cache] url: is not a cache that this release knows. Write memory:// or redis://HOST (Valkey too).",
        ),
        (
            '[cache]\nurl = "redis://cache/abc"',
            "4: [cache] url: has a database that is no number. Write redis://HOST/0.",
        ),
        (
            '[cache]\nurl = "redis://cache/0?foo=hunter2"',
            "4: [cache] url: has a parameter that is none of password, username. Leave it out.",
        ),
        (
            '[cache]\nurl = "redis://cache/0?username=hunter2&username=a"',
            "4: [cache] url: has a parameter twice. Leave one of them out.",
        ),
        (
            '[cache]\nurl = "rediss://cache/0?ssl_cert_reqs=hunter2"',
            "4: [cache] url: has an ssl_cert_reqs that is none of none, optional, required. "
            "Leave it out: that is required.",
        ),
        (
            '[cache]\nurl = "rediss://cache/0?ssl_ca_certs=/no/such/hunter2.pem"',
            "4: [cache] url: has an ssl_ca_certs that names no file. Write the path of one.",
        ),
    ],
)
def test_an_address_that_cannot_be_used_is_told_with_its_remedy(mistakes: Mistakes, text: str, line: str) -> None:
    assert mistakes(MINIMAL + text) == [f"gateway.toml:{line}"]


def test_a_cache_by_tls_is_taken_with_its_files(load: Load, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    url = f"rediss://:hunter2@cache/0?ssl_ca_certs={tmp_path}/ca.pem&ssl_cert_reqs=required"

    assert load(f'{MINIMAL}[cache]\nurl = "{url}"').cache.url.get_secret_value() == url


@pytest.mark.parametrize("address", ["", "/", "/:memory:", "/file:m?mode=memory&uri=true"])
def test_workers_cannot_share_a_directory_in_memory(mistakes: Mistakes, address: str) -> None:
    text = f'workers = 2\n[directory]\nurl = "sqlite+aiosqlite://{address}"'

    assert mistakes(MINIMAL + text) == [
        "gateway.toml:5: [directory] url: is in memory: each of the 2 workers would have its own. "
        "Write a file or PostgreSQL."
    ]


def test_workers_share_a_file(load: Load) -> None:
    settings = load(MINIMAL + 'workers = 2\n[directory]\nurl = "sqlite+aiosqlite:///file:m.db?mode=rwc&uri=true"')

    assert settings.server.workers == 2


WRITABLE = {"seansworld": AnyKind(SeansworldSettings)}


def several(cache: str = "", writes: str = "true", workers: int = 2) -> str:
    return (
        f"{MINIMAL}workers = {workers}\n[cache]\n{cache}\n"
        f'[sources.orders]\nkind = "seansworld"\nbase_url = "https://o.example"\nwrites = {writes}\n'
    )


def test_workers_cannot_each_keep_what_another_may_write(mistakes: Mistakes) -> None:
    assert mistakes(several('url = "memory://"'), kinds=WRITABLE) == [
        "gateway.toml:5: [cache] url: is in memory: each of the 2 workers would have its own, and show what another "
        "changed at orders as it was. "
        "Write redis://HOST/0, or workers = 1, or fresh_seconds = 0 and stale_seconds = 0."
    ]


@pytest.mark.parametrize(
    "text",
    [
        several('url = "redis://cache/0"'),
        several("fresh_seconds = 0\nstale_seconds = 0"),
        several(writes="false"),
        several(workers=1),
    ],
)
def test_workers_may_share_a_cache_keep_nothing_or_only_read(load: Load, text: str) -> None:
    assert load(text, kinds=WRITABLE).sources["orders"].kind == "seansworld"


@pytest.mark.parametrize(
    ("parameters", "sentences"),
    [
        ("?port=0", "has a port that is none. Write 1 to 65535."),
        ("?port=70000", "has a port that is none. Write 1 to 65535."),
        ("?host=a:5432&host=b:70000", "has a port that is none. Write 1 to 65535."),
        *(
            (parameters, "has hosts and ports that do not fit. Write host=A:5432&host=B:5432, or one of each.")
            for parameters in (
                "?port=hunter2",
                "?port=1,2",
                "?host=a,b&port=1",
                "?host=a,b",
                "?host=a:1:2&host=b",
            )
        ),
        (
            "?target_session_attrs=hunter2",
            "has target_session_attrs that are none of any, primary, standby, prefer-standby, read-write, read-only. "
            "Leave them out.",
        ),
    ],
)
def test_what_postgresql_could_not_connect_by_is_told(mistakes: Mistakes, parameters: str, sentences: str) -> None:
    text = f'[directory]\nurl = "postgresql+asyncpg://u:hunter2@/invoices{parameters}"'

    assert mistakes(MINIMAL + text) == [f"gateway.toml:4: [directory] url: {sentences}"]


@pytest.mark.parametrize("port", [0, 70000])
def test_a_port_of_postgresqls_that_there_cannot_be_is_told(mistakes: Mistakes, port: int) -> None:
    text = f'[directory]\nurl = "postgresql+asyncpg://u:hunter2@db:{port}/invoices"'

    assert mistakes(MINIMAL + text) == ["gateway.toml:4: [directory] url: has a port that is none. Write 1 to 65535."]


@pytest.mark.parametrize(
    "address",
    [
        "u@db/invoices",
        "u@db:5432/invoices?target_session_attrs=read-write",
        "u@/invoices?host=a:5432&host=b:5433",
        "u@/invoices?host=a,b&port=5432,5433",
        "u@/invoices?host=/run/postgresql&port=5433",
    ],
)
def test_where_postgresql_may_be_is_taken_in_every_spelling_of_the_drivers(load: Load, address: str) -> None:
    url = f"postgresql+asyncpg://{address}"

    assert load(f'{MINIMAL}[directory]\nurl = "{url}"').directory.url.get_secret_value() == url
