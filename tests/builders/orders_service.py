"""Things of the restaurant with valid defaults: a test names only what it is about."""

from datetime import UTC, datetime, timedelta

from orders_service.domain.cart import Cart, CartItem, OnOffer
from orders_service.domain.client import Client
from orders_service.domain.cpf import Cpf
from orders_service.domain.order import Order
from orders_service.domain.order_line import WantedItem
from orders_service.domain.order_progress import CancelReason, OrderStatus
from orders_service.domain.payment import AttemptTold, PaymentCode, PaymentMethod, PaymentStatus
from orders_service.domain.product import Product
from orders_service.domain.promotion import OneProduct, Percentage, Promotion, WholeCategory
from orders_service.domain.store import Store
from orders_service.ports.client_ports import Particulars
from servicekit.ids import new_id

STORE = "default"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TIME_TO_PAY = timedelta(minutes=15)
PATIENCE = timedelta(minutes=10)
ANA = "529.982.247-25"
CATEGORIES = ("lanche", "acompanhamento", "bebida", "sobremesa")


def a_store(slug=STORE, **changes):
    defaults = {"name": "Comanda", "time_zone": "America/Sao_Paulo", "categories": CATEGORIES}
    return Store(slug, **{**defaults, **changes})


def a_product(product_id=None, **changes):
    defaults = {
        "store": STORE,
        "name": "X-Salada",
        "description": "Hambúrguer, queijo e salada",
        "category": "lanche",
        "price": 2990,
        "counted": True,
    }
    return Product(product_id or new_id(), **{**defaults, **changes})


def a_promotion(*, product=None, category="lanche", **changes):
    """10 % off this product, or off this category, for two hours around noon."""
    defaults = {
        "id": new_id(),
        "store": STORE,
        "name": "Happy hour",
        "target": WholeCategory(category) if product is None else OneProduct(product.id),
        "reduction": Percentage(1_000),
        "starts_at": NOON - timedelta(hours=1),
        "ends_at": NOON + timedelta(hours=1),
    }
    return Promotion(**{**defaults, **changes})


def rows_of_promotions_that_are_over(many):
    """Of the default store, an hour each, the newest of them over an hour before noon."""
    common = {"store": STORE, "name": "Over", "category": "lanche", "amount": 1, "active": True, "version": 1}
    ends = [NOON - timedelta(hours=number + 1) for number in range(many)]
    return [common | {"id": new_id(), "starts_at": end - timedelta(hours=1), "ends_at": end} for end in ends]


def an_order(
    *,
    products=None,
    promotions=(),
    quantity=2,
    number="A47",
    method=PaymentMethod.PIX,
    client=None,
    notes=None,
    store=STORE,
    order_id=None,
    now=NOON,
    deadline=None,
    cart_id=None,
):
    """A new order of so many units of each product."""
    menu = {product.id: product for product in products or [a_product(store=store)]}
    return Order.place(
        order_id=order_id or new_id(),
        store=store,
        number=number,
        items=[WantedItem(product_id, quantity, notes) for product_id in menu],
        menu=menu,
        promotions=promotions,
        method=method,
        client=client,
        now=now,
        deadline=deadline or now + TIME_TO_PAY,
        cart_id=cart_id,
    )


def an_order_in(status, *, reason=CancelReason.EXPIRED, **details):
    """An order that came to this status in the usual way; a CANCELLING one for this reason."""
    order = an_order(**details)
    now = order.terms.created_at
    if status is OrderStatus.AWAITING_PAYMENT:
        return order
    if status is OrderStatus.CANCELLING:
        if reason is CancelReason.EXPIRED:
            order.expire(order.terms.deadline)
        else:
            order.cancel(reason, now)
        return order
    order.payment_approved(told(), now)
    if status is OrderStatus.CANCELLED:
        order.cancel(CancelReason.CUSTOMER, now)
        return order
    for step in (OrderStatus.IN_PREPARATION, OrderStatus.READY, OrderStatus.FINISHED):
        if order.status is status:
            break
        order.advance(step, now)
    return order


def told(
    payment_id="11111111-1111-7111-8111-111111111111",
    status=PaymentStatus.APPROVED,
    *,
    attempt=1,
    sequence=2,
    amount=5980,
    method=PaymentMethod.PIX,
):
    return AttemptTold(payment_id, attempt, status, method, amount, sequence)


def a_code(text="00020126BR.GOV.BCB.PIX6304ABCD"):
    return PaymentCode(text, "https://provider.example/ticket", NOON + TIME_TO_PAY)


def a_client(name="Ana"):
    return Client(new_id(), name)


def a_cart_item(product_id=None, **changes):
    defaults = {"quantity": 2, "notes": None, "told_price": 2990, "told_discount": 0}
    return CartItem(product_id or new_id(), **{**defaults, **changes})


def a_cart(*items, store=STORE):
    return Cart(new_id(), store, tuple(items or [a_cart_item()]))


def an_offer(product_id=None, **changes):
    defaults = {"name": "X-Salada", "price": 2990, "discount": 0, "available": 5, "active": True}
    return OnOffer(product_id or new_id(), **{**defaults, **changes})


def particulars(cpf=ANA, email=None, *, sealing):
    """What is known of a client beside the name."""
    sealed_email = sealing.seal(email) if email is not None else None
    return Particulars(sealing.seal(Cpf.parse(cpf).digits), sealed_email, NOON)
