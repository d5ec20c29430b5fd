"""What must be true of the books once everything has come to rest: what the auditor says, and more."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from audit.auditor import audit
from audit.sources import Sources
from payment_service.usecases.show_books_usecase import ShowStatement
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
    check_statements(world)


def check_statements(world: World) -> None:
    """Each day comes to the same here and at the provider, to the centavo, once the books were compared."""
    payments = _ours_at_the_provider(world)
    if not payments:
        return
    ended, differences = world.compare_books(min(_day(one["date_created"]) for one in payments))
    assert not sum(one.unsettled for one in ended), differences
    days = {day for one in payments for day, _, _ in _movements(one)}
    for day in days | {world.clock.time.date()}:
        there: Counter[str] = Counter()
        for one in payments:
            there.update({kind: cents for on, kind, cents in _movements(one) if on == day})
        here = world.payment_service.usecases.show_statement.execute(ShowStatement(day))
        for kind in ("charged", "refunded", "charged_back"):
            assert sum(getattr(one, kind) for one in here.values()) == there[kind], (day, kind)


def _ours_at_the_provider(world: World) -> list[dict[str, Any]]:
    told = world.bank.get("/__fake/books").json["payments"]
    return [one for one in told if one["external_reference"] in world.orders]


def _movements(payment: dict[str, Any]) -> Iterator[tuple[date, str, int]]:
    """On which day how many centavos of it came, went back, or were taken."""
    if payment["date_approved"] is not None:
        yield _day(payment["date_approved"]), "charged", round(payment["transaction_amount"] * 100)
    back: Counter[date] = Counter()
    for refund in payment["refunds"]:
        if refund["status"] == "approved":
            back[_day(refund["date_created"])] += round(refund["amount"] * 100)
    for day, centavos in back.items():
        yield day, "refunded", centavos
    taken = payment["status"] == "charged_back" and payment["status_detail"] != "reimbursed"
    if taken:
        yield (
            _day(payment["date_last_updated"]),
            "charged_back",
            round(payment["transaction_amount"] * 100) - back.total(),
        )


def _day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(UTC).date()


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
