"""Alembic calls this; the connection comes from servicekit.database.migrations."""

from payment_service.infrastructure.models import metadata
from servicekit.database.migrations import run_env

run_env(metadata)
