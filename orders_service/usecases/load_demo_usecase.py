"""When a demonstration begins, the store has a menu, stock, guests and a client; again changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from orders_service.domain.client import Client
from orders_service.domain.cpf import Cpf
from orders_service.domain.product import Product, StockReason
from orders_service.domain.staff import Role, Staff
from orders_service.ports.client_ports import Particulars
from orders_service.ports.secrets_ports import CpfDigest, PasswordPort, SealingPort
from orders_service.ports.unit_of_work_port import UnitOfWorkFactory, UnitOfWorkPort


@dataclass(frozen=True, slots=True)
class Delivery:
    """Units that come into stock, and how."""

    units: int
    reason: StockReason


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """Something to sell. `price` in centavos; without deliveries it is not counted."""

    name: str
    description: str
    category: str
    price: int
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadDemo:
    """What the demonstration shows. The password of each member of staff is their name."""

    store: str
    products: tuple[DemoProduct, ...]
    staff: tuple[tuple[str, Role], ...]
    clients: tuple[tuple[str, Cpf], ...]


@dataclass(frozen=True, slots=True)
class LoadDemoUseCase:
    """Loads the demonstration."""

    uow: UnitOfWorkFactory
    new_id: Callable[[], str]
    passwords: PasswordPort
    cpf_digest: CpfDigest
    sealing: SealingPort

    def execute(self, request: LoadDemo) -> bool:
        """Whether anything was loaded: nothing is where the store has a menu already."""
        with self.uow() as uow:
            if uow.products.any(request.store):
                return False
            for product in request.products:
                self._stock_up(uow, request.store, product)
            for username, role in request.staff:
                uow.staff.add(Staff(request.store, username, self.passwords.hash(username), role))
            for name, cpf in request.clients:
                particulars = Particulars(self.sealing.seal(cpf.digits), None, uow.now())
                uow.clients.add(request.store, Client(self.new_id(), name), self.cpf_digest(cpf), particulars)
            uow.commit()
        return True

    def _stock_up(self, uow: UnitOfWorkPort, store: str, demo: DemoProduct) -> None:
        product = Product(
            self.new_id(),
            store,
            demo.name,
            demo.description,
            demo.category,
            demo.price,
            bool(demo.deliveries),
        )
        uow.products.add(product)
        for delivery in demo.deliveries:
            uow.stock.receive(store, product.id, delivery.units, delivery.reason, uow.now())
