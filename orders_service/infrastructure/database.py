"""The service's database: its metadata, the tables of the plumbing, and where its migrations are."""

from pathlib import Path

import sqlalchemy as sa

from servicekit.http.idempotency import idempotency_table
from servicekit.messaging.inbox import inbox_table
from servicekit.messaging.outbox import outbox_table

MIGRATIONS = Path(__file__).parent / "migrations"
SOURCE = "/orders"
"""Who speaks in this service's events."""
CONSUMER = "orders"
"""Whose inbox rows are this service's."""
CHANNEL = "comanda_orders"
"""Where notices tell of orders that were saved."""

metadata = sa.MetaData()
outbox = outbox_table(metadata)
inbox = inbox_table(metadata)
idempotency_keys = idempotency_table(metadata)
