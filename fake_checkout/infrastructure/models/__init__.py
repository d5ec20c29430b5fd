"""The tables. Repositories and migrations alone know them."""

from fake_checkout.infrastructure.models.delivery_model import deliveries, notifications
from fake_checkout.infrastructure.models.metadata import metadata
from fake_checkout.infrastructure.models.payment_model import card_tokens, payments, refunds
from fake_checkout.infrastructure.models.workbench_model import answers, requests, workbench

__all__ = [
    "answers",
    "card_tokens",
    "deliveries",
    "metadata",
    "notifications",
    "payments",
    "refunds",
    "requests",
    "workbench",
]
