import random
from datetime import time, timedelta

import pytest

from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.cpf import Cpf
from orders_service.domain.hoarding import HoldLimits
from orders_service.domain.opening_hours import OpeningHours, OpenInterval
from orders_service.domain.order_errors import HeldByUnpaidOrders, NoNumberFree, TooManyUnpaidOrders
from orders_service.domain.order_line import WantedItem
from orders_service.domain.order_progress import OrderStatus
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.stock_errors import InsufficientStock, Shortage
from orders_service.domain.store_errors import StoreClosed
from orders_service.usecases.checkout_usecase import Checkout, CheckoutUseCase
from tests.builders.orders_service import ANA, NOON, STORE, TIME_TO_PAY, a_client, a_product, an_order, told
from tests.fakes.orders_service.secrets import fake_digest

draw = random.Random(7).randrange


@pytest.fixture
def checkout(restaurant):
    def check_out(*items, cpf=None, store=STORE, below=draw, cart_id=None):
        usecase = CheckoutUseCase(
            restaurant.uow, restaurant.new_id, below, fake_digest, TIME_TO_PAY, HoldLimits(2, 5, 50)
        )
        wanted = tuple(WantedItem(product_id, quantity) for product_id, quantity in items)
        return usecase.execute(
            Checkout(store, wanted, cpf and Cpf.parse(cpf), PaymentMethod.PIX, cart_id=cart_id)
        )

    return check_out


def test_an_order_is_placed_with_its_stock_held(restaurant, checkout):
    product = restaurant.sell(units=5)
    order = checkout((product.id, 2))
    assert restaurant.order(order.id).status is OrderStatus.AWAITING_PAYMENT
    assert restaurant.shelf(product.id) == (5, 2)
    assert restaurant.said(order.id) == ["order.placed.v1"]
    assert order.terms.deadline == NOON + TIME_TO_PAY


def test_a_product_that_is_not_counted_holds_nothing(restaurant, checkout):
    product = restaurant.sell(a_product(counted=False))
    order = checkout((product.id, 9_999))
    assert order.reservations == ()


def test_the_same_product_twice_is_held_once_for_the_sum(restaurant, checkout):
    product = restaurant.sell(units=5)
    order = checkout((product.id, 2), (product.id, 3))
    assert [reservation.quantity for reservation in order.reservations] == [5]
    assert restaurant.shelf(product.id) == (5, 5)


def test_every_shortage_is_told_and_nothing_is_reserved(restaurant, checkout):
    enough, short, none = restaurant.sell(units=5), restaurant.sell(units=1), restaurant.sell()
    with pytest.raises(InsufficientStock) as caught:
        checkout((none.id, 1), (enough.id, 5), (short.id, 2))
    assert set(caught.value.shortages) == {Shortage(short.id, 2, 1), Shortage(none.id, 1, 0)}
    assert restaurant.shelf(enough.id) == (5, 0)
    assert restaurant.database.books.orders == {}
    assert restaurant.database.commits == 0


def test_a_retired_product_is_unknown(restaurant, checkout):
    product = restaurant.sell(a_product(active=False, counted=False))
    with pytest.raises(UnknownProduct):
        checkout((product.id, 1))
    assert restaurant.database.commits == 0


def test_a_product_of_another_store_is_unknown(restaurant, checkout):
    product = restaurant.sell(a_product(store="other", counted=False))
    with pytest.raises(UnknownProduct):
        checkout((product.id, 1))


def test_a_registered_client_is_found_by_cpf(restaurant, checkout):
    product, ana = restaurant.sell(units=1), a_client()
    with restaurant.uow() as uow:
        uow.clients.add(STORE, ana, fake_digest(Cpf.parse(ANA)))
        uow.commit()
    assert checkout((product.id, 1), cpf=ANA).terms.client == ana


def test_a_client_may_have_only_so_many_unpaid_orders(restaurant, checkout):
    product = restaurant.sell(units=9)
    with restaurant.uow() as uow:
        uow.clients.add(STORE, a_client(), fake_digest(Cpf.parse(ANA)))
        uow.commit()
    first = checkout((product.id, 1), cpf=ANA)
    checkout((product.id, 1), cpf=ANA)
    with pytest.raises(TooManyUnpaidOrders):
        checkout((product.id, 1), cpf=ANA)
    assert restaurant.shelf(product.id) == (9, 2)
    with restaurant.uow() as uow:
        paid = uow.orders.get(STORE, first.id)
        paid.payment_approved(told(), NOON)
        uow.orders.save(paid)
        uow.commit()
    checkout((product.id, 1), cpf=ANA)


def test_unpaid_orders_hold_only_so_much_of_a_product(restaurant, checkout):
    product = restaurant.sell(units=14)
    checkout((product.id, 6))
    with pytest.raises(HeldByUnpaidOrders) as refused:
        checkout((product.id, 2))
    assert refused.value.members() == {"products": [{"product_id": product.id, "requested": 2, "allowed": 1}]}
    assert restaurant.shelf(product.id) == (14, 6)
    checkout((product.id, 1))


def test_an_unregistered_cpf_is_refused(restaurant, checkout):
    product = restaurant.sell(units=1)
    with pytest.raises(UnknownClient, match=r"^Nobody is registered with this CPF\.$"):
        checkout((product.id, 1), cpf=ANA)


def test_an_order_knows_the_cart_that_it_was_made_of(restaurant, checkout):
    product = restaurant.sell(units=1)
    order = checkout((product.id, 1), cart_id="cart-1")
    assert restaurant.order(order.id).terms.cart_id == "cart-1"


def test_a_number_that_an_open_order_carries_is_not_given_twice(restaurant, checkout):
    product = restaurant.sell(units=2)
    restaurant.keep(an_order(number="A10"), stocked=False)
    draws = iter([0, 0, 1, 5])
    order = checkout((product.id, 1), below=lambda _limit: next(draws))
    assert order.terms.number == "F15"
    assert restaurant.said(order.id) == ["order.placed.v1"]


def test_the_digits_grow_where_short_numbers_run_out(restaurant, checkout):
    product = restaurant.sell(units=2)
    restaurant.keep(an_order(number="A10"), stocked=False)
    assert checkout((product.id, 1), below=lambda _limit: 0).terms.number == "A100"


def test_a_store_with_no_number_left_takes_no_order(restaurant, checkout):
    product = restaurant.sell(units=2)
    for number in ("A10", "A100", "A1000", "A10000", "A100000"):
        restaurant.keep(an_order(number=number), stocked=False)
    with pytest.raises(NoNumberFree, match=r"^Too many orders are open\. Try again in a moment\.$"):
        checkout((product.id, 1), below=lambda _limit: 0)
    assert restaurant.shelf(product.id) == (2, 0)


def test_a_closed_store_takes_no_order(restaurant, checkout):
    product = restaurant.sell(units=5)
    keep_store(restaurant, hours=OpeningHours((OpenInterval(0, time(18), time(23)),)))
    with pytest.raises(StoreClosed):
        checkout((product.id, 2))
    assert restaurant.shelf(product.id) == (5, 0)


def test_the_deadline_is_the_stores_own_where_it_has_one(restaurant, checkout):
    product = restaurant.sell(units=5)
    keep_store(restaurant, payment_deadline=timedelta(minutes=2))
    assert checkout((product.id, 2)).terms.deadline == NOON + timedelta(minutes=2)


def keep_store(restaurant, **changes):
    with restaurant.uow() as uow:
        uow.stores.save(uow.stores.get(STORE).edited(changes, set()))
        uow.commit()
