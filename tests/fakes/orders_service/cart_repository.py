"""Carts in memory."""

from datetime import timedelta

from orders_service.ports.cart_repository_port import CartRepositoryPort, KeptCart

LIFETIME = timedelta(hours=2)


class FakeCartRepository(CartRepositoryPort):
    """Carts by the clock of a fake database. `interferes` is called before each save, as others would."""

    def __init__(self, database):
        self.database = database
        self.carts = {}
        self.saves = 0
        self.interferes = lambda: None

    def add(self, cart):
        kept = KeptCart(cart, 1, self.database.now + LIFETIME)
        self.carts[cart.store, cart.id] = kept
        return kept

    def get(self, store, cart_id):
        kept = self.carts.get((store, cart_id))
        return kept if kept is not None and kept.expires_at > self.database.now else None

    def save(self, seen, cart, *, renews):
        self.interferes()
        kept = self.get(cart.store, cart.id)
        if kept is None or kept.version != seen.version:
            return None
        self.saves += 1
        until = self.database.now + LIFETIME if renews else seen.expires_at
        self.carts[cart.store, cart.id] = KeptCart(cart, seen.version + 1, until)
        return self.carts[cart.store, cart.id]

    def remove(self, store, cart_id):
        there = self.get(store, cart_id) is not None
        self.carts.pop((store, cart_id), None)
        return there

    def forget_expired(self, limit):
        expired = [key for key, kept in self.carts.items() if kept.expires_at <= self.database.now][:limit]
        for key in expired:
            del self.carts[key]
        return len(expired)
