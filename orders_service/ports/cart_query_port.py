"""What is known of a cart elsewhere than where it is kept."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Protocol

from orders_service.domain.cart import OnOffer


class CartQueryPort(Protocol):
    """The menu as a cart needs it, and what became of carts."""

    @abstractmethod
    def offers(self, store: str, product_ids: Collection[str]) -> Mapping[str, OnOffer]:
        """Those of the products that the store has or had, by id, with the prices and the stock of now."""
        raise NotImplementedError

    @abstractmethod
    def order_of(self, store: str, cart_id: str) -> str | None:
        """The id of the order that was made of the cart; None where none was."""
        raise NotImplementedError
