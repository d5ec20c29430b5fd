"""Alembic's entry: runs the revisions on the connection that servicekit hands over."""

from fake_checkout.infrastructure.models import metadata
from servicekit.database.migrations import run_env

run_env(metadata)
