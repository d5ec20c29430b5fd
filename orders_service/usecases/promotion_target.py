"""Whether there is anything in the store that a promotion could be for."""

from orders_service.domain.catalogue_errors import UnknownProduct
from orders_service.domain.promotion import OneProduct, Target
from orders_service.domain.store import Store
from orders_service.ports.unit_of_work_port import UnitOfWorkPort


def require_target(uow: UnitOfWorkPort, store: Store, target: Target) -> None:
    """Raises UnknownProduct where the store does not sell it, UnknownCategory where it has no such."""
    if not isinstance(target, OneProduct):
        store.require_category(target.category)
    elif not uow.products.for_sale(store.slug, {target.product_id}):
        raise UnknownProduct([target.product_id])
