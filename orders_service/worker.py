"""The worker process, `python -m orders_service.worker`: relay, consumer, inbox loop and sweepers."""

import os
import sys
from collections.abc import Mapping

from orders_service.bootstrap import Container, from_environment
from orders_service.entrypoints.metrics import count_ended
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.rabbitmq_topology import Topology
from servicekit.messaging.relay import Relay
from servicekit.observability.logs import configure_logs
from servicekit.process.checks import broker_works
from servicekit.process.monitoring import monitoring_app
from servicekit.process.worker_process import run_worker
from servicekit.worker import Loop, Loops

QUEUE = "comanda.orders"
TOPOLOGY = Topology("comanda.events", {"comanda.payment": "order.#", QUEUE: "payment.#"})
RELAY, CONSUMER = "orders-relay", "orders-consumer"


def loops_of(container: Container) -> Loops:
    """Everything that the worker repeats."""
    broker = container.settings.broker_url
    publisher = RabbitPublisher(broker, TOPOLOGY)
    relay = Relay(container.database, container.outbox, publisher, count_ended)
    consumer = RabbitConsumer(broker, TOPOLOGY, QUEUE, container.inbox)
    return Loops([Loop(RELAY, relay.step), Loop(CONSUMER, consumer.step, interval=0), *container.loops])


def main(environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died."""
    configure_logs()
    container = from_environment(environ)
    container.refuse_guests()
    loops = loops_of(container)
    checks = {**container.health_checks, "broker": broker_works(loops, (RELAY, CONSUMER))}
    return run_worker(
        loops, monitoring_app(loops, checks, [container.survey], container.verifier), container.settings
    )


if __name__ == "__main__":
    sys.exit(main(os.environ))
