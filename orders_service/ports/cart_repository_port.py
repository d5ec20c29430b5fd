"""Keeping carts, for a while."""

from abc import abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orders_service.domain.cart import Cart


@dataclass(frozen=True, slots=True)
class KeptCart:
    """A cart as it is kept: the version tells whether somebody else has changed it since."""

    cart: Cart
    version: int
    expires_at: datetime


class CartRepositoryPort(Protocol):
    """Carts by store and id, each until some time after its last change, by the clock of whatever keeps them.

    Nothing here belongs to a unit of work: what is said is done. Every method raises CartsUnavailable where
    carts cannot be had; whether a change was kept is then unknown.
    """

    @abstractmethod
    def add(self, cart: Cart) -> KeptCart:
        """Keep a new cart."""
        raise NotImplementedError

    @abstractmethod
    def get(self, store: str, cart_id: str) -> KeptCart | None:
        """The cart; None where the store has none of this id, or no longer."""
        raise NotImplementedError

    @abstractmethod
    def save(self, seen: KeptCart, cart: Cart, *, renews: bool) -> KeptCart | None:
        """Put the cart in the place of the one seen; where that renews it, its time begins anew.

        None, with nothing kept, where it is no longer as it was seen, or gone.
        """
        raise NotImplementedError

    @abstractmethod
    def remove(self, store: str, cart_id: str) -> bool:
        """Forget the cart. Whether there was one."""
        raise NotImplementedError

    @abstractmethod
    def forget_expired(self, limit: int) -> int:
        """Delete at most so many expired carts, where they do not go by themselves. Gives how many."""
        raise NotImplementedError
