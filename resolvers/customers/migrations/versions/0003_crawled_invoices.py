"""What crawls have found out about a source's numbers, absent invoices too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "crawled_invoices",
        sa.Column("source", _KEY, nullable=False),
        sa.Column("invoice_id", _KEY, nullable=False),
        sa.Column("account_key", _KEY),
        sa.Column("issue_date", sa.Date()),
        sa.PrimaryKeyConstraint("source", "invoice_id", name="crawled_invoices_pkey"),
        sqlite_with_rowid=False,
    )
