from datetime import timedelta

import pytest

from orders_service.domain.cart_errors import (
    CartContended,
    CartEmpty,
    CartNotFound,
    CartsUnavailable,
    CartUsed,
    NotInCart,
)
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.order_line import WantedItem
from orders_service.domain.priced_cart import Change
from orders_service.usecases.cart_desk import ATTEMPTS, CartDesk
from orders_service.usecases.change_cart_usecases import (
    AddToCart,
    AddToCartUseCase,
    SetInCart,
    SetInCartUseCase,
    TakeOutOfCart,
    TakeOutOfCartUseCase,
)
from orders_service.usecases.discard_cart_usecase import DiscardCart, DiscardCartUseCase
from orders_service.usecases.open_cart_usecase import OpenCart, OpenCartUseCase
from orders_service.usecases.show_cart_usecase import ShowCart, ShowCartUseCase
from orders_service.usecases.use_cart_usecases import (
    ForgetUsedCart,
    ForgetUsedCartUseCase,
    UnpackCart,
    UnpackCartUseCase,
)
from servicekit.ids import new_id
from tests.builders.orders_service import NOON, STORE, a_cart, a_cart_item, a_product, an_order
from tests.fakes.orders_service.cart_repository import LIFETIME, FakeCartRepository


@pytest.fixture
def carts(restaurant):
    return FakeCartRepository(restaurant.database)


@pytest.fixture
def desk(restaurant, carts):
    return CartDesk(carts, restaurant.cart_query)


@pytest.fixture
def product(restaurant):
    return restaurant.sell(a_product(counted=False))


@pytest.fixture
def cart(carts, product):
    """Two of the product, at its price."""
    return carts.add(a_cart(a_cart_item(product.id, told_price=product.price))).cart


def add(desk, cart, product_id, quantity=1, request=None):
    more = AddToCart(cart.store, cart.id, WantedItem(product_id, quantity), request)
    return AddToCartUseCase(desk).execute(more)


def use(restaurant, cart, product):
    """An order is made of the cart, which a crash leaves behind."""
    order = an_order(products=[product], cart_id=cart.id)
    with restaurant.uow() as uow:
        uow.orders.add(order)
        uow.commit()
    return order


def quantities(shown):
    return {one.item.product_id: one.item.quantity for one in shown.priced.items}


def test_a_new_cart_is_empty_and_kept(carts):
    shown = OpenCartUseCase(carts, new_id).execute(OpenCart(STORE))
    assert (shown.priced.items, shown.priced.total) == ((), 0)
    assert shown.expires_at == NOON + LIFETIME
    assert carts.get(STORE, shown.id).cart.items == ()


def test_looking_at_a_cart_changes_nothing_where_nothing_is_news(desk, carts, cart):
    shown = ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id))
    assert shown.priced.total == 5980
    assert carts.saves == 0


def test_looking_at_a_new_price_makes_it_known(restaurant, desk, carts, cart, product):
    restaurant.database.books.products[product.id] = a_product(product.id, counted=False, price=3000)
    looks = [ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id)) for _ in range(2)]
    assert [look.priced.items[0].change for look in looks] == [Change.PRICE, None]
    assert carts.saves == 1


def test_a_new_price_is_told_again_where_the_cart_changed_while_one_looked(
    restaurant, desk, carts, cart, product
):
    restaurant.database.books.products[product.id] = a_product(product.id, counted=False, price=3000)

    def interfere():
        carts.interferes = lambda: None
        kept = carts.get(STORE, cart.id)
        carts.save(kept, kept.cart, renews=True)

    carts.interferes = interfere
    looks = [ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id)) for _ in range(3)]
    assert [look.priced.items[0].change for look in looks] == [Change.PRICE, Change.PRICE, None]


def test_an_empty_cart_asks_nothing_of_the_menu(desk, carts):
    cart = carts.add(a_cart(a_cart_item("x")).take_out("x")).cart
    assert ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id)).priced.items == ()


def test_a_change_renews_the_cart_and_tells_it(restaurant, desk, cart, product):
    restaurant.pass_by(timedelta(hours=1))
    shown = add(desk, cart, product.id, 3)
    assert quantities(shown) == {product.id: 5}
    assert shown.expires_at == NOON + timedelta(hours=1) + LIFETIME


def test_a_quantity_is_set_and_a_product_taken_out(desk, cart, product):
    exactly = SetInCart(STORE, cart.id, product.id, 9)
    assert quantities(SetInCartUseCase(desk).execute(exactly)) == {product.id: 9}
    gone = TakeOutOfCart(STORE, cart.id, product.id)
    assert quantities(TakeOutOfCartUseCase(desk).execute(gone)) == {}
    with pytest.raises(NotInCart):
        TakeOutOfCartUseCase(desk).execute(gone)


