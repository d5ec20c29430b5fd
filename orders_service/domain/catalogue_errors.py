"""What can go wrong about the menu: products, categories, promotions and pictures."""

from collections.abc import Sequence

from orders_service.domain.errors import DomainError


class UnknownProduct(DomainError):
    """An order names products that the store does not sell."""

    slug = "unknown-product"
    kind = "invalid"
    title = "Unknown product"

    def __init__(self, product_ids: Sequence[str]) -> None:
        super().__init__(f"The store does not sell: {', '.join(product_ids)}.")
        self.product_ids = list(product_ids)

    def members(self) -> dict[str, object]:
        """The ids that are not sold."""
        return {"product_ids": self.product_ids}


class UnknownCategory(DomainError):
    """A product or a promotion is to be of a category that the store does not have."""

    slug = "unknown-category"
    kind = "invalid"
    title = "Unknown category"

    def __init__(self, category: str, categories: Sequence[str]) -> None:
        super().__init__(f"The store has no category {category}.")
        self.categories = list(categories)

    def members(self) -> dict[str, object]:
        """The categories that the store has."""
        return {"categories": self.categories}


class EmptyWindow(DomainError):
    """A promotion would end before it starts."""

    slug = "empty-window"
    kind = "invalid"
    title = "Empty window"

    def members(self) -> dict[str, object]:
        """What is wrong, field by field."""
        return {"errors": {"ends_at": [str(self)]}}


class ProductNotFound(DomainError):
    """The store has no such product."""

    slug = "product-not-found"
    kind = "not_found"
    title = "Product not found"

    def __init__(self, product_id: str) -> None:
        super().__init__(f"There is no product {product_id}.")


class PromotionNotFound(DomainError):
    """The store has no such promotion, or no longer."""

    slug = "promotion-not-found"
    kind = "not_found"
    title = "Promotion not found"

    def __init__(self, promotion_id: str) -> None:
        super().__init__(f"There is no promotion {promotion_id}.")


class CategoryNotFound(DomainError):
    """The store has no such category."""

    slug = "category-not-found"
    kind = "not_found"
    title = "Category not found"

    def __init__(self, category: str) -> None:
        super().__init__(f"There is no category {category}.")


class ImageNotFound(DomainError):
    """The store has no such image."""

    slug = "image-not-found"
    kind = "not_found"
    title = "Image not found"

    def __init__(self, image_hash: str) -> None:
        super().__init__(f"There is no image {image_hash}.")


class UnsupportedImage(DomainError):
    """The file is not of a kind of picture that can be taken."""

    slug = "unsupported-image"
    kind = "unsupported"
    title = "Unsupported image"


class TooManyPixels(DomainError):
    """The picture is larger than can be taken. It was not decoded."""

    slug = "too-many-pixels"
    kind = "invalid"
    title = "Too many pixels"


class BrokenImage(DomainError):
    """The file says that it is a picture, and cannot be decoded."""

    slug = "broken-image"
    kind = "invalid"
    title = "Broken image"
