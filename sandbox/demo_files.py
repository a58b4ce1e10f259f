"""The files of a demo: the directory of customers and accounts as CSV, and the gateway's configuration as TOML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from sandbox import kruitbosch, netforum
from sandbox.books import SOURCES, Books

CSV_NAMES = ("customers.csv", "accounts.csv", "invoices.csv")
CONFIGURATION = "demo.toml"
INDEXED_COUNT = 1000  # of the one Open2b account whose ids are in the index beside seansworld's


def write_csv(books: Books, directory: Path) -> None:
    """The three files that `invoice-graph customers import` reads; one has secrets, so only the owner may read them."""
    directory.mkdir(parents=True, exist_ok=True)
    tables = (_customers(books), _accounts(books), _invoices(books))
    for name, rows in zip(CSV_NAMES, tables, strict=True):
        _write(directory / name, rows)


def _write(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    path.touch(mode=0o600)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _customers(books: Books) -> Iterator[tuple[str, ...]]:
    yield "id", "name", "company_name", "email", "phone", "locale"
    for one in books.customers:
        yield one.id, one.name, one.company_name, one.email, one.phone, one.locale


def _accounts(books: Books) -> Iterator[tuple[str, ...]]:
    yield "customer", "source", "account_key", "number", "label", "secret", "context"
    for one in books.accounts:
        context = json.dumps(one.context) if one.context else ""
        yield one.customer_id, one.source, one.key, one.number, one.label, one.secret, context


def _invoices(books: Books) -> Iterator[tuple[str, ...]]:
    """The index: every invoice of seansworld, which cannot list, and the ids of the largest web store account."""
    yield "source", "account_key", "invoice_id", "issue_date"
    for (source, account_key), listed in books.invoices.items():
        if source == "orders" or (source == "webstore" and len(listed) == INDEXED_COUNT):
            for invoice in listed:
                yield source, account_key, invoice.id, invoice.issued.isoformat() if invoice.issued else ""


def write_configuration(directory: Path, sandbox_port: int, gateway_port: int) -> Path:
    """The gateway's configuration for a sandbox whose control port this is, with its database in the same directory."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / CONFIGURATION
    path.write_text(configuration(sandbox_port, gateway_port), encoding="utf-8")
    return path


def configuration(sandbox_port: int, gateway_port: int) -> str:
    """The text of demo.toml; the key that everything derives from comes from the environment."""
    urls = {name: f"http://127.0.0.1:{sandbox_port + offset}" for offset, name in enumerate(SOURCES, start=1)}
    return f"""\
# Written by `invoice-graph sandbox files`; it is written anew, so change a copy.

[server]
port = {gateway_port}
public_url = "http://127.0.0.1:{gateway_port}"
secret_keys = ["${{INVOICE_GRAPH_KEY}}"]

[directory]
url = "sqlite+aiosqlite:///invoice-graph.db"  # beside this file

[sources.association]
kind = "netforum"
title = "Association dues"
base_url = "{urls["association"]}/xweb"
protocol = "soap"
username = "{netforum.USER}"
password = "{netforum.PASSWORD}"
currency = "USD"
time_zone = "America/New_York"

[sources.shop]
kind = "shoxl"
title = "Spare parts"
base_url = "{urls["shop"]}/Shoxl"
protocol = "rest"
currency = "EUR"
time_zone = "Europe/Amsterdam"

[sources.webstore]
kind = "open2b"
title = "Fashion web store"
base_url = "{urls["webstore"]}"
currency = "EUR"
time_zone = "Europe/Rome"

[sources.orders]
kind = "seansworld"
title = "Hardware orders"
base_url = "{urls["orders"]}"
currency = "USD"
writes = true

[sources.wholesale]
kind = "kruitbosch"
title = "Bicycle wholesale"
base_url = "{urls["wholesale"]}"
username = "{kruitbosch.USER}"
password = "{kruitbosch.PASSWORD}"
time_zone = "Europe/Amsterdam"
"""
