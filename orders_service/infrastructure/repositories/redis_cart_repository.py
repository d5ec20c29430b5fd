"""Carts in Redis, where they go by themselves."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from orders_service.domain.cart import Cart
from orders_service.domain.cart_errors import CartsUnavailable
from orders_service.infrastructure.repositories.cart_mapping import cart_content, cart_of
from orders_service.ports.cart_repository_port import CartRepositoryPort, KeptCart

MAX_WAIT_SECONDS = 0.5
"""For a connection, and as long again for an answer."""
PATIENCE: Mapping[str, Any] = {
    "socket_connect_timeout": MAX_WAIT_SECONDS,
    "socket_timeout": MAX_WAIT_SECONDS,
    # No repeats: each would double the wait, and repeat what may have been done.
    "retry": Retry(NoBackoff(), 0),
}
"""How long anything waits for Redis."""

# Compares and sets as one step. KEYS: the cart. ARGV: the version seen (0: none), what is in it now, and for
# how many milliseconds it is kept from now on (empty: until when it was to be kept anyway). Gives when it
# expires, in milliseconds since 1970; nil where another version is there, or none.
SAVE = """
local key, seen, content, lifetime = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if (redis.call('HGET', key, 'version') or '0') ~= seen then
  return nil
end
local expires_at
if lifetime == '' then
  expires_at = tonumber(redis.call('HGET', key, 'expires_at'))
else
  local now = redis.call('TIME')
  expires_at = now[1] * 1000 + math.floor(now[2] / 1000) + lifetime
end
redis.call('HSET', key, 'version', seen + 1, 'content', content, 'expires_at', expires_at)
redis.call('PEXPIREAT', key, expires_at)
return expires_at
"""

log = structlog.get_logger(__name__)


class RedisCartRepository(CartRepositoryPort):
    """A hash for each cart, under its store and id. It connects when it is first used."""

    def __init__(self, url: str, lifetime: timedelta) -> None:
        self._redis = Redis.from_url(url, decode_responses=True, **PATIENCE)
        self._save = self._redis.register_script(SAVE)
        self._lifetime = str(int(lifetime / timedelta(milliseconds=1)))

    def add(self, cart: Cart) -> KeptCart:
        """Keep it where there is none yet."""
        kept = self._compare_and_set(cart, 0, self._lifetime)
        if kept is None:
            raise CartsUnavailable("There is a cart of this id already.")
        return kept

    def get(self, store: str, cart_id: str) -> KeptCart | None:
        """Read the hash."""
        with _reachable():
            found: Any = self._redis.hgetall(_key(store, cart_id))
        if not found:
            return None
        cart = cart_of(store, cart_id, json.loads(found["content"]))
        return KeptCart(cart, int(found["version"]), _instant(int(found["expires_at"])))

    def save(self, seen: KeptCart, cart: Cart, *, renews: bool) -> KeptCart | None:
        """Compare the version and set, as one step."""
        return self._compare_and_set(cart, seen.version, self._lifetime if renews else "")

    def remove(self, store: str, cart_id: str) -> bool:
        """Delete the hash."""
        with _reachable():
            return self._redis.delete(_key(store, cart_id)) == 1

    def forget_expired(self, limit: int) -> int:  # noqa: ARG002 - there is never one to delete
        """Nothing: Redis forgets them."""
        return 0

    def ping(self) -> None:
        """Raises CartsUnavailable."""
        with _reachable():
            self._redis.ping()

    def close(self) -> None:
        """Close every connection."""
        self._redis.close()

    def _compare_and_set(self, cart: Cart, seen: int, lifetime: str) -> KeptCart | None:
        content = json.dumps(cart_content(cart), ensure_ascii=False, separators=(",", ":"))
        with _reachable():
            expires_at: Any = self._save(keys=[_key(cart.store, cart.id)], args=[seen, content, lifetime])
        return None if expires_at is None else KeptCart(cart, seen + 1, _instant(expires_at))


def _key(store: str, cart_id: str) -> str:
    return f"comanda:cart:{store}:{cart_id}"


def _instant(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        log.warning("carts_unavailable", why=type(error).__name__)
        raise CartsUnavailable("Carts cannot be had now. Try again in a moment.") from error
