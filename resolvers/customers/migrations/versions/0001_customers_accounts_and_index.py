"""Customers, their accounts, and the index of known invoices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the first tables."""
    op.create_table(
        "customers",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("company_name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("locale", sa.Text),
        sa.Column("search_text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="customers_pkey"),
    )
    op.create_table(
        "accounts",
        sa.Column("source", _KEY, nullable=False),
        sa.Column("key", _KEY, nullable=False),
        sa.Column("customer_id", _KEY, nullable=False),
        sa.Column("number", _KEY),
        sa.Column("label", sa.Text),
        sa.Column("secret", sa.Text),
        sa.Column("context", sa.Text),
        sa.Column("index_complete", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("source", "key", name="accounts_pkey"),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="accounts_customer_id_fkey", ondelete="CASCADE"
        ),
    )
    op.create_index("accounts_customer_id_idx", "accounts", ["customer_id"])
    op.create_index("accounts_number_idx", "accounts", ["source", "number"])
    op.create_table(
        "indexed_invoices",
        sa.Column("source", _KEY, nullable=False),
        sa.Column("account_key", _KEY, nullable=False),
        sa.Column("invoice_id", _KEY, nullable=False),
        sa.Column("issue_date", sa.Date),
        sa.PrimaryKeyConstraint("source", "account_key", "invoice_id", name="indexed_invoices_pkey"),
        sa.ForeignKeyConstraint(
            ["source", "account_key"],
            ["accounts.source", "accounts.key"],
            name="indexed_invoices_account_fkey",
            ondelete="CASCADE",
        ),
        sqlite_with_rowid=False,
    )
