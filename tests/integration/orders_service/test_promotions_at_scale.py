"""Among very many promotions that are over, those that count are found without reading the others."""

import pytest
import sqlalchemy as sa

from orders_service.infrastructure.models.promotion_model import promotions
from orders_service.infrastructure.repositories.promotion_repository import PromotionQuery
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.list_promotions_usecase import ListPromotions, ListPromotionsUseCase
from tests.builders.orders_service import (
    NOON,
    STORE,
    a_product,
    a_promotion,
    rows_of_promotions_that_are_over,
)
from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.plans import Questions

MANY = 5000


@pytest.fixture
def container(database_url):
    container = composed(database_url, demo_data=False)
    yield container
    container.database.dispose()


def uow(container):
    return OrdersUnitOfWork(container.database, container.outbox)


def fill(container):
    """Many that are over, and one that runs for each of two products."""
    products = [a_product(), a_product(category="bebida")]
    with uow(container) as unit:
        unit.connection.execute(sa.insert(promotions), rows_of_promotions_that_are_over(MANY))
        for product in products:
            unit.products.add(product)
            unit.promotions.add(a_promotion(product=product))
        unit.connection.exec_driver_sql("ANALYZE")
        unit.commit()
    return products


def test_neither_a_price_nor_a_page_has_all_of_them_read(container):
    products = fill(container)
    questions = Questions(container.database)
    with uow(container) as unit:
        assert len(unit.promotions.running(STORE, products, NOON)) == 2
    listing = ListPromotionsUseCase(PromotionQuery(container.database))
    first = listing.execute(ListPromotions(STORE, None, 50))
    assert len(listing.execute(ListPromotions(STORE, first.next, 50)).items) == 50
    assert questions.full_scans() == []


def test_what_is_over_is_not_even_looked_at(container):
    products = fill(container)
    asked = []
    sa.event.listen(
        container.database.engine, "before_cursor_execute", lambda *said: asked.append((said[2], said[3]))
    )
    with uow(container) as unit:
        unit.promotions.running(STORE, products, NOON)
        statement, parameters = asked[-1]
        explain = "EXPLAIN QUERY PLAN " if container.database.dialect == "sqlite" else "EXPLAIN "
        plan = unit.connection.exec_driver_sql(explain + statement, parameters)
        assert "ix_promotions_window" in str(plan.all())
