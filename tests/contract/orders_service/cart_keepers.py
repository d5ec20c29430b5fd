"""The places that keep carts, with a word for letting time pass."""

from datetime import UTC, datetime, timedelta

from redis import Redis

from orders_service.infrastructure.repositories.cart_repository import CartRepository
from orders_service.infrastructure.repositories.redis_cart_repository import RedisCartRepository
from tests.builders.orders_service import a_store
from tests.contract.orders_service.sql_restaurant import SqlRestaurant
from tests.fakes.orders_service.books import FakeDatabase
from tests.fakes.orders_service.cart_repository import LIFETIME, FakeCartRepository


class MemoryKeeper:
    forgets_by_itself = False

    def __init__(self):
        self.database = FakeDatabase()
        self.carts = FakeCartRepository(self.database)

    def now(self):
        return self.database.now

    def pass_by(self, time):
        self.database.now += time

    def close(self):
        """Nothing is open."""


class SqlKeeper:
    forgets_by_itself = False

    def __init__(self, url):
        self.restaurant = SqlRestaurant(url)
        with self.restaurant.uow() as uow:
            for slug in ("default", "other"):
                uow.stores.add(a_store(slug))
            uow.commit()
        self.carts = CartRepository(self.restaurant.database, LIFETIME)

    def now(self):
        return self.restaurant.now

    def pass_by(self, time):
        self.restaurant.pass_by(time)

    def close(self):
        self.restaurant.dispose()


class RedisKeeper:
    """Its clock cannot be moved, so that every cart is made to have been there for so long already."""

    forgets_by_itself = True

    def __init__(self, url):
        self.redis = Redis.from_url(url)
        self.carts = RedisCartRepository(url, LIFETIME)

    def now(self):
        seconds, microseconds = self.redis.time()
        # Carts are kept to the millisecond: a later one is not to look earlier.
        return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=microseconds // 1000)

    def pass_by(self, time):
        for key in self.redis.keys("comanda:cart:*"):
            expires_at = self.redis.hincrby(key, "expires_at", -int(time / timedelta(milliseconds=1)))
            self.redis.pexpireat(key, expires_at)

    def close(self):
        self.carts.close()
        self.redis.close()
