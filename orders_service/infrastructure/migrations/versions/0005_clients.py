"""Clients with sealed CPF and e-mail, who can be listed with their orders, and erased.

Revision ID: 0005
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from servicekit.database.types import UtcDateTime

revision = "0005"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of clients that came before, the CPF is known by its digest alone; it stays so.
    op.add_column("clients", sa.Column("sealed_cpf", sa.Text))
    op.add_column("clients", sa.Column("sealed_email", sa.Text))
    op.add_column("clients", sa.Column("registered_at", UtcDateTime))
    op.add_column("clients", sa.Column("erased_at", UtcDateTime))
    notes_left = sa.Column("notes_left", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("clients", notes_left)
    _create_partial_index("ix_clients_list", "clients", ["store", "id"], "erased_at IS NULL")
    _create_partial_index("ix_clients_notes", "clients", ["id"], "notes_left")
    _create_partial_index(
        "ix_orders_client", "orders", ["store", "client_id", "created_at", "id"], "client_id IS NOT NULL"
    )


def downgrade() -> None:
    op.drop_index("ix_orders_client", "orders")
    op.drop_index("ix_clients_notes", "clients")
    op.drop_index("ix_clients_list", "clients")
    for column in ("notes_left", "erased_at", "registered_at", "sealed_email", "sealed_cpf"):
        op.drop_column("clients", column)


def _create_partial_index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, postgresql_where=condition, sqlite_where=condition)
