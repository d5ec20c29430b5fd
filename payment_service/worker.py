"""The worker process, `python -m payment_service.worker`: relay, consumer, inbox, provider calls, upkeep."""

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from payment_service.bootstrap import Container, from_environment
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.rabbitmq_topology import Topology
from servicekit.messaging.relay import Relay
from servicekit.observability.logs import configure_logs
from servicekit.worker import Loop, Loops

QUEUE = "comanda.payment"
TOPOLOGY = Topology("comanda.events", {QUEUE: "order.#", "comanda.orders": "payment.#"})


def loops_of(container: Container) -> Loops:
    """Everything that the worker repeats."""
    broker = container.settings.broker_url
    relay = Relay(container.database, container.outbox, RabbitPublisher(broker, TOPOLOGY))
    consumer = RabbitConsumer(broker, TOPOLOGY, QUEUE, container.inbox)
    carriers = (Loop("payments-relay", relay.step), Loop("payments-consumer", consumer.step, interval=0))
    return Loops([*carriers, *container.loops])


def main(environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died."""
    configure_logs()
    container = from_environment(environ)
    loops = loops_of(container)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loops.ask_to_stop())
    loops.start()
    heartbeat = container.settings.worker_heartbeat_file
    return loops.wait(Path(heartbeat) if heartbeat is not None else None)


if __name__ == "__main__":
    sys.exit(main(os.environ))
