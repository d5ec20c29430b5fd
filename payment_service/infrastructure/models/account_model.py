"""The stores' own accounts at the provider."""

import sqlalchemy as sa

from payment_service.infrastructure.database import metadata
from payment_service.infrastructure.models.columns import ID, SLUG
from servicekit.database.types import UtcDateTime

provider_accounts = sa.Table(
    "provider_accounts",
    metadata,
    sa.Column("store", SLUG, primary_key=True),
    sa.Column("collector", ID, primary_key=True, comment="the account's number at the provider"),
    sa.Column("sealed_access_token", sa.Text, nullable=False),
    sa.Column("sealed_webhook_secret", sa.Text, nullable=False),
    sa.Column("public_key", sa.Text, nullable=False),
    sa.Column("set_at", UtcDateTime, nullable=False),
    sa.Column("retired_at", UtcDateTime),
)
