"""The tables. Only repositories and migrations may touch them."""

from orders_service.infrastructure.database import metadata
from orders_service.infrastructure.models import (
    cart_model,
    image_model,
    order_model,
    people_model,
    product_model,
    promotion_model,
)

__all__ = [
    "cart_model",
    "image_model",
    "metadata",
    "order_model",
    "people_model",
    "product_model",
    "promotion_model",
]
