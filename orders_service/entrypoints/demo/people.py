"""The demonstration's guests: staff whose password is their name, and a client."""

from orders_service.domain.cpf import Cpf
from orders_service.domain.staff import Role
from orders_service.entrypoints.demo.menu import MENU
from orders_service.usecases.load_demo_usecase import LoadDemo

STAFF = (("cozinha", Role.KITCHEN), ("gerente", Role.MANAGER), ("admin", Role.ADMIN))
CLIENTS = (("Ana", Cpf.parse("529.982.247-25")),)


def demo_of(store: str) -> LoadDemo:
    """All of it, for the store."""
    return LoadDemo(store, MENU, STAFF, CLIENTS)
