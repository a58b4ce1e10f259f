"""Run by alembic: hands it the connection, and the transaction around it, that `migrate` opened."""

from __future__ import annotations

from alembic import context

from resolvers.customers.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
