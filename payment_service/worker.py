"""The worker process, `python -m payment_service.worker`: relay, consumer, inbox, provider calls, upkeep."""

import os
import sys
from collections.abc import Mapping

from payment_service.bootstrap import Container, from_environment
from servicekit.messaging.rabbitmq_consumer import RabbitConsumer
from servicekit.messaging.rabbitmq_publisher import RabbitPublisher
from servicekit.messaging.rabbitmq_topology import Topology
from servicekit.messaging.relay import Relay
from servicekit.observability.logs import configure_logs
from servicekit.process.checks import broker_works
from servicekit.process.monitoring import monitoring_app
from servicekit.process.worker_process import run_worker
from servicekit.worker import Loop, Loops

QUEUE = "comanda.payment"
TOPOLOGY = Topology("comanda.events", {QUEUE: "order.#", "comanda.orders": "payment.#"})
RELAY, CONSUMER = "payments-relay", "payments-consumer"


def loops_of(container: Container) -> Loops:
    """Everything that the worker repeats."""
    broker = container.settings.broker_url
    relay = Relay(container.database, container.outbox, RabbitPublisher(broker, TOPOLOGY))
    consumer = RabbitConsumer(broker, TOPOLOGY, QUEUE, container.inbox)
    return Loops([Loop(RELAY, relay.step), Loop(CONSUMER, consumer.step, interval=0), *container.loops])


def main(environ: Mapping[str, str]) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status, which is not 0 where a loop died."""
    configure_logs()
    container = from_environment(environ)
    loops = loops_of(container)
    checks = {**container.health_checks, "broker": broker_works(loops, (RELAY, CONSUMER))}
    return run_worker(
        loops, monitoring_app(loops, checks, [container.survey], container.verifier), container.settings
    )


if __name__ == "__main__":
    sys.exit(main(os.environ))
