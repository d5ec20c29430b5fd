"""Many at once on PostgreSQL: each thing happens once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from payment_service.domain.card import Card
from payment_service.domain.errors import DomainError
from payment_service.entrypoints.rest.app import create_app
from payment_service.infrastructure import database as tables
from payment_service.infrastructure.models.charge_model import payments, refunds
from payment_service.infrastructure.models.notification_model import notifications
from payment_service.infrastructure.unit_of_work import PaymentsUnitOfWork
from payment_service.usecases.close_charge_usecase import CloseCharge
from payment_service.usecases.open_charge_usecase import OpenCharge
from payment_service.usecases.request_payment_usecase import RequestPayment
from payment_service.usecases.request_refund_usecase import RequestRefund
from payment_service.usecases.show_books_usecase import ListReconciliations
from servicekit.ids import new_id
from tests.builders.payment_service import ORDER, STORE, TOTAL, terms
from tests.fakes.payment_service.composed import StoppedClock, composed, signed
from tests.fakes.payment_service.payment_gateway import FakePaymentGateway

AT_ONCE = 8


class Locked(FakePaymentGateway):
    """The provider in memory, for several threads."""

    guard = threading.Lock()

    def _answer(self, kind, about, act):
        with self.guard:
            return super()._answer(kind, about, act)


@pytest.fixture
def gateway():
    return Locked()


@pytest.fixture
def container(postgres_url, gateway):
    container = composed(postgres_url, StoppedClock(), gateway)
    yield container
    container.database.dispose()


def at_once(*actions):
    """All of them together; gives what each returned, or the rule that said no."""
    barrier = threading.Barrier(len(actions))

    def run(action):
        barrier.wait()
        try:
            return action()
        except DomainError as error:
            return type(error).__name__

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def step(container, name):
    (loop,) = [loop for loop in container.loops if loop.name == name]
    return loop.step


def rows(container, table):
    with container.database.read() as connection:
        return connection.execute(sa.select(table)).all()


def said(container):
    return Counter(row.type for row in rows(container, tables.outbox))


def test_an_order_told_many_times_at_once_begins_one_attempt(container):
    usecase = container.usecases.open_charge
    at_once(*[lambda: usecase.execute(OpenCharge(terms()))] * AT_ONCE)
    assert len(rows(container, payments)) == 1


def test_placing_and_ending_at_once_leaves_nothing_live(container):
    for _ in range(10):
        order = terms(order_id=new_id())
        at_once(
            lambda order=order: container.usecases.open_charge.execute(OpenCharge(order)),
            lambda order=order: container.usecases.close_charge.execute(CloseCharge(order, "customer")),
        )
    assert {row.status for row in rows(container, payments)} <= {"CANCELLED"}
    assert said(container)["payment.closed.v1"] == 10


def test_many_customers_trying_again_at_once_make_one_attempt(container):
    container.usecases.open_charge.execute(OpenCharge(terms(method="card")))
    wanted = RequestPayment(STORE, ORDER, None)
    results = at_once(*[lambda: container.usecases.request_payment.execute(wanted)] * AT_ONCE)
    assert Counter(isinstance(one, str) for one in results) == {True: AT_ONCE - 1, False: 1}
    assert len(rows(container, payments)) == 1


def test_the_same_request_many_times_at_once_is_one_attempt_and_one_answer(container):
    container.usecases.open_charge.execute(OpenCharge(terms(method="card")))
    http = create_app(container).test_client

    def ask():
        body = {"order_id": ORDER, "method": "pix"}
        return http().post("/payments", json=body, headers={"Idempotency-Key": "double-click"})

    answers = at_once(*[ask] * AT_ONCE)
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.data for answer in (*answers, ask()) if answer.status_code == 202}) == 1
    assert len(rows(container, payments)) == 1


def test_many_workers_make_each_payment_once(container, gateway):
    for _ in range(AT_ONCE):
        container.usecases.open_charge.execute(OpenCharge(terms(order_id=new_id())))
    talk = step(container, "payments-provider-1")

    def work():
        while talk():
            pass

    at_once(*[work] * 4)
    talk()
    assert Counter(kind for kind, _ in gateway.calls) == {"create": AT_ONCE}
    assert said(container) == {"payment.created.v1": AT_ONCE}


def test_many_managers_returning_money_at_once_return_it_once(container, gateway):
    container.usecases.open_charge.execute(OpenCharge(terms()))
    talk = step(container, "payments-provider-1")
    talk()
    gateway.pay(gateway.newest())
    container.database.clock.now += timedelta(seconds=5)
    talk()
    (payment,) = rows(container, payments)
    assert payment.status == "APPROVED"
    wanted = RequestRefund(STORE, payment.id, TOTAL - 1, None)
    results = at_once(*[lambda: container.usecases.request_refund.execute(wanted)] * AT_ONCE)
    assert Counter(isinstance(one, str) for one in results) == {True: AT_ONCE - 1, False: 1}
    assert [row.amount for row in rows(container, refunds)] == [TOTAL - 1]


def test_paying_and_ending_at_once_agree_about_the_money(container, gateway):
    for _ in range(10):
        order = terms(order_id=new_id())
        container.usecases.open_charge.execute(OpenCharge(order))
    talk = step(container, "payments-provider-1")
    while talk():
        pass
    for provider_id, payment in list(gateway.payments.items()):
        order = terms(order_id=payment.reference)
        gateway.pay(provider_id)
        answer = gateway.payments[provider_id]
        at_once(
            lambda order=order: container.usecases.close_charge.execute(CloseCharge(order, "customer")),
            lambda answer=answer: hear(container, answer),
        )
    while talk():
        pass
    assert {row.amount for row in rows(container, refunds)} == {TOTAL}
    assert len(rows(container, refunds)) == 10
    assert said(container)["payment.closed.v1"] == 10


def a_paid_payment(container, gateway):
    """Its number at the provider; nobody has heard yet that it is paid."""
    container.usecases.open_charge.execute(OpenCharge(terms()))
    step(container, "payments-provider-1")()
    gateway.pay(gateway.newest())
    return gateway.newest()


def test_the_same_notice_many_times_at_once_is_taken_once(container, gateway):
    provider_id = a_paid_payment(container, gateway)
    app, headers = create_app(container), signed(provider_id, container.database.clock.now)

    def notify():
        answer = app.test_client().post(
            f"/payments/webhook?data.id={provider_id}&type=payment", headers=headers
        )
        return answer.status_code, answer.json["new"]

    answers = at_once(*[notify] * AT_ONCE)
    assert Counter(answers) == {(200, True): 1, (200, False): AT_ONCE - 1}
    assert len(rows(container, notifications)) == 1


def test_many_notices_of_one_payment_read_at_once_count_once(container, gateway):
    provider_id = a_paid_payment(container, gateway)
    http = create_app(container).test_client()
    for number in range(AT_ONCE):
        headers = signed(provider_id, container.database.clock.now, request_id=f"request-{number}")
        http.post(f"/payments/webhook?data.id={provider_id}&type=payment", headers=headers)
    at_once(*[step(container, "payments-notices")] * AT_ONCE)
    assert {row.state for row in rows(container, notifications)} == {"READ"}
    assert said(container) == {"payment.created.v1": 1, "payment.approved.v1": 1}


def test_a_card_that_is_sealed_again_while_its_charge_changes_stays_so(container):
    container.usecases.open_charge.execute(OpenCharge(terms(method="card")))
    container.usecases.request_payment.execute(RequestPayment(STORE, ORDER, Card("t")))

    def seal_again():
        with PaymentsUnitOfWork(container.database, container.outbox) as uow:
            uow.sealed_texts.change(lambda _old: "sealed with the new key")
            uow.commit()

    with PaymentsUnitOfWork(container.database, container.outbox) as uow:
        charge = uow.charges.get(STORE, ORDER)
        at_once(seal_again)
        charge.take_call(now=uow.now(), lease_until=uow.now() + timedelta(seconds=1))
        uow.charges.save(charge)
        uow.commit()
    (payment,) = rows(container, payments)
    assert (payment.lease, payment.sealed_card) == (1, "sealed with the new key")


def hear(container, answer):
    with PaymentsUnitOfWork(container.database, container.outbox) as uow:
        charge = uow.charges.of_answer(answer, None)
        charge.hear(answer, now=uow.now(), new_id=new_id, collector=answer.collector)
        uow.charges.save(charge)
        uow.commit()


def test_many_workers_compare_a_day_once(container, gateway):
    gateway.page = 3
    for number in range(12):
        container.usecases.open_charge.execute(OpenCharge(terms(order_id=f"order-{number}")))
    talk = step(container, "payments-provider-1")
    while talk():
        pass
    for number in list(gateway.payments):
        gateway.pay(number)
    container.database.clock.now += timedelta(days=1)
    compare = step(container, "payments-reconcile")
    for _round in range(6):
        at_once(*([compare] * AT_ONCE))
    begun = container.usecases.list_reconciliations.execute(ListReconciliations(7))
    of_the_day = next(one for one in begun if one.theirs)
    assert (of_the_day.compared, of_the_day.repaired, of_the_day.unsettled) == (12, 12, 0)
    assert of_the_day.finished_at is not None
    assert Counter(kind for kind, _ in gateway.calls)["get"] == 12
