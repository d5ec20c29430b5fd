import pkgutil
from importlib import import_module

from orders_service import domain
from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.client_errors import UnknownClient
from orders_service.domain.errors import DomainError
from orders_service.domain.stock_errors import InsufficientStock, Shortage

for module in pkgutil.iter_modules(domain.__path__):
    import_module(f"{domain.__name__}.{module.name}")


def every_error(root=DomainError):
    for error in root.__subclasses__():
        yield error
        yield from every_error(error)


def every_own_error():
    return [error for error in every_error() if error.__module__.startswith(domain.__name__)]


def test_every_error_has_a_slug_of_its_own():
    slugs = [error.slug for error in every_own_error()]
    assert len(slugs) == len(set(slugs)) > 40


def test_every_error_has_a_kind_that_doors_know():
    kinds = {error.kind for error in every_own_error()}
    assert kinds <= {"invalid", "not_found", "conflict", "forbidden", "unsupported", "unavailable"}


def test_an_error_without_members_tells_nothing_more():
    assert UnknownClient("Nobody").members() == {}


def test_a_shortage_says_what_is_short():
    error = InsufficientStock([Shortage("p", 3, 1)])
    assert error.members() == {"shortages": [{"product_id": "p", "requested": 3, "available": 1}]}


def test_an_unknown_product_is_named():
    assert UnknownProduct(["a", "b"]).members() == {"product_ids": ["a", "b"]}
