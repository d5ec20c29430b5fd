"""When a customer checks out, the order is placed with its stock held, or nothing happens at all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from orders_service.domain.client import Client
from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.cpf import Cpf
from orders_service.domain.hoarding import HoldLimits
from orders_service.domain.order import Order
from orders_service.domain.order_errors import NoNumberFree
from orders_service.domain.order_line import WantedItem
from orders_service.domain.payment import PaymentMethod
from orders_service.domain.pickup_number import Below, pickup_numbers
from orders_service.domain.stock_errors import InsufficientStock
from orders_service.domain.store import Store
from orders_service.ports.secrets_ports import CpfDigest
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory, UnitOfWorkPort


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is wanted, by whom (None: by nobody in particular), and how it will be paid.

    `cart_id` names the cart that the items were in, if they were in one.
    """

    store: str
    items: tuple[WantedItem, ...]
    cpf: Cpf | None
    method: PaymentMethod
    cart_id: str | None = None


@dataclass(frozen=True, slots=True)
class CheckoutUseCase:
    """Places orders. `time_to_pay` is how long the stock is held for the payment, unless the store says.

    `limits` say how much may be held without being paid.
    """

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]
    random_below: Below
    cpf_digest: CpfDigest
    time_to_pay: timedelta
    limits: HoldLimits

    def execute(self, request: Checkout) -> Order:
        """The order, waiting to be paid.

        Raises StoreNotFound, StoreClosed, UnknownClient, UnknownProduct, QuantityTooLarge, TotalTooLarge,
        InsufficientStock, TooManyUnpaidOrders, HeldByUnpaidOrders, CartUsed, NoNumberFree.
        """
        with self.uow() as uow:
            store = uow.stores.get(request.store)
            store.require_open(uow.now())
            client = self._client(uow, request)
            order = self._place(uow, request, store, client)
            # Last, so that the rows that every buyer of a product waits for are locked as briefly as can be.
            shortages = uow.stock.reserve(order)
            if shortages:
                raise InsufficientStock(shortages)
            # Whoever holds these rows has seen all holds that were made before: together they stay in bounds.
            self.limits.check(uow.stock.unpaid(order))
            uow.commit()
        return order

    def _client(self, uow: UnitOfWorkPort, request: Checkout) -> Client | None:
        if request.cpf is None:
            return None
        client = uow.clients.find_to_order(request.store, self.cpf_digest(request.cpf))
        if client is None:
            raise UnknownClient("Nobody is registered with this CPF.")
        return client

    def _place(self, uow: UnitOfWorkPort, request: Checkout, store: Store, client: Client | None) -> Order:
        now = uow.now()
        menu = uow.products.for_sale(request.store, {item.product_id for item in request.items})
        promotions = uow.promotions.running(request.store, menu.values(), now)
        order_id = self.new_id()
        for number in pickup_numbers(self.random_below):
            order = Order.place(
                order_id=order_id,
                store=store.slug,
                number=number,
                items=request.items,
                menu=menu,
                promotions=promotions,
                method=request.method,
                client=client,
                now=now,
                deadline=store.deadline(now, self.time_to_pay),
                cart_id=request.cart_id,
            )
            if uow.orders.add(order):
                return order
        raise NoNumberFree("Too many orders are open. Try again in a moment.")
