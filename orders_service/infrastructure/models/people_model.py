"""Stores, their staff and their clients."""

import sqlalchemy as sa

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models.columns import ID, SLUG, WORD, partial_index, store_column
from servicekit.database.types import Json, UtcDateTime

stores = sa.Table(
    "stores",
    metadata,
    sa.Column("slug", SLUG, primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("time_zone", sa.String(64), nullable=False),
    sa.Column("categories", Json, nullable=False),
    sa.Column("payment_deadline_seconds", sa.Integer),
    sa.Column("opening_hours", Json, nullable=False, server_default="[]"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

staff = sa.Table(
    "staff",
    metadata,
    store_column(primary_key=True),
    sa.Column("username", sa.String(64), primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("role", WORD, nullable=False),
)

sign_in_failures = sa.Table(
    "sign_in_failures",
    metadata,
    store_column(primary_key=True),
    sa.Column("username", sa.String(64), primary_key=True),
    sa.Column("in_a_row", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Index("ix_sign_in_failures_last_at", "last_at"),
)

clients = sa.Table(
    "clients",
    metadata,
    sa.Column("id", ID, primary_key=True),
    store_column(),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("cpf_digest", sa.String(64), nullable=False),
    sa.Column("sealed_cpf", sa.Text),
    sa.Column("sealed_email", sa.Text),
    sa.Column("registered_at", UtcDateTime),
    sa.Column("erased_at", UtcDateTime),
    sa.Column("notes_left", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ux_clients_cpf", "store", "cpf_digest", unique=True),
    partial_index("ix_clients_list", "store", "id", where="erased_at IS NULL"),
    partial_index("ix_clients_notes", "id", where="notes_left"),
)
