"""The tables. Only repositories and migrations may touch them."""

from payment_service.infrastructure.database import metadata
from payment_service.infrastructure.models import (
    account_model,
    charge_model,
    notification_model,
    reconciliation_model,
)

__all__ = ["account_model", "charge_model", "metadata", "notification_model", "reconciliation_model"]
