"""Among very many clients and orders, those that are asked for are found without reading the others."""

import re

import pytest
import sqlalchemy as sa

from orders_service.infrastructure.models.order_model import order_lines, orders
from orders_service.infrastructure.models.people_model import clients
from orders_service.infrastructure.repositories.order_mapping import line_values, order_values
from orders_service.infrastructure.unit_of_work import OrdersUnitOfWork
from orders_service.usecases.browse_clients_usecase import ListClients, ShowHistory
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE, a_client, a_product, an_order
from tests.fakes.orders_service.composed import composed
from tests.fakes.servicekit.plans import Questions

MANY = 5000


@pytest.fixture
def container(database_url):
    container = composed(database_url, demo_data=False)
    yield container
    container.database.dispose()


def fill(container):
    """Many clients with an order each, one of whom is erased but for the notes."""
    menu = [a_product()]
    people = [a_client() for _ in range(MANY)]
    who = [{"id": one.id, "store": STORE, "name": "Ana", "cpf_digest": one.id} for one in people]
    order = an_order(products=menu, notes="sem cebola")
    template, (line,) = order_values(order) | {"status": "FINISHED"}, line_values(order)
    what = [template | {"id": new_id(), "client_id": one.id, "created_at": NOON} for one in people]
    lines = [line | {"order_id": one["id"], "notes": None} for one in what]
    erased = sa.update(clients).where(clients.c.id == people[0].id)
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        uow.connection.execute(sa.insert(clients), who)
        uow.products.add(menu[0])
        uow.connection.execute(sa.insert(orders), what)
        uow.connection.execute(sa.insert(order_lines), lines)
        uow.connection.execute(erased.values(erased_at=NOON, notes_left=True))
        uow.connection.exec_driver_sql("ANALYZE")
        uow.commit()
    return people


def test_neither_a_page_nor_a_person_nor_the_notes_have_all_of_them_read(container):
    people = fill(container)
    questions = Questions(container.database)
    browse = container.usecases.list_clients
    first = browse.execute(ListClients(STORE, None, 50))
    assert len(browse.execute(ListClients(STORE, first.next, 50)).items) == 50
    history = container.usecases.show_history.execute(ShowHistory(STORE, people[-1].id, None, 50))
    assert len(history.items) == 1
    with OrdersUnitOfWork(container.database, container.outbox) as uow:
        assert uow.clients.find_to_order(STORE, people[7].id) is not None
        assert uow.clients.forget_notes(10) == 0
        assert uow.clients.erase(STORE, people[8].id, NOON)
    # The other tables are all but empty, and PostgreSQL reads such a one whole.
    assert [asked for asked in questions.full_scans() if re.search(r"\nFROM (orders|clients)\b", asked)] == []