def test_what_cannot_be_added_leaves_the_cart_as_it_was(desk, carts, cart):
    with pytest.raises(UnknownProduct):
        add(desk, cart, "nothing")
    assert carts.saves == 0


def test_a_request_that_comes_again_adds_nothing(desk, cart, product):
    shown = [add(desk, cart, product.id, 1, "request") for _ in range(2)]
    assert [quantities(one) for one in shown] == [{product.id: 3}, {product.id: 3}]


def test_a_change_that_was_overtaken_is_made_to_what_is_there_then(desk, carts, cart, product):
    def interfere():
        carts.interferes = lambda: None
        add(desk, cart, product.id, 10)

    carts.interferes = interfere
    assert quantities(add(desk, cart, product.id, 1)) == {product.id: 13}


def test_a_change_that_is_overtaken_for_ever_gives_up(desk, carts, cart, product):
    overtaken = []

    def interfere():
        kept = carts.carts[STORE, cart.id]
        overtaken.append(kept)
        carts.carts[STORE, cart.id] = type(kept)(kept.cart, kept.version + 1, kept.expires_at)

    carts.interferes = interfere
    with pytest.raises(CartContended):
        add(desk, cart, product.id)
    assert len(overtaken) == ATTEMPTS


def test_a_cart_that_expired_is_not_found(restaurant, desk, carts, cart, product):
    restaurant.pass_by(LIFETIME)
    for attempt in (
        lambda: ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id)),
        lambda: add(desk, cart, product.id),
        lambda: DiscardCartUseCase(carts).execute(DiscardCart(STORE, cart.id)),
        lambda: UnpackCartUseCase(carts, restaurant.cart_query).execute(UnpackCart(STORE, cart.id)),
    ):
        with pytest.raises(CartNotFound):
            attempt()


def test_a_discarded_cart_is_gone(carts, cart):
    DiscardCartUseCase(carts).execute(DiscardCart(STORE, cart.id))
    assert carts.get(STORE, cart.id) is None


def test_what_is_in_a_cart_is_what_an_order_of_it_is_of(restaurant, carts, cart, product):
    usecase = UnpackCartUseCase(carts, restaurant.cart_query)
    assert usecase.execute(UnpackCart(STORE, cart.id)) == (WantedItem(product.id, 2),)


def test_an_empty_cart_is_not_unpacked(restaurant, carts, product):
    emptied = carts.add(a_cart(a_cart_item(product.id)).take_out(product.id)).cart
    with pytest.raises(CartEmpty, match=r"^There is nothing in the cart\.$"):
        UnpackCartUseCase(carts, restaurant.cart_query).execute(UnpackCart(STORE, emptied.id))


def test_a_used_cart_that_was_left_behind_is_not_shown_and_names_its_order(
    restaurant, desk, carts, cart, product
):
    order = use(restaurant, cart, product)
    with pytest.raises(CartNotFound, match=cart.id):
        ShowCartUseCase(desk).execute(ShowCart(STORE, cart.id))
    with pytest.raises(CartUsed) as caught:
        UnpackCartUseCase(carts, restaurant.cart_query).execute(UnpackCart(STORE, cart.id))
    assert caught.value.members() == {"order_id": order.id}


def test_a_cart_that_becomes_an_order_while_it_is_looked_for_is_used_not_unknown(restaurant, cart, product):
    class Overtaken(FakeCartRepository):
        def get(self, store, cart_id):  # noqa: ARG002 - whichever it is, it has just gone
            use(restaurant, cart, product)

    overtaken = UnpackCartUseCase(Overtaken(restaurant.database), restaurant.cart_query)
    with pytest.raises(CartUsed):
        overtaken.execute(UnpackCart(STORE, cart.id))


def test_a_used_cart_is_forgotten_if_it_can_be(carts, cart):
    usecase = ForgetUsedCartUseCase(carts)
    for _ in range(2):
        usecase.execute(ForgetUsedCart(STORE, cart.id))
    assert carts.get(STORE, cart.id) is None


def test_that_a_used_cart_cannot_be_forgotten_is_nobodys_trouble():
    class Unreachable(FakeCartRepository):
        def remove(self, store, cart_id):
            raise CartsUnavailable(f"{store}/{cart_id}")

    ForgetUsedCartUseCase(Unreachable(None)).execute(ForgetUsedCart(STORE, "any"))
