"""The directory's tables. Every change here needs a migration; a test compares the two."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    false,
)

LONGEST_KEY = 200
"""Of ids, source names and account keys, in characters."""
LONGEST_ID = 1_000
"""Of an invoice, as clients know it."""

# Sorted by their bytes, as SQLite does by default, so that both databases agree on every page.
KEY = String(LONGEST_KEY).with_variant(String(LONGEST_KEY, collation="C"), "postgresql")

metadata = MetaData()

customers_table = Table(
    "customers",
    metadata,
    Column("id", KEY, nullable=False),
    Column("name", Text),
    Column("company_name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("locale", Text),
    Column("search_text", Text, nullable=False),
    PrimaryKeyConstraint("id", name="customers_pkey"),
)

# `secret` is sealed, `context` a JSON object with sorted names.
accounts_table = Table(
    "accounts",
    metadata,
    Column("source", KEY, nullable=False),
    Column("key", KEY, nullable=False),
    Column("customer_id", KEY, nullable=False),
    Column("number", KEY),
    Column("label", Text),
    Column("secret", Text),
    Column("context", Text),
    Column("index_complete", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("source", "key", name="accounts_pkey"),
    ForeignKeyConstraint(["customer_id"], ["customers.id"], name="accounts_customer_id_fkey", ondelete="CASCADE"),
    Index("accounts_customer_id_idx", "customer_id"),
    Index("accounts_number_idx", "source", "number"),
)

# The primary key is all of the row but its date: SQLite needs no second copy of it.
index_table = Table(
    "indexed_invoices",
    metadata,
    Column("source", KEY, nullable=False),
    Column("account_key", KEY, nullable=False),
    Column("invoice_id", KEY, nullable=False),
    Column("issue_date", Date),
    PrimaryKeyConstraint("source", "account_key", "invoice_id", name="indexed_invoices_pkey"),
    ForeignKeyConstraint(
        ["source", "account_key"],
        ["accounts.source", "accounts.key"],
        name="indexed_invoices_account_fkey",
        ondelete="CASCADE",
    ),
    sqlite_with_rowid=False,
)

# What was created through us, by the client's key. No reference to the account: a key is remembered even if it goes.
creations_table = Table(
    "creations",
    metadata,
    Column("source", KEY, nullable=False),
    Column("account_key", KEY, nullable=False),
    Column("key", KEY, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("state", String(7), nullable=False),
    Column("invoice_id", KEY),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("source", "account_key", "key", name="creations_pkey"),
)

# What crawls found out. `account_key` is null where there is no invoice of that number; accounts may come later.
crawled_table = Table(
    "crawled_invoices",
    metadata,
    Column("source", KEY, nullable=False),
    Column("invoice_id", KEY, nullable=False),
    Column("account_key", KEY),
    Column("issue_date", Date),
    PrimaryKeyConstraint("source", "invoice_id", name="crawled_invoices_pkey"),
    sqlite_with_rowid=False,
)

# Who is changing an invoice, by the id that clients know. A row lives as long as its change.
leases_table = Table(
    "invoice_leases",
    metadata,
    Column("invoice_id", String(LONGEST_ID).with_variant(String(LONGEST_ID, collation="C"), "postgresql")),
    Column("holder", String(32), nullable=False),
    Column("until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("invoice_id", name="invoice_leases_pkey"),
)
