"""The ways to put a world together: embedded, and as in production."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from orders_service.worker import TOPOLOGY
from servicekit.messaging.local_bus import LocalBus
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from tests.conftest import fresh_broker, fresh_database
from tests.simulation.post import ByBroker, ByHand
from tests.simulation.world import World

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - folders in it are made safely
"""Nothing here is about power failures: no write needs to reach a disk."""


@contextmanager
def embedded() -> Iterator[World]:
    """On SQLite, with a bus inside."""
    with TemporaryDirectory(dir=MEMORY) as folder:
        urls = tuple(f"sqlite:///{folder}/{name}.sqlite3" for name in ("orders", "payments", "books"))
        world = World(Path(folder), urls)
        bus = LocalBus({"order": world.payment_service.inbox, "payment": world.orders_service.inbox})
        world.post.carrier = ByHand(bus)
        try:
            yield world
        finally:
            world.close()


@contextmanager
def production(folder: Path, postgresql: str, rabbitmq: str) -> Iterator[World]:
    """On PostgreSQL, the events by RabbitMQ."""
    with ExitStack() as stack:
        databases = tuple(stack.enter_context(fresh_database(postgresql)) for _ in range(3))
        broker = stack.enter_context(fresh_broker(rabbitmq))
        world = World(folder, databases)
        stack.callback(world.close)
        publisher = RabbitPublisher(broker, TOPOLOGY)
        stack.callback(publisher.close)
        readers = {"comanda.orders": world.orders_service, "comanda.payment": world.payment_service}
        consumers = [
            stack.enter_context(RabbitConsumer(broker, TOPOLOGY, queue, service.inbox))
            for queue, service in readers.items()
        ]
        world.post.carrier = ByBroker(publisher, consumers)
        yield world
