"""What must be true of the books once everything has come to rest: what the auditor says, and more."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from audit.auditor import audit
from audit.sources import Sources
from servicekit.database.database import Database
from tests.simulation.world import World


def check(world: World) -> None:
    """Every order that was placed is there, the books agree, and no event comes out of nowhere."""
    report = audit(sources_of(world), settle=timedelta(0), now=world.clock.time)
    assert report.clean, str(report)
    orders = world.orders_service.database
    assert {row.id for row in _rows(orders, "SELECT id FROM orders")} == set(world.orders)
    assert not world.post.held
    told = {row.id for row in _rows(orders, "SELECT id FROM outbox")}
    for said in _rows(world.payment_service.database, "SELECT * FROM outbox"):
        assert said.causationid in told or said.requestid, f"{said.type} comes out of nowhere"


def check_meanwhile(world: World) -> None:
    """What holds always holds in the middle of everything."""
    nothing_rests = timedelta(days=365)
    report = audit(sources_of(world), settle=nothing_rests, now=world.clock.time)
    assert report.clean, str(report)


def sources_of(world: World) -> Sources:
    """The addresses of its books."""
    parts = (world.orders_service, world.payment_service, world.provider)
    orders, payments, provider = (
        part.database.engine.url.render_as_string(hide_password=False) for part in parts
    )
    return Sources(orders=orders, payments=payments, provider=provider)


def _rows(database: Database, statement: str) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(sa.text(statement)).all())
