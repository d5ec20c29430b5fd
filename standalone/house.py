"""The embedded system, composed: three applications, a database for each, and a bus between two of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import fake_checkout.bootstrap
import fake_checkout.settings
import orders_service.bootstrap
import orders_service.settings
import payment_service.bootstrap
import payment_service.settings
from fake_checkout.entrypoints.rest.app import create_app as create_emulator_app
from orders_service.entrypoints.live.live import LiveTerms, make_live
from orders_service.entrypoints.metrics import count_ended
from orders_service.entrypoints.rest.app import create_app as create_orders_app
from payment_service.entrypoints.rest.app import create_app as create_payments_app
from servicekit.database.database import Database
from servicekit.database.migrations import upgrade
from servicekit.http.health import Check
from servicekit.messaging.local_bus import LocalBus
from servicekit.messaging.parked import ParkedEvents
from servicekit.messaging.relay import Relay
from servicekit.process.monitoring import monitoring_app
from servicekit.settings import load
from servicekit.worker import Loop, Loops
from standalone.application import Application
from standalone.settings import Environments

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

LOOPS_AT_MOST = 24
LEISURE_SECONDS = 60
STREAMING = 2
"""One thread in so many may hold an event stream; the others are always there for everybody else."""


class House:
    """The three containers. Making it opens nothing. Raises SettingsError, BadKey."""

    def __init__(self, environments: Environments, threads: int) -> None:
        orders = load(orders_service.settings.Settings, environments.orders)
        payments = load(payment_service.settings.Settings, environments.payments)
        emulator = load(fake_checkout.settings.Settings, environments.emulator)
        # Every thread may want a connection at once, and none should wait for another's.
        connections = threads + LOOPS_AT_MOST
        self.orders = orders_service.bootstrap.build(
            orders, database=Database(orders.database_url, pool_size=connections)
        )
        self.payments = payment_service.bootstrap.build(
            payments, database=Database(payments.database_url, pool_size=connections)
        )
        self.live = make_live(
            self.orders.usecases,
            self.orders.public_url,
            LiveTerms(
                streams=min(orders.live_streams, threads // STREAMING),
                heartbeat_seconds=orders.live_heartbeat_seconds,
                wake=self.orders.database.commits,
            ),
        )
        self.emulator = fake_checkout.bootstrap.build(
            emulator, database=Database(emulator.database_url, pool_size=connections)
        )

    def prepare(self) -> None:
        """Bring the databases up to date, load the demo, and close them again: the server forks next."""
        self.orders.prepare()
        self.payments.migrate()
        upgrade(self.emulator.database, fake_checkout.bootstrap.MIGRATIONS)
        for database in (self.orders.database, self.payments.database, self.emulator.database):
            database.dispose()

    def application(self, loops: Loops) -> "WSGIApplication":
        """All of it, at one address; also what is to be known of these loops."""
        surveys = (self.orders.survey, self.payments.survey)
        monitoring = monitoring_app(loops, self._checks(), surveys, self.orders.verifier)
        return Application(
            orders=create_orders_app(self.orders, self.live),
            payments=create_payments_app(self.payments),
            emulator=create_emulator_app(self.emulator),
            health=monitoring,
            metrics=monitoring,
        )

    def loops(self) -> Loops:
        """Everything that runs beside the requests. Each relay writes straight into the other's inbox."""
        bus = LocalBus({"order": self.payments.inbox, "payment": self.orders.inbox})
        relays = (
            Loop("orders-relay", Relay(self.orders.database, self.orders.outbox, bus, count_ended).step),
            Loop("payments-relay", Relay(self.payments.database, self.payments.outbox, bus).step),
        )
        live = Loop("orders-live", self.live.reader.step)
        return Loops(
            [
                *_woken(self.orders.database, (relays[0], *self.orders.loops, live)),
                *_woken(self.payments.database, (relays[1], *self.payments.loops)),
                *_woken(self.emulator.database, self.emulator.loops),
            ]
        )

    def parked_events(self) -> Mapping[str, ParkedEvents]:
        """What is parked, by service."""
        return {"orders": self.orders.parked_events, "payments": self.payments.parked_events}

    def _checks(self) -> Mapping[str, Check]:
        emulator = {f"emulator-{name}": check for name, check in self.emulator.checks.items()}
        return {**self.orders.health_checks, **self.payments.health_checks, **emulator}


def _woken(database: Database, loops: Iterable[Loop]) -> Iterable[Loop]:
    """The loops, woken by what this process, the only one, writes. What falls due waits a second at most.

    Those that are in no hurry are left to their own time.
    """
    for loop in loops:
        leisurely = loop.interval >= LEISURE_SECONDS
        yield loop if leisurely else replace(loop, wake=database.commits, interval=max(loop.interval, 1.0))
