"""What the service depends on, as checks of its health."""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from orders_service.domain.cart_errors import CartsUnavailable
from orders_service.infrastructure import database as tables
from orders_service.infrastructure.repositories.redis_cart_repository import RedisCartRepository
from orders_service.ports.cart_repository_port import CartRepositoryPort
from servicekit.database.database import Database
from servicekit.database.migrations import is_current
from servicekit.database.patience import patience, patience_left
from servicekit.database.replica import QUICK_SECONDS, Replica
from servicekit.http.health import Check, Degraded


class NotMigrated(Exception):
    """The database is not at the newest migration."""


def checks_of(database: Database, carts: CartRepositoryPort) -> Mapping[str, Check]:
    """Of a process that needs the database for all that it does, and cannot go on without."""
    checks = {"orders-database": lambda: _ping(database), "orders-migrations": lambda: _migrated(database)}
    if isinstance(carts, RedisCartRepository):
        checks["orders-carts"] = lambda: _reach(carts)
    return checks


def checks_with_replica(
    checks: Mapping[str, Check], database: Database, copy: Database, replica: Replica
) -> Mapping[str, Check]:
    """Of a process that serves the catalogue from whichever of the two is there.

    It stays among those that are sent requests: without the primary it answers the most of them.
    """

    def primary() -> None:
        try:
            with replica.primary.asked(), patience(patience_left(QUICK_SECONDS)):
                _ping(database)
        except (DBAPIError, PoolTimeoutError) as error:
            replica.is_current()
            raise Degraded("only the catalogue is served") from error

    def replica_follows() -> None:
        try:
            current = replica.is_current()
        except (DBAPIError, PoolTimeoutError) as error:
            raise Degraded("the catalogue is read from the primary") from error
        if not current:
            raise Degraded("the replica may be too far behind, or is none")

    def migrations() -> None:
        _migrated(copy if replica.primary.rests() else database)

    return {
        **checks,
        "orders-database": primary,
        "orders-replica": replica_follows,
        "orders-migrations": migrations,
    }


def _ping(database: Database) -> None:
    database.now()


def _migrated(database: Database) -> None:
    if not is_current(database, tables.MIGRATIONS):
        raise NotMigrated


def _reach(carts: RedisCartRepository) -> None:
    """Only carts need it."""
    try:
        carts.ping()
    except CartsUnavailable as error:
        raise Degraded("carts") from error
